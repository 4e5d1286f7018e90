//! Tokens of administrators.

use chrono::TimeDelta;
use data_encoding::BASE32_NOPAD;
use latchkey::domain::otp::{self, totp};
use latchkey::domain::permission::Wish;
use latchkey::domain::{Source, admin_user, role};
use latchkey::secret::Secret;

use super::*;

#[actix_web::test]
async fn the_right_password_gets_a_token_as_a_json_string() {
    let app = TestApp::new();
    app.given().admin("jo");
    let answer = asked(&app, ADMIN, "Jo", PASSWORD).await;
    assert_eq!(answer.status, 200);
    let token = read(&answer).as_str().unwrap().to_owned();
    assert_eq!(answer.body, format!("\"{token}\""));
    assert_eq!(token.len(), 32);
    assert!(token.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("content-type").starts_with("application/json"));
    assert!(!app.contents().contains(&token), "nothing but a digest is stored");
    assert_eq!(calls(&app, "GET", PERMITTED, &token).await.status, 200);
}

#[actix_web::test]
async fn the_service_stands_under_every_known_store_code_and_no_other() {
    let app = TestApp::new();
    app.given().admin("jo");
    for store in ["default/", "all/", ""] {
        let address = format!("/rest/{store}V1/integration/admin/token");
        assert_eq!(asked(&app, &address, "jo", PASSWORD).await.status, 200, "{address}");
    }
    let answer = asked(&app, "/rest/nowhere/V1/integration/admin/token", "jo", PASSWORD).await;
    assert_eq!(said(&answer), (404, "Request does not match any route.".to_owned()));
    assert_eq!(app.send(TestRequest::get().uri(ADMIN)).await.status, 404);
}

#[actix_web::test]
async fn what_is_missing_is_named_as_magento_names_it() {
    let app = TestApp::new();
    let required = "\"%fieldName\" is required. Enter and try again.";
    for body in [json!({}), json!({"username": null, "password": ""}), json!([])] {
        let answer = posted(&app, ADMIN, &body).await;
        assert_eq!(answer.status, 400);
        let mut body = read(&answer);
        assert!(body.as_object_mut().unwrap().remove("reference").unwrap().is_string());
        let entry = |field: &str| json!({"message": required, "parameters": {"fieldName": field}});
        let errors = json!([entry("username"), entry("password")]);
        assert_eq!(body, json!({"message": "One or more input exceptions have occurred.", "errors": errors}));
    }
    for (given, missing) in [("username", "password"), ("password", "username")] {
        let answer = posted(&app, ADMIN, &json!({ given: "x" })).await;
        let body = read(&answer);
        assert_eq!((answer.status.as_u16(), body["message"].as_str()), (400, Some(required)));
        assert_eq!(body["parameters"], json!({ "fieldName": missing }));
        assert!(body.get("errors").is_none() && body.get("code").is_none());
    }
}

#[actix_web::test]
async fn what_cannot_be_read_is_refused_with_magentos_words() {
    let app = TestApp::new();
    let sent = |kind: &'static str, body: &'static str| {
        let request = TestRequest::post().uri(ADMIN).set_payload(body);
        if kind.is_empty() { request } else { request.insert_header(("Content-Type", kind)) }
    };
    for (kind, body, message) in [
        ("", "{}", "Content-Type header is empty."),
        ("json", "{}", "Content-Type header is invalid."),
        ("application/json; charset=latin1", "{}", "UTF-8 is the only supported charset."),
        ("text/plain", "{}", "Server cannot understand Content-Type HTTP header media type text/plain"),
        ("application/json", "{\"username\":", "Decoding error."),
        ("application/json", "", "Decoding error."),
    ] {
        assert_eq!(said(&app.send(sent(kind, body)).await), (400, message.to_owned()), "{kind} {body}");
    }
    let wants_xml = sent("application/json", "{}").insert_header(("Accept", "text/xml"));
    assert_eq!(app.send(wants_xml).await.status, 406);
}

#[actix_web::test]
async fn every_refusal_reads_alike() {
    let app = TestApp::new();
    let jo = app.given().admin("jo");
    app.given().admin("root");
    for (name, password) in [("jo", "wrong"), ("nobody", PASSWORD), ("jo\0", PASSWORD), ("jo'--", "x")] {
        assert_eq!(said(&asked(&app, ADMIN, name, password).await), refused(), "{name:?}");
    }
    changed(&app, |work, by| admin_user::deactivate(work, by, jo));
    let answer = asked(&app, ADMIN, "jo", PASSWORD).await;
    assert_eq!(said(&answer), refused());
    assert!(answer.header("www-authenticate").starts_with("OAuth "));
}

#[actix_web::test]
async fn a_role_that_holds_nothing_needs_more_permissions() {
    let app = TestApp::new();
    app.given().admin_with("jo", &[]);
    let answer = asked(&app, ADMIN, "jo", PASSWORD).await;
    assert_eq!(said(&answer), (401, "More permissions are needed to access this.".to_owned()));
}

#[actix_web::test]
async fn an_account_with_a_second_factor_is_sent_to_the_service_that_takes_its_code() {
    let app = TestApp::new();
    let id = app.given().admin("jo");
    let by_code = async |otp: &str| {
        posted(&app, GOOGLE, &json!({"username": "jo", "password": PASSWORD, "otp": otp})).await
    };
    assert_eq!(said(&by_code("123456").await), (400, "Provider is not configured.".to_owned()));
    let secret = changed(&app, |work, _| otp::begin(work, id));
    let code = |later: i64| {
        let key = BASE32_NOPAD.decode(secret.expose().as_bytes()).unwrap();
        totp::code(&key, totp::step(app.app.clock.now()) + later).expose().to_owned()
    };
    changed(&app, |work, _| {
        let user = admin_user::find(work, id)?;
        otp::confirm(work, &user, &Source::default(), &Secret::new(code(-1)))
    });
    let answer = asked(&app, ADMIN, "jo", PASSWORD).await;
    let body = read(&answer);
    assert_eq!(answer.status, 400);
    assert_eq!(body["message"], "Please use the 2fa provider-specific endpoints to obtain a token.");
    assert_eq!(body["parameters"], json!({"active_providers": ["google"]}));
    assert_eq!(
        said(&asked(&app, ADMIN, "jo", "wrong").await),
        refused(),
        "nobody learns it without the password"
    );
    let missing = posted(&app, GOOGLE, &json!({"username": "jo", "password": PASSWORD})).await;
    assert_eq!(read(&missing)["parameters"]["fieldName"], "otp");
    assert_eq!(said(&by_code("000000").await), (401, "Invalid code.".to_owned()));
    let right = code(0);
    let answer = by_code(&right).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let token = read(&answer).as_str().unwrap().to_owned();
    assert_eq!(calls(&app, "GET", PERMITTED, &token).await.status, 200);
    assert_eq!(said(&by_code(&right).await), (401, "Invalid code.".to_owned()), "a code counts once");
}

#[actix_web::test]
async fn a_token_that_has_expired_may_come_along_when_another_one_is_asked_for() {
    let app = TestApp::new();
    app.given().admin("jo");
    let request = TestRequest::post().uri(ADMIN).insert_header(("Content-Type", "application/json"));
    let request = request.insert_header(("Authorization", "Bearer 0123456789abcdef0123456789abcdef"));
    let body = json!({"username": "jo", "password": PASSWORD}).to_string();
    assert_eq!(app.send(request.set_payload(body)).await.status, 200);
}

#[actix_web::test]
async fn tokens_end_with_time_revocation_and_another_password() {
    let app = TestApp::new();
    let id = app.given().admin("jo");
    app.given().admin("root");
    let first = token(&app, ADMIN, "jo").await;
    app.clock.advance(TimeDelta::hours(3));
    let second = token(&app, ADMIN, "jo").await;
    assert_eq!(calls(&app, "GET", PERMITTED, &first).await.status, 200, "the older one stays valid");
    app.clock.advance(TimeDelta::hours(1));
    let expired = calls(&app, "GET", PERMITTED, &first).await;
    assert_eq!(expired.status, 401);
    assert_eq!(
        expired.header("www-authenticate"),
        "Bearer error=\"invalid_token\", error_description=\"The access token has expired\""
    );
    assert_eq!(calls(&app, "GET", PERMITTED, &second).await.status, 200);
    changed(&app, |work, by| latchkey::domain::admin_token::revoke(work, by, id));
    let revoked = calls(&app, "GET", PERMITTED, &second).await;
    assert_eq!(revoked.status, 401);
    assert!(
        revoked
            .header("www-authenticate")
            .starts_with("Bearer error=\"invalid_token\", error_description=\"")
    );
    let third = token(&app, ADMIN, "jo").await;
    assert_eq!(calls(&app, "GET", PERMITTED, &third).await.status, 200);
    changed(&app, |work, by| admin_user::deactivate(work, by, id));
    assert_eq!(calls(&app, "GET", PERMITTED, &third).await.status, 401);
}

#[actix_web::test]
async fn lifetimes_take_fractions_and_nothing_means_for_ever() {
    let app = TestApp::new();
    app.given().admin("jo");
    let token = token(&app, ADMIN, "jo").await;
    let works = async || calls(&app, "GET", PERMITTED, &token).await.status == 200;
    set(&app, setting::ADMIN_TOKEN_LIFETIME, "0.5");
    app.clock.advance(TimeDelta::minutes(29));
    assert!(works().await);
    app.clock.advance(TimeDelta::minutes(1));
    assert!(!works().await);
    for for_ever in ["0", ""] {
        set(&app, setting::ADMIN_TOKEN_LIFETIME, for_ever);
        app.clock.advance(TimeDelta::days(1000));
        assert!(works().await, "{for_ever:?}");
    }
}

#[actix_web::test]
async fn an_administrator_revokes_the_tokens_of_another_in_the_browser() {
    let app = TestApp::new();
    let id = app.given().admin("ed");
    let token = token(&app, ADMIN, "ed").await;
    let mut browser = app.administrator().await;
    let address = format!("/admin/user/edit/{}", id.0);
    let page = browser.open(&address).await;
    assert!(page.text().contains("One API token"), "{}", page.text());
    let question = page.link("Revoke API Tokens").expect("a way to revoke them");
    let page = browser.open(&question).await;
    assert!(page.text().contains("Are you sure you want to revoke the user's tokens?"));
    let page = browser.press("Revoke API Tokens").await;
    assert!(
        page.messages().concat().contains("You have revoked the user's tokens."),
        "{:?}",
        page.messages()
    );
    assert!(page.text().contains("No API tokens"));
    assert_eq!(page.link("Revoke API Tokens"), None);
    assert_eq!(calls(&app, "GET", PERMITTED, &token).await.status, 401);
}

#[actix_web::test]
async fn the_list_of_users_revokes_tokens_too_and_stays_as_it_was() {
    let app = TestApp::new();
    app.given().admin("ed");
    app.given().admin("eve");
    let (first, other) = (token(&app, ADMIN, "ed").await, token(&app, ADMIN, "eve").await);
    let mut browser = app.administrator().await;
    let page = browser.open("/admin/user?name=e&sort=username&dir=desc").await;
    assert_eq!(page.link("Revoke API Tokens jo"), None, "there are none");
    let list = browser.address.clone();
    app.clock.advance(TimeDelta::minutes(11));
    browser.follow("Revoke API Tokens ed").await;
    browser.fill("Your Password", "wrong");
    browser.press("Revoke API Tokens").await;
    browser.fill("Your Password", PASSWORD);
    let page = browser.press("Revoke API Tokens").await;
    assert_eq!(page.messages(), ["Success: You have revoked the user's tokens."]);
    assert_eq!(page.link("Revoke API Tokens ed"), None);
    assert!(page.link("Revoke API Tokens eve").is_some());
    assert_eq!(browser.address, list);
    assert_eq!(calls(&app, "GET", PERMITTED, &first).await.status, 401);
    assert_eq!(calls(&app, "GET", PERMITTED, &other).await.status, 200);
    app.clock.advance(TimeDelta::hours(4));
    browser.sign_in("jo").await;
    let page = browser.open("/admin/user").await;
    assert_eq!(page.link("Revoke API Tokens eve"), None, "hers has ended");
}

#[actix_web::test]
async fn the_list_of_users_says_what_an_account_is_locked_for_and_unlocks_it() {
    let app = TestApp::new();
    for name in ["ed", "eve", "kim"] {
        app.given().admin(name);
    }
    for name in ["ed", "kim"] {
        for _ in 0..6 {
            asked(&app, ADMIN, name, "wrong").await;
        }
    }
    for name in ["eve", "kim"] {
        app.sql(&format!(
            "update admin_user set lock_expires_at = '2024-10-04 00:10:00' where username = '{name}'"
        ));
    }
    let mut browser = app.administrator().await;
    let page = browser.open("/admin/user").await;
    let rows = page.rows();
    let status = |name: &str| rows.iter().find(|row| row["User Name"] == name).unwrap()["Status"].clone();
    let (sign_in, tokens) = ("2024-10-04 00:10 UTC", "2024-10-04 00:30 UTC");
    assert_eq!(status("ed"), format!("Active Gets no tokens until {tokens}"));
    assert_eq!(status("eve"), format!("Locked Until {sign_in}"));
    assert_eq!(status("kim"), format!("Locked Until {sign_in} Gets no tokens until {tokens}"));
    assert!(page.button("Unlock jo").is_none());
    assert!(page.button("Unlock eve").is_some());
    let page = browser.press("Unlock ed").await;
    assert_eq!(page.messages(), ["Success: The user account 'ed' has been unlocked."]);
    assert!(page.button("Unlock ed").is_none());
    assert_eq!(asked(&app, ADMIN, "ed", PASSWORD).await.status, 200);
    let page = browser.follow("kim").await;
    assert!(page.text().contains(&format!("Gets no tokens until {tokens}")), "{}", page.text());
    browser.press("Unlock").await;
    assert_eq!(asked(&app, ADMIN, "kim", PASSWORD).await.status, 200, "it opens both");
    app.sql("update admin_user set is_active = false where username = 'eve'");
    let page = browser.open("/admin/user?status=0").await;
    assert_eq!(page.rows().len(), 1);
    assert!(page.button("Unlock eve").is_none(), "the right password would not help");
}

#[actix_web::test]
async fn the_list_offers_no_tokens_of_somebody_who_may_do_more() {
    let app = TestApp::new();
    app.given().admin("boss");
    app.given().admin_with("clerk", &["Magento_User::acl_users"]);
    token(&app, ADMIN, "boss").await;
    token(&app, ADMIN, "clerk").await;
    let mut browser = app.browser();
    browser.sign_in("clerk").await;
    let page = browser.open("/admin/user").await;
    assert_eq!(page.link("Revoke API Tokens boss"), None);
    assert!(page.link("Revoke API Tokens clerk").is_some(), "their own");
}

#[actix_web::test]
async fn a_role_decides_what_a_token_may_do_at_every_moment() {
    let app = TestApp::new();
    app.given().admin("root");
    app.given().admin_with("jo", &[PRODUCTS]);
    let token = token(&app, ADMIN, "jo").await;
    assert_eq!(calls(&app, "GET", PERMITTED, &token).await.status, 200);
    assert_eq!(calls(&app, "GET", FORBIDDEN, &token).await.status, 403);
    changed(&app, |work, by| {
        let role = role::by_name(work, "Role of jo")?;
        let draft =
            role::Draft { name: role.name, grants: Wish::These(vec!["Magento_Sales::actions_view".into()]) };
        role::save(work, by, Some((role.id, role.version)), &draft)
    });
    assert_eq!(calls(&app, "GET", PERMITTED, &token).await.status, 403);
    assert_eq!(calls(&app, "GET", FORBIDDEN, &token).await.status, 200);
}
