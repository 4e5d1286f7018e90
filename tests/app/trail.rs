//! Every POST below `/admin`, made so that it succeeds: each leaves its entry in the audit trail. The table of routes
//! drives it: one that is added there names its entry here, or the reason why it leaves none.

use latchkey::clock::Clock as _;
use latchkey::config::Config;
use latchkey::domain::audit::{self, Act, Place, Query, ThingKind};
use latchkey::domain::integration::{self, Draft};
use latchkey::domain::otp::totp;
use latchkey::domain::setting::{self, Setting};
use latchkey::domain::{Actor, setup};
use latchkey::jobs::{self, EVENT_DELIVERY};
use latchkey::outbound::Outcome;
use latchkey::secret::Secret;
use latchkey::web::routes::{Row, Verb, table};

use crate::support::given::PASSWORD;
use crate::support::page::words;
use crate::support::{Browser, TestApp};

const CHOSEN: &str = "seven purple otters";

/// Those that tell of the new user, to the owner and to the contact of the store, and the one with the link.
const MAILS: usize = 3;

/// What a POST leaves in the trail.
#[derive(Debug, Clone, Copy)]
enum Leaves {
    /// This, perhaps among others.
    Entry(Act),
    /// Nothing, for this reason.
    Nothing(&'static str),
    /// Nothing ever, since it always fails, for this reason.
    Failure(&'static str),
}

use Leaves::{Entry, Failure, Nothing};

/// Every POST, in an order in which one makes what the next one needs.
const WALK: &[(&str, Leaves)] = &[
    ("/admin/setup", Entry(Act::UserCreated)),
    ("/admin/role/save", Entry(Act::RoleCreated)),
    ("/admin/role/delete/{id}", Entry(Act::RoleDeleted)),
    ("/admin/integration/save", Entry(Act::IntegrationCreated)),
    ("/admin/integration/tokens_dialog/{id}", Entry(Act::IntegrationActivated)),
    ("/admin/integration/reveal/{id}", Entry(Act::SecretsRevealed)),
    ("/admin/integration/renew_secret/{id}", Entry(Act::SecretRenewed)),
    ("/admin/integration/end_now/{id}", Entry(Act::EarlierEnded)),
    ("/admin/integration/suspend/{id}", Entry(Act::IntegrationSuspended)),
    ("/admin/integration/resume/{id}", Entry(Act::IntegrationResumed)),
    ("/admin/integration/revoke/{id}", Entry(Act::IntegrationRevoked)),
    ("/admin/integration/tokens_exchange/{id}", Entry(Act::CredentialsSent)),
    ("/admin/integration/delete", Failure("it names no integration")),
    ("/admin/integration/delete/{id}", Entry(Act::IntegrationDeleted)),
    ("/admin/user/save", Entry(Act::UserCreated)),
    ("/admin/user/force_sign_in/{id}", Entry(Act::SignInForced)),
    ("/admin/user/revoke_tokens/{id}", Entry(Act::TokensRevoked)),
    ("/admin/user/reset_otp/{id}", Entry(Act::OtpReset)),
    ("/admin/user/unlock/{id}", Entry(Act::AccountUnlocked)),
    ("/admin/user/deactivate/{id}", Entry(Act::UserDeactivated)),
    ("/admin/user/reactivate/{id}", Entry(Act::UserReactivated)),
    ("/admin/forgotpassword", Entry(Act::PasswordLinkMade)),
    ("/admin/resetpassword", Entry(Act::PasswordReset)),
    ("/admin/login", Entry(Act::SignIn)),
    ("/admin/login/enrol", Entry(Act::OtpEnrolled)),
    ("/admin/user/delete/{id}", Entry(Act::UserDeleted)),
    ("/admin/customer/deactivate/{id}", Entry(Act::CustomerDeactivated)),
    ("/admin/customer/activate/{id}", Entry(Act::CustomerActivated)),
    ("/admin/customer/revoke_tokens/{id}", Entry(Act::TokensRevoked)),
    ("/admin/setting/oauth", Entry(Act::SettingChanged)),
    ("/admin/schedule/run/{id}", Entry(Act::JobStarted)),
    ("/admin/webhook/save", Entry(Act::WebhookCreated)),
    ("/admin/webhook/reveal/{id}", Entry(Act::WebhookSecretRevealed)),
    ("/admin/webhook/rotate/{id}", Entry(Act::WebhookSecretRenewed)),
    ("/admin/webhook/send_again/{id}", Entry(Act::DeliveryRepeated)),
    ("/admin/webhook/delete/{id}", Entry(Act::WebhookDeleted)),
    ("/admin/account/save", Entry(Act::UserUpdated)),
    ("/admin/account/otp/begin", Nothing("the key that it draws is asked for only once a code confirmed it")),
    ("/admin/account/otp/confirm", Entry(Act::OtpEnrolled)),
    ("/admin/account/otp/codes", Entry(Act::RecoveryCodesRenewed)),
    ("/admin/account/otp/remove", Entry(Act::OtpReset)),
    ("/admin/account/session/end/{id}", Entry(Act::SessionEnded)),
    ("/admin/account/session/end_others", Entry(Act::OtherSessionsEnded)),
    ("/admin/activity/export", Entry(Act::TrailExported)),
    ("/admin/logout", Entry(Act::SignOut)),
];

/// Who sends it.
#[derive(Debug, Clone, Copy)]
enum Sender {
    /// Who may do everything.
    Jo,
    /// Who is not signed in, or not yet.
    Kim,
}

/// A form, filled in.
struct Filled {
    sender: Sender,
    address: String,
    fields: Vec<(&'static str, String)>,
}

struct Walk<'a> {
    app: &'a TestApp,
    jo: Browser<'a>,
    kim: Browser<'a>,
    /// The link for the first administrator.
    setup: String,
}

#[actix_web::test]
async fn every_post_that_succeeds_leaves_its_entry() {
    let app = TestApp::with(with_mail);
    let mut walk = Walk::new(&app);
    for &(address, leaves) in WALK {
        if let Failure(_) = leaves {
            continue;
        }
        let filled = walk.fill_in(address).await;
        let before = trail(&app).len();
        walk.send(filled).await;
        let trail = trail(&app);
        let left: Vec<Act> = trail[..trail.len() - before].iter().map(|(act, _)| *act).collect();
        match leaves {
            Entry(act) => assert!(left.contains(&act), "{address} left {left:?}, not {act:?}"),
            Nothing(reason) | Failure(reason) => {
                assert!(left.is_empty(), "{address} left {left:?}, although {reason}")
            }
        }
    }
}

#[test]
fn every_post_of_the_table_is_walked() {
    let is_post = |row: &&Row| row.verb != Verb::Get && row.address.starts_with("/admin");
    let mut there: Vec<&str> = table().iter().filter(is_post).map(|row| row.address).collect();
    let mut walked: Vec<&str> = WALK.iter().map(|(address, _)| *address).collect();
    there.sort_unstable();
    walked.sort_unstable();
    assert_eq!(there, walked, "a POST below /admin says in WALK which entry of the audit trail it leaves");
}

fn with_mail(config: &mut Config) {
    config.smtp_url = Some(Secret::new("smtp://127.0.0.1:1"));
    config.mail_from = Some("store@example.com".to_owned());
}

/// What was done, and to which one, the newest first.
fn trail(app: &TestApp) -> Vec<(Act, Option<i64>)> {
    asked(app, Query::default())
}

fn asked(app: &TestApp, query: Query) -> Vec<(Act, Option<i64>)> {
    let slice = app.app.store.read_now(|work| audit::list(work, &query, Place::Newest, 1_000)).unwrap();
    slice.entries.iter().map(|listed| (listed.entry.act, listed.entry.thing.id)).collect()
}

/// The latest thing of that kind that something was done to.
fn latest(app: &TestApp, noun: &str) -> String {
    let thing = ThingKind::of(noun);
    assert!(thing.is_some(), "no such thing: {noun}");
    asked(app, Query { thing, ..Query::default() })[0].1.unwrap().to_string()
}

fn set(app: &TestApp, setting: Setting, value: &str) {
    app.app.store.write_now(|work| setting::set(work, &Actor::command(), setting, value)).unwrap();
}

fn person(name: &str, password: &str) -> Vec<(&'static str, String)> {
    vec![
        ("username", name.to_owned()),
        ("firstname", name.to_uppercase()),
        ("lastname", "Example".to_owned()),
        ("email", format!("{name}@example.com")),
        ("password", password.to_owned()),
        ("password_confirmation", password.to_owned()),
    ]
}

/// The code of the key that the page shows.
fn code(app: &TestApp, browser: &Browser<'_>) -> String {
    let key = words(browser.page.all(".otp-secret")[0]).replace(' ', "");
    let key = data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap();
    totp::code(&key, totp::step(app.clock.now())).expose().to_owned()
}

/// Where the first form leads whose address begins like this.
fn action(browser: &Browser<'_>, beginning: &str) -> String {
    let forms = browser.page.all(&format!("form[action^='{beginning}']"));
    let form = forms.first().unwrap_or_else(|| panic!("no form {beginning}: {}", browser.page.text()));
    form.attr("action").unwrap().to_owned()
}

impl<'a> Walk<'a> {
    fn new(app: &'a TestApp) -> Self {
        let token =
            app.app.store.write_now(|work| setup::renew_link(work, &Actor::command())).unwrap().unwrap();
        Self { app, jo: app.browser(), kim: app.browser(), setup: token.expose().to_owned() }
    }

    /// Makes what there has to be, and fills the form in.
    async fn fill_in(&mut self, address: &str) -> Filled {
        let (sender, fields) = match address {
            "/admin/setup" => {
                self.jo.open(&format!("{address}?token={}", self.setup)).await;
                (Sender::Jo, [person("jo", PASSWORD), vec![("token", self.setup.clone())]].concat())
            }
            "/admin/login" | "/admin/login/enrol" | "/admin/forgotpassword" | "/admin/resetpassword" => {
                (Sender::Kim, self.fill_in_outside(address).await)
            }
            // The page that shows the key is there already.
            "/admin/account/otp/confirm" => (Sender::Jo, vec![("otp", code(self.app, &self.jo))]),
            _ => {
                let has_form = !self.jo.page.all("[name=form_key]").is_empty();
                if !has_form || address == "/admin/account/save" {
                    self.jo.open("/admin/account").await;
                }
                (Sender::Jo, self.fill_in_inside(address))
            }
        };
        Filled { sender, address: self.address(address).await, fields }
    }

    /// The forms of whoever is not signed in.
    async fn fill_in_outside(&mut self, address: &str) -> Vec<(&'static str, String)> {
        self.kim.open("/admin/login").await;
        match address {
            "/admin/forgotpassword" => vec![("email", "kim@example.com".to_owned())],
            "/admin/resetpassword" => {
                let mails = self.app.outbound.mails(MAILS).await;
                let token = mails.iter().find_map(|mail| mail.text.expose().split("token=").nth(1));
                let token = token.unwrap().split_whitespace().next().unwrap().to_owned();
                let chosen = || CHOSEN.to_owned();
                vec![("token", token), ("password", chosen()), ("password_confirmation", chosen())]
            }
            "/admin/login/enrol" => {
                self.kim.press("Sign Out").await;
                set(self.app, setting::OTP_REQUIRED, "1");
                self.kim.sign_in_here("kim", CHOSEN).await;
                set(self.app, setting::OTP_REQUIRED, "0");
                vec![("otp", code(self.app, &self.kim))]
            }
            _ => vec![("username", "kim".to_owned()), ("password", CHOSEN.to_owned())],
        }
    }

    /// The forms of whoever is signed in; most are a button.
    fn fill_in_inside(&self, address: &str) -> Vec<(&'static str, String)> {
        let app = self.app;
        let with = |name, value: &str| (name, value.to_owned());
        match address {
            "/admin/role/save" => {
                vec![with("rolename", "Clerks"), with("all", "0"), with("resource[]", "Magento_Sales::sales")]
            }
            "/admin/integration/save" => vec![with("name", "Acme"), with("all_resources", "1")],
            "/admin/integration/tokens_exchange/{id}" => {
                app.outbound.answer(Outcome::answered(200));
                let draft = Draft {
                    name: "Umbrella".into(),
                    endpoint: "https://partner.example/callback".into(),
                    identity_link_url: "https://partner.example/login".into(),
                    ..Draft::default()
                };
                let create =
                    app.app.store.write_now(|work| integration::create(work, &Actor::command(), &draft, &[]));
                create.unwrap();
                vec![]
            }
            "/admin/user/save" => {
                [person("kim", PASSWORD), vec![with("role", "1"), with("is_active", "1")]].concat()
            }
            "/admin/user/unlock/{id}" => {
                app.sql(
                    "update admin_user set lock_expires_at = '2099-01-01 00:00:00' where username = 'kim'",
                );
                vec![]
            }
            "/admin/customer/deactivate/{id}" => {
                app.given().customer("ada@example.com");
                vec![]
            }
            "/admin/setting/oauth" => vec![with("groups[consumer][fields][post_timeout][value]", "7")],
            "/admin/webhook/save" => vec![
                with("name", "Shop"),
                with("url", "https://shop.example/hooks"),
                with("all", "1"),
                with("is_enabled", "1"),
            ],
            "/admin/account/save" => {
                let version = self.jo.page.all("#edit_form [name=version]")[0].attr("value").unwrap();
                let typed = [vec![with("version", version)], person("jo", "")].concat();
                let anew =
                    |(name, value)| if name == "firstname" { with(name, "Joanna") } else { (name, value) };
                typed.into_iter().map(anew).collect()
            }
            "/admin/activity/export" => vec![with("format", "csv")],
            _ => vec![],
        }
    }

    /// The address with what stands in it.
    async fn address(&mut self, address: &str) -> String {
        let app = self.app;
        match address {
            "/admin/schedule/run/{id}" => address.replace("{id}", "audit_cleanup"),
            "/admin/account/session/end/{id}" => {
                app.browser().sign_in("jo").await;
                self.jo.open("/admin/account").await;
                action(&self.jo, "/admin/account/session/end/")
            }
            "/admin/webhook/send_again/{id}" => {
                app.clock.advance(chrono::TimeDelta::seconds(1));
                app.given().integration("Globex");
                jobs::run_now(&app.app, &Actor::command(), EVENT_DELIVERY).await.unwrap();
                app.sql("update event_delivery set state = 'failed' where observer = 'webhook'");
                self.jo.open(&format!("/admin/webhook/edit/{}", latest(app, "webhook"))).await;
                action(&self.jo, "/admin/webhook/send_again/")
            }
            _ if address.contains("{id}") => {
                let noun = address.split('/').nth(2).unwrap();
                address.replace("{id}", &latest(app, noun))
            }
            _ => address.to_owned(),
        }
    }

    /// Sends the form, which is accepted.
    async fn send(&mut self, filled: Filled) {
        let browser = match filled.sender {
            Sender::Jo => &mut self.jo,
            Sender::Kim => &mut self.kim,
        };
        let key = ("form_key", browser.page.form_key());
        let fields = filled.fields.into_iter().chain([key]).map(|(name, value)| (name.to_owned(), value));
        let page = browser.post(&filled.address, &fields.collect::<Vec<_>>()).await;
        assert_eq!(page.status, 200, "{}: {}", filled.address, page.text());
        let messages = page.messages();
        assert!(!messages.iter().any(|told| told.starts_with("Error")), "{}: {messages:?}", filled.address);
        if filled.address == "/admin/forgotpassword" {
            // The link is made in the background.
            self.app.outbound.mails(MAILS).await;
        }
    }
}
