//! The audit trail.

use crate::installation::Installation;

#[test]
fn the_audit_trail_is_verified_and_a_broken_one_is_named() {
    let here = Installation::new();
    assert_eq!(here.says(&["audit", "verify"]), "The audit trail is empty.\n");
    here.says(&["config", "set", "oauth/consumer/post_timeout", "7"]);
    here.says(&["integration", "create", "--name", "Acme"]);
    let whole = here.says(&["audit", "verify"]);
    assert!(whole.starts_with("All 2 entries of the audit trail are as they were written."), "{whole}");
    here.sql("update audit_entry set changes = '[]' where entry_id = 1");
    let broken = here.refuses(&["audit", "verify"]);
    assert_eq!(broken, "The audit trail is broken: entry 1 is not as it was written.\n");
    here.sql("delete from audit_entry where entry_id = 1");
    assert_eq!(here.refuses(&["audit", "verify"]), "The audit trail is broken: entry 1 is missing.\n");
}
