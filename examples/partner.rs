//! An integration partner in one file: takes the credentials, lets the administrator sign in, exchanges tokens, and
//! calls the store. It signs with an OAuth 1.0 library that has nothing to do with Latchkey.
//!
//! ```text
//! cargo run --example partner -- --listen 127.0.0.1:9000
//! ```
//!
//! It prints the two addresses to enter in the integration. Latchkey must be allowed to reach it, since it is neither
//! public nor https: start Latchkey with `LATCHKEY_EGRESS_ALLOW=127.0.0.1:9000`.
#![expect(clippy::print_stdout, reason = "what it does is what it prints")]
#![expect(clippy::disallowed_methods, reason = "a partner has a client of its own")]

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Mutex, PoisonError};

use actix_web::web::{Data, Form, Query};
use actix_web::{App, HttpResponse, HttpServer, web};
use oauth1_request::signature_method::HmacSha1;
use oauth1_request::{Builder, Credentials};
use serde::Deserialize;

/// What Latchkey posts to the callback URL.
#[derive(Clone, Deserialize)]
struct Handed {
    oauth_consumer_key: String,
    oauth_consumer_secret: String,
    store_base_url: String,
    oauth_verifier: String,
}

/// What Latchkey adds to the identity link URL.
#[derive(Deserialize)]
struct Visit {
    oauth_consumer_key: String,
    success_call_back: String,
}

/// The stores that gave us credentials, by consumer key. A real partner keeps them in a database.
type Stores = Data<Mutex<HashMap<String, Handed>>>;

type Failure = Box<dyn Error + Send + Sync>;

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    let listen = listen_address()?;
    let stores: Stores = Data::new(Mutex::default());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(stores.clone())
            .route("/callback", web::post().to(take_credentials))
            .route("/login", web::get().to(show_sign_in))
            .route("/login", web::post().to(link_account))
    })
    .workers(1)
    .bind(&listen)?;
    println!("Callback URL: http://{listen}/callback");
    println!("Identity link URL: http://{listen}/login");
    Ok(server.run().await?)
}

/// Step 1: the store hands over its credentials. They are kept; the administrator comes next.
async fn take_credentials(handed: Form<Handed>, stores: Stores) -> HttpResponse {
    println!("Credentials of {} have arrived", handed.store_base_url);
    let key = handed.oauth_consumer_key.clone();
    stores.lock().unwrap_or_else(PoisonError::into_inner).insert(key, handed.into_inner());
    HttpResponse::Ok().finish()
}

/// Step 2: the administrator's window opens here.
async fn show_sign_in(visit: Query<Visit>) -> HttpResponse {
    let [key, back] = [&visit.oauth_consumer_key, &visit.success_call_back].map(|text| escape(text));
    let page = format!(
        "<!doctype html><html lang=\"en\"><title>Example Partner</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><h1>Example Partner</h1>\
         <p>Sign in to link your account with the store.</p>\
         <form method=\"post\" action=\"/login\">\
         <input type=\"hidden\" name=\"oauth_consumer_key\" value=\"{key}\">\
         <input type=\"hidden\" name=\"success_call_back\" value=\"{back}\">\
         <label>Account <input name=\"account\" value=\"demo\"></label> <button>Sign in</button></form>"
    );
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page)
}

/// Step 3: signed in; now the tokens are exchanged, the window goes back, and the store can be called.
async fn link_account(visit: Form<Visit>, stores: Stores) -> HttpResponse {
    let known = stores.lock().unwrap_or_else(PoisonError::into_inner).remove(&visit.oauth_consumer_key);
    let Some(store) = known else {
        return HttpResponse::NotFound().body("No store has handed over credentials with that key.");
    };
    match exchange_and_call(&store).await {
        Ok(()) => {
            HttpResponse::SeeOther().insert_header(("Location", visit.success_call_back.as_str())).finish()
        }
        Err(error) => {
            println!("The exchange failed: {error}");
            HttpResponse::BadGateway().body(format!("The exchange failed: {error}"))
        }
    }
}

async fn exchange_and_call(store: &Handed) -> Result<(), Failure> {
    let consumer = Credentials::new(store.oauth_consumer_key.as_str(), store.oauth_consumer_secret.as_str());

    let address = format!("{}oauth/token/request", store.store_base_url);
    let header = Builder::<_, _, &str>::new(consumer, HmacSha1::new()).authorize("POST", &address, &());
    let request_token = token(&post(&address, &header).await?)?;
    println!("Request token received");

    let address = format!("{}oauth/token/access", store.store_base_url);
    let header = Builder::new(consumer, HmacSha1::new())
        .token(request_token.as_ref())
        .verifier(store.oauth_verifier.as_str())
        .authorize("POST", &address, &());
    let access_token = token(&post(&address, &header).await?)?;
    println!("Access token received");

    for path in ["rest/V1/modules", "rest/V1/products/24-MB01"] {
        let address = format!("{}{path}", store.store_base_url);
        let header = Builder::new(consumer, HmacSha1::new()).token(access_token.as_ref()).authorize(
            "GET",
            &address,
            &(),
        );
        println!("GET /{path}: {}", ask_the_store(&address, &header).await?);
    }
    Ok(())
}

/// Calls the store as its proxy would pass the call on: it asks Latchkey whether the call may go through.
async fn ask_the_store(address: &str, authorization: &str) -> Result<String, Failure> {
    let original = url::Url::parse(address)?;
    let verify = original.join("/gateway/verify")?;
    let answer = client()?
        .get(verify)
        .header("X-Original-Method", "GET")
        .header("X-Original-URI", original.path())
        .header("Authorization", authorization)
        .send()
        .await?;
    Ok(format!("{} {}", answer.status(), answer.text().await?))
}

async fn post(address: &str, authorization: &str) -> Result<String, Failure> {
    let answer = client()?.post(address).header("Authorization", authorization).send().await?;
    let status = answer.status();
    let body = answer.text().await?;
    if status.is_success() { Ok(body) } else { Err(format!("{address} answered {status}: {body}").into()) }
}

fn token(body: &str) -> Result<Credentials<String>, Failure> {
    let fields: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.get(name).cloned().ok_or(format!("the answer has no {name}"));
    Ok(Credentials::new(field("oauth_token")?, field("oauth_token_secret")?))
}

fn client() -> Result<reqwest::Client, Failure> {
    // Fails when one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().no_proxy().build()?)
}

fn listen_address() -> Result<String, Failure> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => Ok("127.0.0.1:9000".into()),
        (Some("--listen"), Some(address)) => Ok(address),
        _ => Err("usage: partner [--listen HOST:PORT]".into()),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
