//! Which addresses a callback may go to: public ones, and those that `egress_allow` makes an exception for.
//!
//! Pure. The ranges are those of IANA's special-purpose registries, and all of IPv6 that is not handed out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Failure;
use crate::domain::address::Exception;

/// What an address that is not public is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Special {
    /// This machine.
    Loopback,
    /// A private network.
    Private,
    /// The network segment we are on.
    LinkLocal,
    /// Where clouds hand machines their own credentials.
    Metadata,
    /// The network of a provider, between its customers and the outside.
    Shared,
    /// Many machines at once.
    Multicast,
    /// Examples in texts, and measurements.
    Documentation,
    /// An IPv4 address in a wrapping that some router would take off: 6to4, Teredo, local NAT64.
    Transition,
    /// Nobody.
    Reserved,
}

const IPV4: [(Ipv4Net, Special); 19] = [
    (v4(0, 0, 0, 0, 8), Special::Reserved),
    (v4(10, 0, 0, 0, 8), Special::Private),
    (v4(100, 100, 100, 200, 32), Special::Metadata),
    (v4(100, 64, 0, 0, 10), Special::Shared),
    (v4(127, 0, 0, 0, 8), Special::Loopback),
    // Public by its number, and yet the host that every machine of that cloud runs on.
    (v4(168, 63, 129, 16, 32), Special::Metadata),
    (v4(169, 254, 169, 254, 32), Special::Metadata),
    (v4(169, 254, 0, 0, 16), Special::LinkLocal),
    (v4(172, 16, 0, 0, 12), Special::Private),
    (v4(192, 0, 0, 192, 32), Special::Metadata),
    (v4(192, 0, 0, 0, 24), Special::Reserved),
    (v4(192, 0, 2, 0, 24), Special::Documentation),
    (v4(192, 88, 99, 0, 24), Special::Transition),
    (v4(192, 168, 0, 0, 16), Special::Private),
    (v4(198, 18, 0, 0, 15), Special::Documentation),
    (v4(198, 51, 100, 0, 24), Special::Documentation),
    (v4(203, 0, 113, 0, 24), Special::Documentation),
    (v4(224, 0, 0, 0, 4), Special::Multicast),
    (v4(240, 0, 0, 0, 4), Special::Reserved),
];

const IPV6: [(Ipv6Net, Special); 13] = [
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), Special::Loopback),
    (v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), Special::Transition),
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32), Special::Transition),
    (v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48), Special::Documentation),
    // The rest of what is set aside for protocols, ORCHID among it.
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), Special::Reserved),
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), Special::Documentation),
    (v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), Special::Transition),
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), Special::Documentation),
    (v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128), Special::Metadata),
    (v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), Special::Private),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), Special::LinkLocal),
    (v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), Special::Private),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), Special::Multicast),
];

/// All that is handed out of IPv6.
const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
/// IPv4 behind a translator of the network (RFC 6052).
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);
/// IPv4-compatible, long given up (RFC 4291, section 2.5.5.1).
const COMPATIBLE: Ipv6Net = v6([0; 8], 96);

/// Whether we may go there. An exception for host and port, as written, covers wherever the name leads; else
/// exceptions for ranges and that port must contain every address. Without one everything must be public and https.
///
/// # Errors
/// `ForbiddenAddress` or `PlainHttp`.
pub(super) fn check(url: &Url, addresses: &[SocketAddr], exceptions: &[Exception]) -> Result<(), Failure> {
    let in_range = |address: &SocketAddr| exceptions.iter().any(|exception| exception.contains(*address));
    if exceptions.iter().any(|exception| exception.covers(url)) || addresses.iter().all(in_range) {
        return Ok(());
    }
    for address in addresses.iter().map(SocketAddr::ip) {
        if let Some(special) = special(address) {
            return Err(Failure::ForbiddenAddress { address, special });
        }
    }
    if url.scheme() == "https" { Ok(()) } else { Err(Failure::PlainHttp) }
}

/// What the address is for, unless it is public.
fn special(address: IpAddr) -> Option<Special> {
    match address {
        IpAddr::V4(address) => special_v4(address),
        IpAddr::V6(address) => special_v6(address),
    }
}

fn special_v4(address: Ipv4Addr) -> Option<Special> {
    IPV4.iter().find(|(net, _)| net.contains(&address)).map(|(_, special)| *special)
}

fn special_v6(address: Ipv6Addr) -> Option<Special> {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return special_v4(mapped);
    }
    if NAT64.contains(&address) {
        return special_v4(embedded(address));
    }
    if let Some((_, special)) = IPV6.iter().find(|(net, _)| net.contains(&address)) {
        return Some(*special);
    }
    if COMPATIBLE.contains(&address) {
        return special_v4(embedded(address)).or(Some(Special::Reserved));
    }
    (!GLOBAL_UNICAST.contains(&address)).then_some(Special::Reserved)
}

/// The IPv4 address in the last four bytes.
fn embedded(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

#[cfg(test)]
mod tests;
