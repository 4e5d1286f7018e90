//! Hands the credentials of an integration to its partner's server, and shows what comes of it: once as the answer,
//! then as often as it is asked for.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::attempts::{self, Explained};
use super::{LIST, edit_href, id_of, login_success, permissions_dialog};
use crate::app::App;
use crate::domain;
use crate::domain::activation::{self, exchange};
use crate::domain::attempt::progress::{self, Limits, Progress};
use crate::domain::attempt::{self, Attempt};
use crate::domain::integration::{self, Integration, IntegrationId, Status};
use crate::secret::Secret;
use crate::text;
use crate::web::admin::confirm::{Proof, missing_proof, refused, status_of};
use crate::web::extract::admin::Admin;
use crate::web::flash::{Flash, FlashKind};
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render, render_as};
use crate::web::routes::ACTIVATE_INTEGRATIONS;
use crate::web::{Error, PageError, filters};

/// After how many seconds the page loads itself again where there is no script.
const REFRESH: u32 = 5;

/// What has become of the latest attempt.
#[derive(Template)]
#[template(path = "admin/integration/tokens_exchange.html")]
pub struct TokensExchange {
    /// The frame; `title` is the integration's name.
    pub chrome: Chrome,
    /// Whether only the inside of a dialog is wanted.
    pub fragment: bool,
    /// Where closing the dialog leads, the same as `Done`.
    pub close_href: Option<String>,
    /// Names what is shown: as long as it stays, nothing has changed.
    pub mark: String,
    /// How the message is meant.
    pub kind: FlashKind,
    /// What is happening now.
    pub message: String,
    /// What went wrong, if something did.
    pub wrong: Option<Explained>,
    /// The partner's page, as long as something can come of it.
    pub partner_href: Option<String>,
    /// Whether the window that the press opened is led to that page.
    pub is_led_there: bool,
    /// Where to ask again, as long as something may change.
    pub check: Option<Check>,
    /// Where the credentials are sent again, when the administrator may.
    pub again: Option<String>,
    /// Whether the partner has its token.
    pub is_completed: bool,
    /// The page of the integration.
    pub edit_href: String,
    /// Where `Done` leads.
    pub done_href: String,
}

/// Where and how long to ask again.
pub struct Check {
    /// Where.
    pub href: String,
    /// For how many seconds.
    pub seconds: i64,
}

/// What the permissions dialog sends.
#[derive(Deserialize)]
pub struct Approval {
    version: Option<i64>,
    current_password: Option<Secret>,
}

/// What is known of an exchange.
struct Known {
    integration: Integration,
    consumer_key: String,
    latest: Option<Attempt>,
    limits: Limits,
}

/// Sends the credentials.
///
/// # Errors
/// When there is no integration of that id, or the administrator does not hold all that it holds.
pub async fn send(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(approval): Checked<Approval>,
) -> Result<HttpResponse, PageError> {
    let id = id_of(&id)?;
    let Approval { version, current_password } = approval;
    let proof = Proof { current_password };
    if let Some(field) = missing_proof(&admin, &proof).await? {
        let status = status_of(&field);
        let page = permissions_dialog::page(&admin, &app, &req, id, Some(field)).await?;
        return Ok(render_as(status, &page)?);
    }
    let has_live_token = app.store.read(move |work| activation::has_live_token(work, id)).await?;
    match app.hand_over(admin.actor().clone(), id, version).await {
        Ok(_) => {}
        Err(domain::Error::Conflict(conflict)) => return Ok(refused(&admin, &conflict, &edit_href(id))?),
        Err(other) => return Err(other.into()),
    }
    log::info!("integration credentials sent integration.id={} admin.id={}", id.0, admin.user.id.0);
    let known = Known::read(&app, id).await?;
    // What an earlier attempt left to be said is overtaken by this one.
    let chrome = Chrome { flashes: Vec::new(), ..admin.chrome(text::isolated(&known.integration.name))? };
    admin.flash(known.notice(has_live_token, &admin))?;
    let page = known.page(&app, &admin, chrome);
    Ok(render(&TokensExchange { is_led_there: !matches!(page.kind, FlashKind::Error), ..page })?)
}

/// Shows what has become of it. Leaves messages to the page that it leads to.
///
/// # Errors
/// When there is no integration of that id.
pub async fn show(admin: Admin, app: Data<App>, id: Path<String>) -> Result<HttpResponse, PageError> {
    let known = Known::read(&app, id_of(&id)?).await?;
    let chrome = admin.chrome_without_messages(&known.integration.name)?;
    Ok(render(&known.page(&app, &admin, chrome))?)
}

/// Where the credentials are sent, and where it is asked what became of them.
pub(super) fn href(id: IntegrationId) -> String {
    format!("{LIST}/tokens_exchange/{}", id.0)
}

impl Known {
    async fn read(app: &App, id: IntegrationId) -> Result<Self, Error> {
        let known = app.store.read(move |work| {
            Ok::<_, domain::Error>(Self {
                integration: integration::find(work, id)?,
                consumer_key: activation::consumer_key(work, id)?,
                latest: attempt::latest(work, id)?.into_iter().next(),
                limits: progress::limits(work)?,
            })
        });
        Ok(known.await?)
    }

    fn progress(&self, admin: &Admin) -> Option<Progress> {
        self.latest.as_ref().map(|attempt| attempt.progress(true, self.limits, admin.now))
    }

    /// What the list has to say about an attempt that was just made.
    fn notice(&self, has_live_token: bool, admin: &Admin) -> Flash {
        let name = ("name", self.integration.name.as_str().into());
        let failure = self.latest.as_ref().filter(|_| self.progress(admin) == Some(Progress::Failed));
        if let Some(Explained { cause, .. }) = failure.and_then(|it| attempts::wrong(it, Progress::Failed)) {
            let values = [name, ("cause", cause.into())];
            return Flash::error(if has_live_token {
                text::on_page("exchange-not-sent-again", &values)
            } else {
                text::on_page("exchange-not-sent", &values)
            });
        }
        let text = if has_live_token {
            text::on_page("exchange-sent-again", &[name])
        } else {
            text::on_page("exchange-sent", &[name])
        };
        Flash { kind: FlashKind::Notice, text }
    }

    fn page(&self, app: &App, admin: &Admin, chrome: Chrome) -> TokensExchange {
        let (id, progress) = (self.integration.id, self.progress(admin));
        let is_suspended = self.integration.status == Status::Suspended;
        let number = self.latest.as_ref().map_or(0, |attempt| attempt.number);
        let (kind, message) = self.message(progress);
        let left = self.latest.as_ref().and_then(|attempt| attempt.time_left(self.limits, admin.now));
        let left = left.filter(|_| !is_suspended);
        let is_completed = progress == Some(Progress::Completed);
        let may_send =
            self.integration.exchanges_tokens() && admin.may(ACTIVATE_INTEGRATIONS) && !is_suspended;
        // While it is on its way, sending again would only get in its way.
        let is_at_rest = !matches!(progress, Some(Progress::Sending | Progress::Completed));
        TokensExchange {
            chrome: Chrome { refresh: left.map(|_| REFRESH), ..chrome },
            fragment: admin.wants_fragment(),
            close_href: Some(LIST.to_owned()),
            mark: format!("{number} {message} {}", left.is_some()),
            kind,
            message,
            wrong: self
                .latest
                .as_ref()
                .zip(progress)
                .and_then(|(it, progress)| attempts::wrong(it, progress)),
            partner_href: self.partner_href(app).filter(|_| left.is_some() || is_completed),
            is_led_there: false,
            check: left.map(|left| Check { href: href(id), seconds: left.num_seconds() + 1 }),
            again: (may_send && is_at_rest).then(|| href(id)),
            is_completed,
            edit_href: edit_href(id),
            done_href: LIST.to_owned(),
        }
    }

    fn message(&self, progress: Option<Progress>) -> (FlashKind, String) {
        let name = [("name", self.integration.name.as_str().into())];
        match progress {
            None => (FlashKind::Notice, text::get("exchange-none")),
            Some(Progress::Sending) => (FlashKind::Notice, text::get("exchange-sending")),
            Some(Progress::Delivered) => (FlashKind::Notice, text::get("exchange-delivered")),
            Some(Progress::Requested) => (FlashKind::Notice, text::get("exchange-requested")),
            Some(Progress::Completed) if self.integration.status == Status::Active => {
                (FlashKind::Success, text::on_page("exchange-completed-active", &name))
            }
            Some(Progress::Completed) => (FlashKind::Success, text::get("exchange-completed")),
            Some(Progress::Failed) => (FlashKind::Error, text::get("exchange-failed")),
            Some(Progress::Interrupted) => (FlashKind::Warning, text::get("exchange-interrupted")),
            // The latest attempt has no later one, so the last of these does not come up.
            Some(Progress::Lapsed | Progress::Replaced) => (FlashKind::Warning, text::get("exchange-lapsed")),
        }
    }

    /// The partner's page, told where to lead its window in the end.
    fn partner_href(&self, app: &App) -> Option<String> {
        let address = self.integration.identity_link_url.as_deref()?;
        let back = format!("{}{}", app.config.admin_base().trim_end_matches('/'), login_success::ADDRESS);
        exchange::identity_link(address, &self.consumer_key, &back)
    }
}
