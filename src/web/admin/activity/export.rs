//! The trail as a file: CSV or JSON, everything that fits the filter, newest first. It is read in batches, each in a
//! transaction of its own, and sent as fast as it is taken: never all of it in memory.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use chrono::SecondsFormat;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::asked::Asked;
use super::csv;
use crate::app::App;
use crate::domain::audit::{self, Act, BATCH, Changes, Entry, Listed, Place, Query, Thing};
use crate::domain::{self, Who};
use crate::web::PageError;
use crate::web::error::log_failure;
use crate::web::extract::admin::Admin;
use crate::web::form_key::Checked;

/// Batches that wait for whoever takes them slowly.
const WAITING: usize = 1;

/// What the form sends: the filter, as the page's address carries it, and the format.
pub type Input = Vec<(String, String)>;

#[derive(Clone, Copy)]
enum Format {
    Csv,
    Json,
}

/// Sends the file. That it was asked for is an entry of its own, the first one in it.
///
/// # Errors
/// Those of the database, as long as nothing was sent.
pub async fn export(
    admin: Admin,
    app: Data<App>,
    Checked(input): Checked<Input>,
) -> Result<HttpResponse, PageError> {
    let is_json = input.iter().any(|(name, value)| name == "format" && value == "json");
    let format = if is_json { Format::Json } else { Format::Csv };
    let asked =
        Asked::read(&url::form_urlencoded::Serializer::new(String::new()).extend_pairs(input).finish());
    let by = admin.actor().clone();
    let changes = Changes::none().note("format", format.word());
    let changes = asked.filter().iter().fold(changes, |told, (name, value)| told.note(name, value));
    let noted = app.store.write(move |work| {
        audit::record(work, &by, Act::TrailExported, Thing::trail(), changes);
        Ok::<_, domain::Error>(())
    });
    noted.await?;
    log::info!("audit trail exported admin.id={}", admin.user.id.0);
    let (tell, chunks) = channel(WAITING);
    actix_web::rt::spawn(send(App::clone(&app), format, asked.query(), tell));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"activity.{}\"", format.word())))
        .body(Chunks(chunks)))
}

/// Reads batch after batch until there is nothing more, or nobody takes it any more.
async fn send(app: App, format: Format, query: Query, tell: Sender<Result<Bytes, domain::Error>>) {
    let mut place = Place::Newest;
    let mut is_first = true;
    let _ = tell.send(Ok(Bytes::from_static(format.head().as_bytes()))).await;
    loop {
        let question = query.clone();
        let batch = app.store.read(move |work| audit::list(work, &question, place, BATCH)).await;
        let chunk = match batch {
            Ok(slice) => {
                let text =
                    slice.entries.iter().map(|listed| format.entry(listed, std::mem::take(&mut is_first)));
                let chunk = Bytes::from(text.collect::<String>());
                match slice.older {
                    Some(older) => {
                        place = older;
                        Ok(chunk)
                    }
                    None => {
                        let _ = tell.send(Ok(chunk)).await;
                        let _ = tell.send(Ok(Bytes::from_static(format.foot().as_bytes()))).await;
                        return;
                    }
                }
            }
            Err(error) => {
                log_failure(&error);
                Err(error)
            }
        };
        let is_over = chunk.is_err();
        if tell.send(chunk).await.is_err() || is_over {
            return;
        }
    }
}

impl Format {
    fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
        }
    }

    fn head(self) -> &'static str {
        match self {
            Self::Csv => csv::HEAD,
            Self::Json => "[",
        }
    }

    fn foot(self) -> &'static str {
        match self {
            Self::Csv => "",
            Self::Json => "\n]\n",
        }
    }

    fn entry(self, listed: &Listed, is_first: bool) -> String {
        match self {
            Self::Csv => csv::line(listed),
            Self::Json => format!("{}\n{}", if is_first { "" } else { "," }, json(listed)),
        }
    }
}

fn json(listed: &Listed) -> serde_json::Value {
    let entry = &listed.entry;
    let (kind, id, name) = csv::who(&entry.who);
    serde_json::json!({
        "number": listed.number,
        "time": time(entry),
        "act": entry.act.word(),
        "who": { "kind": kind, "id": id, "name": name },
        "from": { "address": address(entry), "browser": entry.source.browser },
        "about": { "kind": entry.thing.kind.word(), "id": entry.thing.id, "name": entry.thing.name },
        "changes": entry.changes,
    })
}

/// When, to the microsecond.
pub(super) fn time(entry: &Entry) -> String {
    entry.at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// From where: an address, or the words for a command. Not translated: programs read it.
pub(super) fn address(entry: &Entry) -> String {
    match (entry.source.address, &entry.who) {
        (Some(address), _) => address.to_string(),
        (None, Who::Command) => "command line".to_owned(),
        (None, _) => String::new(),
    }
}

/// An answer that is sent piece by piece. One that fails is cut off, so that nobody takes it for complete.
struct Chunks(Receiver<Result<Bytes, domain::Error>>);

impl MessageBody for Chunks {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.0.poll_recv(context).map(|chunk| chunk.map(|chunk| chunk.map_err(Into::into)))
    }
}
