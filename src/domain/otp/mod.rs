//! The second factor of an administrator: a code from an application that shares a secret with us, or one of ten
//! recovery codes.
//!
//! Recovery codes are kept as SHA-256 digests. A slow hash protects what people think up; these are drawn by us, 80
//! bits each, which nobody tries out at any speed.

use data_encoding::BASE32_NOPAD;

use super::admin_user::{self, AdminUser, AdminUserId, check_holds};
use super::audit::{self, Act, Changes, Thing};
use super::{Actor, Error, Field, Reason, Source, Stronger, role, setting};
use crate::seal::digest;
use crate::secret::Secret;
use crate::store::{self, Work};

pub mod totp;

/// Recovery codes that a person gets.
pub const RECOVERY_CODES: usize = 10;

/// Bytes of the shared secret: as many as the hash has (RFC 4226 section 4, R6).
const SECRET_BYTES: usize = 20;

/// Bytes of a recovery code.
const RECOVERY_BYTES: usize = 10;

/// A second factor as stored.
#[derive(Debug, Clone)]
pub struct Factor {
    /// The shared secret, in Base32 as applications take it.
    pub secret: Secret,
    /// The time step of the last code that was accepted.
    pub last_step: i64,
    /// Whether a first code has confirmed it; until then nothing is asked for.
    pub is_confirmed: bool,
}

/// What stands between a right password and a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Nothing.
    Nothing,
    /// A code.
    Code,
    /// A second factor has to be set up first: everybody needs one.
    Enrolment,
}

/// Whether codes are asked for, and what is left of the recovery codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Whether the second factor is set up.
    pub is_enrolled: bool,
    /// Recovery codes that were not used yet.
    pub recovery_codes: i64,
    /// Whether everybody needs a second factor.
    pub is_required: bool,
}

/// What a person has to give beside the password.
///
/// # Errors
/// Those of the database.
pub fn demand(work: &mut Work<'_>, user: AdminUserId) -> Result<Demand, Error> {
    if is_set_up(work, user)? {
        return Ok(Demand::Code);
    }
    let is_required = setting::flag(work, setting::OTP_REQUIRED)?;
    Ok(if is_required { Demand::Enrolment } else { Demand::Nothing })
}

/// How it stands with a person's second factor.
///
/// # Errors
/// Those of the database.
pub fn state(work: &mut Work<'_>, user: AdminUserId) -> Result<State, Error> {
    Ok(State {
        is_enrolled: is_set_up(work, user)?,
        recovery_codes: store::otp::count_codes(work, user)?,
        is_required: setting::flag(work, setting::OTP_REQUIRED)?,
    })
}

/// Begins to set up a second factor: the secret to be shared. As long as it is not confirmed it is the same each time,
/// so that a page loaded again does not void what was scanned.
///
/// # Errors
/// `Conflict` when there is a second factor already.
pub fn begin(work: &mut Work<'_>, user: AdminUserId) -> Result<Secret, Error> {
    match store::otp::find(work, user)? {
        Some(factor) if factor.is_confirmed => Err(super::Conflict::OtpPresent.into()),
        Some(factor) => Ok(factor.secret),
        None => {
            let mut bytes = [0_u8; SECRET_BYTES];
            work.entropy.fill(&mut bytes);
            let secret = Secret::new(BASE32_NOPAD.encode(&bytes));
            store::otp::insert(work, user, &secret)?;
            Ok(secret)
        }
    }
}

/// Whether a person has a second factor, confirmed by a first code.
///
/// # Errors
/// Those of the database.
pub fn is_set_up(work: &mut Work<'_>, user: AdminUserId) -> Result<bool, Error> {
    Ok(store::otp::find(work, user)?.is_some_and(|factor| factor.is_confirmed))
}

/// Whether a second factor was begun, confirmed or not.
///
/// # Errors
/// Those of the database.
pub fn is_begun(work: &mut Work<'_>, user: AdminUserId) -> Result<bool, Error> {
    Ok(store::otp::find(work, user)?.is_some())
}

/// The secret of a second factor that was begun and is not confirmed yet.
///
/// # Errors
/// A conflict when there is none.
pub fn pending(work: &mut Work<'_>, user: AdminUserId) -> Result<Secret, Error> {
    let begun = store::otp::find(work, user)?.filter(|factor| !factor.is_confirmed);
    Ok(begun.ok_or(super::Conflict::OtpNotBegun)?.secret)
}

/// Confirms a second factor by its first code. Answers the recovery codes, which are shown this once.
///
/// # Errors
/// `Invalid` when the code is wrong; a conflict when there is nothing to confirm.
pub fn confirm(
    work: &mut Work<'_>,
    user: &AdminUser,
    source: &Source,
    given: &Secret,
) -> Result<Vec<Secret>, Error> {
    let pending = store::otp::find(work, user.id)?.filter(|factor| !factor.is_confirmed);
    let factor = pending.ok_or(super::Conflict::OtpNotBegun)?;
    let step = totp::accepted(&key(&factor.secret), &digits(given), work.now, factor.last_step);
    let step = step.ok_or_else(|| Error::invalid(Field::Otp, Reason::WrongCode))?;
    if !store::otp::confirm(work, user.id, step)? {
        return Err(super::Conflict::OtpNotBegun.into());
    }
    let codes = draw_codes(work, user.id)?;
    let by = Actor::person(user, source);
    audit::record(work, &by, Act::OtpEnrolled, Thing::user(user), Changes::none());
    Ok(codes)
}

/// Whether a code is right: one of the application's, which counts once, or a recovery code, which is used up.
///
/// # Errors
/// Those of the database.
pub fn check(work: &mut Work<'_>, user: &AdminUser, source: &Source, given: &Secret) -> Result<bool, Error> {
    let Some(factor) = store::otp::find(work, user.id)?.filter(|factor| factor.is_confirmed) else {
        return Ok(false);
    };
    let code = digits(given);
    if let Some(step) = totp::accepted(&key(&factor.secret), &code, work.now, factor.last_step) {
        // Whoever gives the same code at the same moment comes second.
        return Ok(store::otp::spend_step(work, user.id, step)?);
    }
    if !store::otp::spend_code(work, user.id, &digest(&recovery(given)))? {
        return Ok(false);
    }
    let left = store::otp::count_codes(work, user.id)?.to_string();
    let changes = Changes::none().note("recovery_codes_left", &left);
    audit::record(work, &Actor::person(user, source), Act::RecoveryCodeUsed, Thing::user(user), changes);
    Ok(true)
}

/// Notes that a wrong code was given.
pub fn failed(work: &mut Work<'_>, user: &AdminUser, source: &Source) {
    audit::record(work, &Actor::stranger(source), Act::OtpFailed, Thing::user(user), Changes::none());
}

/// Other recovery codes in the place of those that are left; shown this once.
///
/// # Errors
/// A conflict when there is no second factor.
pub fn renew_codes(work: &mut Work<'_>, user: &AdminUser, source: &Source) -> Result<Vec<Secret>, Error> {
    if !state(work, user.id)?.is_enrolled {
        return Err(super::Conflict::OtpNotBegun.into());
    }
    let codes = draw_codes(work, user.id)?;
    let by = Actor::person(user, source);
    audit::record(work, &by, Act::RecoveryCodesRenewed, Thing::user(user), Changes::none());
    Ok(codes)
}

/// Takes the second factor of somebody away, with the recovery codes. Answers whose it was.
///
/// # Errors
/// [`super::Missing::AdminUserId`]; `Denied` when `by` does not hold everything that the person holds.
pub fn reset(work: &mut Work<'_>, by: &Actor, id: AdminUserId) -> Result<AdminUser, Error> {
    let user = admin_user::find(work, id)?;
    if by.admin() != Some(id) {
        let held = role::grants(work, user.role)?;
        check_holds(work, by, Stronger::User, &held)?;
    }
    store::otp::delete(work, id)?;
    audit::record(work, by, Act::OtpReset, Thing::user(&user), Changes::none());
    Ok(user)
}

/// What an authenticator application reads from the picture. `issuer` and `account` name the entry there.
pub fn address(secret: &Secret, issuer: &str, account: &str) -> Secret {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    // These addresses write a blank as %20, not as forms do.
    let (issuer, account) = (encode(issuer).replace('+', "%20"), encode(account).replace('+', "%20"));
    Secret::new(format!(
        "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={}&period={}",
        secret.expose(),
        totp::DIGITS,
        totp::PERIOD
    ))
}

fn draw_codes(work: &mut Work<'_>, user: AdminUserId) -> Result<Vec<Secret>, Error> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let mut bytes = [0_u8; RECOVERY_BYTES];
        work.entropy.fill(&mut bytes);
        codes.push(Secret::new(BASE32_NOPAD.encode(&bytes)));
    }
    let digests: Vec<String> = codes.iter().map(digest).collect();
    store::otp::replace_codes(work, user, &digests)?;
    Ok(codes.iter().map(grouped).collect())
}

/// In groups of four, as it is shown: `ABCD-EFGH-…`.
fn grouped(code: &Secret) -> Secret {
    let letters: Vec<char> = code.expose().chars().collect();
    Secret::new(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// A recovery code as it was drawn, however it was typed.
fn recovery(given: &Secret) -> Secret {
    let letters = given.expose().chars().filter(char::is_ascii_alphanumeric);
    Secret::new(letters.map(|letter| letter.to_ascii_uppercase()).collect::<String>())
}

/// A code without the blank that applications show in its middle.
fn digits(given: &Secret) -> Secret {
    Secret::new(given.expose().chars().filter(|letter| !letter.is_whitespace()).collect::<String>())
}

fn key(secret: &Secret) -> Vec<u8> {
    BASE32_NOPAD.decode(secret.expose().as_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
