//! What is not as it should be: a store that is down, slow or odd, a client that goes away.

use std::time::Duration;

use super::*;
use crate::support::upstream::event;

/// Far longer than any of these tests takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a test waits for.
const SHORT: Duration = Duration::from_millis(300);

/// In front of an upstream for which nobody waits long once it has begun.
fn impatient(upstream: &Upstream) -> TestApp {
    let mut app = in_front_of(upstream);
    app.app.upstream.as_mut().unwrap().limits.idle = SHORT;
    app
}

fn is_told(answer: &Raw, status: u16) {
    assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.json()["message"].as_str().unwrap().ends_with('.'));
    assert!(answer.json()["reference"].as_str().unwrap().len() >= 8);
    assert_eq!(answer.headers("content-security-policy"), ["sandbox"]);
    assert_eq!(answer.headers("cache-control"), ["no-store"]);
}

#[test]
fn a_store_that_is_down_is_a_bad_gateway() {
    let port = crate::support::port::free_port();
    let app = TestApp::with(|config| {
        config.upstream_url = Some(format!("http://127.0.0.1:{port}/").parse().unwrap());
    });
    is_told(&Gateway::of(&app).get(&format!("{CART}a")), 502);
}

#[test]
fn a_store_that_closes_early_or_speaks_no_http_is_a_bad_gateway() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    ] {
        let upstream = Upstream::doing(move |wire, _| {
            wire.send(answer);
            wire.close();
        });
        let app = in_front_of(&upstream);
        is_told(&Gateway::of(&app).get(&format!("{CART}a")), 502);
    }
}

#[test]
fn a_store_that_does_not_answer_in_time_is_a_gateway_timeout() {
    let upstream = Upstream::doing(|wire, _| wire.wait_until_closed());
    let mut app = in_front_of(&upstream);
    app.app.upstream.as_mut().unwrap().limits.head = SHORT;
    is_told(&Gateway::of(&app).get(&format!("{CART}a")), 504);
}

#[test]
fn an_answer_that_stalls_or_breaks_off_is_never_taken_for_a_whole_one() {
    for ends in [false, true] {
        for head in ["Content-Length: 10", "Transfer-Encoding: chunked"] {
            let upstream = Upstream::doing(move |wire, _| {
                wire.send(&format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n3\r\nabc\r\n"));
                if ends {
                    wire.close();
                } else {
                    wire.wait_until_closed();
                }
            });
            let app = impatient(&upstream);
            let gateway = Gateway::of(&app);
            let all = gateway.begin(&format!("GET {CART}a HTTP/1.1")).all();
            let all = String::from_utf8(all).unwrap();
            assert!(all.starts_with("HTTP/1.1 200 OK"), "{all}");
            assert!(!all.ends_with("0\r\n\r\n") && !all.contains("abc\r\n7890"), "{all}");
        }
    }
}

#[test]
fn a_client_that_stops_sending_is_told_so() {
    let upstream = Upstream::doing(|wire, arrived| drop(wire.body(&arrived.head)));
    let app = impatient(&upstream);
    let gateway = Gateway::of(&app);
    for call in [format!("POST {CART}a/items"), format!("GET {CART}a")] {
        for length in ["Content-Length: 10", "Transfer-Encoding: chunked"] {
            let mut wire = gateway.begin(&format!("{call} HTTP/1.1\r\n{length}"));
            wire.send("2\r\nab\r\n");
            is_told(&Raw::read(&mut wire), 408);
        }
    }
}

#[test]
fn a_form_is_not_waited_for_when_nothing_can_come_of_it() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    for (line, status) in
        [("POST /rest/V1/nothing", 404), ("POST /rest//V1/products", 400), ("BREW /rest/V1/products", 400)]
    {
        let kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000";
        let mut wire = gateway.begin(&format!("{line} HTTP/1.1\r\n{kind}"));
        is_told(&Raw::read(&mut wire), status);
    }
}

#[test]
fn a_store_has_no_more_calls_to_answer_than_it_may_have() {
    let (arrived, has_arrived) = event();
    let (answer, may_answer) = std::sync::mpsc::channel::<()>();
    let may_answer = std::sync::Mutex::new(may_answer);
    let upstream = Upstream::doing(move |wire, request| {
        if request.head.contains("/waits") {
            arrived();
            may_answer.lock().unwrap().recv().unwrap();
        }
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    let mut app = in_front_of(&upstream);
    app.app.upstream.as_mut().unwrap().limits.calls = 2;
    let gateway = Gateway::of(&app);
    let mut waiting: Vec<_> = (0..2).map(|_| gateway.begin(&format!("GET {CART}waits HTTP/1.1"))).collect();
    waiting.iter().for_each(|_| has_arrived.recv_timeout(PATIENCE).expect("the call arrives"));
    let partner = acme(&app);
    let call = signed(&partner, "GET", PERMITTED, "");
    let put_off = gateway.send(&call, b"");
    is_told(&put_off, 503);
    assert_eq!(put_off.headers("retry-after"), ["1"]);
    waiting.iter().for_each(|_| answer.send(()).unwrap());
    for wire in &mut waiting {
        assert_eq!(Raw::read(wire).status, 200);
    }
    // Its nonce was not spent. A client may have an answer before the server is through with it.
    let began = std::time::Instant::now();
    let passed = std::iter::repeat_with(|| gateway.send(&call, b"").status)
        .find(|status| *status != 503 || began.elapsed() > PATIENCE);
    assert_eq!(passed, Some(200));
}

#[test]
fn a_client_that_does_not_read_lets_go_of_the_store() {
    let (closed, is_closed) = event();
    let upstream = Upstream::doing(move |wire, _| {
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        let piece = vec![0; 1024 * 1024];
        while std::io::Write::write_all(&mut wire.stream, &piece).is_ok() {}
        closed();
    });
    let app = impatient(&upstream);
    let gateway = Gateway::of(&app);
    let _wire = gateway.begin(&format!("GET {CART}a HTTP/1.1"));
    is_closed.recv_timeout(PATIENCE).expect("the store is let go of");
}

#[test]
fn a_client_that_hangs_up_takes_its_call_along() {
    for begins_to_answer in [false, true] {
        let (arrived, has_arrived) = event();
        let (closed, is_closed) = event();
        let upstream = Upstream::doing(move |wire, _| {
            if begins_to_answer {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            }
            arrived();
            wire.wait_until_closed();
            closed();
        });
        let app = in_front_of(&upstream);
        let gateway = Gateway::of(&app);
        let mut wire = gateway.begin(&format!("GET {CART}a HTTP/1.1"));
        has_arrived.recv_timeout(PATIENCE).expect("the call arrives");
        if begins_to_answer {
            wire.head().unwrap();
        }
        wire.close();
        is_closed.recv_timeout(PATIENCE).expect("the store is told");
    }
}

#[test]
fn a_body_that_breaks_off_is_never_taken_for_a_whole_one() {
    for length in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        let (begun, has_begun) = event();
        let (ended, has_ended) = event();
        let upstream = Upstream::doing(move |wire, arrived| {
            begun();
            arrived.body = wire.all();
            ended();
        });
        let app = in_front_of(&upstream);
        let gateway = Gateway::of(&app);
        let mut wire = gateway.begin(&format!("POST {CART}a/items HTTP/1.1\r\n{length}"));
        wire.send("3\r\nabc\r\n");
        has_begun.recv_timeout(PATIENCE).expect("the call arrives");
        wire.close();
        has_ended.recv_timeout(PATIENCE).expect("the store is told");
        let body = upstream.arrived().pop().map(|arrived| arrived.body).unwrap_or_default();
        assert!(!body.ends_with(b"0\r\n\r\n"), "{}", String::from_utf8_lossy(&body));
    }
}

#[test]
fn connections_are_kept_and_one_that_has_ended_harms_nobody() {
    let upstream = Upstream::doing(|wire, arrived| {
        arrived.body = wire.body(&arrived.head);
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        if arrived.head.contains("/last") {
            wire.close();
        }
    });
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    for path in ["a", "b", "last", "c", "d"] {
        assert_eq!(gateway.get(&format!("{CART}{path}")).status, 200, "{path}");
    }
    let connections: Vec<_> = upstream.arrived().iter().map(|arrived| arrived.connection).collect();
    assert_eq!(connections.iter().collect::<std::collections::BTreeSet<_>>().len(), 2, "{connections:?}");
}

#[test]
fn only_what_reads_is_sent_again_when_a_kept_connection_ends_at_that_moment() {
    for (call, body, status, arrivals) in [
        (format!("GET {CART}second HTTP/1.1"), "", 200, 3),
        (format!("POST {CART}second/items HTTP/1.1\r\nContent-Length: 2"), "{}", 502, 2),
    ] {
        let upstream = Upstream::doing(|wire, arrived| {
            arrived.body = wire.body(&arrived.head);
            if arrived.head.contains("/second") && arrived.connection == 0 {
                return wire.close();
            }
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        let app = in_front_of(&upstream);
        let gateway = Gateway::of(&app);
        assert_eq!(gateway.get(&format!("{CART}first")).status, 200);
        assert_eq!(gateway.send(&call, body.as_bytes()).status, status, "{call}");
        assert_eq!(upstream.arrived().len(), arrivals, "{call}");
    }
}
