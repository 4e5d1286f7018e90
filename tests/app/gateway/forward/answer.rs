//! What comes back from the store.

use super::*;

/// What a caller gets when the store answers this.
fn answered(answer: &str) -> Raw {
    let upstream = Upstream::answering(answer);
    let app = in_front_of(&upstream);
    let raw = Gateway::of(&app).get(&format!("{CART}a"));
    assert_eq!(upstream.arrived().len(), 1);
    raw
}

#[test]
fn an_answer_comes_back_as_it_is_with_a_policy_that_makes_it_no_page_of_ours() {
    let answer = answered(
        "HTTP/1.1 418 Teapot\r\nContent-Type: text/html\r\nCache-Control: max-age=5\r\nX-Many: 1\r\nX-Many: 2\r\nETag: \"a\"\r\n\
         Content-Security-Policy: default-src *\r\nX-Content-Type-Options: sniff\r\nX-Frame-Options: ALLOWALL\r\n\
         Content-Length: 27\r\n\r\n<a href=\"/admin\">Admin</a>\r\n",
    );
    assert_eq!(answer.status, 418);
    assert_eq!(answer.body, b"<a href=\"/admin\">Admin</a>\r");
    assert_eq!(answer.headers("content-type"), ["text/html"]);
    assert_eq!(answer.headers("cache-control"), ["max-age=5"]);
    assert_eq!(answer.headers("x-many"), ["1", "2"]);
    assert_eq!(answer.headers("etag"), ["\"a\""]);
    assert_eq!(answer.headers("content-security-policy"), ["sandbox"]);
    assert_eq!(answer.headers("x-content-type-options"), ["nosniff"]);
    assert_eq!(answer.headers("x-frame-options"), ["ALLOWALL"]);
    assert_eq!(answer.headers("content-length"), ["27"]);
}

#[test]
fn what_is_about_the_connection_stays_there() {
    let answer = answered(
        "HTTP/1.1 200 OK\r\nConnection: X-Named, keep-alive\r\nX-Named: 1\r\nKeep-Alive: timeout=5\r\nTrailer: X\r\n\
         Transfer-Encoding: chunked\r\nProxy-Authenticate: Basic\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\nX: 1\r\n\r\n",
    );
    assert_eq!((answer.status, &*answer.body), (200, &b"abc"[..]));
    for absent in ["x-named", "keep-alive", "trailer", "proxy-authenticate", "content-length"] {
        assert_eq!(answer.headers(absent), [""; 0], "{absent}");
    }
}

#[test]
fn no_cookie_of_ours_is_overwritten() {
    let answer = answered(
        "HTTP/1.1 200 OK\r\nSet-Cookie: latchkey=x; Path=/\r\nSet-Cookie: PHPSESSID=latchkey\r\nSet-Cookie: __Secure-latchkey=x\r\n\
         Set-Cookie: =latchkey=x\r\nSet-Cookie: latch%6Bey=x; Path=/admin/integration\r\nSet-Cookie: %5F_Secure-latchkey=x\r\n\
         Set-Cookie: \u{a0}latchkey=x\r\nClear-Site-Data: \"cookies\"\r\nContent-Length: 0\r\n\r\n",
    );
    assert_eq!(answer.headers("set-cookie"), ["PHPSESSID=latchkey"]);
    assert_eq!(answer.headers("clear-site-data"), [""; 0]);
}

#[test]
fn no_answer_speaks_under_a_name_of_ours() {
    let answer = answered(
        "HTTP/1.1 200 OK\r\nX-Latchkey-User-Id: 1\r\nX_Latchkey_User_Id: 1\r\nX-Latch: x\r\nContent-Length: 0\r\n\r\n",
    );
    for absent in ["x-latchkey-user-id", "x_latchkey_user_id"] {
        assert_eq!(answer.headers(absent), [""; 0]);
    }
    assert_eq!(answer.headers("x-latch"), ["x"]);
}

#[test]
fn no_answer_speaks_for_the_whole_address() {
    let names = ["Alt-Svc", "NEL", "Report-To", "Reporting-Endpoints", "Accept-CH", "Critical-CH"];
    let lines: String = names.iter().map(|name| format!("{name}: x\r\n")).collect();
    let answer = answered(&format!("HTTP/1.1 200 OK\r\n{lines}X-Kept: x\r\nContent-Length: 0\r\n\r\n"));
    for name in names {
        assert_eq!(answer.headers(name), [""; 0], "{name}");
    }
    assert_eq!(answer.headers("x-kept"), ["x"]);
}

#[test]
fn no_cookie_that_would_make_ours_unreadable_comes_through() {
    let upstream = Upstream::doing(|wire, _| {
        wire.send_bytes(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\xff; Path=/\r\nSet-Cookie: b=1\r\n");
        wire.send("Content-Length: 0\r\n\r\n");
    });
    let app = in_front_of(&upstream);
    assert_eq!(Gateway::of(&app).get(&format!("{CART}a")).headers("set-cookie"), ["b=1"]);
}

#[test]
fn redirects_are_not_followed_and_compressed_answers_not_unpacked() {
    let answer = answered("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    assert_eq!((answer.status, answer.headers("location")), (302, vec!["/elsewhere"]));
    let answer =
        answered("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u{1f}\u{8}ab");
    assert_eq!((answer.headers("content-encoding"), &*answer.body), (vec!["gzip"], &b"\x1f\x08ab"[..]));
}

#[test]
fn answers_without_a_body_end_at_their_head() {
    for (status, more, length) in [
        ("204 No Content", "", None),
        ("304 Not Modified", "ETag: \"a\"\r\nContent-Length: 120\r\n", Some("120")),
        ("304 Not Modified", "", None),
        ("200 OK", "Content-Length: 0\r\n", Some("0")),
    ] {
        let upstream = Upstream::answering(&format!("HTTP/1.1 {status}\r\n{more}\r\n"));
        let app = in_front_of(&upstream);
        let gateway = Gateway::of(&app);
        for _ in 0..2 {
            let mut wire = gateway.begin(&format!("GET {CART}a HTTP/1.1"));
            let all = String::from_utf8(wire.all()).unwrap();
            assert!(
                all.starts_with(&format!("HTTP/1.1 {}", &status[..3])) && all.ends_with("\r\n\r\n"),
                "{all}"
            );
            let found = all.lines().find_map(|line| line.strip_prefix("content-length: "));
            assert_eq!(found, length, "{status}");
        }
        assert_eq!(upstream.last().connection, 0, "{status}: the connection was kept");
    }
}

#[test]
fn what_comes_before_the_answer_is_passed_over() {
    let early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
    let answer = answered(&format!("{early}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    assert_eq!((answer.status, &*answer.body), (200, &b"ok"[..]));
    assert_eq!(answer.headers("link"), [""; 0]);
    let switched = answered("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
    assert_eq!(switched.status, 502);
}

#[test]
fn a_page_of_the_store_is_left_alone_below_a_path() {
    let upstream = Upstream::answering(
        "HTTP/1.1 301 Moved\r\nLocation: /admin\r\nContent-Type: text/html\r\nContent-Length: 16\r\n\r\n<a href=\"/admin\">",
    );
    let app = TestApp::with(|config| {
        config.upstream_url = Some(upstream.address().parse().unwrap());
        config.base_url = format!("{BASE}/shop/").parse().unwrap();
    });
    let answer = Gateway::of(&app).get(&format!("/shop{CART}a"));
    assert_eq!((answer.headers("location"), &*answer.body), (vec!["/admin"], &b"<a href=\"/admin\""[..]));
}

#[test]
fn large_bodies_flow_through_in_both_directions() {
    const LENGTH: usize = 24 * 1024 * 1024;
    let upstream = Upstream::doing(|wire, arrived| {
        let body = wire.body(&arrived.head);
        wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for piece in body.chunks(100_000) {
            wire.send(&format!("{:x}\r\n", piece.len()));
            wire.send_bytes(piece);
            wire.send("\r\n");
        }
        wire.send("0\r\n\r\n");
    });
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    let body: Vec<u8> = (0..LENGTH).map(|number| (number * 31 % 251) as u8).collect();
    let lines =
        format!("POST {CART}a/items HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {LENGTH}");
    let mut wire = gateway.begin(&lines);
    let mut writer = wire.stream.try_clone().unwrap();
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| std::io::Write::write_all(&mut writer, &body).unwrap());
        Raw::read(&mut wire)
    });
    assert_eq!(answer.status, 200);
    assert!(answer.body == body, "{} of {LENGTH} bytes came back", answer.body.len());
}
