//! Passwords as a person at a terminal, or a program, gives them.

use std::io;

use super::{Console, Failure};
use crate::domain::{Error, Field, Invalid, Reason, password};
use crate::secret::Secret;
use crate::text::{self, failure::foreign};

/// Reads a password from standard input, or asks for it twice.
pub(super) fn read(from_standard_input: bool) -> Result<(Secret, Option<Secret>), Failure> {
    if from_standard_input { Ok((from_stdin()?, None)) } else { asked() }
}

/// Refuses two that differ.
pub(super) fn compare(password: &Secret, again: Option<&Secret>) -> Result<(), Failure> {
    if again.is_some_and(|again| again != password) {
        let differ = Invalid::one(Field::PasswordConfirmation, Reason::PasswordsDiffer);
        return Err(Error::from(differ).into());
    }
    Ok(())
}

/// The hash under which a password is kept.
pub(super) fn hash(password: &Secret, console: &Console<'_>) -> Result<String, Failure> {
    password::hash(password, &*console.entropy)
        .map_err(|cause| Failure::Said(text::with("cli-password-not-hashed", &[foreign(&cause)])))
}

/// The password as standard input gives it, less one line end.
fn from_stdin() -> Result<Secret, Failure> {
    let text = io::read_to_string(io::stdin()).map_err(|cause| {
        Failure::Said(text::with("cli-password-unreadable", &[("cause", cause.to_string().into())]))
    })?;
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Secret::new(line))
}

/// The password, asked for twice on the terminal, which does not show it.
fn asked() -> Result<(Secret, Option<Secret>), Failure> {
    let ask = |prompt: String| {
        rpassword::prompt_password(prompt).map(Secret::new).map_err(|cause| {
            Failure::Said(text::with("cli-password-no-terminal", &[("cause", cause.to_string().into())]))
        })
    };
    Ok((ask(text::get("cli-password"))?, Some(ask(text::get("cli-password-again"))?)))
}
