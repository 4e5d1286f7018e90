use std::io;
use std::sync::Arc;

use super::*;

#[test]
fn every_failure_of_the_database_says_what_it_is_about_and_what_to_do() {
    let io = || io::Error::other("no room");
    for (error, about, remedy) in [
        (store::Error::Database(diesel::result::Error::NotFound), "Record not found", "latchkey doctor"),
        (store::Error::Entry(serde_json::from_str::<u8>("x").unwrap_err()), "expected value", "report"),
        (
            store::Error::Connect { url: "postgres://db/shop".to_owned(), cause: "refused".to_owned() },
            "postgres://db/shop (refused)",
            "`database_url`",
        ),
        (store::Error::Password("postgres://db/shop".to_owned()), "postgres://db/shop", "`%40`"),
        (store::Error::Folder { path: "data/x.db".into(), cause: io() }, "data/x.db", "`database_url`"),
        (store::Error::Pool("timed out".to_owned()), "timed out", "`database_pool`"),
        (store::Error::Migration("no such table".to_owned()), "no such table", "latchkey migrate"),
        (store::Error::Outdated, "older than this program", "latchkey migrate"),
        (store::Error::NotDurable("fsync".to_owned()), "fsync = off", "restart PostgreSQL"),
        (
            store::Error::Corrupt { table: "role", column: "version", id: 12_345 },
            "table role, row 12345: column version",
            "backup",
        ),
        (store::Error::Sealed(seal::Error::UnknownKey("k1".to_owned())), "`k1`", "add it"),
        (store::Error::Sealed(seal::Error::DoesNotOpen), "does not open", "backup"),
        (store::Error::ForeignKeys, "does not know", "give every node the same keys"),
        (store::Error::Duplicate, "unique value", "try again"),
        (store::Error::Cancelled, "stopping", "try again"),
        (store::Error::Thread(io()), "no room", "threads"),
    ] {
        let sentence = of_store(&error);
        assert!(sentence.contains(about) && sentence.contains(remedy), "{sentence}");
        let committing = of_store(&store::Error::Commit(Arc::new(error)));
        assert!(committing.contains(&sentence) && committing != sentence, "{committing}");
    }
}

#[test]
fn a_cause_of_many_lines_becomes_one_that_a_terminal_obeys_in_nothing() {
    let (_, cause) = foreign(&"refused\n\tIs the server running?\u{1b}[2J\n");
    assert_eq!(cause, Value::from("refused Is the server running?\u{fffd}[2J"));
}

#[test]
fn what_was_entered_wrongly_is_told_field_by_field() {
    let mut invalid = domain::Invalid::one(Field::Name, Reason::Required);
    invalid.add(Field::Email, Reason::NotAnEmail);
    let told = of_domain(&invalid.into());
    assert!(told.starts_with("name: ") && told.contains("\nemail: "), "{told}");
}
