//! Administrators, their passwords and their second factors.

use std::io::Write as _;
use std::process::Stdio;

use crate::installation::{Installation, refused, text};
use crate::mail::MailServer;

#[test]
fn an_administrator_is_made_in_a_fresh_folder() {
    let installation = Installation::new();
    let made = installation.create_admin("johanna", "correct horse battery\n");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let admins = installation.json(&["admin", "list", "--json"]);
    assert_eq!(admins.as_array().map(Vec::len), Some(1));
    assert_eq!(admins[0]["username"], "johanna");
    assert_eq!(admins[0]["role"], "Administrators");
    assert_eq!(admins[0]["is_active"], true);
    assert!(installation.says(&["admin", "list"]).contains("Jo O'Neill"));
    let again = refused(&installation.create_admin("johanna", "correct horse battery"));
    assert!(again.contains("already exists"), "{again}");
    assert!(installation.refuses(&["admin", "setup-link"]).contains("administrator already"));
}

#[test]
fn the_contact_of_the_store_hears_of_an_administrator_and_a_mail_server_that_is_away_hinders_nobody() {
    let installation = Installation::new();
    let mails = MailServer::start();
    let settings =
        format!("smtp_url = \"smtp://127.0.0.1:{}\"\nmail_from = \"store@example.com\"\n", mails.port);
    std::fs::write(installation.folder.path().join("latchkey.toml"), settings).unwrap();
    let made = installation.create_admin("johanna", "correct horse battery\n");
    assert!(made.status.success() && made.stderr.is_empty(), "{}", text(&made.stderr));
    let mail = mails.mail();
    for part in [
        "To: store@example.com",
        "Subject: New admin user 'johanna' created",
        "made by a command on the server",
    ] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    // The server took one mail and is gone.
    let made = installation.create_admin("kim", "correct horse battery\n");
    assert!(made.status.success() && text(&made.stdout).contains("'kim' has been created"));
    assert!(text(&made.stderr).contains("Not everybody was told of it by mail"), "{}", text(&made.stderr));
}

#[test]
fn a_bad_password_is_refused_with_every_reason() {
    let installation = Installation::new();
    let refusal = refused(&installation.create_admin("", "short"));
    assert!(
        refusal.contains("username:") && refusal.contains("password: Your password must be at least 12"),
        "{refusal}"
    );
}

#[test]
fn an_unknown_role_is_named() {
    let installation = Installation::new();
    let mut child = installation
        .command(&[
            "admin",
            "create",
            "--username",
            "johanna",
            "--email",
            "jo@example.com",
            "--first-name",
            "Jo",
            "--last-name",
            "X",
            "--role",
            "Clerks",
            "--password-stdin",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"correct horse battery").unwrap();
    assert!(refused(&child.wait_with_output().unwrap()).contains("Clerks"));
}

#[test]
fn the_link_for_the_first_administrator_leads_to_the_setup_page() {
    let installation = Installation::new();
    let link = installation.says(&["admin", "setup-link"]);
    let token = link.trim().strip_prefix("http://127.0.0.1:8080/admin/setup?token=").unwrap();
    assert_eq!(token.len(), 32, "{link}");
}

#[test]
fn a_link_for_a_forgotten_password_is_printed_and_a_second_factor_taken_away() {
    let here = Installation::new();
    assert!(here.create_admin("jo", "correct horse battery").status.success());
    let said = here.says(&["admin", "reset-password", "JO"]);
    assert!(said.starts_with("A new password can be chosen here, once and within 2 hours:\n"), "{said}");
    let link = said.lines().nth(1).unwrap();
    let token = link.strip_prefix("http://127.0.0.1:8080/admin/resetpassword?token=").unwrap();
    assert_eq!(token.len(), 32);
    let said = here.says(&["admin", "reset-otp", "jo"]);
    assert_eq!(said, "The second factor of 'jo' has been taken away.\n");
    for command in ["reset-password", "reset-otp"] {
        assert_eq!(
            here.refuses(&["admin", command, "nobody"]),
            "Couldn't find the user account \"nobody\"\n"
        );
    }
}

#[test]
fn a_locked_account_is_unlocked_by_name_and_only_then() {
    let here = Installation::new();
    assert!(here.create_admin("johanna", "correct horse battery").status.success());
    let not_locked = "The user account \"johanna\" was not locked or could not be unlocked\n";
    assert_eq!(here.refuses(&["admin", "unlock", "johanna"]), not_locked);
    here.sql("update admin_user set failures_num = 6, lock_expires_at = '2999-01-01 00:00:00'");
    let said = here.says(&["admin", "unlock", "JOHANNA"]);
    assert_eq!(said, "The user account \"johanna\" has been unlocked\n");
    assert_eq!(here.refuses(&["admin", "unlock", "johanna"]), not_locked);
    assert_eq!(here.refuses(&["admin", "unlock", "nobody"]), "Couldn't find the user account \"nobody\"\n");
}

#[test]
fn an_account_is_deactivated_by_name_but_the_last_one_stays() {
    let here = Installation::new();
    assert!(here.create_admin("johanna", "correct horse battery").status.success());
    let refusal = here.refuses(&["admin", "deactivate", "johanna"]);
    assert!(refusal.contains("Nobody would be left who may do everything."), "{refusal}");
    assert!(here.create_admin("ann", "correct horse battery").status.success());
    let said = here.says(&["admin", "deactivate", "ann"]);
    assert_eq!(said, "The user account 'ann' has been deactivated.\n");
    let active = |name: &str| {
        let list = here.json(&["admin", "list", "--json"]);
        list.as_array().unwrap().iter().find(|row| row["username"] == name).unwrap()["is_active"].clone()
    };
    assert_eq!((active("ann"), active("johanna")), (false.into(), true.into()));
    assert_eq!(
        here.refuses(&["admin", "deactivate", "nobody"]),
        "Couldn't find the user account \"nobody\"\n"
    );
}

#[test]
fn a_second_factor_is_taken_away_by_name() {
    let here = Installation::new();
    assert!(here.create_admin("johanna", "correct horse battery").status.success());
    let enrol = "insert into admin_user_otp (user_id, secret, last_step, created_at)
        select user_id, 'sealed', 0, created_at from admin_user";
    here.sql(enrol);
    let said = here.says(&["admin", "reset-otp", "johanna"]);
    assert_eq!(said, "The second factor of 'johanna' has been taken away.\n");
    // One row for each person: only when it is gone there is room for another.
    here.sql(enrol);
}

#[test]
fn api_tokens_are_revoked_by_name_and_by_email() {
    let installation = Installation::new();
    assert!(installation.create_admin("jo", "correct horse battery").status.success());
    installation.sql(
        "insert into customer (email, email_folded, firstname, firstname_folded, lastname, lastname_folded,
             password_hash, website, is_active, confirmed, created_at, updated_at)
         values ('Ada@example.com', 'ada@example.com', 'Ada', 'ada', 'E', 'e', '', 'base', true, true,
             '2026-01-01 00:00:00', '2026-01-01 00:00:00');
         insert into bearer_token (user_type, admin_id, digest, created_at)
         select 2, user_id, 'a', '2026-01-01 00:00:00' from admin_user;
         insert into bearer_token (user_type, customer_id, digest, created_at)
         select 3, customer_id, 'b', '2026-01-01 00:00:00' from customer",
    );
    for (arguments, name) in [
        (["admin", "revoke-tokens", "JO"], "jo"),
        (["customer", "revoke-tokens", "ada@EXAMPLE.com"], "Ada@example.com"),
    ] {
        let said = format!("The one token of '{name}' has been revoked.\n");
        assert_eq!(installation.says(&arguments), said);
        assert_eq!(installation.says(&arguments), format!("'{name}' had no tokens.\n"));
    }
    assert!(installation.refuses(&["admin", "revoke-tokens", "ed"]).contains("\"ed\""));
    let refused = installation.refuses(&["customer", "revoke-tokens", "eve@example.com"]);
    assert!(refused.contains("eve@example.com"), "{refused}");
}
