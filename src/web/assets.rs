//! Style sheet, scripts and icon: embedded, and served under names that change with their content.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

use super::error::{Error, PageError};
use crate::seal::digest;
use crate::secret::Secret;

struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
    hashed: String,
}

static ASSETS: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    [
        asset("admin.css", "text/css; charset=utf-8", include_str!("../../static/admin.css")),
        asset("admin.js", "text/javascript; charset=utf-8", include_str!("../../static/admin.js")),
        asset("tree.js", "text/javascript; charset=utf-8", include_str!("../../static/tree.js")),
        asset("settings.js", "text/javascript; charset=utf-8", include_str!("../../static/settings.js")),
        asset("session.js", "text/javascript; charset=utf-8", include_str!("../../static/session.js")),
        asset("favicon.svg", "image/svg+xml", include_str!("../../static/favicon.svg")),
    ]
});

/// The address of an asset, with the hash of its content.
pub fn href(name: &str) -> String {
    let known = ASSETS.iter().find(|asset| asset.name == name);
    format!("/static/{}", known.map_or(name, |asset| asset.hashed.as_str()))
}

/// Serves an asset: for ever under its hashed name, for a while under its plain one.
///
/// # Errors
/// When there is no asset of that name.
pub async fn show(name: web::Path<String>) -> Result<HttpResponse, PageError> {
    let wanted = |asset: &&Asset| asset.name == *name || asset.hashed == *name;
    let asset = ASSETS.iter().find(wanted).ok_or(Error::NoPage)?;
    let caching =
        if asset.hashed == *name { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.kind))
        .insert_header((CACHE_CONTROL, caching))
        .body(asset.text))
}

fn asset(name: &'static str, kind: &'static str, text: &'static str) -> Asset {
    let hash = digest(&Secret::new(text));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    Asset { name, kind, text, hashed: format!("{stem}.{}.{extension}", &hash[..12]) }
}
