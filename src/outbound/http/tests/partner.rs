//! Partners on this machine that behave well or badly, and name servers that know them.

use std::collections::VecDeque;
use std::future::ready;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::outbound::lookup::{Found, Resolver};

/// What a partner does once it has read a request.
#[derive(Clone)]
pub(in crate::outbound) enum Manner {
    /// Sends this and closes.
    Says(Vec<u8>),
    /// Sends this, then a byte ever so often.
    Drips(&'static str),
    /// Sends this, then as much as anyone takes.
    Pours(&'static str),
    /// Stays silent.
    Hangs,
}

/// A partner that listens on 127.0.0.1.
pub(in crate::outbound) struct Partner {
    pub(in crate::outbound) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    poured: Arc<Mutex<usize>>,
}

pub(in crate::outbound) fn says(text: &str) -> Manner {
    Manner::Says(text.as_bytes().to_vec())
}

pub(in crate::outbound) fn answers(status: u16) -> Manner {
    says(&format!("HTTP/1.1 {status} Word\r\nContent-Length: 5\r\n\r\nhello"))
}

pub(in crate::outbound) fn leads_to(status: u16, location: &str) -> Manner {
    says(&format!("HTTP/1.1 {status} Word\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"))
}

impl Partner {
    /// Behaves so towards one caller after the other, the last way towards all later ones.
    pub(in crate::outbound) async fn over_http(manners: impl Into<VecDeque<Manner>>) -> Self {
        Self::listening(manners.into(), None).await
    }

    /// The same with TLS.
    pub(in crate::outbound) async fn over_https(manner: Manner, identity: &Identity) -> Self {
        Self::listening([manner].into(), Some(identity.acceptor())).await
    }

    async fn listening(mut manners: VecDeque<Manner>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let partner = Self {
            port: listener.local_addr().unwrap().port(),
            heard: Arc::default(),
            poured: Arc::default(),
        };
        let (heard, poured) = (Arc::clone(&partner.heard), Arc::clone(&partner.poured));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let manner =
                    if manners.len() > 1 { manners.pop_front().unwrap() } else { manners[0].clone() };
                let (tls, heard, poured) = (tls.clone(), Arc::clone(&heard), Arc::clone(&poured));
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, manner, &heard, &poured).await,
                        Some(tls) => serve(tls.accept(stream).await?, manner, &heard, &poured).await,
                    }
                });
            }
        });
        partner
    }

    /// The requests so far.
    pub(in crate::outbound) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// Bytes that anyone took from a partner that pours.
    pub(in crate::outbound) fn poured(&self) -> usize {
        *self.poured.lock().unwrap()
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    manner: Manner,
    heard: &Mutex<Vec<String>>,
    poured: &Mutex<usize>,
) -> io::Result<()> {
    let request = read_request(&mut stream).await?;
    heard.lock().unwrap().push(request);
    match manner {
        Manner::Says(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Manner::Drips(head) => {
            stream.write_all(head.as_bytes()).await?;
            loop {
                stream.write_all(b"x").await?;
                stream.flush().await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Manner::Pours(head) => {
            stream.write_all(head.as_bytes()).await?;
            loop {
                *poured.lock().unwrap() += stream.write(&[b'x'; 16 * 1024]).await?;
            }
        }
        Manner::Hangs => {
            stream.flush().await?;
            std::future::pending().await
        }
    }
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut request = String::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer).await?;
        request.push_str(&String::from_utf8_lossy(&buffer[..length]));
        let announced = request.to_lowercase().split_once("content-length: ").and_then(|(_, rest)| {
            let (length, _) = rest.split_once("\r\n")?;
            length.parse::<usize>().ok()
        });
        let body = request.split_once("\r\n\r\n").map(|(_, body)| body.len());
        if length == 0 || body.is_some_and(|body| body >= announced.unwrap_or(0)) {
            return Ok(request);
        }
    }
}

/// A name server that answers in turn, the last answer for ever, and counts.
#[derive(Clone)]
pub(in crate::outbound) struct Names {
    answers: Arc<Mutex<VecDeque<Vec<&'static str>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    pub(in crate::outbound) fn lead_to<const N: usize>(answers: [&[&'static str]; N]) -> Self {
        let answers = answers.into_iter().map(<[_]>::to_vec).collect();
        Self { answers: Arc::new(Mutex::new(answers)), asked: Arc::default() }
    }

    pub(in crate::outbound) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Resolver for Names {
    fn addresses<'a>(&'a self, host: &'a str, port: u16) -> Found<'a> {
        self.asked.lock().unwrap().push(host.to_owned());
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() };
        let addresses =
            answer.iter().map(|address| SocketAddr::new(address.parse().unwrap(), port)).collect();
        Box::pin(ready(Ok(addresses)))
    }
}

/// An authority of our own. All of them bear the same name.
pub(in crate::outbound) struct Authority(Issuer<'static, KeyPair>, CertificateDer<'static>);

impl Authority {
    pub(in crate::outbound) fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self(Issuer::new(params, key), certificate.der().clone())
    }

    pub(in crate::outbound) fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.1.clone()).unwrap();
        roots
    }

    pub(in crate::outbound) fn issues(&self, name: &str, from: i32, to: i32) -> Identity {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Identity(certificate.der().clone(), key)
    }
}

/// A certificate and its key.
pub(in crate::outbound) struct Identity(CertificateDer<'static>, KeyPair);

impl Identity {
    pub(in crate::outbound) fn self_signed(name: &str, is_ca: bool) -> Self {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        if is_ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let key = KeyPair::generate().unwrap();
        Self(params.self_signed(&key).unwrap().der().clone(), key)
    }

    fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivatePkcs8KeyDer::from(self.1.serialize_der());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.0.clone()], key.into())
            .unwrap();
        Arc::new(config).into()
    }
}
