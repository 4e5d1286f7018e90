use std::sync::atomic::Ordering;
use std::thread;

use super::super::testing::TestStore;
use super::super::{Error, Store, Work, setting};
use super::*;

fn path(number: usize) -> String {
    format!("test/{number}")
}

fn stored(store: &Store) -> Vec<String> {
    let mut paths: Vec<String> = store.read_now(setting::all).unwrap().into_keys().collect();
    paths.sort();
    paths
}

/// Runs them all at once: nobody begins before everybody waits.
fn at_once(
    store: &Store,
    units: usize,
    run: impl Fn(usize) -> Result<(), Error> + Sync,
) -> Vec<thread::Result<bool>> {
    let conn = store.own_connection().unwrap();
    let turn = store.turn(&conn);
    let run = &run;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..units).map(|number| scope.spawn(move || run(number).is_ok())).collect();
        while turn.is_some() && store.writer.waiting.load(Ordering::SeqCst) < units {
            thread::yield_now();
        }
        drop(turn);
        threads.into_iter().map(thread::ScopedJoinHandle::join).collect()
    })
}

fn put(work: &mut Work<'_>, number: usize) -> Result<(), Error> {
    setting::put(work, &path(number), "1")
}

#[test]
fn of_units_at_once_each_keeps_or_undoes_its_own() {
    let test = TestStore::shared();
    let outcomes = at_once(&test.store, 2 * MOST + 10, |number| {
        test.store.write_now(|work| {
            put(work, number)?;
            if number % 2 == 0 { Ok(()) } else { Err(Error::Cancelled) }
        })
    });
    for (number, outcome) in outcomes.into_iter().enumerate() {
        assert_eq!(outcome.unwrap(), number % 2 == 0);
        assert_eq!(stored(&test.store).contains(&path(number)), number % 2 == 0);
    }
}

#[test]
fn after_a_panic_everybody_is_told_what_became_of_theirs() {
    let test = TestStore::shared();
    let outcomes = at_once(&test.store, 10, |number| {
        test.store.write_now(|work| {
            put(work, number)?;
            assert_ne!(number, 5, "on purpose");
            Ok(())
        })
    });
    let stored_then = stored(&test.store);
    for (number, outcome) in outcomes.into_iter().enumerate() {
        let is_kept = outcome.unwrap_or(false);
        assert_eq!(stored_then.contains(&path(number)), is_kept, "{number}");
        assert!(!is_kept || number != 5);
    }
    test.store.write_now(|work| put(work, 99)).unwrap();
    assert!(stored(&test.store).contains(&path(99)));
}

#[test]
fn a_transaction_that_cannot_be_committed_is_told_to_all_of_its_units() {
    let end = Arc::new(End::default());
    let waiting = Arc::clone(&end);
    let told = thread::spawn(move || waiting.wait());
    end.tell(Err(Arc::new(Error::Duplicate)));
    for outcome in [told.join().unwrap(), end.wait()] {
        assert!(matches!(outcome.unwrap_err().as_ref(), Error::Duplicate));
    }
}
