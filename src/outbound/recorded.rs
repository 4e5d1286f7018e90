//! An outside world that answers from a script and remembers what was asked, for tests.

use std::collections::VecDeque;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::mail::{Mail, Mailer, Sending};
use super::{Failure, Handover, Outbound, Outcome, Pending, Post};

type Answer = Box<dyn FnOnce(Handover) -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send>;
type Reply = Box<dyn FnMut(&Post) -> Outcome + Send>;

/// Reaches nothing. What the script has no answer for is refused, as where nobody listens.
#[derive(Default)]
pub struct Recorded {
    record: Mutex<Record>,
    /// Tells that a mail was sent.
    mailed: Notify,
}

#[derive(Default)]
struct Record {
    script: VecDeque<Answer>,
    asked: Vec<Handover>,
    reply: Option<Reply>,
    posted: Vec<Post>,
    mails: Vec<Mail>,
}

impl Recorded {
    /// The next handover, after those that already have an answer, comes to this.
    pub fn answer(&self, outcome: Outcome) {
        self.answer_with(move |_| ready(outcome));
    }

    /// The same, found out when it is asked: the partner may act before it answers.
    pub fn answer_with<F, A>(&self, answer: F)
    where
        F: FnOnce(Handover) -> A + Send + 'static,
        A: Future<Output = Outcome> + Send + 'static,
    {
        self.record().script.push_back(Box::new(|handover| Box::pin(answer(handover))));
    }

    /// From now on whatever else is posted comes to this.
    pub fn reply_with(&self, reply: impl FnMut(&Post) -> Outcome + Send + 'static) {
        self.record().reply = Some(Box::new(reply));
    }

    /// Everything else that was posted so far.
    pub fn posted(&self) -> Vec<Post> {
        self.record().posted.clone()
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<Handover> {
        self.record().asked.clone()
    }

    /// Every mail that was to be sent, as soon as there are so many: they are sent in the background.
    pub async fn mails(&self, count: usize) -> Vec<Mail> {
        loop {
            let sent = self.mailed.notified();
            let mails = self.record().mails.clone();
            if mails.len() >= count {
                return mails;
            }
            sent.await;
        }
    }

    /// How many answers nobody asked for yet.
    pub fn unasked(&self) -> usize {
        self.record().script.len()
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbound for Recorded {
    fn post(&self, post: Post) -> Pending<'_> {
        let mut record = self.record();
        let outcome = match &mut record.reply {
            Some(reply) => reply(&post),
            None => Outcome::failed(Failure::ConnectionRefused),
        };
        record.posted.push(post);
        Box::pin(ready(outcome))
    }

    fn hand_over(&self, handover: Handover) -> Pending<'_> {
        let mut record = self.record();
        record.asked.push(handover.clone());
        match record.script.pop_front() {
            Some(answer) => answer(handover),
            None => Box::pin(ready(Outcome::failed(Failure::ConnectionRefused))),
        }
    }
}

/// A mail server that takes everything.
impl Mailer for Recorded {
    fn send(&self, mail: Mail) -> Sending<'_> {
        self.record().mails.push(mail);
        self.mailed.notify_one();
        Box::pin(ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::secret::Secret;

    #[tokio::test]
    async fn the_script_is_followed_and_then_nobody_answers() {
        let recorded = Recorded::default();
        recorded.answer(Outcome::answered(200));
        recorded.answer_with(async |handover| {
            assert_eq!(handover.endpoint, "https://b.example/");
            Outcome::answered(500)
        });
        assert_eq!(recorded.unasked(), 2);
        let hand_over = |endpoint: &str| {
            recorded.hand_over(Handover {
                endpoint: endpoint.to_owned(),
                fields: ["a", "b", "c", "d"].map(|name| (name, Secret::new("x"))),
                timeout: Duration::from_secs(1),
                max_redirects: 0,
            })
        };
        assert!(hand_over("https://a.example/").await.is_success());
        assert_eq!(hand_over("https://b.example/").await.failure, Some(Failure::HttpStatus(500)));
        assert_eq!(hand_over("https://c.example/").await.failure, Some(Failure::ConnectionRefused));
        assert_eq!(recorded.unasked(), 0);
        let asked: Vec<_> = recorded.asked().into_iter().map(|handover| handover.endpoint).collect();
        assert_eq!(asked, ["https://a.example/", "https://b.example/", "https://c.example/"]);
    }
}
