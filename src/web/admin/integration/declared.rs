//! What files say of an integration, on its page.

use super::edit::Stored;
use super::permissions_dialog::{self, Difference};
use crate::app::App;
use crate::domain::declaration;
use crate::domain::integration::{Origin, Status};
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::filters;
use crate::web::routes::ACTIVATE_INTEGRATIONS;

/// For how many unknown names it is told what may be meant.
const EXPLAINED: usize = 20;

/// What files say of an integration.
pub struct Declared {
    /// Where: file and line each.
    pub sources: Vec<String>,
    /// Since when no file declares it any more.
    pub orphaned: Option<String>,
    /// Names that they list and that grant nothing.
    pub unknown: Vec<Unknown>,
    /// What waits for approval, or for the partner.
    pub difference: Option<Difference>,
    /// Whether it is approved, and waits for the partner to fetch its token.
    pub is_approved: bool,
    /// Where it is approved, when the administrator may.
    pub approve_href: Option<String>,
}

/// A name that files list and that no resource has: it grants nothing.
pub struct Unknown {
    /// The name.
    pub id: String,
    /// What may be meant, when there is something like it.
    pub meant: Option<String>,
}

impl Declared {
    pub(super) fn of(admin: &Admin, app: &App, stored: &Stored) -> Option<Self> {
        let record = stored.record.as_ref().filter(|_| stored.integration.origin == Origin::Declared)?;
        let orphaned = record
            .orphaned_at
            .map(|at| text::on_page("declared-orphaned", &[("since", filters::moment(at).into())]));
        let may_approve = stored.integration.status != Status::Suspended && admin.may(ACTIVATE_INTEGRATIONS);
        Some(Self {
            sources: record.sources.iter().map(text::declared::place).collect(),
            orphaned,
            unknown: unknown(app, &record.listed),
            difference: Difference::of(app, stored),
            is_approved: is_approved(stored),
            approve_href: may_approve.then(|| permissions_dialog::href(stored.integration.id)),
        })
    }
}

/// The names among these that no resource has. For the first of them it is told what may be meant.
fn unknown(app: &App, listed: &[String]) -> Vec<Unknown> {
    let view = app.tree.for_integrations();
    let meant = |at: usize, id: &str| {
        let ids = if at < EXPLAINED { declaration::meant(view, id) } else { Vec::new() };
        let ids = Some(ids.join(", ")).filter(|ids| !ids.is_empty());
        ids.map(|ids| text::on_page("declared-meant", &[("ids", ids.into())]))
    };
    let unknown = listed.iter().filter(|id| !view.knows(id)).enumerate();
    unknown.map(|(at, id)| Unknown { id: id.clone(), meant: meant(at, id) }).collect()
}

/// Whether what waits is approved. It stays so when an exchange fails or its time runs out, and counts with the next
/// attempt in which the credentials are sent again.
fn is_approved(stored: &Stored) -> bool {
    stored.record.as_ref().is_some_and(|record| record.pending.is_some() && record.approved_by.is_some())
}
