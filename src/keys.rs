//! Opening the database with the right keys: read from their file or the configuration, made on the first start,
//! and compared with those that sealed what is stored.
//!
//! A key file is made only when the database holds no sealed secret, and none is left behind by a refusal.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::{Config, KeySource};
use crate::declarations::{self, Loaded};
use crate::domain::acl::Tree;
use crate::entropy::{Entropy, credential};
use crate::seal::{self, KeyRing};
use crate::store::sealing_key::{self, Verdict};
use crate::store::{self, Connecting, Store, StoreOptions};
use crate::text::{self, failure};

#[cfg(test)]
mod tests;

/// Bits of a file's mode by which others than its owner get at it.
const OTHERS: u32 = 0o077;

/// Why the database could not be opened with its keys.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is there and cannot be read.
    #[error("{}", told("key-file-unreadable", path, cause))]
    Unreadable {
        /// The key file.
        path: PathBuf,
        /// The operating system's words.
        cause: io::Error,
    },
    /// Others than the owner get at the file.
    #[error("{}", text::with("key-file-open", &[("path", .0.display().to_string().into())]))]
    Open(PathBuf),
    /// The file holds something else.
    #[error("{}", told("key-file-unusable", path, &failure::of_seal(cause)))]
    Unusable {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it.
        cause: seal::Error,
    },
    /// The file could not be written.
    #[error("{}", told("key-file-not-made", path, cause))]
    NotMade {
        /// The key file.
        path: PathBuf,
        /// The operating system's words.
        cause: io::Error,
    },
    /// Secrets are stored, and the file that opens them is not there.
    #[error("{}", text::with("key-file-gone", &[("path", .0.display().to_string().into())]))]
    Gone(PathBuf),
    /// Secrets are stored that were sealed with keys that are not at hand.
    #[error("{}", text::with("keys-missing", &[("ids", .0.join(", ").into())]))]
    Missing(Vec<String>),
    /// Secrets are stored that were sealed with other keys of the same id.
    #[error("{}", text::with("keys-differ", &[("ids", .0.join(", ").into())]))]
    Differ(Vec<String>),
    /// The database failed.
    #[error("{}", failure::of_store(.0))]
    Store(#[from] store::Error),
}

fn told(key: &str, path: &Path, cause: &impl fmt::Display) -> String {
    text::with(key, &[("path", path.display().to_string().into()), ("cause", cause.to_string().into())])
}

/// What happens to the tables on opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tables {
    /// Brought up to date.
    Migrate,
    /// Made in an empty database; older ones are refused.
    MakeWhenEmpty,
}

/// A database that was opened.
pub struct Opened {
    /// The database, its keys being those that sealed what it holds.
    pub store: Store,
    /// Migrations that have run on opening.
    pub migrated: Vec<String>,
    /// What it was opened with: tree, routes and declared integrations.
    pub loaded: Loaded,
}

/// Opens the database, its tables and keys checked. So many `connections` are made meanwhile as the caller will have
/// use for, one being that with which units of work begin.
///
/// # Errors
/// With the remedy.
pub fn open_store(
    config: &Config,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
    tables: Tables,
    connections: usize,
) -> Result<Opened, Error> {
    let at_hand = at_hand(config)?;
    let database = Connecting::begin(&config.database_url, connections);
    let made = if at_hand.is_none() { config.keys.file() } else { None };
    let loaded = declarations::load(config.declarations.as_deref());
    let store = connect_by(database, config, clock, entropy, at_hand, loaded.tree)?;
    let migrated = match tables {
        Tables::Migrate => store.migrate()?,
        Tables::MakeWhenEmpty => {
            store.migrate_if_empty()?;
            Vec::new()
        }
    };
    if let Some(path) = made {
        if store.read_now(sealing_key::holds_secrets)? {
            return Err(Error::Gone(path.to_owned()));
        }
        match make(path, store.keys(), &**entropy) {
            // Another process was faster: its keys count.
            Err(Error::NotMade { cause, .. }) if cause.kind() == io::ErrorKind::AlreadyExists => {
                return open_store(config, clock, entropy, tables, connections);
            }
            outcome => outcome?,
        }
    }
    let verdict = store.check_keys().map_err(Error::from).and_then(judge);
    if let (Err(_), Some(path)) = (&verdict, made) {
        fs::remove_file(path).map_err(|cause| Error::NotMade { path: path.to_owned(), cause })?;
    }
    verdict.map(|()| Opened { store, migrated, loaded })
}

/// The keys that the configuration leads to; `None` when their file is not there.
///
/// # Errors
/// Those of [`read`].
pub fn at_hand(config: &Config) -> Result<Option<KeyRing>, Error> {
    match &config.keys {
        KeySource::Given(keys) => Ok(Some(keys.clone())),
        KeySource::File(path) => read(path),
    }
}

/// Connects with these keys, or with new ones that are nowhere kept yet. Checks neither tables nor keys.
///
/// # Errors
/// When the database cannot be opened.
pub fn connect(
    config: &Config,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
    keys: Option<KeyRing>,
    tree: &'static Tree,
) -> Result<Store, store::Error> {
    connect_by(Connecting::begin(&config.database_url, 0), config, clock, entropy, keys, tree)
}

fn connect_by(
    database: Connecting,
    config: &Config,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
    keys: Option<KeyRing>,
    tree: &'static Tree,
) -> Result<Store, store::Error> {
    Store::open(StoreOptions {
        database,
        pool: config.database_pool,
        keys: keys.unwrap_or_else(|| KeyRing::generate(&**entropy)),
        tree,
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
    })
}

/// Whether the store's keys are those that sealed what it holds. Changes nothing.
///
/// # Errors
/// [`Error::Missing`] or [`Error::Differ`].
pub fn compare(store: &Store) -> Result<(), Error> {
    judge(store.read_now(sealing_key::compare)?)
}

fn judge(verdict: Verdict) -> Result<(), Error> {
    match verdict {
        Verdict::Match => Ok(()),
        Verdict::Missing(ids) => Err(Error::Missing(ids)),
        Verdict::Differ(ids) => Err(Error::Differ(ids)),
    }
}

/// The keys in a file; `None` when there is no such file.
///
/// # Errors
/// When it is open to other accounts or holds something else.
pub fn read(path: &Path) -> Result<Option<KeyRing>, Error> {
    let unreadable = |cause| Error::Unreadable { path: path.to_owned(), cause };
    let mode = match fs::metadata(path) {
        Ok(metadata) => metadata.mode(),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(unreadable(cause)),
    };
    if mode & OTHERS != 0 {
        return Err(Error::Open(path.to_owned()));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let keys = KeyRing::parse(&text).map_err(|cause| Error::Unusable { path: path.to_owned(), cause })?;
    Ok(Some(keys))
}

/// Writes a new key file: a file that is there already is never touched, and nobody sees half a file.
fn make(path: &Path, keys: &KeyRing, entropy: &dyn Entropy) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = path.with_extension(format!("{}.new", credential(entropy).expose()));
    let write = || {
        fs::create_dir_all(folder)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(keys.write().expose().as_bytes())?;
        file.sync_all()?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        linked?;
        // The name must outlive a power cut as what is sealed does.
        File::open(folder)?.sync_all()
    };
    write().map_err(|cause| Error::NotMade { path: path.to_owned(), cause })
}
