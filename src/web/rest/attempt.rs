//! What every request for a token goes through: the count of its client's address before the password is looked at,
//! and one log line after.

use crate::app::App;
use crate::domain::{Source, setting};
use crate::web::rest::refusal::Refusal;

/// How often a password is verified for one request: once more when its hash was replaced meanwhile, as requests at
/// once do when it is outdated.
pub(super) const TRIES: usize = 3;

/// Does what a request asks for, unless too many came from its address. `attempt` says too whether it may have been a
/// guess: every other request is taken off the count.
pub(super) async fn counted<T>(
    app: &App,
    source: &Source,
    attempt: impl Future<Output = Result<(T, bool), Refusal>>,
) -> Result<T, Refusal> {
    let Some(address) = source.address else { return Ok(attempt.await?.0) };
    let limit = app.store.read(|work| setting::number(work, setting::TOKEN_ATTEMPTS)).await?;
    if let Err(wait) = app.token_throttle.count(address, limit, app.clock.now()) {
        log::warn!(
            "requests for tokens limited address={address}: a proxy of yours belongs into trusted_proxies"
        );
        return Err(Refusal::TooMany(wait));
    }
    let outcome = attempt.await;
    if !matches!(outcome, Ok((_, true))) {
        app.token_throttle.forgive(address);
    }
    Ok(outcome?.0)
}
