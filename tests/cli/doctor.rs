//! What the doctor finds.

use std::fs;
use std::process::Command;

use crate::installation::{Installation, text};

#[test]
fn the_doctor_finds_nothing_wrong_with_a_fresh_or_a_running_installation() {
    let installation = Installation::new();
    installation.says(&["migrate"]);
    let report = installation.says(&["doctor"]);
    for subject in ["configuration: ok", "database: ok", "keys: ok", "clock: ok"] {
        assert!(report.contains(subject), "{report}");
    }
    assert_eq!(installation.says(&["migrate"]), "The database is up to date.\n");
}

#[test]
fn the_doctor_changes_nothing_in_a_fresh_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    let output = doctor.arg("doctor").current_dir(folder.path()).env_clear().output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_doctor_names_what_is_wrong_and_the_remedy() {
    let installation = Installation::new();
    installation.says(&["integration", "create", "--name", "Acme"]);
    fs::remove_file(installation.key_file()).unwrap();
    let output = installation.run(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    assert!(report.contains("keys: problem:") && report.contains("restore it from your backup"), "{report}");
    assert!(!installation.key_file().exists());
    let output = installation.command(&["doctor"]).env("LATCHKEY_WORKERS", "0").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("configuration: problem: the setting `workers`"));
}
