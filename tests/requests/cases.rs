//! How many cases, from which seed on, and which one failed.
#![expect(clippy::print_stderr, reason = "a word to whoever runs the tests")]

use super::dice::Dice;

/// Between two words on how far it is.
const STRIDE: u64 = 500_000;

/// The seeds of a loop.
pub(crate) struct Cases {
    name: &'static str,
    first: u64,
    count: u64,
}

/// Prints the seed when its case fails.
pub(crate) struct Failing(&'static str, u64);

impl Cases {
    /// So many, unless the environment says otherwise.
    pub(crate) fn of(name: &'static str, count: u64) -> Self {
        Self { name, first: number("TEST_SEED").unwrap_or(0), count: number("TEST_CASES").unwrap_or(count) }
    }

    /// Runs each, on every core.
    pub(crate) fn run(&self, case: impl Fn(&mut Dice) + Sync) {
        let lanes = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
        std::thread::scope(|scope| {
            for lane in 0..lanes {
                let case = &case;
                scope.spawn(move || {
                    for seed in self.seeds().skip(lane as usize).step_by(lanes as usize) {
                        self.word(seed);
                        let _failing = self.failing(seed);
                        case(&mut Dice(seed));
                    }
                });
            }
        });
    }

    /// Each seed, for cases that are answered elsewhere.
    pub(crate) fn seeds(&self) -> impl Iterator<Item = u64> + use<> {
        self.first..self.first + self.count
    }

    /// Held while a case runs: tells its seed when it fails.
    pub(crate) fn failing(&self, seed: u64) -> Failing {
        Failing(self.name, seed)
    }

    /// Now and then, a word on how far it is.
    pub(crate) fn word(&self, seed: u64) {
        let done = seed - self.first;
        if done > 0 && done.is_multiple_of(STRIDE) {
            eprintln!("{}: {done} of {}", self.name, self.count);
        }
    }
}

impl Drop for Failing {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{} failed; once more: TEST_SEED={} TEST_CASES=1", self.0, self.1);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' own switch, no setting of the program")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect(name))
}
