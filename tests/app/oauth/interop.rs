//! The exchange with OAuth clients as partners use them: Python's requests-oauthlib and Node's oauth-1.0a, unmodified.
//! `script/test` installs them below `target/interop`.

use std::process::Command;

use super::*;
use crate::oauth::real::Remote;

const PYTHON: &str = "target/interop/python/bin/python";
const NODE: &str = "node";

/// Runs the partner, and asks about the call that it signed.
fn exchanges(program: &str, script: &str, method: &str) {
    let acme = Remote::new();
    let handed = acme.hands_over();
    let here = std::env::current_dir().unwrap();
    let program = if program.contains('/') { here.join(program) } else { program.into() };
    let mut partner = Command::new(program);
    partner.current_dir("target/interop").arg(here.join(script)).arg(acme.server.address());
    partner.args([&handed.consumer_key, &handed.consumer_secret, &handed.verifier]).arg(method);
    // The client refuses plain http otherwise.
    partner.env("OAUTHLIB_INSECURE_TRANSPORT", "1");
    let output = partner.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{script} {method}: {}", String::from_utf8_lossy(&output.stderr));
    let [token, secret, call, authorization] = printed.lines().collect::<Vec<_>>()[..] else {
        panic!("{printed}")
    };
    assert_eq!((token.len(), secret.len()), (32, 32));
    assert!(call.starts_with(CALL), "{call}");
    let answer = acme.server.verify(call, authorization);
    assert_eq!(answer.status, 200, "{script} {method}: {}", answer.body);
}

#[test]
fn requests_oauthlib_exchanges_and_calls_by_hmac_sha1() {
    exchanges(PYTHON, "tests/interop/partner.py", "HMAC-SHA1");
}

#[test]
fn requests_oauthlib_exchanges_and_calls_by_hmac_sha256() {
    exchanges(PYTHON, "tests/interop/partner.py", "HMAC-SHA256");
}

#[test]
fn oauth_1_0a_exchanges_and_calls_by_hmac_sha1() {
    exchanges(NODE, "tests/interop/partner.mjs", "HMAC-SHA1");
}

#[test]
fn oauth_1_0a_exchanges_and_calls_by_hmac_sha256() {
    exchanges(NODE, "tests/interop/partner.mjs", "HMAC-SHA256");
}
