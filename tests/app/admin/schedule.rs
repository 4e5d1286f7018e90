//! Scheduled jobs as administrators see them, and what the jobs of the product remove.

use chrono::TimeDelta;
use latchkey::clock::Clock as _;
use latchkey::domain::schedule::State;
use latchkey::domain::setting::{self, Setting};
use latchkey::domain::{Actor, audit};
use latchkey::jobs::{self, Job, Running, schedule_path};

use crate::support::{Browser, TestApp};

const SCHEDULE: &str = "Latchkey_Schedule::manage";

async fn signed_in(app: &TestApp) -> Browser<'_> {
    app.given().admin_with("jo", &[SCHEDULE]);
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    browser
}

fn set(app: &TestApp, setting: Setting, value: &str) {
    app.app.store.write_now(|work| setting::set(work, &Actor::command(), setting, value)).unwrap();
}

async fn removed(app: &TestApp, job: &str) -> i64 {
    let run = jobs::run_now(&app.app, &Actor::command(), job).await.unwrap();
    assert_eq!(run.state, State::Done, "{job}: {:?}", run.message);
    app.clock.advance(TimeDelta::seconds(1));
    run.count
}

#[actix_web::test]
async fn every_job_is_listed_with_its_schedule_and_can_be_run() {
    let app = TestApp::new();
    let mut browser = signed_in(&app).await;
    browser.open("/admin/schedule").await;
    let text = browser.page.text();
    for job in app.app.jobs.iter() {
        assert!(text.contains(job.name()) && text.contains(job.schedule()), "{}", job.name());
        assert!(!job.about().starts_with("job-"), "{} says what it does", job.name());
    }
    assert!(text.contains("Nothing has run yet"));
    browser.press("Run now audit_cleanup").await;
    assert_eq!(browser.page.messages(), ["Success: The job audit_cleanup has been started."]);
    jobs::tick(&app.app).await.unwrap();
    browser.open("/admin/schedule?job=audit_cleanup").await;
    let runs = browser.page.rows_of("#history_table");
    let by_hand = runs.iter().find(|row| row.get("Why").is_some_and(|why| why == "By hand")).unwrap();
    assert_eq!(by_hand["Job"], "audit_cleanup");
    browser.open("/admin/schedule?state=lost").await;
    assert!(browser.page.text().contains("0 records found"));
}

#[actix_web::test]
async fn each_job_runs_at_its_time_once_and_what_was_missed_is_made_up_for_once() {
    let app = TestApp::new();
    let ran =
        |runs: Vec<latchkey::domain::schedule::Run>| runs.into_iter().map(|run| run.job).collect::<Vec<_>>();
    let all: Vec<_> = app.app.jobs.iter().map(|job| job.name().to_owned()).collect();
    assert_eq!(ran(jobs::tick(&app.app).await.unwrap()), all, "the first start makes up for all there is");
    assert_eq!(ran(jobs::tick(&app.app).await.unwrap()), [""; 0]);
    app.clock.advance(TimeDelta::minutes(1));
    let minutely = ran(jobs::tick(&app.app).await.unwrap());
    assert!(minutely.contains(&"event_delivery".to_owned()), "{minutely:?}");
    assert!(!minutely.contains(&"audit_cleanup".to_owned()), "{minutely:?}");
    app.clock.advance(TimeDelta::days(3));
    assert_eq!(ran(jobs::tick(&app.app).await.unwrap()), all);
    assert_eq!(ran(jobs::tick(&app.app).await.unwrap()), [""; 0]);
    // A setting counts at once; an empty one is never.
    for job in &all {
        set(&app, setting::by_path(&schedule_path(job)).unwrap(), "");
    }
    app.clock.advance(TimeDelta::days(3));
    assert_eq!(ran(jobs::tick(&app.app).await.unwrap()), [""; 0]);
}

#[actix_web::test]
async fn the_settings_have_the_schedules_of_the_jobs_as_defaults() {
    for job in jobs::builtin() {
        let setting = setting::by_path(&schedule_path(job.name())).unwrap();
        assert_eq!(setting.default, job.schedule(), "{}", job.name());
    }
}

struct Failing;

impl Job for Failing {
    fn name(&self) -> &'static str {
        "failing"
    }

    fn about(&self) -> String {
        "Fails.".to_owned()
    }

    fn schedule(&self) -> &'static str {
        "0 0 1 1 *"
    }

    fn run<'a>(&'a self, _: &'a latchkey::app::App) -> Running<'a> {
        Box::pin(std::future::ready(Err(jobs::Failure::Said("no room on the disk".to_owned()))))
    }
}

#[actix_web::test]
async fn a_failed_run_says_why_also_that_of_an_embedding_program() {
    let app = TestApp::built(|builder| builder.job(std::sync::Arc::new(Failing)));
    let run = jobs::run_now(&app.app, &Actor::command(), "failing").await.unwrap();
    assert_eq!(run.state, State::Failed);
    let mut browser = signed_in(&app).await;
    browser.open("/admin/schedule?state=failed").await;
    assert!(browser.page.text().contains("no room on the disk"), "{}", browser.page.text());
}

#[actix_web::test]
async fn a_run_that_the_database_failed_names_the_cause_and_the_remedy() {
    let app = TestApp::new();
    app.sql("alter table activation_attempt rename to put_aside");
    let run = jobs::run_now(&app.app, &Actor::command(), "activation_attempts_cleanup").await.unwrap();
    let message = run.message.unwrap();
    assert!(message.contains("activation_attempt") && message.contains("run `latchkey doctor`"), "{message}");
    let mut browser = signed_in(&app).await;
    browser.open("/admin/schedule?state=failed").await;
    assert!(browser.page.text().contains(&message), "{}", browser.page.text());
}

#[actix_web::test]
async fn what_is_past_its_time_goes_and_the_rest_stays() {
    let app = TestApp::new();
    let mut browser = signed_in(&app).await;
    app.given().integration("Acme").active();
    let now = app.clock.now().timestamp();
    app.sql(&format!(
        "insert into oauth_nonce (timestamp, consumer_id, nonce) values ({}, 1, 'a'), ({now}, 1, 'a')",
        now - 7_201
    ));
    assert_eq!(removed(&app, "expired_nonces_cleanup").await, 1);
    assert_eq!(app.count("oauth_nonce"), 1);
    browser.open("/admin/schedule?job=expired_nonces_cleanup").await;
    let runs = browser.page.rows_of("#history_table");
    assert_eq!((runs[0]["Took"].as_str(), runs[0]["Count"].as_str()), ("0 ms", "1"));
    assert_eq!(removed(&app, "ended_sessions_cleanup").await, 0);
    app.clock.advance(TimeDelta::hours(25));
    assert_eq!(removed(&app, "ended_sessions_cleanup").await, 1);
    assert_eq!(app.count("admin_user_session"), 0);
    browser.sign_in("jo").await;
    assert_eq!(removed(&app, "ended_sessions_cleanup").await, 0);
    assert_eq!(removed(&app, "expired_nonces_cleanup").await, 1);
}

#[actix_web::test]
async fn the_trail_is_kept_for_ever_unless_a_setting_says_otherwise_and_stays_whole() {
    let app = TestApp::new();
    let verified = || {
        let mut link = audit::Link::default();
        loop {
            match app.app.store.read_now(|work| audit::verify(work, &link)).unwrap() {
                audit::Walked::SoFar(next) => link = next,
                other => return other,
            }
        }
    };
    app.given().integration("Acme");
    app.given().integration("Umbrella");
    app.clock.advance(TimeDelta::days(100));
    assert_eq!(removed(&app, "audit_cleanup").await, 0);
    // Three are from before: two integrations, and the job that was started is from now.
    set(&app, setting::AUDIT_DAYS, "99");
    assert_eq!(removed(&app, "audit_cleanup").await, 2);
    let audit::Walked::Whole(link) = verified() else { panic!("{:?}", verified()) };
    assert_eq!(link.removed, 2);
    app.clock.advance(TimeDelta::days(100));
    assert!(removed(&app, "audit_cleanup").await > 2);
    assert!(matches!(verified(), audit::Walked::Whole(_)), "{:?}", verified());
    // Whoever shortens the trail by hand is found out, also with an anchor that fits.
    app.given().integration("Globex");
    app.sql("delete from audit_entry where entry_id <= (select anchor_id + 1 from audit_chain)");
    assert!(matches!(verified(), audit::Walked::Missing(_)), "{:?}", verified());
    app.sql(
        "update audit_chain set anchor_id = anchor_id + 1, anchor_hash = hash
         where (select count(*) from audit_entry) > 0",
    );
    assert!(!matches!(verified(), audit::Walked::Whole(_)), "{:?}", verified());
}

#[actix_web::test]
async fn accounts_past_their_end_are_deactivated_with_sessions_and_tokens() {
    let app = TestApp::new();
    for name in ["jo", "kim", "sam"] {
        app.given().admin(name);
    }
    let mut kims = app.browser();
    kims.sign_in("kim").await;
    app.sql("update admin_user set expires_at = '2024-10-04 00:05:00' where username = 'kim'");
    app.sql("update admin_user set expires_at = '2099-01-01 00:00:00' where username = 'sam'");
    assert_eq!(removed(&app, "expired_accounts_deactivation").await, 0);
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(removed(&app, "expired_accounts_deactivation").await, 1);
    assert_eq!(removed(&app, "expired_accounts_deactivation").await, 0);
    assert_eq!(app.count("admin_user where not is_active"), 1);
    let entry = "audit_entry where act = 'user_deactivated' and who_kind = 'system' and thing_name = 'kim'";
    assert_eq!(app.count(entry), 1);
    app.sql("update admin_user set expires_at = '2099-01-01 00:00:00'");
    kims.open("/admin/integration").await;
    assert_eq!(kims.page.heading(), "Welcome, please sign in", "a later date alone opens nothing");
}

#[actix_web::test]
async fn the_last_who_may_do_everything_has_no_end_and_stays() {
    let app = TestApp::new();
    app.given().admin("jo");
    for number in 0..30 {
        app.given().admin_with(&format!("guest{number}"), &[]);
    }
    app.sql("update admin_user set expires_at = '2024-10-03 00:00:00' where username like 'guest%'");
    assert_eq!(removed(&app, "expired_accounts_deactivation").await, 30, "in more than one batch");
    assert_eq!(app.count("admin_user where is_active"), 1);
}
