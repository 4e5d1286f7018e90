//! Integrations, from the first to the last day.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Stdio;

use serde_json::Value;

use crate::installation::{Installation, text};

const NAME: &str = "Acme <b>\"O'Neill\"</b> 🦀 שלום";

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
    assert!(installation.refuses(&["integration", "revoke", NAME]).contains("nothing to revoke"));
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
