//! Fixtures as sentences: `app.given().admin("jo")`, `app.given().integration("Acme").active()`.

use std::sync::LazyLock;

use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};
use latchkey::domain::activation::{self, Credentials, Replace};
use latchkey::domain::admin_user::{self, AdminUserId, NewAdmin};
use latchkey::domain::customer::{self, CustomerId, NewCustomer};
use latchkey::domain::integration::{self, Draft, IntegrationId};
use latchkey::domain::password::Rule;
use latchkey::domain::permission::{Grants, Wish};
use latchkey::domain::role::{self, Role};
use latchkey::domain::webhook::{self, WebhookId};
use latchkey::domain::{Actor, Error};
use latchkey::secret::Secret;
use latchkey::store::Work;

use super::app::TestApp;

/// The password of every administrator of the tests.
pub const PASSWORD: &str = "correct horse battery";

/// Its hash at the lowest costs, so that signing in takes no time.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let params = Params::new(8, 1, 1, None).unwrap();
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    hasher.hash_password_with_salt(PASSWORD.as_bytes(), b"sixteen bytes!!!").unwrap().to_string()
});

/// What there is before a test begins.
pub struct Given<'a>(pub &'a TestApp);

/// An integration that is there.
pub struct GivenIntegration<'a> {
    app: &'a TestApp,
    pub id: IntegrationId,
}

impl<'a> Given<'a> {
    /// An administrator with everything.
    pub fn admin(&self, username: &str) -> AdminUserId {
        self.admin_in(username, |work| role::by_name(work, role::ADMINISTRATORS))
    }

    /// An administrator with these resources and no others.
    pub fn admin_with(&self, username: &str, resources: &[&str]) -> AdminUserId {
        self.admin_in(username, |work| {
            let (grants, unknown) = Grants::stored(work.tree, resources.iter().copied());
            assert!(unknown.is_empty(), "no such resource: {unknown:?}");
            role::create(work, &format!("Role of {username}"), &grants)
        })
    }

    /// A customer with a confirmed address.
    pub fn customer(&self, email: &str) -> CustomerId {
        self.customer_with(email, |_| {})
    }

    /// A customer who differs in something.
    pub fn customer_with(&self, email: &str, change: impl FnOnce(&mut NewCustomer)) -> CustomerId {
        let mut customer = NewCustomer {
            email: email.to_owned(),
            firstname: "Ada".to_owned(),
            lastname: "Example".to_owned(),
            website: "base".to_owned(),
            is_active: true,
            confirmed: true,
        };
        change(&mut customer);
        let customer = customer.check().unwrap();
        let create = |work: &mut Work<'_>| customer::create(work, &Actor::command(), &customer, &HASH);
        self.0.app.store.write_now(create).unwrap().id
    }

    /// An integration that was never activated and asks for nothing.
    pub fn integration(&self, name: &str) -> GivenIntegration<'a> {
        self.integration_with(name, &[])
    }

    /// An integration that was never activated and asks for these resources.
    pub fn integration_with(&self, name: &str, resources: &[&str]) -> GivenIntegration<'a> {
        let resources = resources.iter().map(|&id| id.to_owned()).collect();
        let draft = Draft {
            name: name.to_owned(),
            email: String::new(),
            endpoint: String::new(),
            identity_link_url: String::new(),
            grants: Wish::These(resources),
            ..Draft::default()
        };
        let created =
            self.0.app.store.write_now(|work| integration::create(work, &Actor::command(), &draft, &[]));
        GivenIntegration { app: self.0, id: created.unwrap().id }
    }

    /// A webhook that hears of everything.
    pub fn webhook(&self, name: &str) -> WebhookId {
        let draft = webhook::Draft {
            name: name.to_owned(),
            url: "https://shop.example/hooks".to_owned(),
            all: true,
            is_enabled: true,
            ..webhook::Draft::default()
        };
        let create = |work: &mut Work<'_>| webhook::create(work, &Actor::command(), &draft, &[]);
        self.0.app.store.write_now(create).unwrap().0.id
    }

    fn admin_in(
        &self,
        username: &str,
        role: impl FnOnce(&mut Work<'_>) -> Result<Role, Error>,
    ) -> AdminUserId {
        let admin = NewAdmin {
            username: username.to_owned(),
            firstname: "Jo".to_owned(),
            lastname: "Example".to_owned(),
            email: format!("{username}@example.com"),
            password: Secret::new(PASSWORD),
            password_confirmation: None,
        };
        let admin = admin.check(Rule::Length).unwrap();
        let made = self.0.app.store.write_now(|work| {
            let role = role(work)?;
            admin_user::create(work, &Actor::command(), &admin, &HASH, &role)
        });
        made.unwrap().id
    }
}

impl GivenIntegration<'_> {
    /// Activated: the four values that a partner signs with.
    pub fn active(&self) -> Credentials {
        let activate =
            |work: &mut Work<'_>| activation::activate(work, &Actor::command(), self.id, Replace::AfterGrace);
        self.app.app.store.write_now(activate).unwrap().credentials
    }
}
