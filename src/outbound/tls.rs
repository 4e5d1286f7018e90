//! TLS towards partners: whom we trust, and what is wrong with a certificate.

use std::sync::Arc;

use rustls::client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, NamedGroup, RootCertStore};

use super::course::Course;
use super::{Certificate, Failure, Step};

/// The authorities that this machine trusts; those that Mozilla trusts when it has no list of its own.
pub(super) fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        log::info!("this machine has no list of certificate authorities: using Mozilla's");
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

/// Verifies certificates against these authorities.
///
/// # Errors
/// When the cryptography that is built in has no version of TLS in common with rustls.
pub(super) fn config(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// The same for one attempt, which hears when TLS begins.
pub(super) fn watched(config: &ClientConfig, course: &Course) -> ClientConfig {
    let mut config = config.clone();
    config.resumption = Resumption::store(Arc::new(course.clone()));
    config
}

/// What the error means to a person.
pub(super) fn failure(error: &rustls::Error) -> Failure {
    let rustls::Error::InvalidCertificate(error) = error else { return Failure::TlsOther };
    Failure::TlsCertificate(match error {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Certificate::WrongName
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Certificate::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Certificate::NotYetValid
        }
        // A signature that does not hold: the authority merely bears the name of one that we trust.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Certificate::UnknownAuthority,
        CertificateError::Revoked => Certificate::Revoked,
        _ => Certificate::Unusable,
    })
}

/// Remembers no session. That rustls asks for one is how we know that the connection stands and TLS begins.
impl ClientSessionStore for Course {
    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        if self.step() == Some(Step::Connect) {
            self.begin(Step::Tls);
        }
        None
    }

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }

    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}
}
