//! Where a request comes from: the peer, or what proxies that we trust say of it. The one place that decides this.

use std::net::IpAddr;

use actix_web::HttpRequest;
use ipnet::IpNet;

use crate::app::App;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client's address; `None` where there is no network, as in tests.
pub fn of(req: &HttpRequest, app: &App) -> Option<IpAddr> {
    let peer = req.peer_addr()?.ip().to_canonical();
    let told = req.headers().get_all(FORWARDED_FOR).map(|value| value.to_str().unwrap_or_default());
    let told: Vec<&str> = told.flat_map(|line| line.split(',')).collect();
    Some(believed(peer, &told, &app.config.trusted_proxies))
}

/// Read from the end, where the nearest proxy wrote: whoever a trusted one names is believed, and nobody whom
/// somebody else names. What is no address ends the reading.
fn believed(peer: IpAddr, told: &[&str], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let mut client = peer;
    for entry in told.iter().rev() {
        if !is_trusted(client) {
            break;
        }
        match address(entry) {
            Some(address) => client = address,
            None => break,
        }
    }
    client
}

/// An address as proxies write it: plain, in brackets, with a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let plain = text.parse().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    plain.or_else(with_port).or_else(in_brackets).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn believed_of(peer: &str, told: &[&str]) -> String {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|net| net.parse().unwrap());
        believed(peer.parse().unwrap(), told, &trusted).to_string()
    }

    #[test]
    fn strangers_are_not_believed() {
        assert_eq!(believed_of("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(believed_of("127.0.0.1", &["198.51.100.7"]), "127.0.0.1");
    }

    #[test]
    fn a_trusted_proxy_names_its_client() {
        assert_eq!(believed_of("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(believed_of("10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(believed_of("10.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(believed_of("10.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(believed_of("10.0.0.1", &["::ffff:198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn what_the_client_wrote_itself_is_not_believed() {
        assert_eq!(believed_of("10.0.0.1", &["203.0.113.9", " 198.51.100.7"]), "198.51.100.7");
        assert_eq!(believed_of("10.0.0.1", &["203.0.113.9", "198.51.100.7", "10.0.0.2"]), "198.51.100.7");
    }

    #[test]
    fn without_a_word_it_is_the_proxy() {
        assert_eq!(believed_of("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(believed_of("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(believed_of("10.0.0.1", &["198.51.100.7", "junk"]), "10.0.0.1");
        assert_eq!(believed_of("fd00::1", &["10.0.0.3"]), "10.0.0.3");
    }
}
