//! TLS towards partners: whom we trust, and what is wrong with a certificate.

use std::sync::{Arc, LazyLock, OnceLock};

use rustls::client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ConfigBuilder, NamedGroup, RootCertStore, WantsVerifier};

use super::course::Course;
use super::{Certificate, Failure, Step};

/// TLS whose authorities may still be unread: they are hundreds of files, which no start should wait for.
pub(super) struct Tls {
    builder: Builder,
    config: OnceLock<ClientConfig>,
}

type Builder = ConfigBuilder<ClientConfig, WantsVerifier>;

impl Tls {
    /// Verifies certificates against the authorities that this machine trusts, which are read for the first connection.
    ///
    /// # Errors
    /// Those of [`config`].
    pub(super) fn of_machine() -> Result<Self, rustls::Error> {
        Ok(Self { builder: builder()?, config: OnceLock::new() })
    }

    /// The configuration. Whoever is the first to ask waits until the authorities are read, and keeps no other task
    /// waiting.
    pub(super) async fn config(self: &Arc<Self>) -> &ClientConfig {
        if self.config.get().is_none() {
            let reading = Arc::clone(self);
            // Should that come to nothing, since the process is stopping, they are read here.
            let _ = tokio::task::spawn_blocking(move || {
                reading.read();
            })
            .await;
        }
        self.read()
    }

    /// Verifies certificates against these authorities.
    ///
    /// # Errors
    /// Those of [`config`].
    #[cfg(test)]
    pub(super) fn with(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let builder = builder()?;
        Ok(Self { config: OnceLock::from(verifying(builder.clone(), roots)), builder })
    }

    fn read(&self) -> &ClientConfig {
        self.config.get_or_init(|| verifying(self.builder.clone(), roots()))
    }
}

/// The authorities that this machine trusts; those that Mozilla trusts when it has no list of its own. Read once.
pub(super) fn roots() -> Arc<RootCertStore> {
    static ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| Arc::new(read_roots()));
    Arc::clone(&ROOTS)
}

fn read_roots() -> RootCertStore {
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
pub(super) fn config(roots: impl Into<Arc<RootCertStore>>) -> Result<ClientConfig, rustls::Error> {
    Ok(verifying(builder()?, roots))
}

fn builder() -> Result<Builder, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
}

fn verifying(builder: Builder, roots: impl Into<Arc<RootCertStore>>) -> ClientConfig {
    builder.with_root_certificates(roots).with_no_client_auth()
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
