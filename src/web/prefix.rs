//! A `base_url` with a path: the one place that knows of it. Routes, handlers and templates use plain addresses.
//!
//! Proxies differ in whether they take the path away, so it is taken away here when it is there; what leads from an
//! answer back to us gets it again.

use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use actix_web::middleware::Next;
use url::Url;

use crate::app::App;

/// What is served with the path and without. Signed calls are not: there the path is part of what is signed.
const SERVED: [&str; 3] = ["/admin", "/static", "/health"];

/// The path of the public address of the administration, without the slash at its end; mostly empty.
pub(super) fn of(app: &App) -> String {
    let base = Url::parse(&app.config.admin_base());
    base.map(|base| base.path().trim_end_matches('/').to_owned()).unwrap_or_default()
}

/// Takes the path away from the request and gives it to the answer.
pub(super) async fn middleware(
    prefix: String,
    mut req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if prefix.is_empty() {
        return next.call(req).await;
    }
    if let Some(uri) = without(&prefix, req.uri()) {
        req.match_info_mut().get_mut().update(&uri);
        req.head_mut().uri = uri;
    }
    let mut answer = next.call(req).await?;
    let led = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let led = led.filter(|address| address.starts_with('/')).map(|address| format!("{prefix}{address}"));
    if let Some(value) = led.and_then(|address| HeaderValue::try_from(address).ok()) {
        answer.headers_mut().insert(LOCATION, value);
    }
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("text/html")) {
        return Ok(answer);
    }
    let (req, answer) = answer.into_parts();
    let (answer, body) = answer.into_parts();
    let body = to_bytes(body).await.map_err(|_| actix_web::error::ErrorInternalServerError(""))?;
    let html = with(&prefix, &String::from_utf8_lossy(&body));
    Ok(ServiceResponse::new(req, answer.set_body(BoxBody::new(html))))
}

fn without(prefix: &str, uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(prefix)?;
    let path = rest.split('?').next().unwrap_or(rest);
    let is_served = SERVED.iter().any(|served| {
        path.strip_prefix(served).is_some_and(|below| below.is_empty() || below.starts_with('/'))
    });
    is_served.then(|| rest.parse().ok())?
}

/// Attributes that hold an address of ours get the path. What people typed cannot look like one: templates write
/// its quotation marks as entities.
fn with(prefix: &str, html: &str) -> String {
    let attributes = ["href", "action", "src", "data-grid", "data-page"];
    attributes.iter().fold(html.to_owned(), |html, attribute| {
        html.replace(&format!("{attribute}=\"/"), &format!("{attribute}=\"{prefix}/"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_taken_away_where_pages_are_served() {
        let without = |address: &str| without("/shop", &address.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(without("/shop/admin?x=1").as_deref(), Some("/admin?x=1"));
        assert_eq!(without("/shop/static/a.css").as_deref(), Some("/static/a.css"));
        assert_eq!(without("/admin"), None);
        assert_eq!(without("/shop/rest/V1/orders"), None);
        assert_eq!(without("/shop/administrator"), None);
    }

    #[test]
    fn attributes_get_it_and_typed_texts_do_not() {
        let page = r#"<a href="/admin">x</a><form action="/admin/logout"><input value="/admin"> href=&#34;/x<div data-grid="/admin/x">"#;
        let expected = r#"<a href="/shop/admin">x</a><form action="/shop/admin/logout"><input value="/admin"> href=&#34;/x<div data-grid="/shop/admin/x">"#;
        assert_eq!(with("/shop", page), expected);
    }
}
