//! The scheduled jobs.

use crate::installation::Installation;

#[test]
fn jobs_are_listed_with_how_they_last_went_and_run_now() {
    let here = Installation::new();
    let before: serde_json::Value = serde_json::from_str(&here.says(&["cron", "list", "--json"])).unwrap();
    let job = |list: &serde_json::Value| {
        list.as_array().unwrap().iter().find(|job| job["job"] == "ended_sessions_cleanup").unwrap().clone()
    };
    assert_eq!((&job(&before)["schedule"], &job(&before)["last"]), (&"5 * * * *".into(), &().into()));
    let said = here.says(&["cron", "run", "ended_sessions_cleanup"]);
    assert!(said.starts_with("ended_sessions_cleanup: 0 dealt with in "), "{said}");
    let after: serde_json::Value = serde_json::from_str(&here.says(&["cron", "list", "--json"])).unwrap();
    assert_eq!(job(&after)["last"]["state"], "done");
    assert!(here.says(&["cron", "list"]).contains("ended_sessions_cleanup  5 * * * *  done"));
    let unknown = here.refuses(&["cron", "run", "no_such_job"]);
    assert!(unknown.contains("no_such_job") && unknown.contains("latchkey cron list"), "{unknown}");
    let path = "crontab/default/jobs/ended_sessions_cleanup/schedule/cron_expr";
    assert!(here.refuses(&["config", "set", path, "every day"]).contains("five fields"));
    here.says(&["config", "set", path, "0 4 * * *"]);
    assert!(here.says(&["cron", "list"]).contains("ended_sessions_cleanup  0 4 * * *  done"));
}
