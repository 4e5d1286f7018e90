//! A mail server that takes one mail and keeps it: as much of SMTP (RFC 5321) as it takes to be handed one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A mail server on a port of its own.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    mail: Receiver<String>,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, mail) = channel();
        std::thread::spawn(move || tell.send(take(&listener.accept().unwrap().0)));
        Self { port, mail }
    }

    /// What it was handed, as text: headers, and parts as they are written for programs.
    pub(crate) fn mail(&self) -> String {
        let mail = self.mail.recv_timeout(Duration::from_secs(15)).unwrap();
        // Quoted-printable (RFC 2045 section 6.7), as far as links need it.
        mail.replace("=\r\n", "").replace("=3D", "=")
    }
}

/// Talks to whoever brings a mail until it is there.
fn take(stream: &TcpStream) -> String {
    let mut answers = stream;
    let mut say = |words: &str| answers.write_all(format!("{words}\r\n").as_bytes()).unwrap();
    let (mut mail, mut is_data) = (String::new(), false);
    say("220 mail.example");
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap() == 0 {
            return mail;
        }
        match line.split_whitespace().next().unwrap_or_default() {
            "." if is_data => {
                say("250 taken");
                return mail;
            }
            _ if is_data => mail.push_str(&line),
            "DATA" => {
                is_data = true;
                say("354 go on");
            }
            _ => say("250 well"),
        }
    }
}
