//! Mails that the program sends: made in one transaction, sent outside of any, in the background. What comes of it
//! stands in the log; whoever asked is told nothing that would tell whether an address is known.

use std::collections::HashSet;
use std::sync::Arc;

use crate::app::App;
use crate::config::Config;
use crate::domain::admin_user::{self, AdminUser};
use crate::domain::password_reset::{self, Link};
use crate::domain::{self, Actor, Source, Who};
use crate::outbound::mail::{self, Letter, Mailer, Smtp};
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

    /// Tells those who may do everything, and the contact of the store, that there is another administrator: whoever made
    /// one in secret would have a way in that outlives their own. Returns at once.
    pub fn mail_new_administrator(&self, made: &AdminUser, by: &Actor) {
        let Some(mailer) = self.mailer.clone() else { return };
        let (app, made, by) = (self.clone(), made.clone(), by.clone());
        tokio::spawn(async move {
            let id = made.id.0;
            let owners = match app.store.read(admin_user::owners).await {
                Ok(owners) => owners,
                Err(error) => return log::error!("not told of a new administrator admin.id={id}: {error}"),
            };
            let letters = new_administrator_letters(&app.config, &owners, &made, &by);
            for error in send_all(&*mailer, &letters).await {
                log::error!("somebody was not told of a new administrator admin.id={id}: {error}");
            }
            log::info!("told of a new administrator admin.id={id} count={}", letters.len());
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

/// The mail server that the configuration names, when it names one.
///
/// # Errors
/// When its address, or that of the sender, is none.
pub fn mailer(config: &Config) -> Result<Option<Arc<dyn Mailer>>, mail::Error> {
    Ok(match (&config.smtp_url, &config.mail_from) {
        (Some(url), Some(from)) => Some(Arc::new(Smtp::new(url, from)?)),
        _ => None,
    })
}

/// Hands letters to the mail server, one after the other; answers what became of those that it did not take.
pub async fn send_all(mailer: &dyn Mailer, letters: &[Letter]) -> Vec<mail::Error> {
    let mut failures = Vec::new();
    for letter in letters {
        let sent = async { mailer.send(letter.mail()?).await };
        failures.extend(sent.await.err());
    }
    failures
}

/// What tells `owners`, and the contact of the store, that there is another administrator. That one is told nothing.
pub fn new_administrator_letters(
    config: &Config,
    owners: &[AdminUser],
    made: &AdminUser,
    by: &Actor,
) -> Vec<Letter> {
    let contact = config.mail_from.as_deref().and_then(mail::contact);
    let others = owners.iter().filter(|owner| owner.id != made.id);
    let mut told: Vec<(String, String)> =
        others.map(|owner| (name(owner), owner.email.clone())).chain(contact).collect();
    // The contact of a small store is one of its owners.
    let mut known = HashSet::new();
    told.retain(|(_, address)| known.insert(address.to_lowercase()));
    told.into_iter().map(|to| new_administrator_letter(to, made, by)).collect()
}

fn new_administrator_letter(to: (String, String), made: &AdminUser, by: &Actor) -> Letter {
    let by = match &by.who {
        Who::Admin(_, name) | Who::Partner(_, name) => name.clone(),
        Who::Command => text::get("mail-by-command"),
        Who::System => text::get("activity-who-system"),
        Who::Stranger => text::get("activity-who-stranger"),
    };
    let full_name = name(made);
    let values = [
        ("username", made.username.as_str().into()),
        ("name", full_name.as_str().into()),
        ("email", made.email.as_str().into()),
        ("role", made.role_name.as_str().into()),
        ("by", by.as_str().into()),
    ];
    Letter {
        subject: text::with("mail-new-administrator-subject", &values),
        greeting: text::with("mail-greeting", &[("name", to.0.as_str().into())]),
        intro: text::with("mail-new-administrator-intro", &values),
        link: None,
        ending: text::get("mail-new-administrator-ending"),
        to,
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
