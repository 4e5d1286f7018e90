//! What the store is sent.

use super::*;

#[test]
fn path_and_query_arrive_byte_for_byte() {
    let upstream = Upstream::well();
    let app = TestApp::with(|config| {
        config.upstream_url = Some(format!("{}magento%2F2/", upstream.address()).parse().unwrap());
    });
    let gateway = Gateway::of(&app);
    for rest in [
        "a%2Fb",
        "a%2fb%C3%BC%20c+d%25",
        "a;b=c,d:e@f!$&'()*~{}\"|^[]",
        "a?",
        "a?searchCriteria[filter_groups][0][filters][0][field]=sku&x=1&x=1&y=&z&&=",
        "a?a%5B0%5D=1&a%5b1%5d=2&q=a+b%20c%2B%zz",
        "a?q=/../x//?y=\\^`{|}'",
        "%61?%61=%7E~",
    ] {
        assert_eq!(gateway.get(&format!("{CART}{rest}")).status, 200, "{rest}");
        assert_eq!(upstream.last().line(), format!("GET /magento%2F2{CART}{rest} HTTP/1.1"));
    }
    let absolute = gateway.get(&format!("http://other.example{CART}a%2Fb?x"));
    assert_eq!(absolute.status, 200);
    assert_eq!(upstream.last().line(), format!("GET /magento%2F2{CART}a%2Fb?x HTTP/1.1"));
}

#[test]
fn what_is_no_address_in_http_is_refused_and_never_repaired() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    for rest in ["ü", "a?q=ü", "<a>", "a`b", "a?<", "a?\""] {
        let mut wire = gateway.begin(&format!("GET {CART}{rest} HTTP/1.1"));
        assert!(wire.head().unwrap().starts_with("HTTP/1.1 400 "), "{rest}");
    }
    assert_eq!(upstream.arrived().len(), 0);
}

#[test]
fn what_we_say_cannot_be_said_by_others() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    let forged = "X-Latchkey-User-Type: admin\r\nX_Latchkey_User_Id: 1\r\nX-Latchkey-Signature: t=1,v1=00\r\nX-Latchkey-New: 1\r\n\
        X-HTTP-Method-Override: DELETE\r\nX-Original-URL: /a\r\nX-Original-URI: /a\r\nX_Original_Method: DELETE\r\nX-Rewrite-URL: /b\r\nX_HTTP_Method_Override: PUT\r\nProxy: http://evil.example/\r\n\
        Keep-Alive: x\r\nTE: trailers\r\nTrailer: X\r\nProxy-Authorization: Basic eA==\r\nX-Named: 1\r\nConnection: X-Named\r\n\
        Authorization: Basic eA==\r\nCookie: a=1; latchkey=secret; __Secure-latchkey=secret; b=2\r\nX-Kept: 1\r\nX-Kept: 2";
    let answer = gateway.send(&format!("GET {CART}a HTTP/1.1\r\n{forged}"), b"");
    assert_eq!(answer.status, 200);
    let arrived = upstream.last();
    assert_eq!(arrived.headers("x-latchkey-user-type"), ["guest"]);
    assert_eq!(arrived.headers("x-latchkey-user-id"), ["0"]);
    assert_eq!(arrived.headers("x-kept"), ["1", "2"]);
    assert_eq!(arrived.headers("cookie"), ["a=1; b=2"]);
    let names: Vec<_> =
        arrived.head.lines().skip(1).filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
    let ours = ["x-latchkey-user-type", "x-latchkey-user-id", "x-latchkey-resources"];
    let passed =
        ["host", "cookie", "x-kept", "x-kept", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];
    for name in &names {
        assert!(ours.contains(name) || passed.contains(name), "{name} arrived: {}", arrived.head);
    }
}

#[test]
fn the_store_learns_from_where_a_call_comes() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    // This machine may speak for others, as a proxy on it does.
    let told = "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\nX-Forwarded-Port: 443\r\n\
        X_Forwarded_Port: forged\r\nX_Real_IP: forged\r\nX-Client_IP: forged";
    gateway.send(&format!("GET {CART}a HTTP/1.1\r\n{told}"), b"");
    let arrived = upstream.last();
    assert_eq!(arrived.headers("x-forwarded-for"), ["192.0.2.1, 127.0.0.1"]);
    assert_eq!(arrived.headers("x-forwarded-proto"), ["https"]);
    assert_eq!(arrived.headers("x-forwarded-host"), ["shop.example"]);
    assert_eq!(arrived.headers("x-forwarded-port"), ["443"]);
    assert!(!arrived.head.contains("forged"), "a proxy spells them right: {}", arrived.head);
    gateway.get(&format!("{CART}a"));
    let arrived = upstream.last();
    assert_eq!(arrived.headers("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(arrived.headers("x-forwarded-proto"), ["http"]);
    assert_eq!(arrived.headers("x-forwarded-host"), ["127.0.0.1:8080"]);
}

#[actix_web::test]
async fn nobody_else_is_believed_about_where_a_call_comes_from() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let call = actix_web::test::TestRequest::get().uri(&format!("{CART}a"));
    let call = call.peer_addr("198.51.100.7:9".parse().unwrap());
    let call =
        call.insert_header(("X-Forwarded-For", "192.0.2.1")).insert_header(("Forwarded", "for=192.0.2.1"));
    let call = call.insert_header(("X-Real-IP", "192.0.2.1")).insert_header(("X-Forwarded-Proto", "https"));
    assert_eq!(app.send(call.insert_header(("Host", "shop.example"))).await.status, 200);
    let arrived = upstream.last();
    assert_eq!(arrived.headers("x-forwarded-for"), ["198.51.100.7"]);
    assert_eq!(arrived.headers("x-forwarded-proto"), ["http"]);
    assert_eq!(arrived.headers("x-forwarded-host"), ["shop.example"]);
    assert!(!arrived.head.contains("192.0.2.1"), "{}", arrived.head);
}

#[test]
fn the_signature_is_what_the_documents_say() {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let upstream = Upstream::well();
    let app = TestApp::with(|config| {
        config.upstream_url = Some(format!("{}shop/", upstream.address()).parse().unwrap());
        config.upstream_secret = Some(latchkey::secret::Secret::new("a secret"));
        config.upstream_authorization = Some(latchkey::secret::Secret::new("Bearer of the store"));
    });
    let gateway = Gateway::of(&app);
    let partner = acme(&app);
    for call in [
        signed(&partner, "GET", PERMITTED, ""),
        format!("POST {CART}a%2Fb/items?x[]=1 HTTP/1.1\r\nContent-Length: 0"),
    ] {
        assert_eq!(gateway.send(&call, b"").status, 200);
        let arrived = upstream.last();
        assert_eq!(arrived.headers("authorization"), ["Bearer of the store"]);
        let [method, target, _] = arrived.line().split(' ').collect::<Vec<_>>()[..] else { panic!() };
        let time = latchkey::clock::Clock::now(&*app.clock).timestamp();
        let mut lines = vec![time.to_string(), method.to_owned(), target.to_owned()];
        for name in ["User-Type", "User-Id", "Integration", "Consumer-Id", "Resources"] {
            lines.push(arrived.headers(&format!("X-Latchkey-{name}")).concat());
        }
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"a secret").unwrap();
        mac.update(lines.join("\n").as_bytes());
        let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(arrived.headers("x-latchkey-signature"), [format!("t={time},v1={digits}")]);
    }
}

#[test]
fn bodies_arrive_as_they_were_sent() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    let post = format!("POST {CART}a/items HTTP/1.1\r\nContent-Type: application/json");
    let body = "{\"ü\": 1}".as_bytes();
    let long = gateway.send(&format!("{post}\r\nContent-Length: {}", body.len()), body);
    assert_eq!(long.status, 200, "{}", long.head);
    assert_eq!(upstream.last().body, body);
    assert_eq!(upstream.last().headers("content-length"), [body.len().to_string()]);
    let chunked = b"3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX-Trailer: 1\r\n\r\n";
    assert_eq!(gateway.send(&format!("{post}\r\nTransfer-Encoding: chunked"), chunked).status, 200);
    assert_eq!(upstream.last().body, b"abcdefg");
    assert_eq!(upstream.last().headers("transfer-encoding"), ["chunked"]);
    assert!(!upstream.last().head.contains("Trailer"));
    let get = format!("GET {CART}a HTTP/1.1\r\nTransfer-Encoding: chunked");
    assert_eq!(gateway.send(&get, chunked).status, 200, "any method may have a body");
    assert_eq!(upstream.last().body, b"abcdefg");
    assert_eq!(gateway.send(&format!("{post}\r\nContent-Length: 0"), b"").status, 200);
    assert_eq!(upstream.last().headers("content-length"), ["0"]);
    let mut wire = gateway.begin(&format!("{post}\r\nContent-Length: 2\r\nExpect: 100-continue"));
    assert!(wire.head().unwrap().starts_with("HTTP/1.1 100 Continue"));
    wire.send("{}");
    assert_eq!(Raw::read(&mut wire).status, 200);
    assert_eq!((&*upstream.last().body, upstream.last().headers("expect").len()), (&b"{}"[..], 0));
}

#[test]
fn a_form_is_part_of_what_is_signed_and_arrives_unharmed() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    let partner = acme(&app);
    let form = "name=a+b%20c&x%5B%5D=1&empty=";
    let send = |form: &str, signed: &[(&str, &str)]| {
        let uri = format!("{BASE}{PERMITTED}");
        let header = partner.signs_all("POST", &uri, signed, 0);
        let kind = "Content-Type: application/x-www-form-urlencoded; charset=utf-8";
        let lines = format!(
            "POST {PERMITTED} HTTP/1.1\r\nAuthorization: {header}\r\n{kind}\r\nContent-Length: {}",
            form.len()
        );
        gateway.send(&lines, form.as_bytes())
    };
    // The library takes names as they stand in the base string.
    let fields = [("empty", ""), ("name", "a b c"), ("x%255B%255D", "1")];
    assert_eq!(send(form, &fields).status, 200);
    assert_eq!(upstream.last().body, form.as_bytes());
    assert_eq!(upstream.last().headers("content-type"), ["application/x-www-form-urlencoded; charset=utf-8"]);
    assert_eq!(send(&form.replace("=1", "=2"), &fields).json()["oauth_problem"], "signature_invalid");
    assert_eq!(send("", &[]).status, 200, "no body is a body too, when it is known");
    assert_eq!(upstream.arrived().len(), 2);
    let large = send(&"x".repeat(1024 * 1024 + 1), &[]);
    assert_eq!(large.status, 413);
    assert!(large.json()["message"].as_str().unwrap().contains("1 MiB"));
    let get = format!("GET {CART}a HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded");
    assert_eq!(gateway.send(&get, b"").status, 200);
    assert_eq!(upstream.last().headers("content-type"), ["application/x-www-form-urlencoded"]);
}

#[test]
fn what_php_takes_for_a_form_is_signed_as_one() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let (gateway, partner) = (Gateway::of(&app), acme(&app));
    for more in [", x", " x", ";x", ",application/json"] {
        let kind = format!("Content-Type: application/x-www-form-urlencoded{more}\r\nContent-Length: 5");
        let call = signed(&partner, "POST", PERMITTED, &format!("\r\n{kind}"));
        assert_eq!(gateway.send(&call, b"sku=2").json()["oauth_problem"], "signature_invalid", "{more}");
    }
    assert_eq!(upstream.arrived().len(), 0);
}

#[test]
fn bytes_that_are_no_text_hide_nothing_that_stands_beside_them() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let (gateway, partner) = (Gateway::of(&app), acme(&app));
    let send = |method: &str, head: &[u8], body: &[u8]| {
        let mut wire = Wire::to(gateway.port);
        wire.send(&format!("{}\r\nHost: 127.0.0.1:8080\r\n", signed(&partner, method, PERMITTED, "")));
        wire.send_bytes(&[head, b"\r\n\r\n", body].concat());
        Raw::read(&mut wire)
    };
    let form = b"Content-Length: 5\r\nContent-Type: application/x-www-form-urlencoded; charset=\xff";
    assert_eq!(send("POST", form, b"sku=2").json()["oauth_problem"], "signature_invalid");
    assert_eq!(upstream.arrived().len(), 0);
    assert_eq!(send("GET", b"X-Hop: 1\r\nConnection: X-Hop, close, \xff", b"").status, 200);
    assert!(upstream.last().headers("x-hop").is_empty());
}

#[test]
fn a_cookie_that_is_about_the_connection_stays_there() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    let call = |connection: &str| {
        let mut wire = Wire::to(gateway.port);
        let lines = format!("GET {CART}a HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nCookie: a=1");
        wire.send(&format!("{lines}\r\nConnection: {connection}\r\n\r\n"));
        assert_eq!(Raw::read(&mut wire).status, 200);
        upstream.last().headers("cookie").concat()
    };
    assert_eq!((call("close"), call("close, Cookie")), ("a=1".to_owned(), String::new()));
}
