//! Counts what clients' addresses try, in memory and bounded: what strangers do costs no write, and each node of
//! several grants the same again.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;

/// Time in which tries add up.
pub const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// How many addresses are remembered; the least active ones are forgotten first.
const MAX_ADDRESSES: u64 = 10_000;

/// Counts tries by address.
#[derive(Clone)]
pub struct Throttle(Cache<IpAddr, Arc<Mutex<Window>>>);

#[derive(Debug, Clone, Copy)]
struct Window {
    began: DateTime<Utc>,
    tries: i64,
}

impl Default for Throttle {
    fn default() -> Self {
        Self(Cache::new(MAX_ADDRESSES))
    }
}

impl Throttle {
    /// Counts a try before it is known what comes of it, so that many at once are no way around.
    ///
    /// # Errors
    /// The time after which it is worth asking again, when there were `limit` within the window; 0 limits nothing.
    pub fn count(&self, address: IpAddr, limit: i64, now: DateTime<Utc>) -> Result<(), TimeDelta> {
        if limit == 0 {
            return Ok(());
        }
        let window =
            self.0.get_with(network(address), || Arc::new(Mutex::new(Window { began: now, tries: 0 })));
        let mut window = locked(&window);
        if now >= window.began + WINDOW {
            *window = Window { began: now, tries: 0 };
        }
        if window.tries >= limit {
            return Err(window.began + WINDOW - now);
        }
        window.tries += 1;
        Ok(())
    }

    /// Takes a try back: it was no guess.
    pub fn forgive(&self, address: IpAddr) {
        if let Some(window) = self.0.get(&network(address)) {
            let mut window = locked(&window);
            window.tries = (window.tries - 1).max(0);
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

    #[test]
    fn so_many_tries_pass_within_the_window() {
        let throttle = Throttle::default();
        for second in 0..3 {
            assert_eq!(throttle.count(ip("192.0.2.1"), 3, at(second)), Ok(()));
        }
        assert_eq!(throttle.count(ip("192.0.2.1"), 3, at(100)), Err(TimeDelta::seconds(500)));
        assert_eq!(throttle.count(ip("192.0.2.2"), 3, at(100)), Ok(()), "another address");
        assert_eq!(throttle.count(ip("192.0.2.1"), 0, at(100)), Ok(()), "no limit");
        assert_eq!(throttle.count(ip("192.0.2.1"), 3, at(600)), Ok(()), "another window");
    }

    #[test]
    fn what_was_no_guess_is_taken_back() {
        let throttle = Throttle::default();
        for _ in 0..10 {
            assert_eq!(throttle.count(ip("192.0.2.1"), 1, at(0)), Ok(()));
            throttle.forgive(ip("192.0.2.1"));
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let throttle = Throttle::default();
        assert_eq!(throttle.count(ip("2001:db8::1"), 1, at(0)), Ok(()));
        assert!(throttle.count(ip("2001:db8::ffff:1"), 1, at(0)).is_err());
        assert_eq!(throttle.count(ip("2001:db8:0:1::1"), 1, at(0)), Ok(()));
        assert_eq!(throttle.count(ip("192.0.2.1"), 1, at(0)), Ok(()));
        assert!(throttle.count(ip("::ffff:192.0.2.1"), 1, at(0)).is_err());
    }
}
