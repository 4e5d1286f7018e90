//! Whose password is given: who a name could be, and what came of verifying the password.
//!
//! A password is verified outside of any transaction, because that takes long, and judged in one that writes. Between
//! the two the hash may be replaced: by another password, or by a newer hash of the same one, as happens when two
//! sign-ins come at once while the hash is outdated. Then it is verified anew, and nothing is judged or counted.

/// Who a name could be, with the hash to be verified; of nobody both are missing.
#[derive(Debug, Clone)]
pub struct Candidate<Id> {
    /// Whose account it is.
    pub id: Option<Id>,
    /// The hash of the password.
    pub hash: Option<String>,
    /// Of nobody: the hash that the password is compared with in vain, so that a stranger costs what somebody does. Where
    /// it is missing, a stranger costs what a hash of today does.
    pub like: Option<String>,
}

/// What came of verifying a password.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// The hash that it was compared with; none, of nobody.
    pub hash: Option<String>,
    /// Whether it fits.
    pub is_right: bool,
    /// A newer hash of the right password, which takes the place of an outdated one.
    pub upgraded: Option<String>,
}

impl<Id> Candidate<Id> {
    /// Whoever was found, or nobody.
    pub(super) fn of(found: Option<(Id, String)>) -> Self {
        let (id, hash) = found.unzip();
        Self { id, hash, like: None }
    }

    /// The same; nobody costs what a hash like this does.
    pub(super) fn or_like(self, like: Option<String>) -> Self {
        Self { like: like.filter(|_| self.hash.is_none()), ..self }
    }
}

/// Some of the numbers from 1 to `last`, chosen by what was drawn. Whoever has one of these numbers stands in for a
/// stranger: each account for about as many strangers as another, and for the same ones as long as they are the same
/// accounts. A new account takes over some strangers, and the others stay where they were (linear hashing).
pub(super) fn lots(drawn: &[u8], last: i64) -> Vec<i64> {
    let Some(last) = u32::try_from(last).ok().filter(|last| *last > 0) else { return Vec::new() };
    let (draws, _) = drawn.as_chunks::<4>();
    draws.iter().map(|draw| i64::from(lot(u32::from_le_bytes(*draw), last))).collect()
}

fn lot(draw: u32, last: u32) -> u32 {
    let mask = u32::MAX >> last.leading_zeros();
    let lot = draw & mask;
    1 + if lot < last { lot } else { lot & (mask >> 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_chosen_about_as_often() {
        for last in [1, 2, 3, 5, 8, 9, 1000] {
            let mut counts = vec![0; last as usize];
            (0..16_384).for_each(|draw| counts[lot(draw, last) as usize - 1] += 1);
            let (least, most) = (*counts.iter().min().unwrap(), *counts.iter().max().unwrap());
            assert!(least > 0 && most <= 2 * least, "{last}: {least} to {most}");
        }
    }

    #[test]
    fn one_more_takes_over_its_own_share_and_leaves_the_others_where_they_are() {
        for last in 1..100 {
            for draw in 0..1024 {
                let (before, after) = (lot(draw, last), lot(draw, last + 1));
                assert!(before == after || after == last + 1, "{draw} of {last}: {before}, {after}");
            }
        }
    }

    #[test]
    fn of_none_none_is_chosen() {
        assert!(lots(&[7; 64], 0).is_empty());
        assert_eq!(lots(&[7; 64], 1), [1; 16], "one for every four bytes");
    }
}
