//! Mails that the program sends: made in one transaction, sent outside of any, in the background. What comes of it
//! stands in the log; whoever asked is told nothing that would tell whether an address is known.

use crate::app::App;
use crate::domain::password_reset::{self, Link};
use crate::domain::{self, Source};
use crate::outbound::mail::{self, PasswordReset};
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

    async fn send_password_link(&self, email: String, source: Source) -> Result<Option<i64>, Error> {
        let Some(mailer) = self.mailer.clone() else { return Ok(None) };
        let made = self.store.write(move |work| password_reset::link_for_email(work, &email, &source));
        let Some(link) = made.await? else { return Ok(None) };
        let address = password_link(&self.config.admin_base(), &link.token);
        mailer.send(letter(&link, address).mail()?).await?;
        Ok(Some(link.user.id.0))
    }
}

/// The address of the page on which a new password is chosen.
pub fn password_link(admin_base: &str, token: &Secret) -> Secret {
    Secret::new(format!("{admin_base}admin/resetpassword?token={}", token.expose()))
}

fn letter(link: &Link, address: Secret) -> PasswordReset {
    let user = &link.user;
    let name = format!("{} {}", user.firstname, user.lastname);
    let named = [("name", name.as_str().into())];
    PasswordReset {
        subject: text::with("mail-password-reset-subject", &named),
        greeting: text::with("mail-greeting", &named),
        intro: text::with("mail-password-reset-intro", &[("username", user.username.as_str().into())]),
        link: address,
        validity: text::with("mail-password-reset-validity", &[("hours", link.hours.into())]),
        ignore: text::get("mail-password-reset-ignore"),
        to: (name, user.email.clone()),
    }
}
