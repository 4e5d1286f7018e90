//! Methods and paths that somebody made to reach what they may not: how addresses are taken apart and matched.

use std::sync::atomic::{AtomicU64, Ordering};

use latchkey::domain::route::Routes;
use latchkey::domain::storefront::{Storefronts, Told};

use super::cases::Cases;
use super::dice::Dice;
use super::mutation::{garbage, mutated};

const CASES: u64 = 200_000;
const PATHS: [&str; 6] = [
    "/rest/V1/products/24-MB01",
    "/rest/german/V1/carts/7/items/x",
    "/rest/all/async/V1/products",
    "/rest/async/bulk/V1/products/bySku",
    "/store/rest/V1/orders/5/comments",
    "/store/oauth/token/request",
];

fn path(dice: &mut Dice) -> Vec<u8> {
    let honest = dice.pick(&PATHS).to_owned();
    if dice.below(10) == 0 { garbage(dice) } else { mutated(dice, &honest) }
}

/// What the path means to a program that decodes it before it looks for slashes.
fn fully_decoded(path: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = path;
    while let [first, tail @ ..] = rest {
        let escape =
            tail.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match escape {
            Some(byte) if *first == b'%' => (decoded.push(byte), rest = &tail[2..]),
            _ => (decoded.push(*first), rest = tail),
        };
    }
    decoded
}

#[test]
fn a_path_that_matches_reads_the_same_to_every_program() {
    let routes = Routes::builtin();
    let stores = ["default".to_owned(), "german".to_owned()];
    let (found, total) = (AtomicU64::new(0), AtomicU64::new(0));
    Cases::of("routes", CASES).run(|dice| {
        let path = path(dice);
        let method = dice.pick(&["GET", "POST", "PUT", "DELETE", "get", "PATCH", ""]);
        let mut result = None;
        let spent = allocation_counter::measure(|| result = Some(routes.find(method, &path, &stores)));
        let segments = path.iter().filter(|byte| **byte == b'/').count() as u64;
        assert!(spent.bytes_max <= 1024 + 4 * path.len() as u64, "{} bytes at once", spent.bytes_max);
        assert!(spent.count_total <= 64 + 8 * segments, "{} allocations", spent.count_total);
        total.fetch_add(1, Ordering::Relaxed);
        if result.unwrap().is_ok() {
            found.fetch_add(1, Ordering::Relaxed);
            let decoded = fully_decoded(&path);
            let mut pieces = decoded[1..].split(|byte| *byte == b'/');
            assert!(
                pieces.all(|piece| !matches!(piece, b"." | b"..")),
                "{:?}",
                path.escape_ascii().to_string()
            );
            assert!(!decoded.contains(&0) && !decoded.contains(&b'\\'));
            assert!(path[1..].split(|byte| *byte == b'/').all(|segment| !segment.is_empty()));
        }
    });
    let (found, total) = (found.into_inner(), total.into_inner());
    assert!(total < 1000 || found * 20 > total, "{found} of {total} found a route");
}

#[test]
fn whatever_the_client_says_about_its_host_chooses_among_the_configured_addresses() {
    let stores = [("german", "https://shop.example.de/"), ("plain", "http://shop.example.com:8080/store/")];
    let fronts = Storefronts::new("https://shop.example.com/store/", stores).unwrap();
    let known =
        ["https://shop.example.com/store", "https://shop.example.de", "http://shop.example.com:8080/store"];
    Cases::of("addresses", CASES / 4).run(|dice| {
        let (path, host) = (path(dice), mutated(dice, "shop.example.de:443"));
        let (path, host) = (String::from_utf8_lossy(&path), String::from_utf8_lossy(&host));
        let told = Told { host: Some(&host), scheme: Some(dice.pick(&["http", "https", "é", ""])) };
        let mut result = None;
        let spent = allocation_counter::measure(|| {
            result =
                Some((fronts.below(&path, told), fronts.leading_to("/oauth/token/request", &path, told)));
        });
        assert!(spent.bytes_max <= 4096 + 8 * host.len() as u64 && spent.count_total <= 96, "{spent:?}");
        let (below, leading) = result.unwrap();
        let bases = [below.as_ref().and_then(|below| below.base(None)), leading];
        assert!(bases.into_iter().flatten().all(|base| known.contains(&base.as_str())));
        assert!(below.is_none_or(|below| path.ends_with(below.path)));
    });
}
