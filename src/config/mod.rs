//! What the program is told before it starts: `latchkey.toml` and the environment, read once into types and checked.
//!
//! A value from the environment counts before one from the file. What administrators change while the server runs
//! are not these but `domain::setting`. Knows neither database nor HTTP.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use url::Url;

use crate::domain::address::Exception;
use crate::entropy::SeededEntropy;
use crate::seal::KeyRing;
use crate::secret::Secret;
use crate::{store, text};

mod entries;
mod error;
mod settings;
mod site;
#[cfg(test)]
mod tests;
mod value;

use entries::Entries;
pub use error::Error;
pub use settings::{Default, SETTINGS, Setting};
pub use site::Site;

/// Name of the file, in the folder where the program is started.
pub const FILE: &str = "latchkey.toml";

const DECLARATIONS: &str = "declarations";

/// Everything the program is told, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Where the administration listens, when it has an address of its own.
    pub admin_listen: Option<SocketAddr>,
    /// Where figures are served.
    pub metrics_listen: Option<SocketAddr>,
    /// The public address, ending in `/`: what partners sign and receive.
    pub base_url: Url,
    /// The stores, at least one.
    pub stores: Vec<Site>,
    /// Where the database is.
    pub database_url: store::Url,
    /// Where the keys come from.
    pub keys: KeySource,
    /// The store's Web API behind the gateway, ending in `/`.
    pub upstream_url: Option<Url>,
    /// Signs what the gateway adds to a request.
    pub upstream_secret: Option<Secret>,
    /// Fixed `Authorization` header for the upstream.
    pub upstream_authorization: Option<Secret>,
    /// Folder with declarations of resources, routes and integrations.
    pub declarations: Option<PathBuf>,
    /// Whose forwarding headers count.
    pub trusted_proxies: Vec<IpNet>,
    /// What callbacks may reach although it is private or not https.
    pub egress_allow: Vec<Exception>,
    /// The mail server; may hold a password.
    pub smtp_url: Option<Secret>,
    /// Sender of mails.
    pub mail_from: Option<String>,
    /// Threads that serve requests, and passwords hashed at once.
    pub workers: usize,
    /// Database connections kept at the most.
    pub database_pool: u32,
    /// What is logged, in env_logger's words.
    pub log: String,
}

/// Where the keys come from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// A file, made on the first start.
    File(PathBuf),
    /// Given in the configuration itself.
    Given(KeyRing),
}

impl Config {
    /// Reads `latchkey.toml` in the current folder, when there is one, and the environment.
    ///
    /// # Errors
    /// Names the setting that is wrong or unknown, and the remedy.
    pub fn read() -> Result<Self, Error> {
        let text = match std::fs::read_to_string(FILE) {
            Ok(text) => text,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(cause) => return Err(Error::File(cause)),
        };
        Self::from_entries(Entries::merge(&text, entries::environment()?)?)
    }

    /// A configuration for tests: this database, keys of its own that are the same every time.
    #[expect(clippy::expect_used, reason = "for tests, where a wrong address should stop at once")]
    pub fn for_tests(database_url: &str) -> Self {
        let keys = KeyRing::generate(&SeededEntropy::new(0)).write();
        let variables = [
            ("LATCHKEY_DATABASE_URL", database_url),
            ("LATCHKEY_KEY", keys.expose()),
            ("LATCHKEY_WORKERS", "2"),
            ("LATCHKEY_DATABASE_POOL", "4"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let entries = Entries::merge("", variables.into()).expect("known variables");
        Self::from_entries(entries).expect("an address of a database")
    }

    /// Where the pages of the administration are reached, ending in `/`; `admin/…` is appended.
    pub fn admin_base(&self) -> String {
        match self.admin_listen {
            Some(address) => format!("http://{}/", reachable(address)),
            None => self.base_url.to_string(),
        }
    }

    /// The page on which the first administrator is made, by that token.
    pub fn setup_link(&self, token: &Secret) -> String {
        format!("{}admin/setup?token={}", self.admin_base(), token.expose())
    }

    /// The codes of the stores.
    pub fn store_codes(&self) -> Vec<&str> {
        self.stores.iter().map(|site| site.code.as_str()).collect()
    }

    fn from_entries(mut entries: Entries) -> Result<Self, Error> {
        let listen = entries.required("listen", value::socket)?;
        let admin_listen =
            entries.optional("admin_listen", value::socket)?.filter(|address| *address != listen);
        let metrics_listen = entries.optional("metrics_listen", value::socket)?;
        if metrics_listen.is_some_and(|address| address == listen || Some(address) == admin_listen) {
            return Err(Error::wrong("metrics_listen", text::get("config-listen-taken")));
        }
        let base_url = match entries.optional("base_url", value::http)? {
            Some(url) => url,
            None if listen.ip().is_loopback() => {
                value::http(&format!("http://{listen}/")).map_err(|what| Error::wrong("base_url", what))?
            }
            None => return Err(Error::wrong("base_url", text::get("config-base-url-needed"))),
        };
        let smtp_url = entries.optional("smtp_url", value::smtp)?;
        let mail_from = entries.optional("mail_from", value::sender)?;
        if smtp_url.is_some() != mail_from.is_some() {
            let (lacking, given) =
                if smtp_url.is_some() { ("mail_from", "smtp_url") } else { ("smtp_url", "mail_from") };
            return Err(Error::wrong(lacking, text::with("config-mail-half", &[("given", given.into())])));
        }
        let stores = site::all(entries.stores()?, &base_url)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            listen,
            admin_listen,
            metrics_listen,
            base_url,
            stores,
            database_url: entries.required("database_url", value::database)?,
            keys: keys(&mut entries)?,
            upstream_url: entries.optional("upstream_url", value::http)?,
            upstream_secret: entries.optional("upstream_secret", value::secret)?,
            upstream_authorization: entries.optional("upstream_authorization", value::header)?,
            declarations: match entries.optional("declarations", value::folder)? {
                Some(folder) => Some(folder),
                None => Some(PathBuf::from(DECLARATIONS)).filter(|folder| folder.is_dir()),
            },
            trusted_proxies: entries.list("trusted_proxies", value::net)?,
            egress_allow: entries.list("egress_allow", value::exception)?,
            smtp_url,
            mail_from,
            workers: entries.number("workers", 1024)?.map_or(cores, |number| number as usize),
            database_pool: entries.number("database_pool", 1000)?.unwrap_or(2 * cores.min(400) as u32 + 1),
            log: entries.required("log", value::log)?,
        })
    }
}

fn keys(entries: &mut Entries) -> Result<KeySource, Error> {
    let given = entries.optional("key", value::keys)?;
    let file = entries.optional("key_file", value::path)?;
    match (given, file) {
        (Some(_), Some(_)) => Err(Error::wrong("key", text::get("config-key-twice"))),
        (Some(keys), None) => Ok(KeySource::Given(keys)),
        (None, Some(path)) => Ok(KeySource::File(path)),
        (None, None) => entries.required("key_file", value::path).map(KeySource::File),
    }
}

/// An address that a person on this machine can open: "every address" is reached by the loopback one.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

impl KeySource {
    /// The file, when it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Given(_) => None,
        }
    }
}
