//! Latchkey: third parties get access to a store's Web API, are watched, and lose it again.
//!
//! ```text
//!             web        HTTP, HTML, JSON, cookies              knows domain
//!              │
//!              ▼
//!           domain       nouns, rules, operations               knows store's functions, oauth1
//!           │     │
//!           ▼     ▼
//!       store    oauth1  SQL, two backends  │  RFC 5849, pure   know no one above (store returns domain's types)
//! ```
//!
//! * **One noun, one name, every layer.** `integration` is `domain/integration.rs`, `store/integration.rs`,
//!   `web/admin/integration/`, `templates/admin/integration/`, `tests/app/admin/integration/`.
//! * **The path mirrors the address.** The page at `…/integration/edit/` is `web/admin/integration/edit.rs`, draws
//!   `templates/admin/integration/edit.html`, is tested by `tests/app/admin/integration/edit.rs`.
//! * **A handler says three things**: who is asking, which domain verb, how the answer looks.
//! * **A unit of work is one value** ([`store::Work`]): a connection in a transaction, the time it is, a source of
//!   randomness. Operations take it first. Only `store` can open its connection.
//! * **Pure where it matters**: OAuth signatures, permission decisions, state transitions and validation are
//!   functions of their arguments.
//!
//! Beside the layers: [`config`] (what the program is told before it starts), [`declarations`] (the files of
//! extensions, read at the start), [`keys`] (the database opened with the
//! right keys), [`app`] (the parts of a server), [`cli`] (commands: another process on the same database), [`text`]
//! (every text a person sees), and the small things that everyone may use: [`clock`], [`entropy`], [`secret`],
//! [`seal`], [`hashing`], [`metrics`]. Above them: [`jobs`] (what is done by the clock), [`observer`] (who hears of events).

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod declarations;
pub mod domain;
pub mod entropy;
pub mod handover;
pub mod hashing;
pub mod jobs;
pub mod keys;
pub mod mailing;
pub mod metrics;
pub mod oauth1;
pub mod observer;
pub mod outbound;
pub mod seal;
pub mod secret;
pub mod store;
pub mod telemetry;
pub mod text;
pub mod throttle;
pub mod web;

mod worded;
