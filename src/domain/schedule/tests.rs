use super::*;
use crate::store::testing::TestStore;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn schedule(text: &str) -> Schedule {
    Schedule::read(text).unwrap()
}

fn run(test: &TestStore, scheduled_at: DateTime<Utc>) -> Option<Run> {
    test.store.write_now(|work| claim(work, "tidy", scheduled_at, Cause::Schedule)).unwrap()
}

#[test]
fn five_fields_of_cron_are_understood_and_nothing_else() {
    for text in ["* * * * *", "*/10 0-6 1,15 * mon-fri", " 15  3 * * * ", "", "0 0 29 2 *", "@daily"] {
        assert!(Schedule::read(text).is_some(), "{text}");
    }
    for text in ["*", "@often", "* * * * * *", "61 * * * *", "every day", "0 0 30 2 *", "a b c d e"] {
        assert!(Schedule::read(text).is_none(), "{text}");
    }
}

#[test]
fn a_job_is_due_at_its_time_and_not_before() {
    let daily = schedule("15 3 * * *");
    let last = Some(at("2026-11-25T03:15:00Z"));
    assert_eq!(daily.due(last, at("2026-11-26T03:14:59Z")), None);
    assert_eq!(daily.due(last, at("2026-11-26T03:15:00Z")), Some(at("2026-11-26T03:15:00Z")));
    assert_eq!(daily.next(at("2026-11-26T03:15:00Z")), Some(at("2026-11-27T03:15:00Z")));
}

#[test]
fn however_much_was_missed_is_made_up_for_once() {
    for (text, last, now, due) in [
        ("* * * * *", "2025-01-01T00:00:00Z", "2026-11-26T10:07:31Z", "2026-11-26T10:07:00Z"),
        ("0 * * * *", "2026-11-26T01:00:00Z", "2026-11-26T10:07:31Z", "2026-11-26T10:00:00Z"),
        ("15 3 * * *", "2026-11-20T03:15:00Z", "2026-11-26T01:00:00Z", "2026-11-25T03:15:00Z"),
        ("0 0 1 * *", "2026-01-01T00:00:00Z", "2026-11-26T01:00:00Z", "2026-11-01T00:00:00Z"),
        ("0 0 29 2 *", "2020-02-29T00:00:00Z", "2026-11-26T01:00:00Z", "2024-02-29T00:00:00Z"),
    ] {
        let schedule = schedule(text);
        assert_eq!(schedule.due(Some(at(last)), at(now)), Some(at(due)), "{text}");
        assert_eq!(schedule.due(Some(at(due)), at(now)), None, "{text}: once");
        assert_eq!(schedule.due(None, at(now)), Some(at(due)), "{text}: at the very first start, too");
    }
}

#[test]
fn without_fields_it_is_never_due() {
    assert_eq!(schedule("").due(None, at("2026-11-26T10:00:00Z")), None);
    assert_eq!(schedule("").next(at("2026-11-26T10:00:00Z")), None);
}

#[test]
fn two_nodes_run_a_job_once() {
    let test = TestStore::shared();
    let nodes: Vec<_> = (0..4).map(|_| test.other_node()).collect();
    let due = test.store.clock().now();
    let claimed: usize = std::thread::scope(|scope| {
        let claims: Vec<_> = nodes
            .iter()
            .map(|node| {
                scope.spawn(move || node.write_now(|work| claim(work, "tidy", due, Cause::Schedule)).unwrap())
            })
            .collect();
        claims.into_iter().map(|claim| usize::from(claim.join().unwrap().is_some())).sum()
    });
    assert_eq!(claimed, 1);
    // Nor again for the same time, when it has ended.
    let runs = test.store.read_now(latest_runs).unwrap();
    test.store.write_now(|work| finish(work, runs[0].id, &Ok(3))).unwrap();
    assert_eq!(run(&test, due), None);
    let runs = test.store.read_now(latest_runs).unwrap();
    assert_eq!((runs[0].state, runs[0].count), (State::Done, 3));
}

#[test]
fn a_job_that_is_running_is_not_begun_again_and_one_whose_node_died_is() {
    let test = TestStore::new();
    let first = run(&test, test.store.clock().now()).unwrap();
    test.clock.advance(SIGN_OF_LIFE);
    assert_eq!(run(&test, test.store.clock().now()), None);
    assert!(test.store.write_now(|work| alive(work, first.id)).unwrap());
    test.clock.advance(LEASE - TimeDelta::seconds(1));
    assert_eq!(run(&test, test.store.clock().now()), None, "it gave a sign of life");
    test.clock.advance(TimeDelta::seconds(2));
    let second = run(&test, test.store.clock().now()).unwrap();
    let page = test.store.read_now(|work| history(work, None, None, Paging { page: 1, limit: 10 })).unwrap();
    let states: Vec<_> = page.rows.iter().map(|run| (run.id, run.state)).collect();
    assert_eq!(states, [(second.id, State::Running), (first.id, State::Lost)]);
    assert!(!test.store.write_now(|work| alive(work, first.id)).unwrap());
}

#[test]
fn what_a_person_starts_is_recorded_and_not_twice_at_once() {
    let test = TestStore::new();
    let started = test.store.write_now(|work| start_now(work, &Actor::command(), "tidy")).unwrap();
    assert_eq!(started.cause, Cause::Command);
    test.clock.advance(TimeDelta::seconds(1));
    let again = test.store.write_now(|work| start_now(work, &Actor::command(), "tidy"));
    assert!(matches!(again, Err(Error::Conflict(Conflict::JobRunning(job))) if job == "tidy"));
    test.store.write_now(|work| finish(work, started.id, &Err("no room".into()))).unwrap();
    let runs = test.store.read_now(latest_runs).unwrap();
    assert_eq!((runs[0].state, runs[0].message.as_deref()), (State::Failed, Some("no room")));
}

#[test]
fn old_runs_are_removed_but_never_the_last_of_a_job() {
    let test = TestStore::new();
    for job in ["tidy", "count", "tidy"] {
        let now = test.store.clock().now();
        let run = test.store.write_now(|work| claim(work, job, now, Cause::Schedule)).unwrap().unwrap();
        test.store.write_now(|work| finish(work, run.id, &Ok(0))).unwrap();
        test.clock.advance(TimeDelta::days(1));
    }
    test.clock.advance(TimeDelta::days(30));
    assert_eq!(test.store.write_now(remove_old).unwrap(), 1);
    assert_eq!(test.store.write_now(remove_old).unwrap(), 0);
    let jobs: Vec<_> = test.store.read_now(latest_runs).unwrap().into_iter().map(|run| run.job).collect();
    assert_eq!(jobs, ["count", "tidy"]);
}
