//! What must hold for any signed request, tried on random ones. What must hold for garbage is in `tests/requests`.

use super::sample::{Dice, Sample, signed_sample};

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
