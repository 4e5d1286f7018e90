//! What every request for a token goes through: the count of its client's address before the password is looked at.

use super::refusal::Refusal;
use crate::app::App;
use crate::domain::{Source, setting};
use crate::web::Error;

/// Does what a request asks for, unless too many came from its address. Only what `is_guess` stays on the count.
pub(super) async fn counted<Answer>(
    app: &App,
    source: &Source,
    is_guess: fn(&Answer) -> bool,
    attempt: impl Future<Output = Result<Option<Answer>, Error>>,
) -> Result<Option<Answer>, Refusal> {
    let Some(address) = source.address else { return Ok(attempt.await?) };
    let limit = app.store.read(|work| setting::number(work, setting::TOKEN_ATTEMPTS)).await?;
    let tried = match app.token_throttle.count(address, limit, app.clock.now()) {
        Ok(tried) => tried,
        Err(limited) => {
            log::warn!(
                "requests for tokens limited address={address}: a proxy of yours belongs into trusted_proxies"
            );
            return Err(Refusal::TooMany(limited.wait));
        }
    };
    let outcome = attempt.await;
    if !matches!(&outcome, Ok(Some(answer)) if is_guess(answer)) {
        tried.forgive();
    }
    Ok(outcome?)
}
