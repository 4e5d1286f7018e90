//! Mails that the program sends: made in one transaction, sent outside of any, in the background. What comes of it
//! stands in the log; whoever asked is told nothing that would tell whether an address is known.

use crate::app::App;
use crate::domain::admin_user::AdminUser;
use crate::domain::password_reset::{self, Link};
use crate::domain::{self, Source};
use crate::outbound::mail::{self, Letter};
use crate::secret::Secret;
use crate::text;

/// Why no mail went out.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Domain(#[from] domain::Error),
    #[error(transparent)]
    Mail(#[from] mail::Error),
}

impl App {
    /// Sends whoever has that e-mail address a link to choose a new password by. Returns at once, the same whether or
    /// not anybody has it.
    pub fn mail_password_link(&self, email: String, source: Source) {
        let app = self.clone();
        tokio::spawn(async move {
            match app.send_password_link(email, source).await {
                Ok(Some(id)) => log::info!("password link sent admin.id={id}"),
                Ok(None) => log::info!("password link asked for, and nobody has that address"),
                Err(error) => log::error!("password link not sent: {error}"),
            }
        });
    }

    /// Tells the owner of an account at the address of before that e-mail address, password or user name are others now:
    /// whoever took it over would tell nobody. Returns at once.
    pub fn mail_changes(&self, before: &AdminUser, after: &AdminUser, has_new_password: bool) {
        let Some(mailer) = self.mailer.clone() else { return };
        let Some(letter) = change_letter(before, after, has_new_password) else { return };
        let id = before.id.0;
        tokio::spawn(async move {
            let sent = async { mailer.send(letter.mail()?).await };
            match sent.await {
                Ok(()) => log::info!("told of a changed account admin.id={id}"),
                Err(error) => log::error!("not told of a changed account admin.id={id}: {error}"),
            }
        });
    }

    async fn send_password_link(&self, email: String, source: Source) -> Result<Option<i64>, Error> {
        let Some(mailer) = self.mailer.clone() else { return Ok(None) };
        let made = self.store.write(move |work| password_reset::link_for_email(work, &email, &source));
        let Some(link) = made.await? else { return Ok(None) };
        let address = password_link(&self.config.admin_base(), &link.token);
        mailer.send(link_letter(&link, address).mail()?).await?;
        Ok(Some(link.user.id.0))
    }
}

/// The address of the page on which a new password is chosen.
pub fn password_link(admin_base: &str, token: &Secret) -> Secret {
    Secret::new(format!("{admin_base}admin/resetpassword?token={}", token.expose()))
}

fn name(user: &AdminUser) -> String {
    format!("{} {}", user.firstname, user.lastname)
}

fn link_letter(link: &Link, address: Secret) -> Letter {
    let (user, name) = (&link.user, name(&link.user));
    let named = [("name", name.as_str().into())];
    Letter {
        subject: text::with("mail-password-reset-subject", &named),
        greeting: text::with("mail-greeting", &named),
        intro: text::with("mail-password-reset-intro", &[("username", user.username.as_str().into())]),
        link: Some(mail::Link {
            address,
            validity: text::with("mail-password-reset-validity", &[("hours", link.hours.into())]),
        }),
        ending: text::get("mail-password-reset-ignore"),
        to: (name, user.email.clone()),
    }
}

/// What tells the owner of an account that it signs in otherwise than before; `None` when it does not.
fn change_letter(before: &AdminUser, after: &AdminUser, has_new_password: bool) -> Option<Letter> {
    let parts = [
        (before.email != after.email, "mail-changed-email"),
        (has_new_password, "mail-changed-password"),
        (before.username != after.username, "mail-changed-username"),
    ];
    let changed: Vec<String> =
        parts.into_iter().filter(|(changed, _)| *changed).map(|(_, key)| text::get(key)).collect();
    if changed.is_empty() {
        return None;
    }
    let (name, changed) = (name(before), changed.join(", "));
    let values = [("username", before.username.as_str().into()), ("changed", changed.as_str().into())];
    Some(Letter {
        subject: text::with("mail-changed-subject", &values),
        greeting: text::with("mail-greeting", &[("name", name.as_str().into())]),
        intro: text::with("mail-changed-intro", &values),
        link: None,
        ending: text::get("mail-changed-ending"),
        to: (name, before.email.clone()),
    })
}
