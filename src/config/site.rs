//! The stores of the shop: a code that stands in addresses, the website, the address.

use serde::Deserialize;
use url::Url;

use super::{Error, value};
use crate::text;

const MAX_CODE: usize = 32;

/// Codes that mean something else in the address of an API call.
const RESERVED: [&str; 2] = ["all", "async"];

/// One store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Stands in addresses: `/rest/{code}/V1/…`.
    pub code: String,
    /// The website it belongs to.
    pub website: String,
    /// Its public address, ending in `/`.
    pub base_url: Url,
}

/// A store as written in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    code: String,
    website: Option<String>,
    base_url: Option<String>,
}

/// The stores, checked; one store `default` when none is written.
pub(super) fn all(entries: Vec<Entry>, base_url: &Url) -> Result<Vec<Site>, Error> {
    let wrong = |key: &str, value: &str| Error::wrong("stores", text::with(key, &[("value", value.into())]));
    if entries.is_empty() {
        return Ok(vec![Site {
            code: "default".to_owned(),
            website: "base".to_owned(),
            base_url: base_url.clone(),
        }]);
    }
    let mut sites: Vec<Site> = Vec::with_capacity(entries.len());
    for Entry { code, website, base_url: own } in entries {
        if !is_code(&code) {
            return Err(wrong("config-store-code", &code));
        }
        if RESERVED.contains(&code.as_str()) {
            return Err(wrong("config-store-code-reserved", &code));
        }
        if sites.iter().any(|site| site.code == code) {
            return Err(wrong("config-store-code-twice", &code));
        }
        let own = own.map(|own| value::http(&own).map_err(|what| wrong("config-store-base-url", &what)));
        sites.push(Site {
            code,
            website: website.unwrap_or_else(|| "base".to_owned()),
            base_url: own.transpose()?.unwrap_or_else(|| base_url.clone()),
        });
    }
    Ok(sites)
}

fn is_code(code: &str) -> bool {
    code.starts_with(|first: char| first.is_ascii_lowercase())
        && code.len() <= MAX_CODE
        && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
