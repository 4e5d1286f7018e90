//! Python's `requests` and `pymagento`, unmodified: tokens of an administrator and of an integration that may use its
//! token without a signature. `script/interop` installs them.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::*;
use crate::support::server::Server;
use crate::support::upstream::Upstream;

const PRODUCT: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"sku\":\"a/b c\"}";

fn client(server: &Server, arguments: &[&str]) -> Output {
    let here = std::env::current_dir().unwrap();
    let mut client = Command::new(here.join("target/interop/python/bin/python"));
    client.current_dir("target/interop").arg(here.join("tests/interop/bearer.py")).arg(server.address());
    client.args(arguments).output().unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned()
}

fn make_admin(server: &Server) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    command.current_dir(server.folder.path()).env("LATCHKEY_DATABASE_URL", server.database.url());
    command.args(["admin", "create", "--username", "jo", "--email", "jo@example.com"]);
    command.args(["--first-name", "Jo", "--last-name", "Example", "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

const UNDECIDED: &str = "refused: The call cannot be decided at this moment. Try again.";

/// Calls until another answer comes, which takes a second at the most after a command. To come again is no answer.
fn until_another(call: impl Fn() -> String, before: &str) -> String {
    let began = Instant::now();
    loop {
        let late = began.elapsed() > Duration::from_secs(1);
        let answer = call();
        if answer != before && answer != UNDECIDED {
            return answer;
        }
        assert!(!late || answer == UNDECIDED, "still {before}");
        assert!(began.elapsed() < Duration::from_secs(20), "still {answer}");
    }
}

#[test]
fn requests_gets_a_token_and_pymagento_calls_with_it_until_it_is_revoked() {
    let upstream = Upstream::answering(PRODUCT);
    let server = Server::start_with(&format!("upstream_url = \"{}\"", upstream.address()));
    make_admin(&server);
    assert_eq!(printed(&client(&server, &["token", "jo", "wrong"])), format!("401 {GENERIC}"));
    let token = printed(&client(&server, &["token", "jo", PASSWORD]));
    let token = token.strip_prefix("200 ").unwrap();
    let call = |token: &str| printed(&client(&server, &["call", token]));
    assert_eq!(call(token), "a/b c");
    assert_eq!(upstream.last().line(), "GET /rest/all/V1/products/a%2Fb%20c HTTP/1.1");
    assert_eq!(upstream.last().headers("x-latchkey-user-type"), ["admin"]);
    server.command(&["admin", "revoke-tokens", "jo"]);
    assert_eq!(until_another(|| call(token), "a/b c"), "refused: The access token is unknown or was revoked");
}

#[test]
fn pymagento_calls_with_the_token_of_an_integration_that_allows_it() {
    let upstream = Upstream::answering(PRODUCT);
    let server = Server::start_with(&format!("upstream_url = \"{}\"", upstream.address()));
    let credentials = crate::gateway::real::activated(&server);
    let call = || printed(&client(&server, &["call", &credentials.access_token]));
    let refused = call();
    assert!(refused.starts_with("refused: The access token of this integration signs calls"), "{refused}");
    server.command(&["config", "set", "oauth/consumer/enable_integration_as_bearer", "1"]);
    assert_eq!(until_another(call, &refused), "a/b c");
    assert_eq!(upstream.last().headers("x-latchkey-integration"), ["Acme"]);
    server.command(&["integration", "revoke", "Acme"]);
    assert_eq!(until_another(call, "a/b c"), "refused: The access token is unknown or was revoked");
}
