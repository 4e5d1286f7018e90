//! Counts what clients' addresses try, in memory and bounded: what strangers do costs no write, and each node of
//! several grants the same again.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, UnitWeighter};

/// Time in which tries add up.
pub const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// How many addresses are remembered. Those that tried once are forgotten before those that came back, and half of the
/// room is theirs: newcomers must not be forgotten at once because others came back long ago.
const MAX_ADDRESSES: usize = 10_000;

/// Counts tries by address.
#[derive(Clone)]
pub struct Throttle(Arc<Cache<IpAddr, Arc<Mutex<Window>>>>);

/// A try, as it was counted; not at all, where nothing limits them.
#[derive(Debug, Default)]
#[must_use = "a try that was no guess is to be taken back"]
pub struct Try(Option<Counted>);

/// Too many tries came from an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// The time after which it is worth asking again.
    pub wait: TimeDelta,
    /// Whether it is the first try that is refused within the window.
    pub is_first: bool,
}

#[derive(Debug)]
struct Counted {
    window: Arc<Mutex<Window>>,
    /// When the window began in which it was counted.
    began: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: DateTime<Utc>,
    tries: i64,
    /// Whether a try was refused.
    has_refused: bool,
}

impl Window {
    fn new(began: DateTime<Utc>) -> Self {
        Self { began, tries: 0, has_refused: false }
    }
}

impl Default for Throttle {
    #[expect(clippy::expect_used, reason = "both of what options must have stands here")]
    fn default() -> Self {
        let mut options = OptionsBuilder::new();
        options
            .estimated_items_capacity(MAX_ADDRESSES)
            .weight_capacity(MAX_ADDRESSES as u64)
            .hot_allocation(0.5);
        let options = options.build().expect("options with a capacity");
        Self(Arc::new(Cache::with_options(
            options,
            UnitWeighter,
            DefaultHashBuilder::default(),
            DefaultLifecycle::default(),
        )))
    }
}

impl Throttle {
    /// Counts a try before it is known what comes of it, so that many at once are no way around.
    ///
    /// # Errors
    /// When there were `limit` within the window; 0 limits nothing.
    pub fn count(&self, address: IpAddr, limit: i64, now: DateTime<Utc>) -> Result<Try, Limited> {
        if limit == 0 {
            return Ok(Try::default());
        }
        let begin = || Ok::<_, Infallible>(Arc::new(Mutex::new(Window::new(now))));
        let Ok(shared) = self.0.get_or_insert_with(&network(address), begin);
        let mut window = locked(&shared);
        if now >= window.began + WINDOW {
            *window = Window::new(now);
        }
        if window.tries >= limit {
            let is_first = !std::mem::replace(&mut window.has_refused, true);
            return Err(Limited { wait: window.began + WINDOW - now, is_first });
        }
        window.tries += 1;
        let began = window.began;
        drop(window);
        Ok(Try(Some(Counted { window: shared, began })))
    }
}

impl Try {
    /// Takes it back, because it was no guess: where it was counted and nowhere else. A window that has begun since
    /// then has not counted it.
    pub fn forgive(self) {
        if let Some(Counted { window, began }) = self.0 {
            let mut window = locked(&window);
            if window.began == began {
                window.tries -= 1;
            }
        }
    }
}

/// A count is whole at any time.
fn locked(window: &Mutex<Window>) -> MutexGuard<'_, Window> {
    window.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One customer of a provider has at least a /64 of IPv6 addresses, and would have as many tries.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn passes(throttle: &Throttle, address: &str, limit: i64, second: i64) -> bool {
        throttle.count(ip(address), limit, at(second)).is_ok()
    }

    #[test]
    fn so_many_tries_pass_within_the_window() {
        let throttle = Throttle::default();
        for second in 0..3 {
            assert!(passes(&throttle, "192.0.2.1", 3, second));
        }
        let limited = throttle.count(ip("192.0.2.1"), 3, at(100));
        assert_eq!(limited.map(drop), Err(Limited { wait: TimeDelta::seconds(500), is_first: true }));
        let again = throttle.count(ip("192.0.2.1"), 3, at(200));
        assert_eq!(again.map(drop), Err(Limited { wait: TimeDelta::seconds(400), is_first: false }));
        assert!(passes(&throttle, "192.0.2.2", 3, 100), "another address");
        assert!(passes(&throttle, "192.0.2.1", 0, 100), "no limit");
        assert!(passes(&throttle, "192.0.2.1", 3, 600), "another window");
    }

    #[test]
    fn what_was_no_guess_is_taken_back() {
        let throttle = Throttle::default();
        for _ in 0..10 {
            throttle.count(ip("192.0.2.1"), 1, at(0)).unwrap().forgive();
        }
        assert!(passes(&throttle, "192.0.2.1", 1, 0));
        assert!(!passes(&throttle, "192.0.2.1", 1, 0));
    }

    #[test]
    fn what_was_not_counted_is_not_taken_back() {
        let throttle = Throttle::default();
        let unlimited = throttle.count(ip("192.0.2.1"), 0, at(0)).unwrap();
        let early = throttle.count(ip("192.0.2.1"), 2, at(0)).unwrap();
        assert!(passes(&throttle, "192.0.2.1", 2, 1));
        unlimited.forgive();
        assert!(!passes(&throttle, "192.0.2.1", 2, 2), "it was never on the count");
        assert!(passes(&throttle, "192.0.2.1", 2, 600) && passes(&throttle, "192.0.2.1", 2, 601));
        early.forgive();
        assert!(!passes(&throttle, "192.0.2.1", 2, 602), "it was on the count before");
    }

    #[test]
    fn of_many_at_once_as_many_pass_as_may_and_success_gives_each_its_try_back() {
        let throttle = Throttle::default();
        let tried = |is_right: bool| {
            let counted = throttle.count(ip("192.0.2.1"), 5, at(0));
            counted
                .map(|tried| {
                    if is_right {
                        tried.forgive()
                    }
                })
                .is_ok()
        };
        let passed = |is_right: bool| {
            std::thread::scope(|scope| {
                let tries: Vec<_> = (0..20).map(|_| scope.spawn(|| tried(is_right))).collect();
                tries.into_iter().map(|tried| usize::from(tried.join().unwrap())).sum::<usize>()
            })
        };
        assert!(passed(true) >= 5, "those of which all are right");
        assert_eq!(passed(false), 5, "and after them no more and no less of wrong ones");
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let throttle = Throttle::default();
        assert!(passes(&throttle, "2001:db8::1", 1, 0));
        assert!(!passes(&throttle, "2001:db8::ffff:1", 1, 0));
        assert!(passes(&throttle, "2001:db8:0:1::1", 1, 0));
        assert!(passes(&throttle, "192.0.2.1", 1, 0));
        assert!(!passes(&throttle, "::ffff:192.0.2.1", 1, 0));
    }
}
