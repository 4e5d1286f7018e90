//! What must hold for any request, tried on random ones.

use super::sample::{Dice, Sample, signed_sample};
use super::*;

/// The same text with one character replaced by another that cannot change it back.
fn spoil(dice: &mut Dice, text: &str) -> String {
    let position = dice.below(text.chars().count());
    text.chars()
        .enumerate()
        .map(|(index, one)| if index == position { if one == 'q' { 'w' } else { 'q' } } else { one })
        .collect()
}

#[test]
fn what_was_signed_verifies_in_any_order_of_its_parameters() {
    let mut dice = Dice(1);
    for _ in 0..1000 {
        let mut sample = signed_sample(&mut dice);
        assert!(sample.verifies());
        dice.shuffle(&mut sample.query);
        dice.shuffle(&mut sample.form);
        dice.shuffle(&mut sample.protocol);
        assert!(sample.verifies());
    }
}

#[test]
fn any_changed_byte_fails() {
    let mut dice = Dice(2);
    for _ in 0..1000 {
        let sample = signed_sample(&mut dice);
        let mut changes: Vec<Sample> = Vec::new();
        let mut changed = |change: &mut dyn FnMut(&mut Sample)| {
            let mut copy = sample.clone();
            change(&mut copy);
            changes.push(copy);
        };
        changed(&mut |copy| copy.method = if copy.method == "GET" { "POST" } else { "GET" });
        changed(&mut |copy| copy.path = format!("/{}", spoil(&mut dice, &copy.path[1..])));
        changed(&mut |copy| copy.query.push((String::new(), String::new())));
        changed(&mut |copy| copy.form.push(("extra".to_owned(), String::new())));
        changed(&mut |copy| copy.consumer_secret = spoil(&mut dice, &copy.consumer_secret));
        changed(&mut |copy| copy.token_secret = spoil(&mut dice, &copy.token_secret));
        for index in 0..sample.protocol.len() {
            changed(&mut |copy| copy.protocol[index].1 = spoil(&mut dice, &copy.protocol[index].1));
        }
        for index in 0..sample.query.len() {
            changed(&mut |copy| copy.query[index].1.push('x'));
            changed(&mut |copy| copy.query[index].0.insert(0, 'x'));
            changed(&mut |copy| drop(copy.query.remove(index)));
        }
        for index in 0..sample.form.len() {
            changed(&mut |copy| copy.form[index].1.push(' '));
            changed(&mut |copy| copy.form[index].0.insert(0, 'x'));
        }
        assert!(changes.iter().all(|changed| !changed.verifies()));
    }
}

#[test]
fn an_encoded_slash_is_not_a_slash() {
    let mut sample = Sample::roll(&mut Dice(3));
    sample.path = "/rest/V1/products/a%2Fb".to_owned();
    sample.sign();
    assert!(sample.verifies());
    for other in ["/rest/V1/products/a/b", "/rest/V1/products/a%2fb", "/rest/V1/products/a%252Fb"] {
        sample.path = other.to_owned();
        assert!(!sample.verifies());
    }
}

#[test]
fn garbage_never_panics() {
    const PIECES: [&str; 30] = [
        "OAuth ",
        "oauth",
        "Basic ",
        "oauth_",
        "oauth_token",
        "oauth_nonce",
        "oauth_signature",
        "realm",
        "=",
        "\"",
        ",",
        "\\",
        " ",
        "\t",
        "%",
        "%2",
        "%zz",
        "%00",
        "%C3",
        "%F0%9F%98%80",
        "&",
        "+",
        ";",
        "é",
        "😀",
        "\0",
        "a",
        "oauth_consumer_key=",
        "1.0",
        "[]",
    ];
    let mut dice = Dice(4);
    let base = BaseUri::parse("https://shop.example.com/").unwrap();
    let (mut signed, mut refused, mut unsigned) = (0, 0, 0);
    for _ in 0..20_000 {
        let header = dice.text(20, &PIECES);
        let second = dice.text(8, &PIECES);
        let query = dice.text(6, &PIECES);
        let path = dice.text(6, &PIECES);
        let mut body = dice.text(6, &PIECES).into_bytes();
        if dice.below(4) == 0 && !body.is_empty() {
            let position = dice.below(body.len());
            body[position] = 0xff;
        }
        let received = Received {
            method: dice.pick(&["GET", "", "é", "get it"]),
            base: &base,
            path: &path,
            query: Some(&query),
            authorization: &[&header, &second],
            form: Some(&body),
        };
        match parameters::Parameters::collect(&received) {
            Ok(Some(parameters)) => {
                signed += 1;
                assert!(base_string::build(received.method, &base, &path, &parameters).is_ascii());
            }
            Ok(None) => unsigned += 1,
            Err(problem) => {
                refused += 1;
                assert_eq!(problem.code(), "parameter_rejected");
            }
        }
        assert!(matches!(Signed::read(&received, Requirement::Call), Ok(None) | Err(_)));
    }
    assert!(signed > 500 && refused > 500 && unsigned > 500, "{signed} {refused} {unsigned}");
}
