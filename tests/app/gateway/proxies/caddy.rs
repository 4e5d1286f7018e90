//! Caddy with `forward_auth`, as in `docs/gateway/Caddyfile`.

use std::process::{Command, Stdio};

use super::running::filled_in;
use super::*;

fn start(latchkey: u16, store: u16) -> Proxy {
    Proxy::start(latchkey, store, |place| {
        let certificate = format!("tls {} {}", place.file("certificate.pem"), place.file("key.pem"));
        let site = filled_in(
            "Caddyfile",
            &[
                (
                    "\napi.example.com {\n",
                    &format!("\n{SITE}:{} {{\n\tbind 127.0.0.1\n\t{certificate}\n", place.port),
                ),
                ("127.0.0.1:8080", &format!("127.0.0.1:{}", place.latchkey)),
                ("127.0.0.1:8081", &format!("127.0.0.1:{}", place.store)),
            ],
        );
        // No administration on a fixed port, and none on port 80 for redirects.
        let site = format!("{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{site}");
        std::fs::write(place.folder.join("Caddyfile"), site).unwrap();
        let mut caddy = Command::new("/usr/bin/caddy");
        caddy.args(["run", "--adapter", "caddyfile", "--config"]).arg(place.folder.join("Caddyfile"));
        caddy
            .env("HOME", place.folder)
            .env("XDG_DATA_HOME", place.folder)
            .env("XDG_CONFIG_HOME", place.folder);
        let log = std::fs::File::create(place.folder.join("log")).unwrap();
        caddy.stdout(Stdio::null()).stderr(log);
        caddy
    })
}

#[test]
fn caddy_has_every_address_decided_right_and_passes_it_on_byte_for_byte() {
    every_address_is_decided_right_and_arrives_byte_for_byte(&Row::behind(start));
}

#[test]
fn caddy_hands_latchkeys_refusals_to_the_partner() {
    a_refusal_reaches_the_partner_as_latchkey_said_it(&Row::behind(start));
}

#[test]
fn caddy_lets_no_forged_header_pass() {
    let row = Row::behind(start);
    no_forged_header_passes(&row, start);
    // Any other name of Latchkey's, and names that programs read as the same.
    for name in ["X-Latchkey-Else", "X_Latchkey_User_Id", "X_HTTP_Method_Override"] {
        let arrived = row.arrives("GET", OPEN, &format!("{name}: {LIE}\r\n"), "");
        assert!(!arrived.head.contains(LIE), "{name} reached the store: {}", arrived.head);
    }
    // Caddy cannot take every spelling away.
    for name in ["X-Latchkey_User_Id", "X-HTTP_Method-Override", "X-Rewrite_URL"] {
        let (answer, json) = row.refuses("GET", OPEN, &format!("{name}: {LIE}\r\n"), "");
        assert_eq!(answer.status, 400, "{name}");
        assert!(json["message"].as_str().unwrap().contains(&name.to_lowercase()), "{json}");
    }
}

#[test]
fn caddy_refuses_forms_and_passes_other_bodies() {
    a_form_is_refused_and_other_bodies_pass(&Row::behind(start));
}

#[test]
fn caddy_passes_nothing_but_the_web_api() {
    let row = Row::behind(start);
    nothing_but_the_web_api_reaches_the_store(&row);
    the_token_endpoints_are_latchkeys(&row);
}

#[test]
fn caddy_passes_nothing_while_latchkey_is_away() {
    nothing_passes_while_latchkey_is_away(Row::behind(start));
}
