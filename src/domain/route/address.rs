//! The part of an address before the route: `/rest[/{store}][/async[/bulk]]`.

use super::declaration::is_version;
use super::path::{self, Segments, decoded};

/// What every address of the Web API begins with.
const API: &str = "rest";

/// The store code that means every store.
pub const EVERY_STORE: &str = "all";

/// In which form a route is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// At once, answered with the result.
    Direct,
    /// Queued: `/async/V1/…`.
    Async,
    /// Queued, many at once: `/async/bulk/V1/…`, where parameters are written `bySku`.
    Bulk,
}

/// Whether a path is one of the Web API, whatever else is right or wrong about it.
pub fn is_api(path: &str) -> bool {
    path::segments(path.as_bytes()).is_some_and(|mut segments| segments.step_over(API))
}

/// An address taken apart.
pub(super) struct Address<'s, 'p> {
    pub(super) store: Option<&'s str>,
    pub(super) form: Form,
    /// From the version on.
    pub(super) rest: Segments<'p>,
}

impl<'s, 'p> Address<'s, 'p> {
    /// Takes an address apart; none when it is not below `/rest` or names a store that is not known.
    pub(super) fn read<S: AsRef<str>>(mut segments: Segments<'p>, stores: &'s [S]) -> Option<Self> {
        if !segments.step_over(API) {
            return None;
        }
        let mut ahead = segments;
        let first = decoded(ahead.next()?);
        let store = match &*first {
            b"async" => None,
            version if is_version(version) => None,
            code => Some(known(code, stores)?),
        };
        if store.is_some() {
            segments = ahead;
        }
        let form = if !segments.step_over("async") {
            Form::Direct
        } else if segments.step_over("bulk") {
            Form::Bulk
        } else {
            Form::Async
        };
        Some(Self { store, form, rest: segments })
    }
}

fn known<'s, S: AsRef<str>>(code: &[u8], stores: &'s [S]) -> Option<&'s str> {
    stores.iter().map(AsRef::as_ref).chain([EVERY_STORE]).find(|store| store.as_bytes() == code)
}
