//! Chance for tests: the same cases on every run.

/// A small seeded generator (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    /// One of them.
    pub(crate) fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// So many of them at most, in a row.
    pub(crate) fn text(&mut self, longest: usize, from: &[&str]) -> String {
        (0..self.below(longest + 1)).map(|_| self.pick(from)).collect()
    }

    /// A word like a key, token or secret.
    pub(crate) fn word(&mut self) -> String {
        let alphabet = "0123456789abcdefghijklmnopqrstuvwxyz".as_bytes();
        (0..32).map(|_| char::from(alphabet[self.below(alphabet.len())])).collect()
    }

    /// Brings them into another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            list.swap(index, self.below(index + 1));
        }
    }
}
