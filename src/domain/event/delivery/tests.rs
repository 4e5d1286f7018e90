use super::*;
use crate::domain::event::observer::{Delivering, ITSELF, Recipient, Wants};
use crate::domain::event::{self, Subject};
use crate::domain::webhook::Draft;
use crate::store::testing::TestStore;

/// One recipient for everything, and one for sign-ins of customers only.
struct Ears;

impl Observer for Ears {
    fn name(&self) -> &'static str {
        "ears"
    }

    fn recipients(&self, _: &mut Work<'_>) -> Result<Vec<Recipient>, Error> {
        let customers = Wants::These(vec![Kind::CustomerLogin]);
        Ok(vec![Recipient::itself(), Recipient { id: 7, wants: customers, since: None }])
    }

    fn deliver(&self, _: Event, _: i64) -> Delivering<'_> {
        Box::pin(std::future::ready(Outcome::taken()))
    }
}

fn observers() -> Vec<Arc<dyn Observer>> {
    vec![Arc::new(Ears)]
}

fn line(recipient: i64) -> Line {
    Line { observer: "ears".to_owned(), recipient }
}

fn customer(id: i64) -> Subject {
    Subject::customer(id, serde_json::json!({ "id": id }))
}

fn happen(test: &TestStore, kind: Kind, subject: i64) {
    test.store
        .write_now(|work| {
            event::record(work, kind, customer(subject));
            Ok::<_, Error>(())
        })
        .unwrap();
}

/// A webhook that hears of everything, and what was entered to make it.
fn shop(test: &TestStore) -> (Webhook, Draft) {
    let draft = Draft {
        name: "Shop".into(),
        url: "https://shop.example/".into(),
        all: true,
        is_enabled: true,
        ..Draft::default()
    };
    let made = test.store.write_now(|work| webhook::create(work, &Actor::command(), &draft, &[]));
    (made.unwrap().0, draft)
}

fn dispatched(test: &TestStore) -> usize {
    test.store.write_now(|work| dispatch(work, &observers())).unwrap()
}

fn taken(test: &TestStore, recipient: i64) -> Vec<Taken> {
    test.store.write_now(|work| take(work, &line(recipient))).unwrap()
}

fn subjects(taken: &[Taken]) -> Vec<(i64, Kind)> {
    taken.iter().map(|taken| (taken.event.subject_id, taken.event.kind)).collect()
}

fn settled(test: &TestStore, taken: Vec<Taken>, outcome: &Outcome) -> usize {
    let tried: Vec<_> = taken.into_iter().map(|taken| (taken, outcome.clone())).collect();
    test.store.write_now(|work| settle(work, &line(ITSELF), &tried)).unwrap()
}

#[test]
fn everybody_hears_of_what_they_want_and_once() {
    let test = TestStore::new();
    happen(&test, Kind::TokenIssued, 1);
    happen(&test, Kind::CustomerLogin, 2);
    assert_eq!((dispatched(&test), dispatched(&test)), (2, 0));
    let all = taken(&test, ITSELF);
    assert_eq!(subjects(&all), [(1, Kind::TokenIssued), (2, Kind::CustomerLogin)]);
    assert_eq!(subjects(&taken(&test, 7)), [(2, Kind::CustomerLogin)]);
    assert_eq!(subjects(&taken(&test, ITSELF)), [], "they are taken");
    settled(&test, all, &Outcome::taken());
    test.clock.advance(CLAIM);
    assert_eq!(subjects(&taken(&test, ITSELF)), []);
    assert_eq!(subjects(&taken(&test, 7)), [(2, Kind::CustomerLogin)], "whoever took it was not heard of");
}

#[test]
fn later_events_of_a_subject_wait_for_an_earlier_one_that_is_tried_again() {
    let test = TestStore::new();
    happen(&test, Kind::TokenIssued, 1);
    happen(&test, Kind::TokenRevoked, 1);
    happen(&test, Kind::CustomerLogin, 2);
    dispatched(&test);
    let first = taken(&test, ITSELF);
    assert_eq!(subjects(&first), [(1, Kind::TokenIssued), (2, Kind::CustomerLogin)]);
    settled(&test, first, &Outcome::refused("busy"));
    assert_eq!(subjects(&taken(&test, ITSELF)), [], "five seconds are not over");
    happen(&test, Kind::CustomerLogin, 3);
    dispatched(&test);
    assert_eq!(subjects(&taken(&test, ITSELF)), [(3, Kind::CustomerLogin)], "others do not wait");
    test.clock.advance(WAITS[0]);
    let again = taken(&test, ITSELF);
    assert_eq!(subjects(&again), [(1, Kind::TokenIssued), (2, Kind::CustomerLogin)]);
    settled(&test, again, &Outcome::taken());
    assert_eq!(subjects(&taken(&test, ITSELF)), [(1, Kind::TokenRevoked)]);
}

#[test]
fn it_is_tried_seven_times_with_ever_longer_waits_and_then_the_next_one_goes_on() {
    let test = TestStore::new();
    happen(&test, Kind::TokenIssued, 1);
    happen(&test, Kind::TokenRevoked, 1);
    dispatched(&test);
    for wait in WAITS {
        let tried = taken(&test, ITSELF);
        assert_eq!(subjects(&tried), [(1, Kind::TokenIssued)]);
        assert_eq!(settled(&test, tried, &Outcome::refused("busy")), 0);
        test.clock.advance(wait - TimeDelta::milliseconds(1));
        assert_eq!(subjects(&taken(&test, ITSELF)), [], "{wait}");
        test.clock.advance(TimeDelta::milliseconds(1));
    }
    let last = taken(&test, ITSELF);
    assert_eq!(settled(&test, last, &Outcome::refused("busy")), 1);
    assert_eq!(subjects(&taken(&test, ITSELF)), [(1, Kind::TokenRevoked)]);
}

#[test]
fn two_nodes_do_not_take_the_same_delivery() {
    let test = TestStore::shared();
    let nodes = [test.other_node(), test.other_node()];
    for subject in 0..40 {
        happen(&test, Kind::CustomerLogin, subject);
    }
    let observers = observers();
    let mut told: Vec<i64> = std::thread::scope(|scope| {
        let both: Vec<_> = nodes
            .iter()
            .map(|node| {
                let observers = &observers;
                scope.spawn(move || {
                    while node.write_now(|work| dispatch(work, observers)).unwrap() > 0 {}
                    let mut told = Vec::new();
                    loop {
                        let taken = node.write_now(|work| take(work, &line(ITSELF))).unwrap();
                        if taken.is_empty() {
                            return told;
                        }
                        told.extend(taken.iter().map(|taken| taken.event.subject_id));
                        let tried: Vec<_> =
                            taken.into_iter().map(|taken| (taken, Outcome::taken())).collect();
                        node.write_now(|work| settle(work, &line(ITSELF), &tried)).unwrap();
                    }
                })
            })
            .collect();
        both.into_iter().flat_map(|node| node.join().unwrap()).collect()
    });
    told.sort_unstable();
    assert_eq!(told, (0..40).collect::<Vec<_>>());
}

#[test]
fn what_was_given_up_is_sent_again_when_somebody_asks_for_it() {
    let test = TestStore::new();
    let by = Actor::command();
    let (shop, draft) = shop(&test);
    happen(&test, Kind::CustomerLogin, 1);
    let event = test.store.read_now(|work| store::event::waiting(work, 1)).unwrap().remove(0);
    test.store.write_now(|work| store::event_delivery::insert(work, &event, &[&shop.line()])).unwrap();
    let paging = Paging { page: 1, limit: 10 };
    let shown = |state| {
        let page = test.store.read_now(|work| list(work, &shop, state, paging)).unwrap();
        page.rows.into_iter().map(|row| (row.id, row.state, row.cause)).collect::<Vec<_>>()
    };
    let id = shown(None)[0].0;
    let again = || test.store.write_now(|work| send_again(work, &by, id));
    assert!(matches!(again(), Err(Error::Conflict(Conflict::DeliveryNotFailed))));
    // Switched off, it is not told, and says so.
    let off = Draft { is_enabled: false, ..draft.clone() };
    test.store.write_now(|work| webhook::update(work, &by, shop.id, 1, &off, &[])).unwrap();
    assert_eq!(shown(Some(State::Failed)), [(id, State::Failed, Some("switched_off".to_owned()))]);
    assert!(matches!(again(), Err(Error::Conflict(Conflict::WebhookOff))));
    test.store.write_now(|work| webhook::update(work, &by, shop.id, 2, &draft, &[])).unwrap();
    again().unwrap();
    assert_eq!(shown(Some(State::Pending)).len(), 1);
}

#[test]
fn what_is_sent_again_comes_before_what_happened_later() {
    let test = TestStore::new();
    let by = Actor::command();
    let (shop, _) = shop(&test);
    for kind in [Kind::TokenIssued, Kind::CustomerLogin, Kind::TokenRevoked] {
        happen(&test, kind, 1);
    }
    let events = test.store.read_now(|work| store::event::waiting(work, 3)).unwrap();
    for event in &events {
        test.store.write_now(|work| store::event_delivery::insert(work, event, &[&shop.line()])).unwrap();
    }
    let taken = || test.store.write_now(|work| take(work, &shop.line())).unwrap();
    let settled = |taken: Vec<Taken>, outcome: Outcome| {
        let tried: Vec<_> = taken.into_iter().map(|taken| (taken, outcome.clone())).collect();
        test.store.write_now(|work| settle(work, &shop.line(), &tried)).unwrap()
    };
    let first = taken();
    assert_eq!(subjects(&first), [(1, Kind::TokenIssued)]);
    let id = first[0].id;
    settled(first, Outcome::refused("busy"));
    for wait in WAITS {
        test.clock.advance(wait);
        settled(taken(), Outcome::refused("busy"));
    }
    // It is given up, and the second one is tried in vain.
    settled(taken(), Outcome::refused("busy"));
    test.store.write_now(|work| send_again(work, &by, id)).unwrap();
    let again = taken();
    assert_eq!(subjects(&again), [(1, Kind::TokenIssued)]);
    settled(again, Outcome::taken());
    assert_eq!(subjects(&taken()), [], "the second one has its time to wait");
    test.clock.advance(WAITS[0]);
    let second = taken();
    assert_eq!(subjects(&second), [(1, Kind::CustomerLogin)]);
    // While it is on its way nothing else is.
    let statement = format!("update event_delivery set state = 'failed' where delivery_id = {}", id.0);
    test.store
        .write_now(|work| {
            crate::store::testing::run_in(work, &statement);
            Ok::<_, Error>(())
        })
        .unwrap();
    test.store.write_now(|work| send_again(work, &by, id)).unwrap();
    assert_eq!(subjects(&taken()), []);
    settled(second, Outcome::taken());
    let again = taken();
    assert_eq!(subjects(&again), [(1, Kind::TokenIssued)]);
    settled(again, Outcome::taken());
    assert_eq!(subjects(&taken()), [(1, Kind::TokenRevoked)]);
}

#[test]
fn however_many_nodes_deliver_none_is_left_and_the_order_of_a_subject_holds() {
    const EACH: usize = 15;
    let test = TestStore::shared();
    let nodes = [test.other_node(), test.other_node()];
    let observers = observers();
    let told = std::sync::Mutex::new(Vec::new());
    let looks = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for node in &nodes {
            scope.spawn(|| {
                while told.lock().unwrap().len() < 4 * EACH {
                    assert!(
                        looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 20_000,
                        "some are stuck"
                    );
                    node.write_now(|work| dispatch(work, &observers)).unwrap();
                    let taken = node.write_now(|work| take(work, &line(ITSELF))).unwrap();
                    if taken.is_empty() {
                        // SQLite lets those who wait in vain try again; somebody must leave room for them.
                        std::thread::sleep(std::time::Duration::from_millis(5));
                        continue;
                    }
                    let ids = taken.iter().map(|taken| (taken.event.subject_id, taken.event.id));
                    told.lock().unwrap().extend(ids);
                    let tried: Vec<_> = taken.into_iter().map(|taken| (taken, Outcome::taken())).collect();
                    node.write_now(|work| settle(work, &line(ITSELF), &tried)).unwrap();
                }
            });
        }
        for _ in 0..EACH {
            for subject in 0..4 {
                happen(&test, Kind::CustomerLogin, subject);
            }
        }
    });
    let told = told.into_inner().unwrap();
    for subject in 0..4 {
        let ids: Vec<_> = told.iter().filter(|(id, _)| *id == subject).map(|(_, event)| *event).collect();
        assert_eq!(ids.len(), EACH, "each once");
        assert!(ids.is_sorted(), "{ids:?}");
    }
}

#[test]
fn a_look_at_a_long_line_is_as_short_as_at_any_other() {
    use crate::store::testing::{fill_line, statements};
    let shop = Line { observer: webhook::OBSERVER.to_owned(), recipient: 1 };
    let costs = |length: i64| {
        let looked = TestStore::new().store.write_now(|work| {
            fill_line(work, 1, length);
            let (due, costs) = statements(work, |work| is_due(work, &shop));
            assert!(due?);
            let (taken, more) = statements(work, |work| take(work, &shop));
            assert_eq!(taken?.len(), 1, "the others wait for it");
            assert!(!is_due(work, &shop)?);
            Ok::<_, Error>((costs, more))
        });
        looked.unwrap()
    };
    assert_eq!(costs(2), costs(3_000));
}

#[test]
fn old_events_are_removed_with_their_deliveries() {
    let test = TestStore::new();
    happen(&test, Kind::CustomerLogin, 1);
    dispatched(&test);
    test.clock.advance(TimeDelta::days(30));
    happen(&test, Kind::CustomerLogin, 2);
    assert_eq!(test.store.write_now(event::remove_old).unwrap(), 0);
    test.clock.advance(TimeDelta::seconds(1));
    let removed = || test.store.write_now(event::remove_old).unwrap();
    assert_eq!((removed(), removed(), removed()), (2, 1, 0), "its deliveries, itself, and no more");
    assert_eq!(subjects(&taken(&test, ITSELF)), []);
}

#[test]
fn what_stands_behind_a_delivery_that_is_too_old_is_tried() {
    let test = TestStore::new();
    happen(&test, Kind::CustomerLogin, 1);
    test.clock.advance(TimeDelta::days(30));
    happen(&test, Kind::TokenIssued, 1);
    dispatched(&test);
    assert_eq!(test.store.write_now(event::remove_old).unwrap(), 0);
    test.clock.advance(TimeDelta::seconds(1));
    let removed = || test.store.write_now(event::remove_old).unwrap();
    assert_eq!((removed(), removed(), removed()), (2, 1, 0), "the deliveries of one event, and itself");
    assert_eq!(subjects(&taken(&test, ITSELF)), [(1, Kind::TokenIssued)]);
}
