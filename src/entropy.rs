//! Randomness. The only module that may ask the operating system for it.

use std::sync::{Mutex, PoisonError};

use rand::rngs::{StdRng, SysRng};
use rand::{Rng as _, SeedableRng as _, TryRng as _};

use crate::secret::Secret;

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Length of every consumer key, secret, token and verifier.
pub const CREDENTIAL_LENGTH: usize = 32;

/// A source of random bytes fit for secrets.
pub trait Entropy: Send + Sync + 'static {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::expect_used,
        reason = "without randomness no secret can be made; going on would be worse"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        SysRng.try_fill_bytes(buffer).expect("the operating system gives random bytes");
    }
}

/// The same bytes for the same seed: tests only.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<StdRng>);

impl SeededEntropy {
    /// A generator that repeats itself for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(buffer);
    }
}

/// Draws a credential: 32 characters, each independently and uniformly from `0-9a-z` (about 165 bits).
pub fn credential(entropy: &dyn Entropy) -> Secret {
    let mut text = String::with_capacity(CREDENTIAL_LENGTH);
    let mut pool = [0_u8; 64];
    while text.len() < CREDENTIAL_LENGTH {
        entropy.fill(&mut pool);
        // 252 is the largest multiple of 36 below 256: bytes above it would favour the first letters.
        let letters = pool.iter().filter(|byte| **byte < 252);
        for byte in letters.take(CREDENTIAL_LENGTH - text.len()) {
            text.push(char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
        }
    }
    Secret::new(text)
}

/// Whether a text can be a credential that was drawn here.
pub fn is_credential(text: &Secret) -> bool {
    let bytes = text.expose().as_bytes();
    bytes.len() == CREDENTIAL_LENGTH && bytes.iter().all(|byte| ALPHABET.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_has_32_characters_of_the_alphabet() {
        for _ in 0..200 {
            let text = credential(&SystemEntropy);
            assert_eq!(text.expose().len(), 32);
            assert!(text.expose().bytes().all(|byte| ALPHABET.contains(&byte)));
            assert!(is_credential(&text));
        }
    }

    #[test]
    fn every_letter_is_about_equally_likely() {
        let entropy = SeededEntropy::new(7);
        let mut counts = std::collections::HashMap::new();
        for _ in 0..2_000 {
            for letter in credential(&entropy).expose().chars() {
                *counts.entry(letter).or_insert(0_u32) += 1;
            }
        }
        // 64,000 letters, 1,778 each expected, standard deviation about 42.
        assert_eq!(counts.len(), 36);
        assert!(counts.values().all(|count| (1_540..2_020).contains(count)), "{counts:?}");
    }
}
