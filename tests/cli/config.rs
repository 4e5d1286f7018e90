//! Settings that are kept in the database.

use crate::installation::Installation;

#[test]
fn settings_are_read_changed_and_forgotten() {
    let installation = Installation::new();
    let path = "oauth/consumer/expiration_period";
    assert_eq!(installation.says(&["config", "get", path]), "300\n");
    installation.says(&["config", "set", path, "60"]);
    assert_eq!(installation.says(&["config", "get", path]), "60\n");
    let list = installation.json(&["config", "list", "--json"]);
    let row = list.as_array().unwrap().iter().find(|row| row["path"] == path).unwrap();
    assert_eq!((&row["value"], &row["default"], &row["is_set"]), (&"60".into(), &"300".into(), &true.into()));
    assert!(installation.refuses(&["config", "set", path, "-1"]).contains("0 or greater"));
    installation.says(&["config", "unset", path]);
    assert!(installation.says(&["config", "list"]).contains(&format!("{path} = 300\n")));
    assert!(installation.refuses(&["config", "get", "no/such/path"]).contains("no/such/path"));
}
