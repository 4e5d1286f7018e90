//! nginx with `auth_request`, as in `docs/gateway/nginx.conf`.

use std::process::Command;

use super::running::{Place, filled_in};
use super::*;

fn start(latchkey: u16, store: u16) -> Proxy {
    Proxy::start(latchkey, store, |place| {
        let site = filled_in(
            "nginx.conf",
            &[
                ("listen 443 ssl;", &format!("listen 127.0.0.1:{} ssl;", place.port)),
                ("127.0.0.1:8080", &format!("127.0.0.1:{}", place.latchkey)),
                ("127.0.0.1:8081", &format!("127.0.0.1:{}", place.store)),
                ("/etc/ssl/certs/api.example.com.pem", &place.file("certificate.pem")),
                ("/etc/ssl/private/api.example.com.key", &place.file("key.pem")),
            ],
        );
        std::fs::write(place.folder.join("site.conf"), site).unwrap();
        std::fs::write(place.folder.join("nginx.conf"), main_file(place)).unwrap();
        let mut nginx = Command::new("/usr/sbin/nginx");
        nginx.arg("-p").arg(place.folder).arg("-c").arg(place.folder.join("nginx.conf"));
        nginx.arg("-e").arg(place.folder.join("error.log"));
        nginx
    })
}

/// What Debian's own nginx.conf has around a site, in a folder of the test and as one process.
fn main_file(place: &Place<'_>) -> String {
    let folder = place.folder.display();
    let scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let scratch: String = scratch.iter().map(|of| format!("{of}_temp_path {folder}/{of};\n")).collect();
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n\
         events {{ worker_connections 64; }}\n\
         http {{\n{scratch}access_log off;\ninclude {folder}/site.conf;\n}}\n"
    )
}

#[test]
fn nginx_has_every_address_decided_right_and_passes_it_on_byte_for_byte() {
    every_address_is_decided_right_and_arrives_byte_for_byte(&Row::behind(start));
}

#[test]
fn nginx_passes_bytes_beyond_ascii_on_as_they_came() {
    let row = Row::behind(start);
    let header = authorization(&row.signs("GET", "/rest/V1/products", &[("q", "café")]));
    let arrived = row.arrives("GET", "/rest/V1/products?q=café", &header, "");
    assert_eq!(arrived.line, "GET /rest/V1/products?q=café HTTP/1.1");
    let path = "/rest/V1/products/café";
    assert_eq!(
        row.arrives("GET", path, &authorization(&row.signs("GET", path, &[])), "").line,
        format!("GET {path} HTTP/1.1")
    );
}

#[test]
fn nginx_hands_latchkeys_refusals_to_the_partner() {
    a_refusal_reaches_the_partner_as_latchkey_said_it(&Row::behind(start));
}

#[test]
fn nginx_lets_no_forged_header_pass() {
    no_forged_header_passes(&Row::behind(start), start);
}

#[test]
fn a_name_of_latchkeys_that_nginx_does_not_know_does_not_pass() {
    let row = Row::behind(start);
    let header = authorization(&row.signs("GET", PERMITTED, &[]));
    let (answer, json) = row.refuses("GET", PERMITTED, &format!("X-Latchkey-Else: {LIE}\r\n{header}"), "");
    assert_eq!(answer.status, 400);
    assert!(json["message"].as_str().unwrap().contains("x-latchkey-else"), "{json}");
    // nginx drops this one by itself.
    let arrived = row.arrives("GET", OPEN, &format!("X_Latchkey_Else: {LIE}\r\n"), "");
    assert!(!arrived.head.contains(LIE), "{}", arrived.head);
}

#[test]
fn nginx_names_every_header_of_latchkeys() {
    let configuration = filled_in("nginx.conf", &[]).to_lowercase();
    for name in FORGED {
        assert!(configuration.contains(&format!("proxy_set_header {} ", name.to_lowercase())), "{name}");
    }
    let source = std::fs::read_to_string("src/web/gateway/answer.rs").unwrap().to_lowercase();
    for (at, _) in source.match_indices("\"x-latchkey-") {
        let name = source[at + 1..].split('"').next().unwrap();
        assert!(
            FORGED.iter().any(|known| known.eq_ignore_ascii_case(name)),
            "{name} is not among the forged"
        );
    }
}

#[test]
fn nginx_refuses_forms_and_passes_other_bodies() {
    a_form_is_refused_and_other_bodies_pass(&Row::behind(start));
}

#[test]
fn nginx_passes_nothing_but_the_web_api() {
    let row = Row::behind(start);
    nothing_but_the_web_api_reaches_the_store(&row);
    the_token_endpoints_are_latchkeys(&row);
    // What the configuration adds for itself is not for clients.
    assert_eq!(row.sends("GET", "/latchkey/verify", "", "").status, 404);
}

#[test]
fn nginx_passes_nothing_while_latchkey_is_away() {
    nothing_passes_while_latchkey_is_away(Row::behind(start));
}
