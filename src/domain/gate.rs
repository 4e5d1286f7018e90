//! The gate: decides API calls one after the other against the snapshot, and records their nonces. The second of
//! the two paths: no unit of work, no query in the usual case. The rules are in [`super::decision`].

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Mutex;

use super::bearer::{self, Fault};
use super::decision::{self, Caller, Known, Refusal};
use super::integration::IntegrationId;
use super::route::{Found, Miss, Route, Routes};
use super::storefront::{Below, Storefronts, Told};
use super::token::{self, TokenId};
use crate::entropy::is_credential;
use crate::oauth1::{Problem, Received, Rejected, Requirement, Signed, header};
use crate::seal::digest;
use crate::secret::Secret;
use crate::store::nonce::{Nonce, Recorder};
use crate::store::snapshot::{self, Borne, Follower};
use crate::store::{self, Store, Unready};

/// Decides API calls.
pub struct Gate {
    store: Store,
    routes: &'static Routes,
    storefronts: Storefronts,
    recorder: Recorder,
    _follower: Follower,
    /// Held while the first use of a token is noted, so that a burst of first calls writes once.
    first_uses: Mutex<()>,
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
        Ok(Self { store, routes, storefronts, recorder, _follower: follower, first_uses: Mutex::new(()) })
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
        let known = self.known(signed.consumer_key()).await?;
        *integration = known.as_ref().map(|known| known.consumer.integration);
        Ok(Caller::Integration(self.authenticated(known, signed).await?))
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
                let first_used = decision::is_first_use(token).then_some(token.id);
                if let Some(token) = first_used {
                    self.note_first_use(&known, token).await;
                }
                Ok(Caller::Integration(known))
            }
        }
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

    async fn authenticated(&self, known: Option<Arc<Known>>, signed: &Signed) -> Result<Arc<Known>, Refusal> {
        let before = known.ok_or(Problem::ConsumerUnknown)?;
        let now = self.store.clock().now();
        let token = decision::authenticate(&before, signed, now)?;
        let consumer = before.consumer.id;
        if !self.recorder.record(Nonce::new(consumer, signed.timestamp(), signed.nonce())).await? {
            return Err(Problem::NonceUsed(consumer.0).into());
        }
        // Recording may have taken seconds: what changed in between counts.
        let known = snapshot::known(&self.store, signed.consumer_key()).await?;
        let known = known.ok_or(Problem::ConsumerUnknown)?;
        let is_as_before = Arc::ptr_eq(&before, &known);
        let token = if is_as_before { token } else { decision::authenticate(&known, signed, now)? };
        let first_used = decision::is_first_use(token).then_some(token.id);
        decision::standing(&known)?;
        if let Some(token) = first_used {
            self.note_first_use(&known, token).await;
        }
        Ok(known)
    }

    /// Notes that the live token works, so that its predecessor's end can be counted. Should that fail, the call is
    /// none the worse, and the next one tries again.
    async fn note_first_use(&self, known: &Known, token: TokenId) {
        let _one_at_a_time = self.first_uses.lock().await;
        if let Ok(Some(current)) = snapshot::known(&self.store, &known.consumer.key).await
            && current.live.as_ref().is_some_and(|live| live.id == token && !decision::is_first_use(live))
        {
            return;
        }
        let consumer = known.consumer.id;
        let noted = self.store.write(move |work| token::first_used(work, consumer, token)).await;
        if let Err(error) = noted {
            log::warn!("first use of a token not noted: {error} consumer.id={}", consumer.0);
        }
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
