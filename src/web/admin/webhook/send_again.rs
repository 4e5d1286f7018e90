//! Sends an event again that a webhook could not be told.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::{LIST, edit_href};
use crate::app::App;
use crate::domain::event::delivery::{self, DeliveryId};
use crate::domain::{self, Missing};
use crate::text::{self, reason};
use crate::web::PageError;
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form_key::{Checked, Nothing};
use crate::web::page::see_other;

/// Makes it due now.
///
/// # Errors
/// When there is no such delivery.
pub async fn send(
    admin: Admin,
    app: Data<App>,
    id: Path<String>,
    Checked(Nothing {}): Checked<Nothing>,
) -> Result<HttpResponse, PageError> {
    let id = id.parse().map(DeliveryId).map_err(|_| domain::Error::from(Missing::Delivery))?;
    let by = admin.actor().clone();
    match app.store.write(move |work| delivery::send_again(work, &by, id)).await {
        Ok(webhook) => {
            admin.flash(Flash::success(text::get("delivery-sent-again")))?;
            Ok(see_other(&format!("{}#deliveries", edit_href(webhook.id))))
        }
        Err(domain::Error::Conflict(conflict)) => {
            admin.flash(Flash::error(reason::conflict(&conflict, text::on_page)))?;
            Ok(see_other(LIST))
        }
        Err(other) => Err(other.into()),
    }
}
