//! The whole route table: address, method, handler, and who may come in.
//!
//! The guard is enforced by the wall that each handler stands behind, and walked by a test: a new page is guarded,
//! or it is open because its row says so.

use actix_web::guard::{GuardContext, fn_guard};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{Resource, Route, web};

use super::admin::account::{self, otp, session_end};
use super::admin::activity::{self, export};
use super::admin::auth::{forgotten, login, logout, reset, second};
use super::admin::integration::{
    confirm, delete, edit, end_now, grid, index, login_success, new, permissions_dialog, renew_secret,
    resume, reveal, revoke, save, suspend, tokens_dialog, tokens_exchange, without_id,
};
use super::admin::webhook::{self, act, send_again};
use super::admin::{customer, home, resource, role, schedule, setting, setup, user};
use super::error::{Error, PageError};
use super::middleware::wall;
use super::oauth::token::{access, request};
use super::{Surface, assets, gateway, health, links};

/// The right to see integrations; every other right over them includes it.
pub const VIEW_INTEGRATIONS: &str = "Magento_Integration::integrations";
/// The right to create and change integrations.
pub const MANAGE_INTEGRATIONS: &str = "Latchkey_Integration::manage";
/// The right to activate and re-authorize integrations.
pub const ACTIVATE_INTEGRATIONS: &str = "Latchkey_Integration::activate";
/// The right to see the secrets of integrations again.
pub const REVEAL_INTEGRATIONS: &str = "Latchkey_Integration::reveal";
/// The right to delete integrations.
pub const DELETE_INTEGRATIONS: &str = "Latchkey_Integration::delete";

/// The right to see, make, change and delete users.
pub const USERS: &str = "Magento_User::acl_users";
/// The right to unlock users.
pub const UNLOCK_USERS: &str = "Magento_User::locks";
/// The right to see, make, change and delete roles.
pub const ROLES: &str = "Magento_User::acl_roles";
/// The right to see customers, to deactivate them and to revoke their tokens.
pub const CUSTOMERS: &str = "Magento_Customer::manage";
/// The right to see and change the settings.
pub const SETTINGS: &str = "Magento_Integration::config_oauth";
/// The right to read the audit trail.
pub const VIEW_AUDIT: &str = "Latchkey_Audit::view";

/// The right to see and run scheduled jobs.
pub const SCHEDULE: &str = "Latchkey_Schedule::manage";
/// The right to see, make, change and delete webhooks.
pub const WEBHOOKS: &str = "Latchkey_Webhook::manage";

const VERIFY: &str = "/gateway/verify";

const VIEW: Guard = Guard::Resources(&[VIEW_INTEGRATIONS]);
const MANAGE: Guard = Guard::Resources(&[VIEW_INTEGRATIONS, MANAGE_INTEGRATIONS]);
const ACTIVATE: Guard = Guard::Resources(&[VIEW_INTEGRATIONS, ACTIVATE_INTEGRATIONS]);
const REVEAL: Guard = Guard::Resources(&[VIEW_INTEGRATIONS, REVEAL_INTEGRATIONS]);
const DELETE: Guard = Guard::Resources(&[VIEW_INTEGRATIONS, DELETE_INTEGRATIONS]);
const AUDIT: Guard = Guard::Resources(&[VIEW_AUDIT]);
const FOR_CUSTOMERS: Guard = Guard::Resources(&[CUSTOMERS]);
const FOR_SETTINGS: Guard = Guard::Resources(&[SETTINGS]);
const FOR_USERS: Guard = Guard::Resources(&[USERS]);
const FOR_UNLOCKING: Guard = Guard::Resources(&[USERS, UNLOCK_USERS]);
const FOR_ROLES: Guard = Guard::Resources(&[ROLES]);
const FOR_SCHEDULE: Guard = Guard::Resources(&[SCHEDULE]);
const FOR_WEBHOOKS: Guard = Guard::Resources(&[WEBHOOKS]);

/// Who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Everybody.
    Open,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in and holds all of these resources.
    Resources(&'static [&'static str]),
}

/// How an address is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// GET, and HEAD with it: changes nothing.
    Get,
    /// POST: needs the key of the form.
    Post,
    /// Whatever the handler takes.
    Any,
}

/// One handler and what leads to it.
pub struct Row {
    /// How it is asked for.
    pub verb: Verb,
    /// Where, with `{…}` for what varies.
    pub address: &'static str,
    /// Who may come in.
    pub guard: Guard,
    handler: fn() -> Route,
}

static TABLE: &[Row] = &[
    row(Verb::Get, "/", Guard::Open, || web::to(home::lead)),
    row(Verb::Get, "/admin", Guard::SignedIn, || web::to(home::show)),
    row(Verb::Get, "/admin/login", Guard::Open, || web::to(login::show)),
    row(Verb::Post, "/admin/login", Guard::Open, || web::to(login::sign_in)),
    row(Verb::Get, second::ENROL, Guard::Open, || web::to(second::show_enrolment)),
    row(Verb::Post, second::ENROL, Guard::Open, || web::to(second::enrol)),
    row(Verb::Get, forgotten::ADDRESS, Guard::Open, || web::to(forgotten::show)),
    row(Verb::Post, forgotten::ADDRESS, Guard::Open, || web::to(forgotten::ask)),
    row(Verb::Get, reset::ADDRESS, Guard::Open, || web::to(reset::show)),
    row(Verb::Post, reset::ADDRESS, Guard::Open, || web::to(reset::choose)),
    row(Verb::Post, "/admin/logout", Guard::SignedIn, || web::to(logout::sign_out)),
    row(Verb::Get, "/admin/setup", Guard::Open, || web::to(setup::show)),
    row(Verb::Post, "/admin/setup", Guard::Open, || web::to(setup::create)),
    row(Verb::Get, "/admin/integration", VIEW, || web::to(index::show)),
    row(Verb::Get, "/admin/integration/grid", VIEW, || web::to(grid::show)),
    row(Verb::Get, "/admin/integration/new", MANAGE, || web::to(new::show)),
    row(Verb::Post, "/admin/integration/save", MANAGE, || web::to(save::save)),
    row(Verb::Get, "/admin/integration/edit", VIEW, || web::to(without_id::show)),
    row(Verb::Get, "/admin/integration/edit/{id}", VIEW, || web::to(edit::show)),
    row(Verb::Post, "/admin/integration/reveal/{id}", REVEAL, || web::to(reveal::reveal)),
    row(Verb::Post, "/admin/integration/suspend/{id}", MANAGE, || web::to(suspend::suspend)),
    row(Verb::Post, "/admin/integration/resume/{id}", MANAGE, || web::to(resume::resume)),
    row(Verb::Post, "/admin/integration/revoke/{id}", MANAGE, || web::to(revoke::revoke)),
    row(Verb::Post, "/admin/integration/delete", DELETE, || web::to(without_id::act)),
    row(Verb::Post, "/admin/integration/delete/{id}", DELETE, || web::to(delete::delete)),
    row(Verb::Get, "/admin/integration/confirm/suspend/{id}", MANAGE, || web::to(confirm::suspend)),
    row(Verb::Get, "/admin/integration/confirm/revoke/{id}", MANAGE, || web::to(confirm::revoke)),
    row(Verb::Get, "/admin/integration/confirm/delete/{id}", DELETE, || web::to(confirm::delete)),
    row(Verb::Get, "/admin/integration/permissions_dialog", ACTIVATE, || web::to(without_id::show)),
    row(Verb::Get, "/admin/integration/permissions_dialog/{id}", ACTIVATE, || {
        web::to(permissions_dialog::show)
    }),
    row(Verb::Post, "/admin/integration/tokens_dialog/{id}", ACTIVATE, || web::to(tokens_dialog::activate)),
    row(Verb::Get, "/admin/integration/tokens_exchange/{id}", VIEW, || web::to(tokens_exchange::show)),
    row(Verb::Post, "/admin/integration/tokens_exchange/{id}", ACTIVATE, || web::to(tokens_exchange::send)),
    row(Verb::Get, "/admin/integration/confirm/renew_secret/{id}", ACTIVATE, || {
        web::to(confirm::renew_secret)
    }),
    row(Verb::Post, "/admin/integration/renew_secret/{id}", ACTIVATE, || web::to(renew_secret::renew)),
    row(Verb::Post, "/admin/integration/end_now/{id}", ACTIVATE, || web::to(end_now::end)),
    row(Verb::Get, otp::ADDRESS, Guard::SignedIn, || web::to(otp::show)),
    row(Verb::Post, "/admin/account/otp/begin", Guard::SignedIn, || web::to(otp::begin)),
    row(Verb::Post, "/admin/account/otp/confirm", Guard::SignedIn, || web::to(otp::confirm)),
    row(Verb::Post, "/admin/account/otp/codes", Guard::SignedIn, || web::to(otp::renew_codes)),
    row(Verb::Post, "/admin/account/otp/remove", Guard::SignedIn, || web::to(otp::remove)),
    row(Verb::Get, "/admin/activity", AUDIT, || web::to(activity::show)),
    row(Verb::Post, "/admin/activity/export", AUDIT, || web::to(export::export)),
    row(Verb::Get, login_success::ADDRESS, Guard::Open, || web::to(login_success::show)),
    row(Verb::Get, links::ACCOUNT, Guard::SignedIn, || web::to(account::show)),
    row(Verb::Post, account::SAVE, Guard::SignedIn, || web::to(account::save::save)),
    row(Verb::Post, "/admin/account/session/end/{id}", Guard::SignedIn, || web::to(session_end::one)),
    row(Verb::Get, session_end::OTHERS, Guard::SignedIn, || web::to(session_end::ask_others)),
    row(Verb::Post, session_end::OTHERS, Guard::SignedIn, || web::to(session_end::others)),
    row(Verb::Get, "/admin/user", FOR_USERS, || web::to(user::grid::index)),
    row(Verb::Get, "/admin/user/grid", FOR_USERS, || web::to(user::grid::show)),
    row(Verb::Get, "/admin/user/new", FOR_USERS, || web::to(user::new::show)),
    row(Verb::Get, "/admin/user/edit/{id}", FOR_USERS, || web::to(user::edit::show)),
    row(Verb::Post, "/admin/user/save", FOR_USERS, || web::to(user::save::save)),
    row(Verb::Get, "/admin/user/confirm/deactivate/{id}", FOR_USERS, || web::to(user::act::ask_deactivate)),
    row(Verb::Post, "/admin/user/deactivate/{id}", FOR_USERS, || web::to(user::act::deactivate)),
    row(Verb::Post, "/admin/user/reactivate/{id}", FOR_USERS, || web::to(user::act::reactivate)),
    row(Verb::Get, "/admin/user/confirm/delete/{id}", FOR_USERS, || web::to(user::act::ask_delete)),
    row(Verb::Post, "/admin/user/delete/{id}", FOR_USERS, || web::to(user::act::delete)),
    row(Verb::Get, "/admin/user/confirm/force_sign_in/{id}", FOR_USERS, || {
        web::to(user::act::ask_force_sign_in)
    }),
    row(Verb::Post, "/admin/user/force_sign_in/{id}", FOR_USERS, || web::to(user::act::force_sign_in)),
    row(Verb::Get, "/admin/user/confirm/revoke_tokens/{id}", FOR_USERS, || {
        web::to(user::act::ask_revoke_tokens)
    }),
    row(Verb::Post, "/admin/user/revoke_tokens/{id}", FOR_USERS, || web::to(user::act::revoke_tokens)),
    row(Verb::Post, "/admin/user/reset_otp/{id}", FOR_USERS, || web::to(user::act::reset_otp)),
    row(Verb::Post, "/admin/user/unlock/{id}", FOR_UNLOCKING, || web::to(user::act::unlock)),
    row(Verb::Get, "/admin/role", FOR_ROLES, || web::to(role::grid::index)),
    row(Verb::Get, "/admin/role/grid", FOR_ROLES, || web::to(role::grid::show)),
    row(Verb::Get, "/admin/role/new", FOR_ROLES, || web::to(role::new::show)),
    row(Verb::Get, "/admin/role/edit/{id}", FOR_ROLES, || web::to(role::edit::show)),
    row(Verb::Post, "/admin/role/save", FOR_ROLES, || web::to(role::save::save)),
    row(Verb::Get, "/admin/role/confirm/delete/{id}", FOR_ROLES, || web::to(role::delete::ask)),
    row(Verb::Post, "/admin/role/delete/{id}", FOR_ROLES, || web::to(role::delete::delete)),
    row(Verb::Get, "/admin/customer", FOR_CUSTOMERS, || web::to(customer::grid::index)),
    row(Verb::Get, "/admin/customer/grid", FOR_CUSTOMERS, || web::to(customer::grid::show)),
    row(Verb::Get, "/admin/customer/confirm/deactivate/{id}", FOR_CUSTOMERS, || {
        web::to(customer::act::ask_deactivate)
    }),
    row(Verb::Post, "/admin/customer/deactivate/{id}", FOR_CUSTOMERS, || web::to(customer::act::deactivate)),
    row(Verb::Post, "/admin/customer/activate/{id}", FOR_CUSTOMERS, || web::to(customer::act::activate)),
    row(Verb::Get, "/admin/customer/confirm/revoke_tokens/{id}", FOR_CUSTOMERS, || {
        web::to(customer::act::ask_revoke)
    }),
    row(Verb::Post, "/admin/customer/revoke_tokens/{id}", FOR_CUSTOMERS, || web::to(customer::act::revoke)),
    row(Verb::Get, setting::ADDRESS, FOR_SETTINGS, || web::to(setting::oauth::show)),
    row(Verb::Post, setting::ADDRESS, FOR_SETTINGS, || web::to(setting::save::save)),
    row(Verb::Get, resource::ADDRESS, VIEW, || web::to(resource::show)),
    row(Verb::Get, schedule::ADDRESS, FOR_SCHEDULE, || web::to(schedule::show)),
    row(Verb::Post, "/admin/schedule/run/{id}", FOR_SCHEDULE, || web::to(schedule::run)),
    row(Verb::Get, webhook::LIST, FOR_WEBHOOKS, || web::to(webhook::index::show)),
    row(Verb::Get, "/admin/webhook/new", FOR_WEBHOOKS, || web::to(webhook::new::show)),
    row(Verb::Get, "/admin/webhook/edit/{id}", FOR_WEBHOOKS, || web::to(webhook::edit::show)),
    row(Verb::Post, "/admin/webhook/save", FOR_WEBHOOKS, || web::to(webhook::save::save)),
    row(Verb::Post, "/admin/webhook/reveal/{id}", FOR_WEBHOOKS, || web::to(act::reveal)),
    row(Verb::Get, "/admin/webhook/confirm/rotate/{id}", FOR_WEBHOOKS, || web::to(act::ask_rotate)),
    row(Verb::Post, "/admin/webhook/rotate/{id}", FOR_WEBHOOKS, || web::to(act::rotate)),
    row(Verb::Get, "/admin/webhook/confirm/delete/{id}", FOR_WEBHOOKS, || web::to(act::ask_delete)),
    row(Verb::Post, "/admin/webhook/delete/{id}", FOR_WEBHOOKS, || web::to(act::delete)),
    row(Verb::Post, "/admin/webhook/send_again/{id}", FOR_WEBHOOKS, || web::to(send_again::send)),
    row(Verb::Any, VERIFY, Guard::Open, || web::to(gateway::verify)),
    row(Verb::Any, "/gateway/refused", Guard::Open, || web::to(gateway::refused)),
    row(Verb::Any, request::ADDRESS, Guard::Open, || web::to(request::issue)),
    row(Verb::Any, access::ADDRESS, Guard::Open, || web::to(access::issue)),
    row(Verb::Get, "/health/live", Guard::Open, || web::to(health::live)),
    row(Verb::Get, "/health/ready", Guard::Open, || web::to(health::ready)),
    row(Verb::Get, "/static/{name}", Guard::Open, || web::to(assets::show)),
];

/// Every row.
pub fn table() -> &'static [Row] {
    TABLE
}

const fn row(verb: Verb, address: &'static str, guard: Guard, handler: fn() -> Route) -> Row {
    Row { verb, address, guard, handler }
}

/// What stands around a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// A session, and a wall.
    Session,
    /// What stands around every page.
    Layers,
    /// Nothing: proxies ask it for every call, and what is meant for browsers would cost more than the decision.
    Nothing,
}

/// The resources of a surface that have this around them.
pub(super) fn resources(surface: Surface, around: Around) -> Vec<Resource> {
    let wanted = |row: &&Row| row.around() == around && surface.serves(row.address);
    let mut addresses: Vec<&'static str> = Vec::new();
    for row in TABLE.iter().filter(wanted) {
        if !addresses.contains(&row.address) {
            addresses.push(row.address);
        }
    }
    addresses.into_iter().map(resource).collect()
}

/// Everything at one address; other methods than those of its rows are refused.
fn resource(address: &'static str) -> Resource {
    let rows = || TABLE.iter().filter(move |row| row.address == address);
    let allowed = match (rows().any(|row| row.verb == Verb::Get), rows().any(|row| row.verb == Verb::Post)) {
        (true, true) => "GET, HEAD, POST",
        (true, false) => "GET, HEAD",
        _ => "POST",
    };
    let refuse = move || async move { Err::<&str, PageError>(Error::Method(allowed).into()) };
    let resource = web::resource(patterns(address));
    rows().fold(resource, |resource, row| resource.route(row.route())).default_service(web::to(refuse))
}

/// What leads to an address. Those that partners sign stand below the path of the public address too, and below those
/// of the stores: handlers know which.
fn patterns(address: &'static str) -> Vec<String> {
    if address.starts_with("/oauth/") {
        return vec![address.to_owned(), format!("/{{below:.+}}{address}")];
    }
    let home = Some(super::links::HOME).filter(|_| address != login_success::ADDRESS);
    vec![home.and_then(|home| address.strip_prefix(home)).unwrap_or(address).to_owned()]
}

impl Row {
    /// The page that closes its window is for whoever comes, and reads no session.
    fn around(&self) -> Around {
        if self.address == VERIFY {
            Around::Nothing
        } else if self.address.starts_with(super::links::HOME) && self.address != login_success::ADDRESS {
            Around::Session
        } else {
            Around::Layers
        }
    }

    fn route(&self) -> Route {
        let route = (self.handler)();
        let route = match self.verb {
            Verb::Get => route.guard(fn_guard(is_get)),
            Verb::Post => route.method(Method::POST),
            Verb::Any => route,
        };
        let guard = self.guard;
        // Beside the administration there are no sessions, and so nobody to admit.
        if self.around() != Around::Session {
            return route;
        }
        route.wrap(from_fn(move |req, next| wall::middleware(guard, req, next)))
    }
}

fn is_get(context: &GuardContext<'_>) -> bool {
    matches!(context.head().method, Method::GET | Method::HEAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_the_administration_is_open() {
        for row in TABLE.iter().filter(|row| row.around() != Around::Session) {
            assert_eq!(row.guard, Guard::Open, "{}: only pages below /admin have a wall", row.address);
        }
    }
}
