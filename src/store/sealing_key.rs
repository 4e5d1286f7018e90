//! Table `sealing_key`: fingerprints of the keys that sealed what is stored here.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::conn::Database;
use super::schema::{oauth_consumer, sealing_key, webhook};
use super::{Error, Work};

/// How the keys at hand compare with those that sealed what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// They are the same, or nothing is sealed yet.
    Match,
    /// The keys with these ids are missing.
    Missing(Vec<String>),
    /// The keys with these ids are other keys.
    Differ(Vec<String>),
}

/// Whether a single sealed secret is stored.
///
/// # Errors
/// Those of the database.
pub fn holds_secrets(work: &mut Work<'_>) -> Result<bool, Error> {
    let consumers = diesel::dsl::exists(oauth_consumer::table.select(oauth_consumer::entity_id));
    let webhooks = webhook::table.filter(webhook::deleted_at.is_null()).select(webhook::webhook_id);
    let webhooks = diesel::dsl::exists(webhooks);
    Ok(diesel::select(consumers.or(webhooks)).get_result(work.conn)?)
}

/// Refuses to seal with a key that the database does not know: another node may have begun with other keys while
/// nothing was sealed yet.
pub(super) fn confirm(work: &mut Work<'_>) -> Result<(), Error> {
    let Some((id, fingerprint)) = work.fingerprints().into_iter().next() else {
        return Err(Error::ForeignKeys);
    };
    let known: Option<String> =
        sealing_key::table.find(&id).select(sealing_key::fingerprint).first(work.conn).optional()?;
    if known.is_some_and(|known| known == fingerprint) { Ok(()) } else { Err(Error::ForeignKeys) }
}

/// Compares, and on a match notes the fingerprints of keys that are new.
pub(super) fn check(work: &mut Work<'_>) -> Result<Verdict, Error> {
    let (noted, at_hand) = (stored(work)?, work.fingerprints());
    if noted.len() == at_hand.len() && at_hand.iter().all(|key| noted.contains(key)) {
        return Ok(Verdict::Match);
    }
    let_one_note(work)?;
    let stored = if holds_secrets(work)? {
        stored(work)?
    } else {
        diesel::delete(sealing_key::table).execute(work.conn)?;
        Vec::new()
    };
    let verdict = judge(&stored, &at_hand);
    if verdict == Verdict::Match {
        note_new(work, &stored, &at_hand)?;
    }
    Ok(verdict)
}

/// Compares, and notes nothing.
///
/// # Errors
/// Those of the database.
pub fn compare(work: &mut Work<'_>) -> Result<Verdict, Error> {
    if !holds_secrets(work)? {
        return Ok(Verdict::Match);
    }
    Ok(judge(&stored(work)?, &work.fingerprints()))
}

fn judge(stored: &[(String, String)], at_hand: &[(String, String)]) -> Verdict {
    let of = |id: &str| at_hand.iter().find(|(key_id, _)| key_id == id).map(|(_, print)| print);
    let named = |wrong: &dyn Fn(&(String, String)) -> bool| -> Vec<String> {
        stored.iter().filter(|row| wrong(row)).map(|(id, _)| id.clone()).collect()
    };
    let missing = named(&|(id, _)| of(id).is_none());
    let differ = named(&|(id, print)| of(id).is_some_and(|other| other != print));
    if !missing.is_empty() {
        return Verdict::Missing(missing);
    }
    if !differ.is_empty() {
        return Verdict::Differ(differ);
    }
    Verdict::Match
}

fn stored(work: &mut Work<'_>) -> Result<Vec<(String, String)>, Error> {
    Ok(sealing_key::table.select((sealing_key::key_id, sealing_key::fingerprint)).load(work.conn)?)
}

/// Keeps others that start at this moment waiting until this unit ends; on SQLite whoever writes is alone anyway.
fn let_one_note(work: &mut Work<'_>) -> Result<(), Error> {
    if let Database::Postgres(conn) = &mut work.conn.0 {
        conn.batch_execute("lock table sealing_key in share row exclusive mode")?;
    }
    Ok(())
}

fn note_new(
    work: &mut Work<'_>,
    stored: &[(String, String)],
    at_hand: &[(String, String)],
) -> Result<(), Error> {
    let now = work.now.naive_utc();
    for (id, print) in at_hand.iter().filter(|(id, _)| stored.iter().all(|(known, _)| known != id)) {
        diesel::insert_into(sealing_key::table)
            .values((
                sealing_key::key_id.eq(id),
                sealing_key::fingerprint.eq(print),
                sealing_key::created_at.eq(now),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::super::testing::{TestStore, count, run_in};
    use super::*;

    #[test]
    fn nodes_that_start_together_note_their_keys_once() {
        const NODES: usize = 4;
        let test = TestStore::shared();
        let nodes: Vec<_> = (0..NODES).map(|_| test.other_node()).collect();
        for _ in 0..10 {
            let forget = |work: &mut Work<'_>| {
                run_in(work, "delete from sealing_key");
                Ok::<_, Error>(())
            };
            test.store.write_now(forget).unwrap();
            let together = Barrier::new(NODES);
            thread::scope(|scope| {
                for node in &nodes {
                    let together = &together;
                    scope.spawn(move || {
                        together.wait();
                        assert_eq!(node.check_keys().unwrap(), Verdict::Match);
                    });
                }
            });
            let noted = test.store.read_now(|work| Ok::<_, Error>(count(work, "sealing_key"))).unwrap();
            assert_eq!(noted, 1);
        }
    }
}
