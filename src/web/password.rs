//! Passwords that requests bring: verified outside of any transaction, judged in one that writes.

use super::Error;
use crate::app::App;
use crate::domain;
use crate::domain::candidate::{Candidate, Verified};
use crate::secret::Secret;
use crate::store::Work;

/// How often a password is verified for one request: once more when its hash was replaced meanwhile, as right ones at
/// once do when it is outdated.
const TRIES: usize = 3;

/// Verifies a password against the hash of `whose` it could be, and has that judged; anew when `judge` answers nothing,
/// because the hash was replaced. Nothing, when that happened every time.
pub(super) async fn judged<Id, Answer>(
    app: &App,
    password: &Secret,
    whose: impl Fn(&mut Work<'_>) -> Result<Candidate<Id>, domain::Error> + Clone + Send + 'static,
    judge: impl Fn(&mut Work<'_>, Option<Id>, &Verified) -> Result<Option<Answer>, domain::Error>
    + Clone
    + Send
    + 'static,
) -> Result<Option<Answer>, Error>
where
    Id: Copy + Send + 'static,
    Answer: Send + 'static,
{
    for _ in 0..TRIES {
        let Candidate { id, hash, like } = app.store.read(whose.clone()).await?;
        let verified = app.hashing.verify_and_upgrade(password.clone(), hash, like).await?;
        let judge = judge.clone();
        if let Some(answer) = app.store.write(move |work| judge(work, id, &verified)).await? {
            return Ok(Some(answer));
        }
    }
    Ok(None)
}
