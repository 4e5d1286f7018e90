//! Starting: the server, the keys, wrong usage, wrong configuration.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::installation::{Installation, refused, text};
use crate::port::free_port;

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
fn a_server_prints_the_link_serves_and_stops_when_told() {
    let installation = Installation::new();
    let address = format!("127.0.0.1:{}", free_port());
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
fn a_postgresql_that_may_lose_what_it_acknowledged_stops_the_start() {
    let installation = Installation::new();
    // A file has no such settings.
    let Some(url) = installation.postgres_url() else { return };
    installation.says(&["migrate"]);
    let refusal = |url: String| {
        refused(&installation.command(&["serve"]).env("LATCHKEY_DATABASE_URL", url).output().unwrap())
    };
    let told = refusal(format!("{url}%20-csynchronous_commit%3Doff"));
    assert!(told.contains("synchronous_commit = off"), "{told}");
    // `fsync` is a matter of the whole server: here something else answers for it.
    installation.sql(
        "create function current_setting(name text) returns text language sql
         return case name when 'fsync' then 'off' else pg_catalog.current_setting(name) end",
    );
    let told = refusal(format!("{url}%2Cpg_catalog"));
    assert!(told.contains("fsync = off"), "{told}");
}

#[test]
fn a_database_that_is_not_there_is_named_without_its_password_and_with_the_remedy() {
    let installation = Installation::new();
    for (address, remedy) in [
        ("postgres://jo:hunter2@127.0.0.1:1/shop", "correct `database_url`"),
        ("postgres://jo:hunter2%zz@127.0.0.1:1/shop", "such as `%40` for `@`"),
    ] {
        let with =
            |argument| installation.command(&[argument]).env("LATCHKEY_DATABASE_URL", address).output();
        let (started, examined) = (with("serve").unwrap(), with("doctor").unwrap());
        for told in [refused(&started), text(&examined.stdout)] {
            let told = told.lines().find(|line| line.contains("cannot open")).unwrap();
            assert!(told.contains("postgres://127.0.0.1:1/shop") && told.contains(remedy), "{told}");
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
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
