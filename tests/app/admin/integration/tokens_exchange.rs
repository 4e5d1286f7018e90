//! Activation by handing the credentials to the partner's server.

use chrono::TimeDelta;
use latchkey::domain::activation;
use latchkey::domain::integration::Status;
use latchkey::domain::setting::EXCHANGE_PERIOD;
use latchkey::outbound::{Certificate, Failure, Outcome, Redirect, Special, Step};
use latchkey::web::{Surface, configure};

use super::*;
use crate::support::given::PASSWORD;
use crate::support::log::Log;

const ASK: &str =
    "Please setup or sign in into your 3rd party account to complete setup of this integration.";

fn address(id: IntegrationId) -> String {
    format!("/admin/integration/tokens_exchange/{}", id.0)
}

/// Opens the dialog and allows.
async fn allow<'b>(browser: &'b mut Browser<'_>, id: IntegrationId) -> &'b Page {
    Log::keep();
    browser.open(&format!("/admin/integration/permissions_dialog/{}", id.0)).await;
    let button = if browser.page.button("Allow").is_some() { "Allow" } else { "Reauthorize" };
    browser.press(button).await
}

/// What script asks for while the dialog is open.
async fn polled(browser: &mut Browser<'_>, id: IntegrationId) -> Page {
    let request = TestRequest::get().insert_header(("X-Requested-With", "XMLHttpRequest"));
    browser.send(&address(id), request).await
}

/// Nothing that only the partner may know, here or in the log.
fn assert_no_secret(app: &TestApp, text: &str) {
    let (handed, log) = (handed(app), Log::keep().text());
    assert!(log.contains("credentials handed over"), "the log is kept: {log}");
    for secret in [&handed.consumer_secret, &handed.verifier] {
        assert!(!text.contains(secret.as_str()), "a secret: {text}");
        assert!(!log.contains(secret.as_str()), "a secret in the log");
    }
}

#[actix_web::test]
async fn allowing_hands_over_the_four_values_and_leads_to_the_partner() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for name in odd_names() {
        let acme = exchanging(&app, &name);
        app.outbound.answer(Outcome::answered(200));
        let page = allow(&mut browser, acme.id).await;
        assert_eq!((page.status.as_u16(), page.heading()), (200, name.clone()));
        assert!(page.text().contains(ASK), "{}", page.text());
        assert!(page.text().contains("The partner's server has the credentials."), "{}", page.text());
        assert_eq!(page.header("cache-control"), "no-store");
        let asked = app.outbound.asked().pop().unwrap();
        assert_eq!(asked.endpoint, "https://partner.example/callback");
        let names = asked.fields.each_ref().map(|(name, _)| *name);
        assert_eq!(
            names,
            ["oauth_consumer_key", "oauth_consumer_secret", "store_base_url", "oauth_verifier"]
        );
        assert_eq!(asked.fields[2].1.expose(), "http://127.0.0.1:8080/");
        let leads = page.link("Open the partner's page").unwrap();
        let key = handed(&app).consumer_key;
        let back = "http%3A%2F%2F127.0.0.1%3A8080%2Fadmin%2Fintegration%2Flogin_success";
        let expected =
            format!("https://partner.example/login?shop=1&oauth_consumer_key={key}&success_call_back={back}");
        assert_eq!(leads, expected, "a query that is there is respected");
        let link = page.all("a[target]")[0];
        assert_eq!((link.attr("target"), link.attr("rel")), (Some("_blank"), Some("noopener")));
        assert_no_secret(&app, &page.body);
        assert_eq!(stored(&app, acme.id).status, Status::Inactive, "the exchange decides");
        browser.follow("Done").await;
        let said = format!("Notice: Integration '{name}' has been sent for activation.");
        assert_eq!(browser.page.messages(), [said]);
    }
}

#[actix_web::test]
async fn the_page_tells_how_far_the_partner_has_come() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    app.outbound.answer(Outcome::answered(200));
    let page = allow(&mut browser, acme.id).await;
    assert_eq!(page.all("noscript").len(), 1, "it loads itself again");
    let handed = handed(&app);
    let marks = |page: &Page| page.all("[data-exchange]")[0].attr("data-exchange").unwrap().to_owned();
    let waiting = polled(&mut browser, acme.id).await;
    assert!(!waiting.body.contains("<html") && waiting.all("[data-check-href]").len() == 1);
    assert_eq!(waiting.all("[data-check-href]")[0].attr("data-check-href"), Some(address(acme.id).as_str()));
    assert!(waiting.all("[data-partner]").is_empty(), "only the answer to the press leads the window there");
    let request = asks_for_request_token(&app, &handed).await;
    let requested = polled(&mut browser, acme.id).await;
    assert!(requested.body.contains("has its request token"), "{}", requested.body);
    assert_ne!(marks(&requested), marks(&waiting), "script notices the change");
    asks_for_access_token(&app, &handed, &request).await;
    browser.open(&address(acme.id)).await;
    let page = browser.follow("Done").await;
    assert_eq!(
        page.messages(),
        ["Notice: Integration 'Acme' has been sent for activation."],
        "not lost by asking"
    );
    assert!(row(page, "Acme")["Status"].starts_with("Active"), "{}", page.text());
    let page = browser.open(&address(acme.id)).await;
    let done = "The partner's server has its access token: the integration 'Acme' is active.";
    assert!(page.text().contains(done) && !page.text().contains(ASK), "{}", page.text());
    assert!(page.all("[data-completed]").len() == 1 && page.all("[data-check-href], noscript").is_empty());
    assert!(page.button("Send again").is_none() && page.link("Check again").is_none());
}

#[actix_web::test]
async fn without_script_the_page_is_asked_again_by_hand() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    app.outbound.answer(Outcome::answered(200));
    allow(&mut browser, acme.id).await;
    exchanges(&app).await;
    let page = browser.follow("Check again").await;
    assert!(page.text().contains("the integration 'Acme' is active"), "{}", page.text());
    assert_eq!(app.outbound.asked().len(), 1, "asking sends nothing");
}

#[actix_web::test]
async fn every_failure_is_shown_with_its_own_sentence_and_changes_nothing() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let private =
        Failure::ForbiddenAddress { address: "10.0.0.1".parse().unwrap(), special: Special::Private };
    let failures = [
        (Failure::HttpStatus(500), "answered with the status 500."),
        (Failure::TimedOut(Step::Post), "partner.example:443 did not answer in time."),
        (Failure::RedirectRefused(Redirect::OtherOrigin), "redirected to another place"),
        (
            Failure::RedirectRefused(Redirect::OtherStatus),
            "answered with a redirect instead of a confirmation",
        ),
        (Failure::TlsCertificate(Certificate::WrongName), "made out to another name than partner.example"),
        (private, "partner.example leads to 10.0.0.1, which is not a public address"),
        (Failure::ConnectionRefused, "Nobody listens at partner.example:443."),
        (Failure::NameUnknown, "Nobody knows the name partner.example."),
        (Failure::PlainHttp, "The callback URL is not https."),
    ];
    for (number, (failure, sentence)) in failures.into_iter().enumerate() {
        let name = format!("Acme {number}");
        let acme = exchanging(&app, &name);
        app.outbound.answer(Outcome { failure: Some(failure), ..Outcome::answered(500) });
        let page = allow(&mut browser, acme.id).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains(sentence), "{failure:?}: {}", page.text());
        assert!(page.link("Open the partner's page anyway").is_some(), "{}", page.text());
        assert!(page.all("[data-partner]").is_empty(), "the window is closed instead");
        assert_no_secret(&app, &page.body);
        assert_eq!(stored(&app, acme.id).status, Status::Inactive);
        let page = browser.open("/admin/integration").await;
        let [said] = &page.messages()[..] else { panic!("{:?}", page.messages()) };
        assert!(
            said.starts_with(&format!("Error: Integration '{name}' could not be sent for activation.")),
            "{said}"
        );
        assert!(said.contains(sentence), "{said}");
        let page = browser.open(&address(acme.id)).await;
        assert!(page.text().contains(sentence), "it stays there: {}", page.text());
        app.outbound.answer(Outcome::answered(200));
        browser.press("Send again").await;
        exchanges(&app).await;
        assert_eq!(stored(&app, acme.id).status, Status::Active);
    }
}

#[actix_web::test]
async fn a_later_success_overtakes_what_an_earlier_failure_left_to_be_said() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    allow(&mut browser, acme.id).await;
    app.outbound.answer(Outcome::answered(204));
    let page = browser.press("Send again").await;
    assert!(page.messages().is_empty(), "{:?}", page.messages());
    browser.follow("Done").await;
    assert_eq!(browser.page.messages(), ["Notice: Integration 'Acme' has been sent for activation."]);
}

#[actix_web::test]
async fn a_partner_that_got_the_credentials_although_it_failed_completes_the_exchange() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    app.outbound.answer(Outcome::answered(302));
    allow(&mut browser, acme.id).await;
    exchanges(&app).await;
    let part = polled(&mut browser, acme.id).await;
    assert!(part.body.contains("is active"), "{}", part.body);
}

#[actix_web::test]
async fn a_partner_that_exchanges_within_the_callback_is_done_whatever_it_answers() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    let inner = app.app.clone();
    let now = app.clock.now().timestamp();
    app.outbound.answer_with(async move |handover| {
        let exchange =
            move || actix_web::rt::System::new().block_on(exchange_by_itself(inner, handover, now));
        std::thread::spawn(exchange).join().unwrap();
        Outcome::failed(Failure::TimedOut(Step::Post))
    });
    let page = allow(&mut browser, acme.id).await;
    assert!(page.text().contains("the integration 'Acme' is active"), "{}", page.text());
    assert_eq!(stored(&app, acme.id).status, Status::Active);
    browser.follow("Done").await;
    assert_eq!(browser.page.messages(), ["Notice: Integration 'Acme' has been sent for activation."]);
}

/// A partner in a world of its own: it has not been answered yet.
async fn exchange_by_itself(app: latchkey::app::App, handover: latchkey::outbound::Handover, now: i64) {
    let field = |index: usize| handover.fields[index].1.expose().to_owned();
    let handed = Handed { consumer_key: field(0), consumer_secret: field(1), verifier: field(3) };
    let service = actix_web::App::new().configure(configure(&app, Surface::Everything));
    let service = actix_web::test::init_service(service).await;
    let ask = |address: &str, asking: &Asking<'_>| {
        let request =
            TestRequest::post().uri(address).insert_header(("Authorization", handed.header(asking)));
        actix_web::test::call_and_read_body(&service, request.to_request())
    };
    let body = ask(REQUEST, &handed.asking(BASE, now)).await;
    let request = issued(std::str::from_utf8(&body).unwrap()).unwrap();
    let body = ask(ACCESS, &handed.exchanging(BASE, now, &request)).await;
    issued(std::str::from_utf8(&body).unwrap()).unwrap();
}

#[actix_web::test]
async fn reauthorizing_keeps_everything_as_it_is_until_the_partner_has_its_new_token() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    app.outbound.answer(Outcome::answered(200));
    allow(&mut browser, acme.id).await;
    let old = exchanges(&app).await;
    let page = allow(&mut browser, acme.id).await;
    assert!(page.text().contains("Nobody listens at"), "{}", page.text());
    assert_eq!(stored(&app, acme.id).status, Status::Active);
    let page = browser.open("/admin/integration").await;
    let said = "Error: Integration 'Acme' could not be sent for re-authorization, its token stays. \
                Nobody listens at partner.example:443.";
    assert_eq!(page.messages(), [said]);
    let live =
        || app.app.store.write_now(|work| activation::reveal(work, &Actor::command(), acme.id)).unwrap();
    assert_eq!(live().access_token.unwrap().expose(), old.access_token);
    app.outbound.answer(Outcome::answered(200));
    allow(&mut browser, acme.id).await;
    browser.follow("Done").await;
    assert_eq!(browser.page.messages(), ["Notice: Integration 'Acme' has been sent for re-authorization."]);
    let new = exchanges(&app).await;
    assert_eq!((new.consumer_key, new.consumer_secret), (old.consumer_key, old.consumer_secret));
    assert_ne!(live().access_token.unwrap().expose(), old.access_token);
}

#[actix_web::test]
async fn what_the_partner_does_not_take_up_in_time_is_over() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    set(&app, EXCHANGE_PERIOD, "60");
    app.outbound.answer(Outcome::answered(200));
    allow(&mut browser, acme.id).await;
    app.clock.advance(TimeDelta::seconds(59));
    assert_eq!(polled(&mut browser, acme.id).await.all("[data-check-href]").len(), 1);
    app.clock.advance(TimeDelta::seconds(1));
    let part = polled(&mut browser, acme.id).await;
    assert!(part.body.contains("did not come back for its tokens in time"), "{}", part.body);
    assert!(part.all("[data-check-href]").is_empty() && part.link("Open the partner's page").is_none());
    assert!(part.button("Send again").is_some());
}

#[actix_web::test]
async fn script_gets_the_inside_of_a_dialog_with_the_partners_address() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    browser.open("/admin/integration").await;
    app.outbound.answer(Outcome::answered(200));
    let request = TestRequest::post()
        .set_form([("form_key", browser.page.form_key())])
        .insert_header(("X-Requested-With", "XMLHttpRequest"));
    let part = browser.send(&address(acme.id), request).await;
    assert!(!part.body.contains("<html") && part.all("[data-dialog-body]").len() == 1);
    assert_eq!(part.all("[data-close-href]")[0].attr("data-close-href"), Some("/admin/integration"));
    let leads = part.all("[data-partner]")[0].attr("data-partner").unwrap();
    assert!(leads.starts_with("https://partner.example/login?shop=1&oauth_consumer_key="), "{leads}");
    assert_eq!(part.all("[data-blocked][hidden]").len(), 1, "for browsers that block windows");
}

#[actix_web::test]
async fn an_old_confirmation_asks_for_the_password_before_anything_is_sent() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/integration/permissions_dialog/{}", acme.id.0)).await;
    app.clock.advance(TimeDelta::minutes(10));
    let page = browser.press("Allow").await;
    assert!(page.status == 200 && page.field("Your Password").is_some(), "{}", page.text());
    browser.fill("Your Password", "wrong horse");
    let page = browser.press("Allow").await;
    assert_eq!(page.status, 422);
    assert!(!page.body.contains("wrong horse") && page.error_at("Your Password").is_some());
    assert!(app.outbound.asked().is_empty(), "nothing was sent yet");
    app.outbound.answer(Outcome::answered(200));
    browser.fill("Your Password", PASSWORD);
    assert!(browser.press("Allow").await.text().contains(ASK));
    assert_eq!(app.outbound.asked().len(), 1);
}

#[actix_web::test]
async fn what_cannot_be_exchanged_says_why_and_sends_nothing() {
    let app = TestApp::new();
    let simple = app.given().integration("Simple");
    let suspended = exchanging(&app, "Suspended");
    let mut browser = app.administrator().await;
    app.outbound.answer(Outcome::answered(200));
    allow(&mut browser, suspended.id).await;
    exchanges(&app).await;
    app.app.store.write_now(|work| activation::suspend(work, &Actor::command(), suspended.id)).unwrap();
    for (id, why) in [
        (
            simple.id,
            "Error: This integration has no partner's server to exchange tokens with: its tokens are shown here instead.",
        ),
        (suspended.id, "Error: This integration is suspended. Resume it first."),
    ] {
        browser.open("/admin/integration").await;
        let sent = [("form_key".to_owned(), browser.page.form_key())];
        let page = browser.post(&address(id), &sent).await;
        assert_eq!(page.messages(), [why]);
    }
    assert_eq!(app.outbound.asked().len(), 1);
    let page = browser.open(&address(simple.id)).await;
    assert!(page.text().contains("No credentials have been sent"), "{}", page.text());
    assert!(page.button("Send again").is_none());
    let page = browser.open(&address(suspended.id)).await;
    assert!(page.button("Send again").is_none());
}

#[actix_web::test]
async fn whoever_may_only_look_sends_nothing_and_nobody_more_than_they_hold() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    allow(&mut browser, acme.id).await;
    let mut reader = signed_in(&app, "reader", &[VIEW]).await;
    let page = reader.open(&address(acme.id)).await;
    assert_eq!(page.status, 200);
    assert!(page.button("Send again").is_none(), "{}", page.text());
    let mut clerk = signed_in(&app, "clerk", &[VIEW, ACTIVATE]).await;
    clerk.open("/admin/integration").await;
    let sent = [("form_key".to_owned(), clerk.page.form_key())];
    let page = clerk.post(&address(acme.id), &sent).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains(CATEGORIES), "{}", page.text());
    assert_eq!(app.outbound.asked().len(), 1);
}

#[actix_web::test]
async fn the_partners_window_ends_on_a_page_that_knows_nobody() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let before = app.contents();
    app.clock.advance(TimeDelta::minutes(5));
    for page in [
        app.send(TestRequest::get().uri("/admin/integration/login_success")).await,
        browser.send("/admin/integration/login_success", TestRequest::get()).await,
        app.send(
            TestRequest::get()
                .uri("/admin/integration/login_success")
                .insert_header(("Cookie", "latchkey=x")),
        )
        .await,
    ] {
        assert_eq!(page.status, 200);
        assert!(page.text().contains("You can close this window."), "{}", page.text());
        assert_eq!(page.all("[data-closes-window]").len(), 1);
        assert_eq!(page.header("set-cookie"), "");
        assert!(page.all("form").is_empty());
    }
    assert_eq!(app.contents(), before, "no session is read, and so none is touched");
}

#[actix_web::test]
async fn below_a_path_the_window_and_the_questions_come_back_to_it() {
    let app = TestApp::with(|config| config.base_url = "http://shop.example/latchkey/".parse().unwrap());
    let acme = exchanging(&app, "Acme");
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.open("/latchkey/admin").await;
    browser.sign_in_here("jo", PASSWORD).await;
    app.outbound.answer(Outcome::answered(200));
    browser.open(&format!("/latchkey/admin/integration/permissions_dialog/{}", acme.id.0)).await;
    let page = browser.press("Allow").await;
    let leads = page.link("Open the partner's page").unwrap();
    let back = "success_call_back=http%3A%2F%2Fshop.example%2Flatchkey%2Fadmin%2Fintegration%2Flogin_success";
    assert!(leads.ends_with(back), "{leads}");
    let check = page.all("[data-check-href]")[0].attr("data-check-href").unwrap();
    assert_eq!(check, format!("/latchkey{}", address(acme.id)));
    let closes = app.send(TestRequest::get().uri("/latchkey/admin/integration/login_success")).await;
    assert_eq!(closes.status, 200);
}
