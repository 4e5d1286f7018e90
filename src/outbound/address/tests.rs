use url::Host;

use super::*;

/// First, last and just outside of every range, and every wrapping of an IPv4 address.
const ADDRESSES: &[(&str, Option<Special>)] = &[
    ("0.0.0.0", Some(Special::Reserved)),
    ("0.255.255.255", Some(Special::Reserved)),
    ("1.0.0.0", None),
    ("9.255.255.255", None),
    ("10.0.0.0", Some(Special::Private)),
    ("10.255.255.255", Some(Special::Private)),
    ("11.0.0.0", None),
    ("100.63.255.255", None),
    ("100.64.0.0", Some(Special::Shared)),
    ("100.100.100.200", Some(Special::Metadata)),
    ("100.127.255.255", Some(Special::Shared)),
    ("100.128.0.0", None),
    ("126.255.255.255", None),
    ("127.0.0.1", Some(Special::Loopback)),
    ("127.255.255.255", Some(Special::Loopback)),
    ("128.0.0.0", None),
    ("168.63.129.16", Some(Special::Metadata)),
    ("169.253.255.255", None),
    ("169.254.0.0", Some(Special::LinkLocal)),
    ("169.254.169.254", Some(Special::Metadata)),
    ("169.254.255.255", Some(Special::LinkLocal)),
    ("169.255.0.0", None),
    ("172.15.255.255", None),
    ("172.16.0.0", Some(Special::Private)),
    ("172.31.255.255", Some(Special::Private)),
    ("172.32.0.0", None),
    ("192.0.0.0", Some(Special::Reserved)),
    ("192.0.0.192", Some(Special::Metadata)),
    ("192.0.0.255", Some(Special::Reserved)),
    ("192.0.1.0", None),
    ("192.0.2.1", Some(Special::Documentation)),
    ("192.0.3.0", None),
    ("192.88.98.255", None),
    ("192.88.99.1", Some(Special::Transition)),
    ("192.88.100.0", None),
    ("192.167.255.255", None),
    ("192.168.0.0", Some(Special::Private)),
    ("192.168.255.255", Some(Special::Private)),
    ("192.169.0.0", None),
    ("198.17.255.255", None),
    ("198.18.0.0", Some(Special::Documentation)),
    ("198.19.255.255", Some(Special::Documentation)),
    ("198.20.0.0", None),
    ("198.51.100.7", Some(Special::Documentation)),
    ("203.0.113.7", Some(Special::Documentation)),
    ("203.0.114.0", None),
    ("223.255.255.255", None),
    ("224.0.0.0", Some(Special::Multicast)),
    ("239.255.255.255", Some(Special::Multicast)),
    ("240.0.0.0", Some(Special::Reserved)),
    ("255.255.255.255", Some(Special::Reserved)),
    ("::", Some(Special::Reserved)),
    ("::1", Some(Special::Loopback)),
    ("::127.0.0.1", Some(Special::Loopback)),
    ("::8.8.8.8", Some(Special::Reserved)),
    ("::ffff:127.0.0.1", Some(Special::Loopback)),
    ("::ffff:a9fe:a9fe", Some(Special::Metadata)),
    ("::ffff:8.8.8.8", None),
    ("::ffff:0:10.0.0.1", Some(Special::Reserved)),
    ("64:ff9b::7f00:1", Some(Special::Loopback)),
    ("64:ff9b::10.1.2.3", Some(Special::Private)),
    ("64:ff9b::8.8.8.8", None),
    ("64:ff9b:0:0:0:1:808:808", Some(Special::Reserved)),
    ("64:ff9b:1::8.8.8.8", Some(Special::Transition)),
    ("64:ff9b:2::", Some(Special::Reserved)),
    ("100::", Some(Special::Reserved)),
    ("100:0:0:1::", Some(Special::Reserved)),
    ("1fff:ffff::", Some(Special::Reserved)),
    ("2000::1", None),
    ("2001::1", Some(Special::Transition)),
    ("2001:0:7f00:1::", Some(Special::Transition)),
    ("2001:1::1", Some(Special::Reserved)),
    ("2001:2::1", Some(Special::Documentation)),
    ("2001:2:1::1", Some(Special::Reserved)),
    ("2001:10::1", Some(Special::Reserved)),
    ("2001:1f:ffff::", Some(Special::Reserved)),
    ("2001:20::1", Some(Special::Reserved)),
    ("2001:30::1", Some(Special::Reserved)),
    ("2001:1ff:ffff::", Some(Special::Reserved)),
    ("2001:200::1", None),
    ("2001:db7:ffff::", None),
    ("2001:db8::1", Some(Special::Documentation)),
    ("2001:db9::", None),
    ("2002::", Some(Special::Transition)),
    ("2002:7f00:1::", Some(Special::Transition)),
    ("2002:808:808::", Some(Special::Transition)),
    ("2003::", None),
    ("2606:4700:4700::1111", None),
    ("3ffe:ffff::", None),
    ("3fff::", Some(Special::Documentation)),
    ("3fff:fff:ffff::", Some(Special::Documentation)),
    ("3fff:1000::", None),
    ("4000::", Some(Special::Reserved)),
    ("5f00::1", Some(Special::Reserved)),
    ("fbff::", Some(Special::Reserved)),
    ("fc00::1", Some(Special::Private)),
    ("fd00:ec2::254", Some(Special::Metadata)),
    ("fdff:ffff::", Some(Special::Private)),
    ("fe00::", Some(Special::Reserved)),
    ("fe80::1", Some(Special::LinkLocal)),
    ("febf:ffff::", Some(Special::LinkLocal)),
    ("fec0::1", Some(Special::Private)),
    ("feff:ffff::", Some(Special::Private)),
    ("ff02::1", Some(Special::Multicast)),
];

#[test]
fn only_public_addresses_are_public() {
    for (address, expected) in ADDRESSES {
        assert_eq!(special(address.parse().unwrap()), *expected, "{address}");
    }
}

#[test]
fn a_literal_address_is_judged_by_its_number_however_it_is_written() {
    for (written, expected) in [
        ("https://127.0.0.1/", Special::Loopback),
        ("https://127.0.0.1./", Special::Loopback),
        ("https://127.1/", Special::Loopback),
        ("https://2130706433/", Special::Loopback),
        ("https://0x7f000001/", Special::Loopback),
        ("https://0X7F.0.0.0x1/", Special::Loopback),
        ("https://017700000001/", Special::Loopback),
        ("https://0177.0.0.01/", Special::Loopback),
        ("https://%31%32%37.0.0.1/", Special::Loopback),
        ("https://１２７.０.０.１/", Special::Loopback),
        ("https://127。0。0。1/", Special::Loopback),
        ("https://0/", Special::Reserved),
        ("https://2852039166/", Special::Metadata),
        ("https://0xa9.254.0xa9fe/", Special::Metadata),
        ("https://012.0.0.1/", Special::Private),
        ("https://[::1]/", Special::Loopback),
        ("https://[0:0:0:0:0:0:0:1]/", Special::Loopback),
        ("https://[::ffff:127.0.0.1]/", Special::Loopback),
        ("https://[::FFFF:7F00:1]/", Special::Loopback),
        ("https://[64:ff9b::a9fe:a9fe]/", Special::Metadata),
        ("https://[2002:7f00:1::]/", Special::Transition),
        ("https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", Special::Transition),
        ("https:\\\\10.0.0.1\\x", Special::Private),
    ] {
        let url = Url::parse(written).unwrap();
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            other => panic!("{written} is {other:?}"),
        };
        let refused = Failure::ForbiddenAddress { address, special: expected };
        assert_eq!(check(&url, &[(address, 443).into()], &[]), Err(refused), "{written}");
    }
}

#[test]
fn hosts_that_are_nearly_addresses_are_no_hosts() {
    for written in [
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1/",
        "https://::1/",
        "https://[127.0.0.1]/",
        "https://1.2.3.4.5/",
        "https://256.0.0.1/",
        "https://0x100000000/",
        "https://127.0.0.08/",
        "https://[::ffff:127.1]/",
    ] {
        assert!(Url::parse(written).is_err(), "{written}");
    }
}

fn checked(written: &str, addresses: &[&str], exceptions: &[&str]) -> Result<(), Failure> {
    let addresses: Vec<SocketAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    let exceptions: Vec<Exception> = exceptions.iter().map(|entry| entry.parse().unwrap()).collect();
    check(&Url::parse(written).unwrap(), &addresses, &exceptions)
}

fn forbidden(address: &str, special: Special) -> Result<(), Failure> {
    Err(Failure::ForbiddenAddress { address: address.parse().unwrap(), special })
}

#[test]
fn one_address_that_is_not_public_spoils_all() {
    assert_eq!(checked("https://a.example/", &["1.1.1.1:443", "[2606:4700::1]:443"], &[]), Ok(()));
    let mixed = ["1.1.1.1:443", "[2606:4700::1]:443", "192.168.0.9:443"];
    assert_eq!(checked("https://a.example/", &mixed, &[]), forbidden("192.168.0.9", Special::Private));
}

#[test]
fn an_exception_for_a_name_counts_for_that_name_and_port_only() {
    let private = ["10.0.0.9:8443"];
    let entry = ["a.example:8443"];
    assert_eq!(checked("https://a.example:8443/", &private, &entry), Ok(()));
    assert_eq!(checked("https://A.Example.:8443/", &private, &entry), Ok(()));
    assert_eq!(checked("http://a.example:8443/", &private, &entry), Ok(()));
    let refused = forbidden("10.0.0.9", Special::Private);
    assert_eq!(checked("https://b.example:8443/", &private, &entry), refused);
    assert_eq!(checked("https://x.a.example:8443/", &private, &entry), refused);
    assert_eq!(checked("https://a.example:8444/", &["10.0.0.9:8444"], &entry), refused);
    assert_eq!(checked("https://10.0.0.9:8443/", &private, &entry), refused);
}

#[test]
fn an_exception_for_a_range_counts_when_it_contains_every_address() {
    let entry = ["10.0.0.0/24:8443"];
    assert_eq!(checked("https://a.example:8443/", &["10.0.0.9:8443"], &entry), Ok(()));
    assert_eq!(checked("https://10.0.0.9:8443/", &["10.0.0.9:8443"], &entry), Ok(()));
    assert_eq!(checked("https://[::ffff:10.0.0.9]:8443/", &["[::ffff:10.0.0.9]:8443"], &entry), Ok(()));
    let outside = forbidden("10.0.1.9", Special::Private);
    assert_eq!(checked("https://a.example:8443/", &["10.0.1.9:8443"], &entry), outside);
    let inside = forbidden("10.0.0.9", Special::Private);
    assert_eq!(checked("https://a.example/", &["10.0.0.9:443"], &entry), inside);
    assert_eq!(checked("https://a.example:8443/", &["10.0.0.9:8443", "10.0.1.9:8443"], &entry), inside);
}

#[test]
fn plain_http_needs_an_exception_also_for_public_addresses() {
    assert_eq!(checked("http://a.example/", &["1.1.1.1:80"], &[]), Err(Failure::PlainHttp));
    assert_eq!(checked("http://a.example/", &["1.1.1.1:80"], &["a.example:443"]), Err(Failure::PlainHttp));
    assert_eq!(checked("http://a.example/", &["1.1.1.1:80"], &["a.example:80"]), Ok(()));
    assert_eq!(checked("http://a.example/", &["1.1.1.1:80"], &["1.1.1.0/24:80"]), Ok(()));
}
