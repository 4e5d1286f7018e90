//! The gateway among programs that others wrote: clients of Node, HAProxy, and the documented checks of the signature
//! in PHP and Python. `script/test` installs them.

use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use super::*;
use crate::gateway::real::activated;
use crate::support::port::free_port;
use crate::support::server::Server;
use crate::support::signer::Credentials;
use crate::support::upstream::{Arrived, Wire};

const JSON: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}";

/// The program in front of that upstream, and a partner of it.
fn shop(upstream: &Upstream) -> (Server, Credentials) {
    let server = Server::start_with(&format!(
        "upstream_url = \"{}\"\nupstream_secret = \"a secret\"",
        upstream.address()
    ));
    let credentials = activated(&server);
    (server, credentials)
}

fn lines(upstream: &Upstream) -> Vec<String> {
    upstream.arrived().iter().map(|arrived| arrived.line().to_owned()).collect()
}

/// Runs a client of Node's: five calls, each of which is answered and arrives as the integration's.
fn calls(script: &str, more: &[&str]) -> Vec<String> {
    let upstream = Upstream::answering(JSON);
    let (server, credentials) = shop(&upstream);
    let here = std::env::current_dir().unwrap();
    let mut client = Command::new("node");
    client.current_dir("target/interop").arg(here.join("tests/interop").join(script));
    client.arg(server.address().trim_end_matches('/'));
    client.args([&credentials.consumer_key, &credentials.consumer_secret]);
    client.args([&credentials.access_token, &credentials.access_token_secret]).args(more);
    let output = client.output().unwrap();
    assert_eq!(printed(&output), "200 {\"ok\":true}\n".repeat(5), "{script} {more:?}");
    for arrived in upstream.arrived() {
        assert_eq!(arrived.headers("x-latchkey-integration"), ["Acme"]);
        assert_eq!(arrived.headers("authorization"), [""; 0]);
    }
    lines(&upstream)
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn magento_api_rest_calls_by_both_hashes() {
    for hash in ["1", "256"] {
        let lines = calls("magento-api-rest.mjs", &[hash]);
        assert!(
            lines[0].contains("&searchCriteria[filter_groups][0][filters][0][field]=sku&"),
            "{}",
            lines[0]
        );
        assert!(lines[0].contains("[value]=a%2Fb%20c%C3%BC&"), "{}", lines[0]);
        assert_eq!(lines[1], "GET /rest/V1/products/a%2Fb%20c%C3%BC?searchCriteria= HTTP/1.1");
        assert_eq!(lines[2], "POST /rest/V1/products HTTP/1.1");
        assert_eq!(lines[3], "PUT /rest/V1/products/a%2Fb%20c%C3%BC HTTP/1.1");
        assert_eq!(lines[4], "DELETE /rest/V1/products/a%2Fb%20c%C3%BC HTTP/1.1");
    }
}

#[test]
fn magento2_api_wrapper_calls_by_hmac_sha256() {
    let lines = calls("magento2-api-wrapper.mjs", &[]);
    assert!(
        lines[0].contains("searchCriteria[filter_groups][0][filters][0][value]=a%2Fb%20c%C3%BC&"),
        "{}",
        lines[0]
    );
    assert_eq!(lines[1], "GET /rest/default/V1/products/a%2Fb%20c%C3%BC HTTP/1.1");
    assert_eq!(lines[4], "DELETE /rest/V1/products/a%2Fb%20c%C3%BC HTTP/1.1");
}

/// The code block of that language in the documents of the gateway.
fn documented(language: &str) -> String {
    let text = std::fs::read_to_string("docs/gateway/README.md").unwrap();
    let (_, block) = text.split_once(&format!("```{language}\n")).unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

/// What the documented check says of a request, at that time.
fn checked(language: &str, arrived: &Arrived, method: &str, seconds_later: i64) -> String {
    let [_, target, _] = arrived.line().split(' ').collect::<Vec<_>>()[..] else { panic!() };
    let signature = arrived.headers("x-latchkey-signature").concat();
    let digits: String = signature.chars().skip("t=".len()).take_while(char::is_ascii_digit).collect();
    let time: i64 = digits.parse().unwrap();
    let names = ["Signature", "User-Type", "User-Id", "Integration", "Consumer-Id", "Resources"];
    let headers = names.map(|name| format!("X-Latchkey-{name}"));
    let headers = headers.iter().flat_map(|name| arrived.headers(name).first().map(|value| (name, *value)));
    let code = documented(language);
    let now = time + seconds_later;
    let (program, switch, script) = if language == "python" {
        let headers: Vec<String> = headers.map(|(name, value)| format!("{name:?}: {value:?}")).collect();
        let call = format!(
            "print(is_from_latchkey('a secret', {method:?}, {target:?}, {{{}}}, {now}))",
            headers.join(", ")
        );
        ("python3", "-c", format!("{code}\n{call}"))
    } else {
        let name = |name: &str| format!("HTTP_{}", name.to_uppercase().replace('-', "_"));
        let headers: Vec<String> =
            headers.map(|(header, value)| format!("'{}' => '{value}'", name(header))).collect();
        let server =
            format!("['REQUEST_METHOD' => '{method}', 'REQUEST_URI' => '{target}', {}]", headers.join(", "));
        let call = format!("echo is_from_latchkey('a secret', {server}, {now}) ? 'True' : 'False', PHP_EOL;");
        ("php", "-r", format!("{}\n{call}", code.trim_start_matches("<?php")))
    };
    printed(&Command::new(program).args([switch, &script]).output().unwrap()).trim().to_owned()
}

#[test]
fn the_documented_checks_accept_what_we_signed_and_nothing_else() {
    let upstream = Upstream::answering(JSON);
    let (server, credentials) = shop(&upstream);
    server.ask(&format!("GET {CART}a%2Fb?x[]=1&y=%C3%BC HTTP/1.1\r\n"));
    let header = crate::gateway::real::signed(&server, &credentials, "n");
    server.ask(&format!("GET {PERMITTED} HTTP/1.1\r\nAuthorization: {header}\r\n"));
    for arrived in upstream.arrived() {
        for language in ["python", "php"] {
            let says = |arrived: &Arrived, method: &str, later| checked(language, arrived, method, later);
            assert_eq!(says(&arrived, "GET", 0), "True", "{language}: {}", arrived.head);
            assert_eq!(says(&arrived, "GET", 299), "True");
            assert_eq!(says(&arrived, "GET", 301), "False", "{language}: too old");
            assert_eq!(says(&arrived, "POST", 0), "False", "{language}: another method");
            for (from, to) in
                [("/rest/", "/rest/x/"), ("user-id: ", "user-id: 1"), ("v1=", "v1=0"), (",v1=", ";v1=")]
            {
                let forged = Arrived { head: arrived.head.replacen(from, to, 1), ..arrived.clone() };
                assert_ne!(forged.head, arrived.head);
                assert_eq!(says(&forged, "GET", 0), "False", "{language}: {from}");
            }
        }
    }
    assert_eq!(upstream.arrived().len(), 2);
}

/// A running HAProxy with the documented configuration, on ports of its own.
struct HaProxy {
    port: u16,
    process: Child,
    _folder: tempfile::TempDir,
}

impl HaProxy {
    fn in_front_of(server: &Server) -> Self {
        let port = free_port();
        let mut configuration = std::fs::read_to_string("docs/gateway/haproxy.cfg").unwrap();
        for (from, to) in [
            ("bind 127.0.0.1:8000\n", format!("bind 127.0.0.1:{port}\n")),
            ("server node1 127.0.0.1:8080 ", format!("server node1 127.0.0.1:{} ", server.port)),
        ] {
            assert!(configuration.contains(from), "{from}");
            configuration = configuration.replace(from, &to);
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, configuration).unwrap();
        let process = Command::new("/usr/sbin/haproxy").arg("-db").arg("-f").arg(file).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "HAProxy did not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { port, process, _folder: folder }
    }

    fn send(&self, server: &Server, lines: &str) -> Raw {
        let mut wire = Wire::to(self.port);
        wire.send(&format!("{lines}\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", server.port));
        Raw::read(&mut wire)
    }
}

impl Drop for HaProxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn haproxy_stands_in_front_as_documented() {
    let upstream = Upstream::answering(JSON);
    let (server, credentials) = shop(&upstream);
    let proxy = HaProxy::in_front_of(&server);
    let header = crate::gateway::real::signed(&server, &credentials, "n");
    let forged = "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Uri: /x\r\nX-Latchkey-User-Id: 192.0.2.9\r\n\
        X-Original-URI: /192.0.2.9\r\nX-Original-Method: 192.0.2.9\r\nX-Latchkey-Other: 192.0.2.9\r\n\
        X-HTTP-Method-Override: DELETE\r\nForwarded: for=192.0.2.9\r\nX-Real-IP: 192.0.2.9\r\nX-Client-IP: 192.0.2.9\r\n\
        X_Real_IP: 192.0.2.9\r\nX_Forwarded_Port: 192.0.2.9\r\nx-Forwarded_For: 192.0.2.9";
    let call = format!("GET {PERMITTED} HTTP/1.1\r\nAuthorization: {header}\r\n{forged}");
    let answer = proxy.send(&server, &call);
    assert_eq!((answer.status, &*answer.body), (200, &b"{\"ok\":true}"[..]));
    let arrived = upstream.last();
    assert_eq!(arrived.headers("x-latchkey-user-type"), ["integration"]);
    assert_eq!(arrived.headers("x-forwarded-for"), ["127.0.0.1, 127.0.0.1"]);
    assert_eq!(arrived.headers("x-forwarded-proto"), ["http"]);
    assert!(!arrived.head.contains("192.0.2.9") && !arrived.head.contains("evil"), "{}", arrived.head);
    let again = proxy.send(&server, &call);
    assert_eq!((again.status, again.json()["oauth_problem"].as_str()), (401, Some("nonce_used")));
    for rest in ["a%2Fb", "a?x[]=1&x[]=&y=%C3%BC+z&x", "a?", "%61%2fb;c"] {
        assert_eq!(proxy.send(&server, &format!("GET {CART}{rest} HTTP/1.1")).status, 200, "{rest}");
        assert_eq!(upstream.last().line(), format!("GET {CART}{rest} HTTP/1.1"));
    }
    for hidden in ["/admin", "/gateway/verify", "/health/live", "/oauth/tokens"] {
        assert_eq!(proxy.send(&server, &format!("GET {hidden} HTTP/1.1")).status, 404, "{hidden}");
    }
    let token = proxy.send(&server, "POST /oauth/token/request HTTP/1.1\r\nContent-Length: 0");
    assert_eq!(token.status, 400);
}
