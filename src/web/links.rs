//! Addresses that come from outside and are led to afterwards: only pages of our own are.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::REFERER;
use actix_web::web::Data;
use url::Url;

use super::page::wants_fragment;
use super::prefix;
use crate::app::App;

/// Where administrators land without asking for anything.
pub const HOME: &str = "/admin";
/// The own account.
pub const ACCOUNT: &str = "/admin/account";
/// The sign-in page.
pub const LOGIN: &str = "/admin/login";

/// Where one signs out.
pub const LOGOUT: &str = "/admin/logout";

/// Pages that nobody wants to be led to after signing in.
const NEVER_NEXT: [&str; 6] =
    [LOGIN, "/admin/login/enrol", LOGOUT, "/admin/setup", "/admin/forgotpassword", "/admin/resetpassword"];

/// The sign-in page that leads on to what was asked for.
pub fn login_for(req: &HttpRequest) -> String {
    let is_page = matches!(*req.method(), Method::GET | Method::HEAD) && !wants_fragment(req);
    let asked = if is_page { local_page(&req.uri().to_string()) } else { referring_page(req) };
    match asked.filter(|page| page != HOME) {
        Some(page) => {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &page).finish();
            format!("{LOGIN}?{query}")
        }
        None => LOGIN.to_owned(),
    }
}

/// The page of ours that the request came from.
pub fn referring_page(req: &HttpRequest) -> Option<String> {
    let referer = Url::parse(req.headers().get(REFERER)?.to_str().ok()?).ok()?;
    let query = referer.query().map(|query| format!("?{query}")).unwrap_or_default();
    // What the browser names has the path of the public address; ours have not.
    let prefix = req.app_data::<Data<App>>().map(|app| prefix::of(app)).unwrap_or_default();
    let path = referer.path().strip_prefix(prefix.as_str()).unwrap_or(referer.path());
    local_page(&format!("{path}{query}"))
}

/// The page that was meant when a slash stands behind its address.
pub fn without_last_slash(req: &HttpRequest) -> Option<String> {
    let page =
        req.path().strip_suffix('/').filter(|_| matches!(*req.method(), Method::GET | Method::HEAD))?;
    let query = Some(req.query_string()).filter(|query| !query.is_empty());
    local_page(&format!("{page}{}", query.map(|query| format!("?{query}")).unwrap_or_default()))
}

/// The list as it was left, when the request came from there.
pub fn list_left(req: &HttpRequest, list: &str) -> Option<String> {
    referring_page(req).filter(|page| page.split('?').next() == Some(list))
}

/// The address as a page under `/admin`, or nothing: read as browsers read it, so that no spelling leads away.
pub fn local_page(address: &str) -> Option<String> {
    let here = Url::parse("http://here.invalid/").ok()?;
    let url = here.join(address).ok().filter(|url| url.origin() == here.origin())?;
    let path = url.path();
    let is_page = path == HOME || path.starts_with("/admin/");
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    (is_page && !NEVER_NEXT.contains(&path)).then(|| format!("{path}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_our_own_are_led_to() {
        for page in ["/admin", "/admin/integration?sort=name&dir=desc", "/admin/integration/edit/7"] {
            assert_eq!(local_page(page).as_deref(), Some(page));
        }
    }

    #[test]
    fn no_spelling_leads_away() {
        for address in [
            "https://evil.example/admin",
            "//evil.example/admin",
            "/\\evil.example/admin",
            "\\\\evil.example/admin",
            "/\t/evil.example/admin",
            "/admin/../../evil",
            "/admin/..//evil.example",
            "javascript:alert(1)",
            "/static/x",
            "/administrator",
            "",
            "/admin/login",
            "/admin/login?next=/admin",
            "/admin/x/../logout",
            "http:evil.example/admin",
        ] {
            let led = local_page(address);
            assert_eq!(led, None, "{address}");
        }
    }
}
