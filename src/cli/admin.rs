//! `latchkey admin`: making and listing administrators, and the link on which the first one is made.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Console, Failure, password as typed};
use crate::app::ServeError;
use crate::domain::admin_user::{self, AdminUser, NewAdmin};
use crate::domain::{Actor, Error, admin_token, lockout, otp, password, password_reset, role, setup};
use crate::mailing;
use crate::store::{Store, Work};
use crate::text::{self, failure};

#[derive(Subcommand)]
pub(super) enum Command {
    #[command(about = text::get("cli-about-admin-create"))]
    Create(New),
    #[command(about = text::get("cli-about-admin-list"))]
    List {
        #[arg(long, help = text::get("cli-help-json"))]
        json: bool,
    },
    #[command(about = text::get("cli-about-admin-unlock"))]
    Unlock {
        #[arg(help = text::get("cli-help-username"))]
        username: String,
    },
    #[command(about = text::get("cli-about-admin-deactivate"))]
    Deactivate {
        #[arg(help = text::get("cli-help-username"))]
        username: String,
    },
    #[command(about = text::get("cli-about-admin-revoke-tokens"))]
    RevokeTokens(Named),
    #[command(about = text::get("cli-about-admin-setup-link"))]
    SetupLink,
    #[command(about = text::get("cli-about-admin-reset-password"))]
    ResetPassword(Named),
    #[command(about = text::get("cli-about-admin-reset-otp"))]
    ResetOtp(Named),
}

#[derive(Args)]
pub(super) struct Named {
    #[arg(help = text::get("cli-help-username"))]
    username: String,
}

#[derive(Args)]
pub(super) struct New {
    #[arg(long, help = text::get("cli-help-username"))]
    username: String,
    #[arg(long, help = text::get("cli-help-admin-email"))]
    email: String,
    #[arg(long, help = text::get("cli-help-first-name"))]
    first_name: String,
    #[arg(long, help = text::get("cli-help-last-name"))]
    last_name: String,
    #[arg(long, help = text::get("cli-help-role"), default_value = role::ADMINISTRATORS)]
    role: String,
    #[arg(long, help = text::get("cli-help-password-stdin"))]
    password_stdin: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    id: i64,
    username: &'a str,
    firstname: &'a str,
    lastname: &'a str,
    email: &'a str,
    role: &'a str,
    is_active: bool,
    logged_in_at: Option<String>,
}

pub(super) fn run(command: Command, console: &mut Console<'_>) -> Result<(), Failure> {
    match command {
        Command::Create(new) => create(new, console),
        Command::List { json } => list(json, console),
        Command::Unlock { username } => unlock(&username, console),
        Command::Deactivate { username } => {
            let deactivate = |work: &mut Work<'_>| {
                let user = admin_user::find_by_name(work, &username)?;
                admin_user::deactivate(work, &Actor::command(), user.id)
            };
            let user = console.store()?.write_now(deactivate)?;
            console.say(&text::with("user-deactivated", &[("name", user.username.into())]))
        }
        Command::ResetPassword(named) => reset_password(&named, console),
        Command::RevokeTokens(named) => revoke_tokens(&named, console),
        Command::ResetOtp(named) => reset_otp(&named, console),
        Command::SetupLink => {
            let link = console.store()?.write_now(|work| setup::renew_link(work, &Actor::command()))?;
            let token = link.ok_or_else(|| Failure::Said(text::get("cli-admin-present")))?;
            let link = console.config.setup_link(&token);
            console.say(&link)
        }
    }
}

fn unlock(username: &str, console: &mut Console<'_>) -> Result<(), Failure> {
    let unlock = |work: &mut Work<'_>| {
        let user = admin_user::find_by_name(work, username)?;
        Ok::<_, Error>((lockout::unlock(work, &Actor::command(), &user)?, user.username))
    };
    let (was_locked, username) = console.store()?.write_now(unlock)?;
    let name = [("name", username.into())];
    match was_locked {
        true => console.say(&text::with("cli-admin-unlocked", &name)),
        false => Err(Failure::Said(text::with("cli-admin-not-locked", &name))),
    }
}

fn reset_password(named: &Named, console: &mut Console<'_>) -> Result<(), Failure> {
    let by = Actor::command();
    let link =
        console.store()?.write_now(|work| password_reset::link_for_name(work, &by, &named.username))?;
    console.say(&text::with("cli-admin-password-link", &[("hours", link.hours.into())]))?;
    let address = mailing::password_link(&console.config.admin_base(), &link.token);
    console.say(address.expose())
}

fn reset_otp(named: &Named, console: &mut Console<'_>) -> Result<(), Failure> {
    let user = console.store()?.write_now(|work| {
        let id = admin_user::find_by_name(work, &named.username)?.id;
        otp::reset(work, &Actor::command(), id)
    })?;
    console.say(&text::with("otp-reset-done", &[("name", user.username.into())]))
}

fn revoke_tokens(named: &Named, console: &mut Console<'_>) -> Result<(), Failure> {
    let (user, revoked) = console.store()?.write_now(|work| {
        let id = admin_user::find_by_name(work, &named.username)?.id;
        admin_token::revoke(work, &Actor::command(), id)
    })?;
    let name = ("name", user.username.into());
    console.say(&text::with("cli-tokens-revoked", &[name, ("count", revoked.into())]))
}

fn create(new: New, console: &mut Console<'_>) -> Result<(), Failure> {
    let store = console.store()?;
    let (password, password_confirmation) = typed::read(new.password_stdin)?;
    let admin = NewAdmin {
        username: new.username,
        firstname: new.first_name,
        lastname: new.last_name,
        email: new.email,
        password,
        password_confirmation,
    };
    let rule = store.read_now(password::rule)?;
    let admin = admin.check(rule).map_err(Error::from)?;
    let hash = typed::hash(admin.password(), console)?;
    let created = store.write_now(|work| {
        let role = role::by_name(work, &new.role)?;
        admin_user::create(work, &Actor::command(), &admin, &hash, &role)
    })?;
    console.say(&text::with("cli-admin-created", &[("name", created.username.as_str().into())]))?;
    // It is done: that somebody was not told is no failure of it.
    match tell(&store, console, &created) {
        Ok(()) => Ok(()),
        Err(cause) => console.warn(&text::with("cli-admin-not-told", &[("cause", cause.into())])),
    }
}

/// Tells who is to know that there is another administrator, when there is a mail server; otherwise why not.
fn tell(store: &Store, console: &Console<'_>, created: &AdminUser) -> Result<(), String> {
    let mailer = mailing::mailer(&console.config).map_err(|error| failure::of_mail(&error))?;
    let Some(mailer) = mailer else { return Ok(()) };
    let owners = store.read_now(admin_user::owners).map_err(|error| failure::of_domain(&error))?;
    let letters = mailing::new_administrator_letters(&console.config, &owners, created, &Actor::command());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| ServeError::from(error).to_string())?;
    let failures = runtime.block_on(mailing::send_all(&*mailer, &letters));
    failures.first().map_or(Ok(()), |error| Err(failure::of_mail(error)))
}

fn list(json: bool, console: &mut Console<'_>) -> Result<(), Failure> {
    let admins = console.store()?.read_now(admin_user::list)?;
    if json {
        return console.say_json(&admins.iter().map(row).collect::<Vec<_>>());
    }
    for admin in admins {
        let AdminUser { username, firstname, lastname, email, role_name, .. } = admin;
        console.say(&format!("{username}\t{role_name}\t{email}\t{firstname} {lastname}"))?;
    }
    Ok(())
}

fn row(admin: &AdminUser) -> Row<'_> {
    Row {
        id: admin.id.0,
        username: &admin.username,
        firstname: &admin.firstname,
        lastname: &admin.lastname,
        email: &admin.email,
        role: &admin.role_name,
        is_active: admin.is_active,
        logged_in_at: admin.logged_in_at.map(|at| at.to_rfc3339()),
    }
}
