use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel::connection::InstrumentationEvent;

use super::super::testing::TestStore;
use super::super::{Store, Unready};
use super::*;

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

/// A connection that tells of each statement and each transaction that begins on it.
fn watched(store: &Store, tell: impl Fn() + Send + 'static) -> Conn {
    let mut conn = store.own_connection().unwrap();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(
            event,
            InstrumentationEvent::StartQuery { .. } | InstrumentationEvent::BeginTransaction { .. }
        ) {
            tell();
        }
    });
    conn
}

#[test]
fn nonces_that_are_not_all_new_are_not_added_at_all() {
    let test = TestStore::shared();
    let mut conn = test.store.own_connection().unwrap();
    let batch = [nonce(101, "b"), nonce(100, "a"), nonce(101, "b")];
    let batch: Vec<&Nonce> = batch.iter().collect();
    assert_eq!(add(&mut conn, &batch).unwrap().unwrap(), [true, true, false]);
    let mixed = [nonce(102, "c"), nonce(100, "a")];
    let mixed: Vec<&Nonce> = mixed.iter().collect();
    assert_eq!(add(&mut conn, &mixed).unwrap(), None);
    assert_eq!(timestamps(&test.store), [100, 101]);
    assert_eq!(sift(&mut conn, &mixed).unwrap(), [true, false]);
    assert_eq!(timestamps(&test.store), [100, 101, 102]);
}

#[test]
fn a_batch_is_one_statement_and_a_replay_costs_a_second_one_once() {
    let test = TestStore::shared();
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let mut conn = watched(&test.store, move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let now = test.store.clock().now().timestamp();
    let batch: Vec<_> = (0..200).map(|number| nonce(now, &number.to_string())).collect();
    let all: Vec<&Nonce> = batch.iter().collect();
    assert_eq!(add(&mut conn, &all).unwrap().unwrap(), [true; 200]);
    assert_eq!(
        sent.swap(0, Ordering::SeqCst),
        1,
        "no transaction around it, which would be three round trips"
    );
    let recorder = Recorder::with(&test.store, conn).unwrap();
    runtime().block_on(async {
        // Before the first one it has tried the statement without any.
        for (text, is_new, statements) in [("a", true, 2), ("a", false, 2), ("a", false, 1), ("b", true, 1)] {
            assert_eq!(recorder.record(nonce(now, text)).await, Ok(is_new));
            assert_eq!(sent.swap(0, Ordering::SeqCst), statements, "{text} {is_new}");
        }
    });
}

#[test]
fn a_panic_is_answered_and_outlived() {
    let test = TestStore::shared();
    let now = test.store.clock().now().timestamp();
    let sent = AtomicUsize::new(0);
    // The first statement is one without any nonce.
    let conn =
        watched(&test.store, move || assert_ne!(sent.fetch_add(1, Ordering::SeqCst), 1, "as a bug would"));
    let recorder = Recorder::with(&test.store, conn).unwrap();
    runtime().block_on(async {
        assert_eq!(recorder.record(nonce(now, "a")).await, Err(Unready::Failed));
        assert_eq!(recorder.record(nonce(now, "a")).await, Ok(true));
    });
}

#[test]
fn a_nonce_that_nobody_waits_for_any_more_is_not_spent() {
    let test = TestStore::shared();
    let other = test.other_node();
    let now = test.store.clock().now().timestamp();
    let (begun, has_begun) = std::sync::mpsc::channel();
    let conn = watched(&test.store, move || {
        // Told of more than the first one, when nobody listens any more.
        let _ = begun.send(());
    });
    let recorder = Recorder::with(&test.store, conn).unwrap();
    // By then it has tried the statement without any, which would wait for the lock too, and give up.
    assert_eq!(runtime().block_on(recorder.record(nonce(now, "before"))), Ok(true));
    assert_eq!(has_begun.try_iter().count(), 2);
    let (locked, is_locked) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel();
    let holding = std::thread::spawn(move || {
        other.write_now(|work| {
            record(work, &[&nonce(now, "first")])?;
            locked.send(()).unwrap();
            released.recv().unwrap();
            Ok::<_, Error>(())
        })
    });
    is_locked.recv().unwrap();
    runtime().block_on(async {
        let first = recorder.record(nonce(now, "first"));
        let others = async {
            tokio::task::yield_now().await;
            has_begun.recv().unwrap();
            // Asked for, and given up.
            let given_up = tokio::time::timeout(Duration::ZERO, recorder.record(nonce(now, "a"))).await;
            assert!(given_up.is_err());
            release.send(()).unwrap();
        };
        assert_eq!(tokio::join!(first, others).0, Ok(false));
        assert_eq!(recorder.record(nonce(now, "a")).await, Ok(true));
    });
    holding.join().unwrap().unwrap();
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
fn the_oldest_are_deleted_in_batches_that_go_on_where_the_last_one_ended() {
    let test = TestStore::new();
    let batch: Vec<_> =
        (0..6).flat_map(|second| ["a", "B", "ä"].map(|text| nonce(100 + second, text))).collect();
    record_in(&test.store, &batch);
    let mut from = None;
    let mut step = || {
        let (count, reached) =
            test.store.write_now(|work| delete_oldest(work, from.take(), 104, LIMIT)).unwrap();
        from = reached;
        count
    };
    assert_eq!([step(), step(), step(), step()], [5, 5, 2, 0]);
    assert_eq!(timestamps(&test.store), [104, 104, 104, 105, 105, 105]);
    // What came in below meanwhile, from a clock that is late, waits for the next process.
    assert_eq!(record_in(&test.store, &[nonce(106, "a")]), [true]);
}

#[test]
fn one_second_may_hold_more_nonces_than_a_batch() {
    let test = TestStore::new();
    let batch: Vec<_> = (0..12).map(|number| nonce(100, &number.to_string())).collect();
    record_in(&test.store, &batch);
    let (count, reached) = test.store.write_now(|work| delete_oldest(work, None, 101, LIMIT)).unwrap();
    assert_eq!((count, timestamps(&test.store).len()), (5, 7));
    let (count, _) = test.store.write_now(|work| delete_oldest(work, reached, 101, 50)).unwrap();
    assert_eq!((count, timestamps(&test.store).len()), (7, 0));
}

#[test]
fn of_five_hundred_copies_exactly_one_is_new_and_none_is_lost_at_the_end() {
    let test = TestStore::shared();
    let recorder = Arc::new(Recorder::start(&test.store).unwrap());
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
    let nodes = [&test.store, &test.other_node()].map(|store| Recorder::start(store).unwrap());
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
        let recorder = Arc::new(Recorder::start(store).unwrap());
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
        (0..2_000).map(|number| nonce(now - 7_300 - number / 100, &number.to_string())).collect();
    record_in(&test.store, &old);
    let recorder = Recorder::start(&test.store).unwrap();
    let mut rounds = 0;
    // Step by step beside each other: neither takes all turns from the other.
    let (begin, begun) = std::sync::mpsc::sync_channel(0);
    let store = &test.store;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut from = None;
            while begun.recv().is_ok() {
                let delete = |work: &mut Work<'_>| delete_oldest(work, from.take(), now - 7_200, 100);
                let (count, reached) = store.write_now(delete).unwrap();
                from = reached;
                if count == 0 {
                    break;
                }
            }
        });
        runtime().block_on(async {
            while begin.send(()).is_ok() {
                // The oldest that is kept, and the newest.
                for timestamp in [now - 7_200, now] {
                    let text = rounds.to_string();
                    assert_eq!(recorder.record(nonce(timestamp, &text)).await, Ok(true));
                    assert_eq!(recorder.record(nonce(timestamp, &text)).await, Ok(false));
                }
                rounds += 1;
            }
        });
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
    let recorder = Arc::new(Recorder::start(&test.store).unwrap());
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
    let recorder = Recorder::start(&test.store).unwrap();
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
