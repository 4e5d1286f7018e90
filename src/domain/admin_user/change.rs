//! Changing an account: by the person, by another administrator, by a command.

use chrono::{DateTime, Utc};

use super::keep::{check_holds, lacking, unless_last};
use super::{AdminUser, AdminUserId, Checked, changes, find, named_freely};
use crate::domain::admin_token;
use crate::domain::audit::{self, Act, Changes, Thing};
use crate::domain::bearer::{self, Holder};
use crate::domain::role::{self, RoleId};
use crate::domain::session::{self, End, SessionId};
use crate::domain::{Actor, Conflict, Error, Field, Reason, Stronger, permission, setting};
use crate::store::{self, Work};

/// How many of the latest passwords are never taken again, the present one among them.
const REMEMBERED: i64 = 4;

/// How many are compared at the most, however long passwords live: each costs a hash.
const MAX_COMPARED: i64 = 24;

/// How many accounts past their end are deactivated in one transaction.
const EXPIRED_AT_ONCE: i64 = 20;

/// An account as it is to be.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// The person.
    pub person: &'a Checked,
    /// Hash of the new password, when there is one.
    pub hash: Option<&'a str>,
    /// Whether the account may be used.
    pub is_active: bool,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
    /// Role.
    pub role: RoleId,
    /// The session that goes on although the password is another one: that of the person who changes their own.
    pub spared: Option<SessionId>,
}

/// Saves a new account, or one that had this version.
///
/// # Errors
/// `Invalid` for what cannot be accepted; `Denied` when the person or the role holds more than whoever asks; a conflict
/// when it is their own account and they would lose by it, when nobody would be left who may do everything, or when
/// somebody saved in between.
pub fn save(
    work: &mut Work<'_>,
    by: &Actor,
    stored: Option<(AdminUserId, i64)>,
    change: &Change<'_>,
) -> Result<AdminUser, Error> {
    unless_last(work, |work| {
        let before = match stored {
            Some((id, _)) => Some(find(work, id)?),
            None => None,
        };
        check(work, by, before.as_ref(), change)?;
        let Some((id, version)) = stored else {
            let role = role::find(work, change.role)?;
            let hash = change.hash.ok_or_else(|| Error::invalid(Field::Password, Reason::Required))?;
            let made = super::insert(work, change.person, hash, &role)?;
            named_freely(store::admin_user::update(work, made.id, made.version, change))?;
            let made = find(work, made.id)?;
            let changes = changes(None, Some(&made)).secret(Field::Password.name());
            audit::record(work, by, Act::UserCreated, Thing::user(&made), changes);
            return Ok(made);
        };
        if !named_freely(store::admin_user::update(work, id, version, change))? {
            return Err(Conflict::ChangedMeanwhile.into());
        }
        if let Some(hash) = change.hash {
            bearer::revoke(work, Holder::Admin(id))?;
            store::admin_user::set_password(work, id, hash)?;
            store::admin_password::insert(work, id, hash)?;
            store::password_reset::forget(work, id)?;
            session::end_all(work, id, change.spared, End::PasswordChanged)?;
        }
        let after = find(work, id)?;
        let changes = changes(before.as_ref(), Some(&after));
        if !changes.is_empty() {
            audit::record(work, by, Act::UserUpdated, Thing::user(&after), changes);
        }
        if change.hash.is_some() {
            let changes = Changes::none().secret(Field::Password.name());
            audit::record(work, by, Act::PasswordChanged, Thing::user(&after), changes);
        }
        // Whoever was out begins anew: no session from before their end goes on.
        let was_out = before.as_ref().is_some_and(|before| !before.is_admitted(work.now));
        if was_out || !after.is_admitted(work.now) {
            bearer::revoke(work, Holder::Admin(id))?;
            session::end_all(work, id, None, End::Deactivated)?;
        }
        Ok(after)
    })
}

fn check(
    work: &mut Work<'_>,
    by: &Actor,
    before: Option<&AdminUser>,
    change: &Change<'_>,
) -> Result<(), Error> {
    if let Some(before) = before {
        let held = role::grants(work, before.role)?;
        check_holds(work, by, Stronger::User, &held)?;
        let is_own = by.admin() == Some(before.id);
        let loses = !change.is_active || change.role != before.role || change.expires_at != before.expires_at;
        if is_own && loses {
            return Err(Conflict::OwnAccount.into());
        }
    }
    let is_new_end = before.is_none_or(|before| before.expires_at != change.expires_at);
    if is_new_end && change.expires_at.is_some_and(|end| end <= work.now) {
        return Err(Error::invalid(Field::ExpiresAt, Reason::MomentPassed));
    }
    let Some(role) = store::role::by_id(work, change.role)? else {
        return Err(Error::invalid(Field::Role, Reason::UnknownRole));
    };
    let grants = role::grants(work, role.id)?;
    if !permission::holds_all(&by.holds, &grants) {
        return Err(Error::invalid(Field::Role, Reason::RoleHoldsMore(lacking(work, by, &grants))));
    }
    Ok(())
}

/// The hashes that a new password is compared with, outside of any transaction: the latest ones, and those that are
/// younger than a password may become.
///
/// # Errors
/// Those of the database.
pub fn hashes_used(work: &mut Work<'_>, id: AdminUserId) -> Result<Vec<String>, Error> {
    let days = setting::number(work, setting::PASSWORD_LIFETIME)?;
    let lifetime = chrono::TimeDelta::try_days(days).unwrap_or(chrono::TimeDelta::MAX);
    let now = work.now;
    let latest = store::admin_password::latest(work, id, MAX_COMPARED)?;
    let is_remembered = |(at, (_, set_at)): &(usize, (String, DateTime<Utc>))| {
        (*at as i64) < REMEMBERED || now.signed_duration_since(*set_at) < lifetime
    };
    let remembered = latest.into_iter().enumerate().filter(is_remembered).map(|(_, (hash, _))| hash);
    let mut hashes: Vec<String> = remembered.collect();
    hashes.extend(store::admin_user::password_hash(work, id)?);
    hashes.sort();
    hashes.dedup();
    Ok(hashes)
}

/// Deactivates an account, ends its sessions and revokes its tokens.
///
/// # Errors
/// As [`save`].
pub fn deactivate(work: &mut Work<'_>, by: &Actor, id: AdminUserId) -> Result<AdminUser, Error> {
    unless_last(work, |work| {
        let user = of_another(work, by, id)?;
        close(work, by, &user)
    })
}

/// Deactivates accounts that are past their end, those that ended first; says how many. Nobody who may do everything is
/// the last by that: whoever has an end was none of those who have to be left.
///
/// # Errors
/// Those of the database.
pub fn deactivate_expired(work: &mut Work<'_>) -> Result<usize, Error> {
    if store::admin_user::expired(work, EXPIRED_AT_ONCE)?.is_empty() {
        return Ok(0);
    }
    unless_last(work, |work| {
        // Read again, now that nobody else is changing an account.
        let expired = store::admin_user::expired(work, EXPIRED_AT_ONCE)?;
        for id in &expired {
            let user = find(work, *id)?;
            close(work, &Actor::system(), &user)?;
        }
        Ok(expired.len())
    })
}

fn close(work: &mut Work<'_>, by: &Actor, user: &AdminUser) -> Result<AdminUser, Error> {
    store::admin_user::set_active(work, user.id, false)?;
    bearer::revoke(work, Holder::Admin(user.id))?;
    session::end_all(work, user.id, None, End::Deactivated)?;
    let after = find(work, user.id)?;
    let changes = changes(Some(user), Some(&after));
    audit::record(work, by, Act::UserDeactivated, Thing::user(&after), changes);
    Ok(after)
}

/// Lets the owner of a deactivated account sign in again, with the password that they had.
///
/// # Errors
/// As [`save`].
pub fn reactivate(work: &mut Work<'_>, by: &Actor, id: AdminUserId) -> Result<AdminUser, Error> {
    let user = of_another(work, by, id)?;
    if user.is_active {
        return Ok(user);
    }
    store::revision::raise_for(work, Holder::Admin(id))?;
    store::admin_user::set_active(work, id, true)?;
    let after = find(work, id)?;
    let changes = changes(Some(&user), Some(&after));
    audit::record(work, by, Act::UserReactivated, Thing::user(&after), changes);
    Ok(after)
}

/// Deletes an account with its sessions and tokens.
///
/// # Errors
/// As [`save`].
pub fn delete(work: &mut Work<'_>, by: &Actor, id: AdminUserId) -> Result<AdminUser, Error> {
    unless_last(work, |work| {
        let user = of_another(work, by, id)?;
        bearer::revoke(work, Holder::Admin(id))?;
        store::admin_user::delete(work, id)?;
        audit::record(work, by, Act::UserDeleted, Thing::user(&user), changes(Some(&user), None));
        Ok(user)
    })
}

/// Ends every session of somebody, who then has to sign in again, and revokes every token, as Magento's act of that
/// name does.
///
/// # Errors
/// `Denied` when the person holds more than whoever asks.
pub fn force_sign_in(work: &mut Work<'_>, by: &Actor, id: AdminUserId) -> Result<AdminUser, Error> {
    let user = of_another(work, by, id)?;
    let revoked = bearer::revoke(work, Holder::Admin(id))?;
    let ended = session::end_all(work, id, None, End::EndedByAdministrator)?;
    let changes = Changes::none().note(session::COUNT, &ended.to_string());
    let changes = changes.note(admin_token::COUNT, &revoked.to_string());
    audit::record(work, by, Act::SignInForced, Thing::user(&user), changes);
    Ok(user)
}

/// Sets the language of a person's pages.
///
/// # Errors
/// [`crate::domain::Missing::AdminUserId`].
pub fn set_locale(work: &mut Work<'_>, by: &Actor, id: AdminUserId, locale: &str) -> Result<(), Error> {
    let user = find(work, id)?;
    let changes = Changes::none().field(Field::InterfaceLocale.name(), &user.interface_locale, locale);
    if changes.is_empty() {
        return Ok(());
    }
    store::admin_user::set_locale(work, id, locale)?;
    audit::record(work, by, Act::UserUpdated, Thing::user(&user), changes);
    Ok(())
}

/// Somebody else's account, on which whoever asks may act.
fn of_another(work: &mut Work<'_>, by: &Actor, id: AdminUserId) -> Result<AdminUser, Error> {
    let user = find(work, id)?;
    if by.admin() == Some(id) {
        return Err(Conflict::OwnAccount.into());
    }
    let held = role::grants(work, user.role)?;
    check_holds(work, by, Stronger::User, &held)?;
    Ok(user)
}
