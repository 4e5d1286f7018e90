//! Whoever observes events. Two come with the product, the log and webhooks; an embedding program brings its own.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};

use super::{Event, Kind};
use crate::domain::Error;
use crate::store::Work;

/// An outcome to be awaited.
pub type Delivering<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// Hears of events, after the transactions that caused them: each at least once, those about the same subject in the
/// order in which they happened. One that could not be delivered is tried again, and the later ones about its subject
/// wait for it.
pub trait Observer: Send + Sync + 'static {
    /// The name under which deliveries are kept. It never changes, and no other observer has it.
    fn name(&self) -> &'static str;

    /// Who hears of events by it, and of which. It is asked when an event is about to be handed on, and when what is due
    /// is looked for, in the transaction that does so. Most observers are one recipient, which hears of everything.
    ///
    /// # Errors
    /// Those of the database.
    fn recipients(&self, work: &mut Work<'_>) -> Result<Vec<Recipient>, Error> {
        let _ = work;
        Ok(vec![Recipient::itself()])
    }

    /// Takes an event for one of its recipients. It may come again, also after it was taken: remember its `message_id`
    /// where that matters. Whoever takes longer than a minute gets it a second time.
    fn deliver(&self, event: Event, recipient: i64) -> Delivering<'_>;
}

/// The recipient of an observer that is one itself.
pub const ITSELF: i64 = 0;

/// Whoever hears of events by an observer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Tells it from the others of the same observer.
    pub id: i64,
    /// Of what it wants to hear.
    pub wants: Wants,
    /// Since when; without it, of everything that nobody was told of yet.
    pub since: Option<DateTime<Utc>>,
}

impl Recipient {
    /// An observer that is one recipient, and wants to hear of everything.
    pub fn itself() -> Self {
        Self { id: ITSELF, wants: Wants::Everything, since: None }
    }

    /// Whether it is to be told of that event.
    pub fn hears(&self, event: &Event) -> bool {
        self.wants.include(event.kind) && self.since.is_none_or(|since| since <= event.at)
    }
}

/// Of which events somebody wants to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wants {
    /// Of all, also of kinds that later versions bring.
    Everything,
    /// Of these.
    These(Vec<Kind>),
}

impl Wants {
    /// Whether events of that kind are among them.
    pub fn include(&self, kind: Kind) -> bool {
        match self {
            Self::Everything => true,
            Self::These(kinds) => kinds.contains(&kind),
        }
    }
}

/// What came of a delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Why it was not taken: a short word that the catalogue of texts explains. Nothing when it was.
    pub cause: Option<&'static str>,
    /// An address, a status, an observer's own words: never a secret.
    pub detail: Option<String>,
    /// The status of the answer, where there are such.
    pub status: Option<u16>,
    /// How long it took, where that was measured.
    pub milliseconds: Option<i64>,
}

impl Outcome {
    /// It was taken.
    pub fn taken() -> Self {
        Self::default()
    }

    /// An observer did not take it, for a reason in its own words.
    pub fn refused(words: impl Into<String>) -> Self {
        Self { cause: Some("observer"), detail: Some(words.into()), ..Self::default() }
    }

    /// Whether it was taken.
    pub fn is_taken(&self) -> bool {
        self.cause.is_none()
    }
}
