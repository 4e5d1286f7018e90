//! The gate: decides API calls one after the other against the snapshot, and records their nonces. The second of
//! the two paths: no unit of work, no query in the usual case. The rules are in [`super::decision`].

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{DateTime, Utc};

use super::bearer::{self, Fault};
use super::decision::{self, Caller, Known, Refusal};
use super::integration::IntegrationId;
use super::route::{Found, Miss, Route, Routes};
use super::storefront::{Below, Storefronts, Told};
use super::token::{self, TokenId};
use crate::entropy::is_credential;
use crate::oauth1::{Problem, Received, Rejected, Requirement, Signed, header, window};
use crate::seal::digest;
use crate::secret::Secret;
use crate::store::nonce::{Nonce, Recorder};
use crate::store::snapshot::{self, Borne, Follower, Moment};
use crate::store::{self, PATIENCE, Store, Unready};

/// Decides API calls.
pub struct Gate {
    store: Store,
    routes: &'static Routes,
    storefronts: Storefronts,
    recorder: Recorder,
    _follower: Follower,
    first_uses: FirstUses,
}

/// Tokens of which the first use is being noted, so that of a burst of first calls one writes and none waits for it.
#[derive(Default)]
struct FirstUses(Mutex<HashSet<TokenId>>);

/// The one who notes it.
struct Noting<'f> {
    among: &'f FirstUses,
    token: TokenId,
}

/// A call as it came off the wire.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query, as received.
    pub target: &'a str,
    /// Whether a proxy may have taken the path of the public address away.
    pub perhaps_shortened: bool,
    /// The address that a trusted proxy says it was called by.
    pub told: Told<'a>,
    /// The value of every `Authorization` header.
    pub authorization: &'a [&'a str],
    /// The body, when it is a form.
    pub form: Option<&'a [u8]>,
}

/// A call that may go on to the store.
#[derive(Debug)]
pub struct Passed<'g, 'c> {
    /// Who calls.
    pub caller: Caller,
    /// What is called.
    pub route: &'g Route,
    /// Path and query behind the public address, as received.
    pub target: &'c str,
}

/// A call that goes nowhere, with what may be logged about it.
#[derive(Debug)]
pub struct Refused<'g> {
    /// Why.
    pub refusal: Refusal,
    /// What was called, when it is a route.
    pub route: Option<&'g Route>,
    /// Whose key was sent. Whether they sent it is another question.
    pub integration: Option<IntegrationId>,
}

/// What a call says.
struct Read<'g, 'c> {
    found: Found<'g>,
    credentials: Result<Credentials, Refusal>,
    target: &'c str,
}

/// By what a call says who makes it.
enum Credentials {
    None,
    Signed(Signed),
    Bearer(Secret),
}

impl Gate {
    /// Opens the gate: from now on changes are followed and nonces recorded, by a thread each.
    ///
    /// # Errors
    /// When the database cannot be opened, or may lose what it acknowledged.
    pub fn open(
        store: Store,
        routes: &'static Routes,
        storefronts: Storefronts,
    ) -> Result<Self, store::Error> {
        let recorder = Recorder::start(&store)?;
        let follower = Follower::start(&store)?;
        Ok(Self {
            store,
            routes,
            storefronts,
            recorder,
            _follower: follower,
            first_uses: FirstUses::default(),
        })
    }

    /// Decides a call, and counts that.
    ///
    /// # Errors
    /// Why it does not pass.
    pub async fn decide<'c>(&self, call: &Call<'c>) -> Result<Passed<'_, 'c>, Refused<'_>> {
        let began = Instant::now();
        let decided = self.judge(call).await;
        let (outcome, cause) = match &decided {
            Ok(passed) => ("passed", passed.caller.kind()),
            Err(Refused { refusal: unready @ Refusal::Unready(_), .. }) => ("undecided", unready.cause()),
            Err(Refused { refusal, .. }) => ("refused", refusal.cause()),
        };
        self.store.metrics().decided(outcome, cause, began.elapsed());
        decided
    }

    async fn judge<'c>(&self, call: &Call<'c>) -> Result<Passed<'_, 'c>, Refused<'_>> {
        let Read { found, credentials, target } = self.read(call)?;
        let route = found.route;
        let mut integration = None;
        let caller = match credentials {
            Ok(Credentials::None) => Ok(Caller::Guest),
            Ok(Credentials::Signed(signed)) => self.signer(&signed, &mut integration).await,
            Ok(Credentials::Bearer(token)) => self.bearer(&token, &mut integration).await,
            Err(refusal) => Err(refusal),
        };
        let permitted = caller.and_then(|caller| decision::permit(&caller, route).map(|()| caller));
        match permitted {
            Ok(caller) => Ok(Passed { caller, route, target }),
            Err(refusal) => Err(Refused { refusal, route: Some(route), integration }),
        }
    }

    /// Who signed a call. `integration` is whose key was sent, also when nothing else is right.
    async fn signer(
        &self,
        signed: &Signed,
        integration: &mut Option<IntegrationId>,
    ) -> Result<Caller, Refusal> {
        let came = snapshot::moment(&self.store);
        let known = self.known(signed.consumer_key()).await?;
        *integration = known.as_ref().map(|known| known.consumer.integration);
        let known = known.ok_or(Problem::ConsumerUnknown)?;
        Ok(Caller::Integration(self.authenticated(known, signed, came).await?))
    }

    /// Whose token came without a signature; no more than a look into memory in the usual case.
    async fn bearer(
        &self,
        token: &Secret,
        integration: &mut Option<IntegrationId>,
    ) -> Result<Caller, Refusal> {
        // What we never issued need not be looked up.
        if !is_credential(token) {
            return Err(Fault::Unknown.into());
        }
        let digest = digest(token);
        let now = self.store.clock().now();
        match snapshot::borne(&self.store, &digest).await?.ok_or(Fault::Unknown)? {
            Borne::Person(person) => {
                person.check(&digest, now)?;
                Ok(Caller::Person(person))
            }
            Borne::Integration(known) => {
                *integration = Some(known.consumer.integration);
                let token = decision::bear(&known, token, now)?;
                if let Some(token) = decision::first_use(token) {
                    self.note_first_use(&known, token).await;
                }
                Ok(Caller::Integration(known))
            }
        }
    }

    /// Whether calls can be decided at this moment.
    ///
    /// # Errors
    /// When they cannot.
    pub fn check_ready(&self) -> Result<(), Unready> {
        snapshot::check_fresh(&self.store)
    }

    /// Whether a path leads to the Web API, and so to a decision.
    pub fn leads_to_api(&self, path: &str) -> bool {
        self.storefronts.leads_to_api(path)
    }

    /// The route that a call leads to, whoever makes it and whatever its body says.
    pub fn route(&self, call: &Call<'_>) -> Option<&Route> {
        let (found, _) = self.find(call).ok()?;
        Some(found.route)
    }

    /// Reads a request to one of the token endpoints, which must be signed; `None` when no address of ours leads there.
    pub fn read_exchange(
        &self,
        call: &Call<'_>,
        endpoint: &str,
        requirement: Requirement,
    ) -> Option<Result<Signed, Problem>> {
        let (path, query) = call.path_and_query();
        let base = self.storefronts.leading_to(endpoint, path, call.told)?;
        let Call { method, authorization, form, .. } = *call;
        let received = Received { method, base, path: endpoint, query, authorization, form };
        let signed = Signed::read(&received, requirement).transpose();
        Some(signed.unwrap_or_else(|| Err(requirement.all_absent())))
    }

    /// The consumer with that key, mostly from memory: keys that nobody has do not load the database.
    ///
    /// # Errors
    /// When that cannot be said at this moment.
    pub async fn known(&self, key: &str) -> Result<Option<Arc<Known>>, Unready> {
        snapshot::known(&self.store, key).await
    }

    /// The route, and the credentials if there are any. An address that is no route needs no credentials to be
    /// refused.
    fn read<'c>(&self, call: &Call<'c>) -> Result<Read<'_, 'c>, Miss> {
        let (path, query) = call.path_and_query();
        let (found, below) = self.find(call)?;
        let base = below.base(found.store).ok_or(Miss::Route)?;
        let Call { method, authorization, form, .. } = *call;
        let received = Received { method, base, path: below.path, query, authorization, form };
        let target = &call.target[path.len() - below.path.len()..];
        Ok(Read { found, credentials: credentials(&received), target })
    }

    fn find<'c>(&self, call: &Call<'c>) -> Result<(Found<'_>, Below<'_, 'c>), Miss> {
        let (path, _) = call.path_and_query();
        let below = if call.perhaps_shortened {
            self.storefronts.below_or_at(path, call.told)
        } else {
            self.storefronts.below(path, call.told).ok_or(Miss::Route)?
        };
        let found = self.routes.find(call.method, below.path.as_bytes(), self.storefronts.codes())?;
        Ok((found, below))
    }

    /// The consumer as it is once the nonce is recorded.
    async fn authenticated(
        &self,
        mut known: Arc<Known>,
        signed: &Signed,
        came: Moment,
    ) -> Result<Arc<Known>, Refusal> {
        let now = self.store.clock().now();
        let mut first_use = decision::first_use(decision::authenticate(&known, signed, now)?);
        self.check_remembered(signed, now)?;
        let consumer = known.consumer.id;
        if !self.recorder.record(Nonce::new(consumer, signed.timestamp(), signed.nonce())).await? {
            return Err(Problem::NonceUsed(consumer.0).into());
        }
        // Recording may have taken seconds: what changed in between counts.
        if !snapshot::is_unchanged(&self.store, came)? {
            known = self.known(signed.consumer_key()).await?.ok_or(Problem::ConsumerUnknown)?;
            first_use = decision::first_use(decision::authenticate(&known, signed, now)?);
        }
        // The nonce may be new because it was forgotten: then that was announced long enough ago to be known here.
        self.check_remembered(signed, now)?;
        decision::standing(&known)?;
        if let Some(token) = first_use {
            self.note_first_use(&known, token).await;
        }
        Ok(known)
    }

    fn check_remembered(&self, signed: &Signed, now: DateTime<Utc>) -> Result<(), Problem> {
        window::check_remembered(signed.timestamp(), snapshot::nonces_since(&self.store), now.timestamp())
    }

    /// Notes that the live token works, so that its predecessor's end can be counted. Should that fail, or take too
    /// long, the call is none the worse, and the next one tries again.
    async fn note_first_use(&self, known: &Known, token: TokenId) {
        let Some(_noting) = self.first_uses.begin(token) else { return };
        let consumer = known.consumer.id;
        let noted = async {
            // Whoever noted it before us may have ended a moment ago.
            let current = snapshot::known(&self.store, &known.consumer.key).await;
            let is_noted = |current: Arc<Known>| {
                current.live.as_ref().is_none_or(|live| decision::first_use(live) != Some(token))
            };
            if current.is_ok_and(|current| current.is_none_or(is_noted)) {
                return Ok(());
            }
            self.store.write(move |work| token::first_used(work, consumer, token)).await
        };
        match tokio::time::timeout(PATIENCE, noted).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                log::warn!("first use of a token not noted: {error} consumer.id={}", consumer.0);
            }
            Err(_) => log::warn!("first use of a token not noted in time consumer.id={}", consumer.0),
        }
    }
}

impl FirstUses {
    /// `None` while somebody is at it.
    fn begin(&self, token: TokenId) -> Option<Noting<'_>> {
        // Lazily: one that is made and dropped again would end the noting of somebody else.
        self.tokens().insert(token).then(|| Noting { among: self, token })
    }

    fn tokens(&self) -> MutexGuard<'_, HashSet<TokenId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Noting<'_> {
    fn drop(&mut self) {
        self.among.tokens().remove(&self.token);
    }
}

impl<'a> Call<'a> {
    fn path_and_query(&self) -> (&'a str, Option<&'a str>) {
        match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target, None),
        }
    }
}

impl From<Miss> for Refused<'_> {
    fn from(miss: Miss) -> Self {
        Self { refusal: miss.into(), route: None, integration: None }
    }
}

/// The credentials of a call. Two at once are refused: it could be read in two ways who calls.
fn credentials(received: &Received<'_>) -> Result<Credentials, Refusal> {
    let signed = Signed::read(received, Requirement::Call)?;
    let mut bearers = received.authorization.iter().filter(|header| header::has_scheme(header, "Bearer"));
    match (signed, bearers.next()) {
        (None, None) => Ok(Credentials::None),
        (Some(signed), None) => Ok(Credentials::Signed(signed)),
        (None, Some(header)) if bearers.next().is_none() => {
            Ok(Credentials::Bearer(bearer::token_in(header)?))
        }
        _ => Err(Problem::from(Rejected::Header).into()),
    }
}
