//! Stopping: requests that came in before the signal are answered.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::installation::Installation;
use crate::port::free_port;

const HALVES: (&str, &str) = ("{\"username\": \"nobody\", ", "\"password\": \"at all\"}");
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Waits a moment, and says whether there is time for another.
fn waits(deadline: Instant) -> bool {
    std::thread::sleep(Duration::from_millis(20));
    Instant::now() < deadline
}

fn started(installation: &Installation) -> (Child, String) {
    let address = format!("127.0.0.1:{}", free_port());
    let mut program = installation.command(&["serve"]);
    let mut server = program.env("LATCHKEY_LISTEN", &address).stdout(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(&address).is_err() {
        assert!(waits(deadline) && server.try_wait().unwrap().is_none(), "no server");
    }
    (server, address)
}

/// A connection on which the server waits for the second half of a body.
fn half_sent(address: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /rest/V1/integration/admin/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        HALVES.0.len() + HALVES.1.len()
    );
    connection.write_all(head.as_bytes()).unwrap();
    let mut asked_for_body = [0; CONTINUE.len()];
    connection.read_exact(&mut asked_for_body).unwrap();
    assert_eq!(asked_for_body, CONTINUE);
    connection.write_all(HALVES.0.as_bytes()).unwrap();
    connection
}

#[test]
fn a_request_half_sent_when_the_signal_comes_is_answered() {
    let installation = Installation::new();
    for signal in ["-TERM", "-INT"] {
        let (mut server, address) = started(&installation);
        let mut connection = half_sent(&address);
        let stop = Command::new("kill").args([signal, &server.id().to_string()]).status().unwrap();
        assert!(stop.success());
        let deadline = Instant::now() + Duration::from_secs(8);
        while TcpStream::connect(&address).is_ok() {
            assert!(waits(deadline), "{signal}: it goes on taking connections");
        }
        assert!(server.try_wait().unwrap().is_none(), "{signal}: it did not wait");
        connection.write_all(HALVES.1.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 401 "), "{signal}: {answer}");
        assert!(server.wait().unwrap().success(), "{signal}");
    }
}
