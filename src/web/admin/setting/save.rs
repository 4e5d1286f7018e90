//! Saves the settings, and shows them again when they were not accepted.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::ADDRESS;
use super::form::Sent;
use super::oauth::{OauthPage, page};
use crate::app::App;
use crate::domain::setting::{self, Current};
use crate::domain::{self, Conflict};
use crate::text;
use crate::web::admin::confirm::Again;
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form_key::Checked;
use crate::web::page::{render_as, see_other};
use crate::web::{Error, PageError};

/// Saves what the form holds; what is not in it stays as it is.
///
/// # Errors
/// When the account is locked, and those of session and database.
pub async fn save(
    admin: Admin,
    app: Data<App>,
    Checked(sent): Checked<Vec<(String, String)>>,
) -> Result<HttpResponse, PageError> {
    let sent = Sent(sent);
    let current = app.store.read(setting::list).await?;
    let why = match Again::of(admin.confirm(sent.password().as_ref()).await?) {
        Some(why) => why,
        None => match write(&admin, &app, &sent, &current).await {
            Ok(()) => {
                log::info!("settings saved admin.id={}", admin.user.id.0);
                admin.flash(Flash::success(text::get("setting-saved")))?;
                return Ok(see_other(ADDRESS));
            }
            Err(domain::Error::Invalid(invalid)) => Again::Invalid(invalid),
            Err(domain::Error::Conflict(Conflict::ChangedMeanwhile)) => Again::Newer,
            Err(other) => return Err(other.into()),
        },
    };
    Ok(again(&admin, &sent, &current, why)?)
}

async fn write(admin: &Admin, app: &App, sent: &Sent, current: &[Current]) -> Result<(), domain::Error> {
    let wanted = sent.wanted(current)?;
    let (by, seen) = (admin.actor().clone(), sent.version());
    app.store.write(move |work| setting::save(work, &by, seen.as_deref(), &wanted)).await
}

/// The form again, with everything that was typed but the password.
fn again(admin: &Admin, sent: &Sent, current: &[Current], why: Again) -> Result<HttpResponse, Error> {
    let (status, notice, is_asked) = (why.status(), why.notice(), matches!(why, Again::Ask));
    let newer_href = matches!(why, Again::Newer).then_some(ADDRESS);
    let content = sent.content(current).refused(why.invalid(), is_asked);
    let mut page = page(admin, &content)?;
    page.chrome.flashes.extend(notice);
    render_as(status, &OauthPage { newer_href, ..page })
}
