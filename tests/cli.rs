//! The commands as a person at a terminal runs them: the real program, in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

#[path = "support/database.rs"]
mod database;

/// A folder in which the program is started, with a database.
struct Installation {
    folder: tempfile::TempDir,
    database: database::Database,
}

impl Installation {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: database::Database::new() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("LATCHKEY_DATABASE_URL", self.database.url());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// What it prints when all goes well.
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}, {}", output.status, text(&output.stderr));
        text(&output.stdout)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.says(arguments)).unwrap()
    }

    /// What it complains about, with status 1 and nothing on standard output.
    fn refuses(&self, arguments: &[&str]) -> String {
        refused(&self.run(arguments))
    }

    /// What no command does: a statement straight to the database.
    fn sql(&self, statement: &str) {
        use diesel::connection::SimpleConnection as _;
        use diesel::{Connection as _, PgConnection, SqliteConnection};
        match self.database.url().strip_prefix("sqlite://") {
            Some(path) => SqliteConnection::establish(path).unwrap().batch_execute(statement).unwrap(),
            None => PgConnection::establish(self.database.url()).unwrap().batch_execute(statement).unwrap(),
        }
    }

    fn key_file(&self) -> PathBuf {
        self.folder.path().join("data/latchkey.key")
    }

    fn create_admin(&self, username: &str, password: &str) -> Output {
        let arguments = [
            "admin",
            "create",
            "--username",
            username,
            "--email",
            "jo@example.com",
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

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert_eq!(text(&output.stdout), "");
    text(&output.stderr)
}

const NAME: &str = "Acme <b>\"O'Neill\"</b> 🦀 שלום";

#[test]
fn an_administrator_is_made_in_a_fresh_folder() {
    let installation = Installation::new();
    let made = installation.create_admin("johanna", "correct horse battery\n");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let admins = installation.json(&["admin", "list", "--json"]);
    assert_eq!(admins.as_array().map(Vec::len), Some(1));
    assert_eq!(admins[0]["username"], "johanna");
    assert_eq!(admins[0]["role"], "Administrators");
    assert_eq!(admins[0]["is_active"], true);
    assert!(installation.says(&["admin", "list"]).contains("Jo O'Neill"));
    let again = refused(&installation.create_admin("johanna", "correct horse battery"));
    assert!(again.contains("already exists"), "{again}");
    assert!(installation.refuses(&["admin", "setup-link"]).contains("administrator already"));
}

#[test]
fn commands_that_start_together_in_a_fresh_folder_make_one_database() {
    let installation = Installation::new();
    let start = || installation.command(&["integration", "list"]).stderr(Stdio::piped()).spawn().unwrap();
    let started: Vec<_> = (0..8).map(|_| start()).collect();
    for child in started {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}

#[test]
fn a_bad_password_is_refused_with_every_reason() {
    let installation = Installation::new();
    let refusal = refused(&installation.create_admin("", "short"));
    assert!(
        refusal.contains("username:") && refusal.contains("password: Your password must be at least 12"),
        "{refusal}"
    );
}

#[test]
fn an_unknown_role_is_named() {
    let installation = Installation::new();
    let mut child = installation
        .command(&[
            "admin",
            "create",
            "--username",
            "johanna",
            "--email",
            "jo@example.com",
            "--first-name",
            "Jo",
            "--last-name",
            "X",
            "--role",
            "Clerks",
            "--password-stdin",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"correct horse battery").unwrap();
    assert!(refused(&child.wait_with_output().unwrap()).contains("Clerks"));
}

#[test]
fn the_link_for_the_first_administrator_leads_to_the_setup_page() {
    let installation = Installation::new();
    let link = installation.says(&["admin", "setup-link"]);
    let token = link.trim().strip_prefix("http://127.0.0.1:8080/admin/setup?token=").unwrap();
    assert_eq!(token.len(), 32, "{link}");
}

#[test]
fn an_integration_goes_through_its_life_by_name() {
    let installation = Installation::new();
    let (sales, products) = ("Magento_Sales::create", "Magento_Catalog::products");
    installation.says(&[
        "integration",
        "create",
        "--name",
        NAME,
        "--email",
        "jo@example.com",
        "--resource",
        sales,
        "--resource",
        products,
    ]);
    let shown = installation.json(&["integration", "show", NAME, "--json"]);
    assert_eq!(shown["name"], NAME);
    assert_eq!(shown["status"], "inactive");
    assert_eq!(shown["setup_type"], "manual");
    assert_eq!(shown["endpoint"], Value::Null);
    assert_eq!(shown["all_resources"], false);
    assert_eq!(shown["attempts"], Value::Array(Vec::new()));
    for id in [sales, products] {
        assert!(shown["resources"].as_array().unwrap().contains(&id.into()), "{shown}");
    }
    assert_eq!(shown["resources"].as_array().unwrap().len(), 3, "and the root: {shown}");
    assert!(installation.says(&["integration", "list"]).contains(NAME));

    let first = installation.json(&["integration", "activate", NAME, "--json"]);
    assert_eq!(first["consumer_key"], shown["consumer_key"]);
    for name in ["consumer_key", "consumer_secret", "access_token", "access_token_secret"] {
        let value = first[name].as_str().unwrap();
        assert!(
            value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
        );
    }
    assert!(installation.refuses(&["integration", "activate", NAME]).contains("reauthorize"));

    let lines = installation.says(&["integration", "reauthorize", NAME]);
    let value = |key: &str| lines.lines().find_map(|line| line.strip_prefix(&format!("{key}: "))).unwrap();
    assert_eq!(value("consumer_secret"), first["consumer_secret"]);
    assert_ne!(value("access_token"), first["access_token"]);
    assert_eq!(value("access_token_secret").len(), 32);

    let status = || installation.json(&["integration", "list", "--json"])[0]["status"].clone();
    assert!(installation.refuses(&["integration", "resume", NAME]).contains("not suspended"));
    installation.says(&["integration", "suspend", NAME]);
    assert_eq!(status(), "suspended");
    assert!(installation.refuses(&["integration", "activate", NAME]).contains("suspended"));
    installation.says(&["integration", "resume", NAME]);
    assert_eq!(status(), "active");
    installation.says(&["integration", "revoke", NAME]);
    assert_eq!(status(), "inactive");
    assert!(installation.refuses(&["integration", "reauthorize", NAME]).contains("activate"));
    assert!(installation.says(&["integration", "delete", NAME]).contains(NAME));
    assert_eq!(installation.json(&["integration", "list", "--json"]), Value::Array(Vec::new()));
    assert!(installation.refuses(&["integration", "show", NAME]).contains(NAME));
}

#[test]
fn a_refused_change_of_token_leaves_the_token_alone() {
    let installation = Installation::new();
    installation.says(&["integration", "create", "--name", "Acme", "--all-resources"]);
    assert!(installation.refuses(&["integration", "reauthorize", "Acme"]).contains("activate"));
    let shown = installation.json(&["integration", "show", "Acme", "--json"]);
    assert_eq!((&shown["status"], &shown["all_resources"]), (&"inactive".into(), &true.into()));
}

#[test]
fn what_cannot_be_accepted_is_said_field_by_field() {
    let installation = Installation::new();
    installation.says(&["integration", "create", "--name", "Acme"]);
    assert!(installation.refuses(&["integration", "create", "--name", " aCME "]).contains("exists"));
    let refusal = installation.refuses(&[
        "integration",
        "create",
        "--name",
        "B",
        "--email",
        "nobody",
        "--endpoint",
        "http://a.example/",
        "--resource",
        "Magento_No::such",
    ]);
    for part in ["email:", "endpoint:", "egress_allow", "a.example:80", "Magento_No::such"] {
        assert!(refusal.contains(part), "{part}: {refusal}");
    }
}

#[test]
fn activating_an_integration_with_both_addresses_sends_the_callback_and_prints_the_attempt() {
    let here = Installation::new();
    let partner = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = partner.local_addr().unwrap().port();
    let endpoint = format!("http://127.0.0.1:{port}/callback");
    let allowed = format!("127.0.0.1:{port}");
    let run = |arguments: &[&str]| {
        here.command(arguments).env("LATCHKEY_EGRESS_ALLOW", &allowed).stdin(Stdio::null()).output().unwrap()
    };
    let made = run(&[
        "integration",
        "create",
        "--name",
        "Acme",
        "--endpoint",
        &endpoint,
        "--identity-link-url",
        &endpoint,
    ]);
    assert!(made.status.success(), "{}", text(&made.stderr));

    let taking = std::thread::spawn(move || {
        let (mut stream, _) = partner.accept().unwrap();
        let (mut request, mut part) = (String::new(), [0; 4096]);
        while request.split_once("oauth_verifier=").is_none_or(|(_, verifier)| verifier.len() < 32) {
            let length = stream.read(&mut part).unwrap();
            assert!(length > 0, "the request ended early: {request}");
            request.push_str(&text(&part[..length]));
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        request
    });
    let sent = run(&["integration", "activate", "Acme"]);
    assert!(sent.status.success(), "{}", text(&sent.stderr));
    let printed = text(&sent.stdout);
    assert!(
        printed.starts_with(&format!("attempt: 1\nendpoint: {endpoint}\nstate: delivered\n")),
        "{printed}"
    );
    let request = taking.join().unwrap();
    let body = request.split_once("\r\n\r\n").unwrap().1;
    let fields: Vec<_> = body.split('&').map(|field| field.split('=').next().unwrap()).collect();
    assert_eq!(fields, ["oauth_consumer_key", "oauth_consumer_secret", "store_base_url", "oauth_verifier"]);

    // Nobody listens any more: told as it is, and nothing else has changed.
    let failed = run(&["integration", "activate", "Acme", "--json"]);
    assert_eq!(failed.status.code(), Some(1));
    let attempt: Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!((&attempt["number"], &attempt["state"]), (&2.into(), &"failed".into()));
    assert!(
        attempt["steps"].as_array().unwrap().iter().any(|step| step["cause"] == "connection_refused"),
        "{attempt}"
    );
    let shown = here.json(&["integration", "show", "Acme", "--json"]);
    assert_eq!((&shown["status"], shown["attempts"].as_array().unwrap().len()), (&"inactive".into(), 2));
    let secret = body.split('&').nth(1).unwrap().split('=').nth(1).unwrap();
    assert!(!text(&failed.stdout).contains(secret) && !printed.contains(secret));
}

#[test]
fn the_audit_trail_is_verified_and_a_broken_one_is_named() {
    let here = Installation::new();
    assert_eq!(here.says(&["audit", "verify"]), "The audit trail is empty.\n");
    here.says(&["config", "set", "oauth/consumer/post_timeout", "7"]);
    here.says(&["integration", "create", "--name", "Acme"]);
    let whole = here.says(&["audit", "verify"]);
    assert!(whole.starts_with("All 2 entries of the audit trail are as they were written."), "{whole}");
    here.sql("update audit_entry set changes = '[]' where entry_id = 1");
    let broken = here.refuses(&["audit", "verify"]);
    assert_eq!(broken, "The audit trail is broken: entry 1 is not as it was written.\n");
    here.sql("delete from audit_entry where entry_id = 1");
    assert_eq!(here.refuses(&["audit", "verify"]), "The audit trail is broken: entry 1 is missing.\n");
}

#[test]
fn a_link_for_a_forgotten_password_is_printed_and_a_second_factor_taken_away() {
    let here = Installation::new();
    assert!(here.create_admin("jo", "correct horse battery").status.success());
    let said = here.says(&["admin", "reset-password", "JO"]);
    assert!(said.starts_with("A new password can be chosen here, once and within 2 hours:\n"), "{said}");
    let link = said.lines().nth(1).unwrap();
    let token = link.strip_prefix("http://127.0.0.1:8080/admin/resetpassword?token=").unwrap();
    assert_eq!(token.len(), 32);
    let said = here.says(&["admin", "reset-otp", "jo"]);
    assert_eq!(said, "The second factor of 'jo' has been taken away.\n");
    for command in ["reset-password", "reset-otp"] {
        assert_eq!(
            here.refuses(&["admin", command, "nobody"]),
            "Couldn't find the user account \"nobody\"\n"
        );
    }
}

#[test]
fn settings_are_read_changed_and_forgotten() {
    let installation = Installation::new();
    let path = "oauth/consumer/expiration_period";
    assert_eq!(installation.says(&["config", "get", path]), "300\n");
    installation.says(&["config", "set", path, "60"]);
    assert_eq!(installation.says(&["config", "get", path]), "60\n");
    let list = installation.json(&["config", "list", "--json"]);
    let row = list.as_array().unwrap().iter().find(|row| row["path"] == path).unwrap();
    assert_eq!((&row["value"], &row["default"], &row["is_set"]), (&"60".into(), &"300".into(), &true.into()));
    assert!(installation.refuses(&["config", "set", path, "-1"]).contains("whole number"));
    installation.says(&["config", "unset", path]);
    assert!(installation.says(&["config", "list"]).contains(&format!("{path} = 300\n")));
    assert!(installation.refuses(&["config", "get", "no/such/path"]).contains("no/such/path"));
}

#[test]
fn a_server_prints_the_link_serves_and_stops_when_told() {
    let installation = Installation::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let mut server =
        installation.command(&[]).env("LATCHKEY_LISTEN", &address).stdout(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut connection = loop {
        match TcpStream::connect(&address) {
            Ok(connection) => break connection,
            Err(_) => assert!(Instant::now() < deadline && server.try_wait().unwrap().is_none(), "no server"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    // An answer shows that it serves, and so that it hears signals.
    connection.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let stop = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(stop.success());
    assert!(server.wait().unwrap().success());
    let mut printed = String::new();
    server.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    assert!(printed.contains(&format!("http://{address}/admin/setup?token=")), "{printed}");
}

#[test]
fn a_start_on_an_address_that_is_taken_leaves_the_link_alone() {
    let installation = Installation::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let outcome = installation.command(&[]).env("LATCHKEY_LISTEN", &address).output().unwrap();
    // `refused` sees to it that no link is printed, which would have voided an earlier one.
    assert!(refused(&outcome).contains(&format!("cannot listen on {address}")), "{}", text(&outcome.stderr));
}

#[test]
fn wrong_usage_ends_with_status_2() {
    let installation = Installation::new();
    for arguments in [
        &["integration", "create"][..],
        &["fly"],
        &["config", "get"],
        &["integration", "show", "a", "--yaml"],
    ] {
        assert_eq!(installation.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let both =
        ["integration", "create", "--name", "A", "--all-resources", "--resource", "Magento_Sales::create"];
    assert_eq!(installation.run(&both).status.code(), Some(2));
}

#[test]
fn an_unknown_setting_or_variable_stops_the_start() {
    let installation = Installation::new();
    let output = installation.command(&["serve"]).env("LATCHKEY_LISEN", "127.0.0.1:1").output().unwrap();
    assert!(refused(&output).contains("LATCHKEY_LISEN"));
    fs::write(installation.folder.path().join("latchkey.toml"), "lisen = \"127.0.0.1:1\"\n").unwrap();
    for arguments in [&["serve"][..], &["migrate"], &["admin", "list"]] {
        assert!(installation.refuses(arguments).contains("`lisen`"), "{arguments:?}");
    }
}

#[test]
fn a_public_address_is_required_where_others_can_connect() {
    let installation = Installation::new();
    let output = installation.command(&["serve"]).env("LATCHKEY_LISTEN", "0.0.0.0:0").output().unwrap();
    assert!(refused(&output).contains("base_url"));
}

#[test]
fn a_key_file_that_others_can_read_stops_the_start() {
    let installation = Installation::new();
    installation.says(&["migrate"]);
    let mode = fs::metadata(installation.key_file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::set_permissions(installation.key_file(), fs::Permissions::from_mode(0o640)).unwrap();
    assert!(installation.refuses(&["serve"]).contains("chmod 600 data/latchkey.key"));
}

#[test]
fn missing_or_other_keys_stop_the_start_and_no_file_is_made() {
    let installation = Installation::new();
    installation.says(&["integration", "create", "--name", "Acme"]);
    let kept = installation.folder.path().join("kept.key");
    fs::rename(installation.key_file(), &kept).unwrap();
    assert!(installation.refuses(&["serve"]).contains("data/latchkey.key is missing"));
    assert!(!installation.key_file().exists());
    let other = Installation::new();
    other.says(&["migrate"]);
    fs::copy(other.key_file(), installation.key_file()).unwrap();
    assert!(installation.refuses(&["integration", "list"]).contains("keys that are missing"));
    fs::rename(&kept, installation.key_file()).unwrap();
    assert!(installation.says(&["integration", "list"]).contains("Acme"));
}

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

#[test]
fn api_tokens_are_revoked_by_name_and_by_email() {
    let installation = Installation::new();
    assert!(installation.create_admin("jo", "correct horse battery").status.success());
    installation.sql(
        "insert into customer (email, email_folded, firstname, firstname_folded, lastname, lastname_folded,
             password_hash, website, is_active, confirmed, created_at, updated_at)
         values ('Ada@example.com', 'ada@example.com', 'Ada', 'ada', 'E', 'e', '', 'base', true, true,
             '2026-01-01 00:00:00', '2026-01-01 00:00:00');
         insert into bearer_token (user_type, admin_id, digest, created_at)
         select 2, user_id, 'a', '2026-01-01 00:00:00' from admin_user;
         insert into bearer_token (user_type, customer_id, digest, created_at)
         select 3, customer_id, 'b', '2026-01-01 00:00:00' from customer",
    );
    for (arguments, name) in [
        (["admin", "revoke-tokens", "JO"], "jo"),
        (["customer", "revoke-tokens", "ada@EXAMPLE.com"], "Ada@example.com"),
    ] {
        let said = format!("The one token of '{name}' has been revoked.\n");
        assert_eq!(installation.says(&arguments), said);
        assert_eq!(installation.says(&arguments), format!("'{name}' had no tokens.\n"));
    }
    assert!(installation.refuses(&["admin", "revoke-tokens", "ed"]).contains("\"ed\""));
    let refused = installation.refuses(&["customer", "revoke-tokens", "eve@example.com"]);
    assert!(refused.contains("eve@example.com"), "{refused}");
}
