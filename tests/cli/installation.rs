//! A folder in which the program is started, with a database of its own.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::database;

/// A folder in which the program is started, with a database.
pub(crate) struct Installation {
    pub(crate) folder: tempfile::TempDir,
    database: database::Database,
}

impl Installation {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: database::Database::new() }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("LATCHKEY_DATABASE_URL", self.database.url());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// What it prints when all goes well.
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}, {}", output.status, text(&output.stderr));
        text(&output.stdout)
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.says(arguments)).unwrap()
    }

    /// What it complains about, with status 1 and nothing on standard output.
    pub(crate) fn refuses(&self, arguments: &[&str]) -> String {
        refused(&self.run(arguments))
    }

    /// The address of the database, when it is one of PostgreSQL: more options can be added at its end.
    pub(crate) fn postgres_url(&self) -> Option<&str> {
        Some(self.database.url()).filter(|url| url.starts_with("postgres"))
    }

    /// What no command does: a statement straight to the database.
    pub(crate) fn sql(&self, statement: &str) {
        use diesel::connection::SimpleConnection as _;
        use diesel::{Connection as _, PgConnection, SqliteConnection};
        match self.database.url().strip_prefix("sqlite://") {
            Some(path) => SqliteConnection::establish(path).unwrap().batch_execute(statement).unwrap(),
            None => PgConnection::establish(self.database.url()).unwrap().batch_execute(statement).unwrap(),
        }
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.path().join("data/latchkey.key")
    }

    pub(crate) fn create_admin(&self, username: &str, password: &str) -> Output {
        let email = format!("{username}@example.com");
        let arguments = [
            "admin",
            "create",
            "--username",
            username,
            "--email",
            &email,
            "--first-name",
            "Jo",
            "--last-name",
            "O'Neill",
            "--password-stdin",
        ];
        let mut child = self
            .command(&arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert_eq!(text(&output.stdout), "");
    text(&output.stderr)
}
