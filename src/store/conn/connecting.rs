//! Connections that are made before they are asked for, all at once: PostgreSQL takes its time over each, and a server
//! begins with several.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::super::Error;
use super::{Conn, Url};

/// A database, with connections to it that are being made.
pub struct Connecting {
    url: Url,
    begun: Mutex<Vec<JoinHandle<Result<Conn, Error>>>>,
}

impl Connecting {
    /// Begins to make that many connections. To a file none is made ahead: it is opened faster than a thread starts,
    /// and those who open a new one at the same time are in each other's way.
    pub fn begin(url: &Url, count: usize) -> Self {
        let count = if matches!(url, Url::Postgres(_)) { count } else { 0 };
        let connect = |_| {
            let url = url.clone();
            // One less, when there are no more threads: it is made later.
            thread::Builder::new().name("connecting".to_owned()).spawn(move || url.connect()).ok()
        };
        Self { url: url.clone(), begun: Mutex::new((0..count).filter_map(connect).collect()) }
    }

    /// Where the database is.
    pub(in crate::store) fn url(&self) -> &Url {
        &self.url
    }

    /// One of the connections that were begun, or one that is made now.
    pub(in crate::store) fn connect(&self) -> Result<Conn, Error> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match begun.map(JoinHandle::join) {
            Some(Ok(made)) => made,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => self.url.connect(),
        }
    }
}

/// Waits for those that nobody asked for: libpq does not survive that the process ends while it connects.
impl Drop for Connecting {
    fn drop(&mut self) {
        let begun = self.begun.get_mut().unwrap_or_else(PoisonError::into_inner);
        for thread in begun.drain(..) {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::TestStore;
    use super::*;

    #[test]
    fn those_begun_and_those_made_later_reach_the_same_database() {
        let test = TestStore::shared();
        let connecting = Connecting::begin(test.store.database.url(), 2);
        let mut connections: Vec<Conn> = (0..3).map(|_| connecting.connect().unwrap()).collect();
        assert!(connections.iter_mut().all(Conn::is_current));
    }

    #[test]
    fn of_a_database_that_is_not_there_everybody_is_told_without_the_password() {
        let url: Url = "postgres://jo:hunter2@127.0.0.1:1/shop".parse().unwrap();
        let connecting = Connecting::begin(&url, 1);
        for _ in 0..2 {
            let told = connecting.connect().err().unwrap().to_string();
            assert!(told.contains("127.0.0.1:1") && !told.contains("hunter2"), "{told}");
        }
    }
}
