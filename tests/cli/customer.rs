//! Customers: made one by one, and taken in from a file.

use std::fs;
use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::installation::{Installation, refused, text};

const HASH: &str =
    "91b99fe361ed8bb4cd43b22f5269f48b4be9ab4596417f2e237aa42b6c93dd2a:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:1";

fn with_file(content: &str) -> Installation {
    let here = Installation::new();
    fs::write(here.folder.path().join("customers.csv"), content).unwrap();
    here
}

fn import(here: &Installation, more: &[&str]) -> Output {
    here.run(&[&["customer", "import", "customers.csv"], more].concat())
}

#[test]
fn customers_are_taken_in_once_however_often_the_file_is() {
    let rows = format!(
        "email,firstname,lastname,password_hash,website,is_active,confirmed\n\
         jo@example.com,Jo,\"O'Neill, Jr.\",{HASH},base,1,1\n\
         ann@example.com,Ann,\"two\nlines\",{HASH},,,\n\
         JO@EXAMPLE.com,Jo,Again,{HASH},german,0,0\n\
         żółw@example.com,Żółw,שלום,{HASH},german,0,0\n"
    );
    let here = with_file(&rows);
    let dry = import(&here, &["--dry-run"]);
    assert_eq!(dry.status.code(), Some(1), "a name of two lines is bad");
    let counted = "2 would be imported, 1 are there already, 1 would be refused. Nothing was changed.\n";
    assert_eq!(text(&dry.stdout), counted);
    let first = import(&here, &[]);
    assert_eq!(first.status.code(), Some(1));
    assert_eq!(text(&first.stdout), "2 imported, 1 there already, 1 refused.\n");
    let complaint = text(&first.stderr);
    assert!(complaint.starts_with("line 3: lastname: Line breaks"), "{complaint}");
    let second = import(&here, &[]);
    assert_eq!(text(&second.stdout), "0 imported, 3 there already, 1 refused.\n");
    here.sql("insert into customer (email, email_folded, firstname, firstname_folded, lastname, lastname_folded,
            password_hash, website, is_active, confirmed, created_at, updated_at)
        select 'x', 'x', firstname, firstname_folded, lastname, lastname_folded, password_hash, website, is_active,
            confirmed, created_at, updated_at
        from customer where email = 'żółw@example.com' and website = 'german' and not is_active and not confirmed");
    here.sql(
        "create table proof (n integer not null check (n = 3));
        insert into proof (n) select count(*) from customer",
    );
    assert!(here.says(&["audit", "verify"]).starts_with("The one entry"), "one import, one entry");
}

#[test]
fn every_bad_row_is_named_by_its_line_with_all_that_is_wrong_and_none_of_its_content() {
    let rows = format!(
        "\u{feff}password_hash,email,lastname,firstname,is_active\n\
         hunter2,nobody,,Jo,yes\n\
         \n\
         {HASH},jo@example.com,Doe\n\
         {HASH},jo@example.com,Doe,Jo,1\n"
    );
    for end in ["\n", "\r\n"] {
        let output = import(&with_file(&rows.replace('\n', end)), &[]);
        assert_eq!(output.status.code(), Some(1));
        let complaint = text(&output.stderr);
        let lines: Vec<&str> = complaint.lines().collect();
        assert!(lines[0].starts_with("line 2: "), "{end:?}: {complaint}");
        for field in ["lastname:", "email:", "is_active:", "password_hash:"] {
            assert!(lines[0].contains(field), "{field}: {complaint}");
        }
        assert!(!complaint.contains("hunter2"), "it may be a password: {complaint}");
        assert_eq!(lines[1], "line 4: 3 fields instead of 5", "{end:?}");
        assert!(lines[2].starts_with("2 rows were refused."), "{complaint}");
        assert_eq!(text(&output.stdout), "1 imported, 0 there already, 2 refused.\n");
    }
}

#[test]
fn a_file_without_its_columns_is_refused_as_a_whole() {
    let here = with_file("email;firstname\njo@example.com;Jo\n");
    let refusal = refused(&import(&here, &[]));
    assert!(refusal.contains("password_hash") && refusal.contains("email;firstname"), "{refusal}");
    let refusal = here.refuses(&["customer", "import", "nothing.csv"]);
    assert!(refusal.contains("nothing.csv cannot be read"), "{refusal}");
}

#[test]
fn more_rows_than_a_batch_are_taken_in() {
    let mut rows = "email,firstname,lastname,password_hash\n".to_owned();
    for number in 0..4_500 {
        rows.push_str(&format!("c{number}@example.com,F,L,{HASH}\n"));
    }
    let here = with_file(&rows);
    let output = import(&here, &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "4500 imported, 0 there already, 0 refused.\n");
}

#[test]
fn a_customer_is_made_with_a_password_that_is_accepted() {
    let here = Installation::new();
    let create = |email: &str, password: &str| {
        let mut child = here
            .command(&[
                "customer",
                "create",
                "--email",
                email,
                "--first-name",
                "Jo",
                "--last-name",
                "Doe",
                "--password-stdin",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let made = create("jo@example.com", "correct horse battery\n");
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert_eq!(text(&made.stdout), "The customer 'jo@example.com' has been created.\n");
    assert!(refused(&create("JO@example.com", "correct horse battery")).starts_with("email:"));
    assert!(refused(&create("ann@example.com", "short")).starts_with("password:"));
    assert!(refused(&create("nobody", "correct horse battery")).starts_with("email:"));
}
