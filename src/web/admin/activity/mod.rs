//! The audit trail: one page of it, filtered, with the way to older and newer ones, and its export.

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::domain::audit::{self, Act, Place, ThingKind};
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::form::{Choice, Field};
use crate::web::page::{Chrome, render};
use crate::web::{PageError, filters};

pub mod entry;
pub mod export;

mod asked;
mod csv;
mod words;

use asked::Asked;
use entry::Shown;

/// The trail.
pub(super) const ADDRESS: &str = "/admin/activity";

/// Entries on a page.
const PAGE: i64 = 50;

/// A page of the trail.
#[derive(Template)]
#[template(path = "admin/activity/index.html")]
pub struct IndexPage {
    /// The frame.
    pub chrome: Chrome,
    /// What is asked for.
    pub filter: Filter,
    /// The entries, newest first.
    pub entries: Vec<Shown>,
    /// Leads to newer ones.
    pub newer_href: Option<String>,
    /// Leads to older ones.
    pub older_href: Option<String>,
}

/// The form that asks.
pub struct Filter {
    /// Whether anything is asked for.
    pub is_set: bool,
    /// Who did it.
    pub person: String,
    /// Kinds of things.
    pub things: Vec<Choice>,
    /// Which one of them.
    pub which: String,
    /// Kinds of acts.
    pub acts: Vec<Choice>,
    /// First day.
    pub from: Field,
    /// Last day.
    pub to: Field,
    /// The same as hidden fields, for the export.
    pub state: Vec<(String, String)>,
}

/// Shows a page of the trail.
///
/// # Errors
/// Those of the database.
pub async fn show(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let asked = Arc::new(Asked::read(req.query_string()));
    let question = Arc::clone(&asked);
    let list = app.store.read(move |work| {
        let (query, place) = (question.query(), question.place);
        let slice = audit::list(work, &query, place, PAGE)?;
        // Whoever walks past the newest one has come back to the beginning.
        let is_past = slice.entries.is_empty() && matches!(place, Place::After(_));
        if is_past { audit::list(work, &query, Place::Newest, PAGE) } else { Ok(slice) }
    });
    let slice = list.await?;
    let (newer, older) = (slice.newer, slice.older);
    let page = IndexPage {
        chrome: admin.chrome(text::get("activity-title"))?,
        filter: Filter::of(&asked),
        entries: slice.entries.iter().map(|listed| Shown::of(&admin, listed)).collect(),
        newer_href: newer.map(|place| asked.href_at(place)),
        older_href: older.map(|place| asked.href_at(place)),
    };
    Ok(render(&page)?)
}

/// Everything about one thing.
pub(super) fn href_of(kind: ThingKind, id: i64) -> String {
    format!("{ADDRESS}?thing={}&which={id}", kind.word())
}

impl Filter {
    fn of(asked: &Asked) -> Self {
        let choice =
            |value: &str, label: String, is_chosen| Choice { value: value.to_owned(), label, is_chosen };
        let things = ThingKind::ALL
            .iter()
            .map(|kind| choice(kind.word(), words::thing_kind(*kind), asked.thing == Some(*kind)));
        let acts = Act::ALL.iter().map(|act| choice(act.word(), words::act(*act), asked.act == Some(*act)));
        Self {
            is_set: asked.is_set(),
            person: asked.person.clone(),
            things: things.collect(),
            which: asked.which.clone(),
            acts: acts.collect(),
            from: asked.from.field(),
            to: asked.to.field(),
            state: asked.filter(),
        }
    }
}
