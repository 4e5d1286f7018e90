//! Bearer tokens in memory: whose each is, and what is known of the people among them. Integrations are known by their
//! keys already.
//!
//! Whose a token is never changes, so that needs no care. What is known of a person is dropped when it changes. A new
//! token is no change: it is not in memory yet, so whoever has it finds nothing and loads the person again. One that
//! is in memory and not among the tokens of the person known here is looked up like one that nobody knows.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::super::grant;
use super::super::{
    Error, Store, Unready, Work, admin_user, bearer_token, customer, revision, setting, token,
};
use super::unknown::Unknown;
use super::{CAPACITY, Snapshot, in_time, known};
use crate::domain::bearer::{Holder, Person};
use crate::domain::decision::Known;
use crate::domain::permission::Grants;
use crate::domain::setting::{ADMIN_TOKEN_LIFETIME, CUSTOMER_TOKEN_LIFETIME, Setting};

/// Whose a token is, with all that decisions depend on.
#[derive(Debug)]
pub(crate) enum Borne {
    /// An integration's, in whatever state the token is.
    Integration(Arc<Known>),
    /// A person's.
    Person(Arc<Person>),
}

/// Whose a token is.
#[derive(Debug, Clone)]
enum Owner {
    Consumer(Arc<str>),
    Person(Holder),
}

/// What a look into memory, or the database, comes to.
#[derive(Debug, Clone)]
pub(super) enum Found {
    Nobody,
    Consumer(Arc<str>),
    Person(Arc<Person>),
}

/// What is known of bearer tokens, by their digest.
pub(super) struct Bearers {
    owners: Cache<String, Owner>,
    people: Cache<Holder, Arc<Person>, ByTokens>,
    unknown: Unknown,
}

/// As many people are expected at the least. The cache is made of parts, on many cores of many parts: each of them must
/// have room for somebody with as many tokens as anybody has, 500.
const HEAVY: usize = 64;

/// Somebody with many tokens takes the room of several.
#[derive(Debug, Clone)]
struct ByTokens;

impl Weighter<Holder, Arc<Person>> for ByTokens {
    fn weight(&self, _: &Holder, person: &Arc<Person>) -> u64 {
        1 + person.tokens.len() as u64 / 8
    }
}

impl Default for Bearers {
    fn default() -> Self {
        Self {
            owners: Cache::new(CAPACITY),
            people: Cache::with_weighter(CAPACITY / HEAVY, CAPACITY as u64, ByTokens),
            unknown: Unknown::default(),
        }
    }
}

/// Whose the token with that digest is, from memory or loaded; `None` when it is nobody's.
pub(crate) async fn borne(store: &Store, digest: &str) -> Result<Option<Borne>, Unready> {
    match find(store, digest).await? {
        Found::Nobody => Ok(None),
        Found::Person(person) => Ok(Some(Borne::Person(person))),
        Found::Consumer(key) => Ok(known(store, &key).await?.map(Borne::Integration)),
    }
}

async fn find(store: &Store, digest: &str) -> Result<Found, Unready> {
    let snapshot = &store.snapshot;
    snapshot.pulse.check_fresh()?;
    match snapshot.bearers.find(digest) {
        Some(found) => Ok(found),
        None => in_time(look_up(store, digest)).await,
    }
}

async fn look_up(store: &Store, digest: &str) -> Result<Found, Unready> {
    let snapshot = &store.snapshot;
    let _room = snapshot.room.try_acquire().map_err(|_| Unready::Overloaded)?;
    let _lane = snapshot.lane(digest).lock().await;
    snapshot.pulse.check_fresh()?;
    // Whoever was first in this lane may have loaded it.
    if let Some(found) = snapshot.bearers.find(digest) {
        return Ok(found);
    }
    store.metrics().missed();
    let wanted = digest.to_owned();
    let (revision, found) = store.read(move |work| load(work, &wanted)).await.map_err(|error| {
        log::error!("bearer token not loaded: {error}");
        Unready::Failed
    })?;
    // It was loaded after the call came, so it is right for this one, also when the next one has to load it again.
    snapshot.keep_bearer(digest, revision, &found);
    Ok(found)
}

impl Bearers {
    /// The answer from memory, when there is one.
    pub(super) fn find(&self, digest: &str) -> Option<Found> {
        if self.unknown.contains(digest) {
            return Some(Found::Nobody);
        }
        match self.owners.get(digest)? {
            Owner::Consumer(key) => Some(Found::Consumer(key)),
            Owner::Person(holder) => {
                let person = self.people.get(&holder)?;
                person.tokens.contains_key(digest).then_some(Found::Person(person))
            }
        }
    }

    /// How many people are kept, and how many tokens.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.people.len(), self.owners.len())
    }

    pub(super) fn drop_one(&self, holder: Holder) {
        self.people.remove(&holder);
    }

    pub(super) fn drop_all(&self) {
        self.owners.clear();
        self.people.clear();
        self.unknown.clear();
    }
}

impl Snapshot {
    /// Keeps what was loaded at that revision, unless a later one was applied since.
    fn keep_bearer(&self, digest: &str, revision: i64, found: &Found) -> bool {
        let progress = self.progress();
        if progress.applied.is_none_or(|applied| applied > revision) {
            return false;
        }
        let own = |owner: Owner| self.bearers.owners.insert(digest.to_owned(), owner);
        match found {
            Found::Nobody => self.bearers.unknown.insert(digest),
            Found::Consumer(key) => own(Owner::Consumer(Arc::clone(key))),
            Found::Person(person) => {
                own(Owner::Person(person.holder));
                self.bearers.people.insert(person.holder, Arc::clone(person));
            }
        }
        true
    }
}

fn load(work: &mut Work<'_>, digest: &str) -> Result<(i64, Found), Error> {
    let revision = revision::current(work)?;
    let found = match bearer_token::holder_of(work, digest)? {
        Some(holder) => person(work, holder)?.map_or(Found::Nobody, |person| Found::Person(Arc::new(person))),
        None => token::consumer_key(work, digest)?.map_or(Found::Nobody, |key| Found::Consumer(key.into())),
    };
    Ok((revision, found))
}

fn person(work: &mut Work<'_>, holder: Holder) -> Result<Option<Person>, Error> {
    let (is_active, ends_at, grants) = match holder {
        Holder::Admin(id) => {
            let Some(user) = admin_user::by_id(work, id)? else { return Ok(None) };
            (user.is_active, user.expires_at, grant::of_role(work, user.role)?)
        }
        Holder::Customer(id) => {
            let Some(customer) = customer::by_id(work, id)? else { return Ok(None) };
            (customer.is_active, None, Grants::nothing())
        }
    };
    let lifetime: Setting = match holder {
        Holder::Admin(_) => ADMIN_TOKEN_LIFETIME,
        Holder::Customer(_) => CUSTOMER_TOKEN_LIFETIME,
    };
    let set = setting::find(work, lifetime.path)?;
    let lifetime = lifetime.as_hours(set.as_deref());
    let tokens = bearer_token::of(work, holder)?.into_iter().collect();
    Ok(Some(Person { holder, is_active, ends_at, grants, lifetime, tokens }))
}
