use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::clock::SystemClock;
use crate::domain::Actor;
use crate::domain::integration::{self, Draft};
use crate::entropy::SystemEntropy;

struct Installation {
    folder: tempfile::TempDir,
    config: Config,
}

impl Installation {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::for_tests(&format!("sqlite://{}", folder.path().join("x.db").display()));
        config.keys = KeySource::File(folder.path().join("deep/er/x.key"));
        Self { folder, config }
    }

    fn key_file(&self) -> &Path {
        self.config.keys.file().unwrap()
    }

    fn open(&self) -> Result<Store, Error> {
        let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) =
            (Arc::new(SystemClock), Arc::new(SystemEntropy));
        open_store(&self.config, &clock, &entropy, Tables::Migrate, 1).map(|opened| opened.store)
    }

    fn seal_something(&self) {
        let draft = Draft { name: "Acme".to_owned(), ..Draft::default() };
        let store = self.open().unwrap();
        store.write_now(|work| integration::create(work, &Actor::command(), &draft, &[])).unwrap();
    }
}

#[test]
fn the_first_start_makes_a_file_for_its_owner_and_the_next_reads_it() {
    let installation = Installation::new();
    let first = installation.open().unwrap();
    assert_eq!(fs::metadata(installation.key_file()).unwrap().mode() & 0o777, 0o600);
    let second = installation.open().unwrap();
    assert_eq!(first.keys().fingerprints(), second.keys().fingerprints());
}

#[test]
fn a_file_that_others_can_read_is_refused_with_the_remedy() {
    let installation = Installation::new();
    installation.open().unwrap();
    for mode in [0o640, 0o604, 0o620] {
        fs::set_permissions(installation.key_file(), fs::Permissions::from_mode(mode)).unwrap();
        let refusal = installation.open().err().unwrap().to_string();
        assert!(refusal.contains("chmod 600"), "{refusal}");
    }
}

#[test]
fn a_lost_file_is_replaced_only_while_nothing_is_sealed() {
    let installation = Installation::new();
    installation.open().unwrap();
    fs::remove_file(installation.key_file()).unwrap();
    installation.seal_something();
    fs::remove_file(installation.key_file()).unwrap();
    assert!(matches!(installation.open(), Err(Error::Gone(_))));
    assert!(!installation.key_file().exists(), "a refusal leaves no file behind");
}

#[test]
fn other_keys_than_those_that_sealed_are_refused() {
    let mut installation = Installation::new();
    installation.seal_something();
    let right = fs::read_to_string(installation.key_file()).unwrap();
    let other = KeyRing::generate(&SystemEntropy);
    installation.config.keys = KeySource::Given(other.clone());
    assert!(matches!(installation.open(), Err(Error::Missing(_))));

    let id = right.lines().last().unwrap().split_once(':').unwrap().0;
    let written = other.write();
    let body = written.expose().lines().last().unwrap().split_once(':').unwrap().1;
    installation.config.keys = KeySource::Given(KeyRing::parse(&format!("{id}:{body}")).unwrap());
    assert!(matches!(installation.open(), Err(Error::Differ(_))));

    installation.config.keys =
        KeySource::Given(KeyRing::parse(&format!("{}{right}", written.expose())).unwrap());
    assert!(installation.open().is_ok(), "the old keys beside a newer one");
}

#[test]
fn a_file_of_another_kind_is_refused_and_kept() {
    let installation = Installation::new();
    installation.open().unwrap();
    fs::write(installation.key_file(), "nonsense").unwrap();
    assert!(matches!(installation.open(), Err(Error::Unusable { .. })));
    assert_eq!(fs::read_to_string(installation.key_file()).unwrap(), "nonsense");
    assert!(installation.folder.path().exists());
}

#[test]
fn comparing_keys_leaves_the_database_to_those_that_opened_it() {
    let installation = Installation::new();
    let running = installation.open().unwrap();
    let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) =
        (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let other = connect(&installation.config, &clock, &entropy, None, Tree::builtin()).unwrap();
    compare(&other).unwrap();
    let draft = Draft { name: "Acme".to_owned(), ..Draft::default() };
    running.write_now(|work| integration::create(work, &Actor::command(), &draft, &[])).unwrap();
    assert!(matches!(compare(&other), Err(Error::Missing(_))));
}

#[test]
fn nobody_reads_half_a_key_file_and_no_draft_stays() {
    let installation = Installation::new();
    let folder = installation.key_file().parent().unwrap();
    fs::create_dir_all(folder).unwrap();
    let keys = KeyRing::generate(&SystemEntropy);
    let (made, read) = std::thread::scope(|scope| {
        let makers: Vec<_> =
            (0..8).map(|_| scope.spawn(|| make(installation.key_file(), &keys, &SystemEntropy))).collect();
        let read = loop {
            if let Some(read) = read(installation.key_file()).unwrap() {
                break read;
            }
        };
        (makers.into_iter().map(|maker| maker.join().unwrap()).collect::<Vec<_>>(), read)
    });
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    assert_eq!(read.fingerprints(), keys.fingerprints());
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
}
