use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::testing::TestStore;
use super::super::{Store, Unready};
use super::*;
use crate::domain::nonce::forgettable_before;

const ACME: ConsumerId = ConsumerId(7);
const LIMIT: i64 = 5;

fn nonce(timestamp: i64, text: &str) -> Nonce {
    Nonce::new(ACME, timestamp, text)
}

fn record_in(store: &Store, nonces: &[Nonce]) -> Vec<bool> {
    store.write_now(|work| record(work, &nonces.iter().collect::<Vec<_>>())).unwrap()
}

fn timestamps(store: &Store) -> Vec<i64> {
    let all = |work: &mut Work<'_>| {
        Ok::<_, Error>(
            oauth_nonce::table
                .select(oauth_nonce::timestamp)
                .order(oauth_nonce::timestamp)
                .load(work.conn)?,
        )
    };
    store.read_now(all).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_nonce_counts_once_per_consumer_and_timestamp_and_case_matters() {
    let test = TestStore::new();
    let batch = [
        nonce(100, "a"),
        nonce(100, "A"),
        nonce(100, "a"),
        nonce(101, "a"),
        Nonce::new(ConsumerId(8), 100, "a"),
        nonce(100, "ä\u{1F980} '\"{},\\"),
    ];
    assert_eq!(record_in(&test.store, &batch), [true, true, false, true, true, true]);
    assert_eq!(record_in(&test.store, &batch), [false; 6]);
    assert_eq!(record_in(&test.store, &[]), [false; 0]);
}

#[test]
fn a_rolled_back_nonce_was_never_used() {
    let test = TestStore::new();
    let rolled_back = test.store.write_now(|work| {
        assert_eq!(record(work, &[&nonce(100, "a")])?, [true]);
        Err::<(), Error>(Error::Duplicate)
    });
    assert!(rolled_back.is_err());
    assert_eq!(record_in(&test.store, &[nonce(100, "a")]), [true]);
}

#[test]
fn forgetting_a_consumer_leaves_the_others_nonces() {
    let test = TestStore::new();
    record_in(
        &test.store,
        &[nonce(99, "a"), nonce(100, "a"), nonce(110, "b"), Nonce::new(ConsumerId(8), 105, "a")],
    );
    test.store.write_now(|work| forget(work, ACME, 100..=110)).unwrap();
    assert_eq!(timestamps(&test.store), [99, 105]);
}

#[test]
fn the_oldest_are_deleted_by_whole_seconds() {
    let test = TestStore::new();
    let batch: Vec<_> =
        (0..10).flat_map(|second| [nonce(100 + second, "a"), nonce(100 + second, "b")]).collect();
    record_in(&test.store, &batch);
    let step = |time| test.store.write_now(|work| delete_oldest(work, time, LIMIT)).unwrap();
    assert_eq!(step(100..108), 102..108);
    assert_eq!(step(102..108), 104..108);
    assert_eq!(step(104..108), 106..108);
    assert_eq!(step(106..108), 108..108);
    assert_eq!(timestamps(&test.store), [108, 108, 109, 109]);
}

#[test]
fn a_second_with_more_nonces_than_the_limit_goes_as_a_whole() {
    let test = TestStore::new();
    let batch: Vec<_> = (0..12).map(|number| nonce(100, &number.to_string())).collect();
    record_in(&test.store, &batch);
    record_in(&test.store, &[nonce(103, "a")]);
    let left = test.store.write_now(|work| delete_oldest(work, 100..103, LIMIT)).unwrap();
    assert_eq!((left, timestamps(&test.store)), (101..103, vec![103]));
}

#[test]
fn of_five_hundred_copies_exactly_one_is_new_and_none_is_lost_at_the_end() {
    let test = TestStore::shared();
    let recorder = Arc::new(Recorder::start(&test.store, forgettable_before).unwrap());
    let now = test.store.clock().now().timestamp();
    let new = runtime().block_on(async {
        let calls: Vec<_> = (0..2_000)
            .map(|number| {
                let recorder = Arc::clone(&recorder);
                tokio::spawn(async move { recorder.record(nonce(now, &(number % 4).to_string())).await })
            })
            .collect();
        let mut new = 0;
        for call in calls {
            new += usize::from(call.await.unwrap().unwrap());
        }
        new
    });
    assert_eq!(new, 4);
    drop(recorder);
    assert_eq!(timestamps(&test.store), [now; 4]);
}

#[test]
fn two_nodes_agree_on_who_was_first() {
    let test = TestStore::shared();
    let nodes =
        [&test.store, &test.other_node()].map(|store| Recorder::start(store, forgettable_before).unwrap());
    let now = test.store.clock().now().timestamp();
    runtime().block_on(async {
        for number in 0..50 {
            let text = number.to_string();
            let (one, other) =
                (nodes[0].record(nonce(now, &text)).await, nodes[1].record(nonce(now, &text)).await);
            assert_eq!((one, other), (Ok(true), Ok(false)));
        }
    });
}

#[test]
fn two_nodes_at_the_same_time_let_each_nonce_count_once() {
    let test = TestStore::shared();
    let stores = [test.store.clone(), test.other_node()];
    let now = test.store.clock().now().timestamp();
    let texts: Vec<String> = (0..300).map(|number| format!("{number:03}")).collect();
    let all = |store: &Store, texts: &mut dyn Iterator<Item = &String>| {
        let recorder = Arc::new(Recorder::start(store, forgettable_before).unwrap());
        let calls: Vec<_> = texts.map(|text| nonce(now, text)).collect();
        runtime().block_on(async {
            let calls: Vec<_> = calls
                .into_iter()
                .map(|nonce| {
                    let recorder = Arc::clone(&recorder);
                    tokio::spawn(async move { recorder.record(nonce).await })
                })
                .collect();
            let mut new = 0;
            for call in calls {
                new += usize::from(call.await.unwrap().unwrap());
            }
            new
        })
    };
    // In opposite orders, so that nodes that lock row by row in the order of arrival would deadlock.
    let new: usize = std::thread::scope(|scope| {
        let one = scope.spawn(|| all(&stores[0], &mut texts.iter()));
        let other = scope.spawn(|| all(&stores[1], &mut texts.iter().rev()));
        one.join().unwrap() + other.join().unwrap()
    });
    assert_eq!(new, texts.len());
}

#[test]
fn while_old_nonces_are_deleted_the_others_count_once() {
    let test = TestStore::shared();
    let now = test.store.clock().now().timestamp();
    let old: Vec<_> =
        (0..20_000).map(|number| nonce(now - 7_300 - number / 100, &number.to_string())).collect();
    record_in(&test.store, &old);
    let recorder = Recorder::start(&test.store, forgettable_before).unwrap();
    let mut rounds = 0;
    runtime().block_on(async {
        while timestamps(&test.store).iter().any(|timestamp| *timestamp < now - 7_200) {
            // The oldest that is kept, and the newest.
            for timestamp in [now - 7_200, now] {
                let text = rounds.to_string();
                assert_eq!(recorder.record(nonce(timestamp, &text)).await, Ok(true));
                assert_eq!(recorder.record(nonce(timestamp, &text)).await, Ok(false));
            }
            rounds += 1;
        }
    });
    assert!(rounds > 1, "calls were recorded while old nonces were deleted");
    assert_eq!(timestamps(&test.store).len(), 2 * rounds);
}

#[test]
fn more_calls_than_may_wait_are_refused_at_once_and_the_others_answered() {
    const TOO_MANY: usize = 50;
    let test = TestStore::shared();
    let other = test.other_node();
    let now = test.store.clock().now().timestamp();
    let recorder = Arc::new(Recorder::start(&test.store, forgettable_before).unwrap());
    let (locked, is_locked) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel();
    let holding = std::thread::spawn(move || {
        // SQLite has one writer; on PostgreSQL whoever records the same nonce waits for the outcome.
        other.write_now(|work| {
            let first = record(work, &[&nonce(now, "0")])?;
            locked.send(()).unwrap();
            released.recv().unwrap();
            Ok::<_, Error>(first)
        })
    });
    is_locked.recv().unwrap();
    let total = recorder::QUEUE + recorder::BATCH + TOO_MANY;
    let begun = Arc::new(AtomicUsize::new(0));
    let answers = runtime().block_on(async {
        let calls: Vec<_> = (0..total)
            .map(|number| {
                let (recorder, begun) = (Arc::clone(&recorder), Arc::clone(&begun));
                tokio::spawn(async move {
                    begun.fetch_add(1, Ordering::Relaxed);
                    recorder.record(nonce(now, &number.to_string())).await
                })
            })
            .collect();
        while begun.load(Ordering::Relaxed) < total {
            tokio::task::yield_now().await;
        }
        release.send(()).unwrap();
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await.unwrap());
        }
        answers
    });
    assert_eq!(holding.join().unwrap().unwrap(), [true]);
    let count = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
    let refused = count(Err(Unready::Overloaded));
    assert!((TOO_MANY..=TOO_MANY + recorder::BATCH).contains(&refused), "{refused} refused");
    assert_eq!((count(Ok(false)), count(Ok(true))), (1, answers.len() - refused - 1));
}

#[test]
fn when_the_database_fails_a_nonce_is_neither_new_nor_used() {
    let test = TestStore::shared();
    let recorder = Recorder::start(&test.store, forgettable_before).unwrap();
    let now = test.store.clock().now().timestamp();
    let rename = |from: &str, to: &str| {
        let statement = format!("alter table {from} rename to {to}");
        test.store.write_now(|work| Ok::<_, Error>(sql_query(statement).execute(work.conn)?)).unwrap();
    };
    runtime().block_on(async {
        rename("oauth_nonce", "away");
        assert_eq!(recorder.record(nonce(now, "a")).await, Err(Unready::Failed));
        rename("away", "oauth_nonce");
        assert_eq!(recorder.record(nonce(now, "a")).await, Ok(true));
    });
}

#[test]
fn nonces_past_their_time_are_forgotten_and_the_others_stay() {
    let test = TestStore::shared();
    let now = test.store.clock().now().timestamp();
    record_in(&test.store, &[nonce(now - 7_201, "a"), nonce(now - 7_200, "a"), nonce(now, "a")]);
    let recorder = Recorder::start(&test.store, forgettable_before).unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while timestamps(&test.store).len() > 2 && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    drop(recorder);
    assert_eq!(timestamps(&test.store), [now - 7_200, now]);
}
