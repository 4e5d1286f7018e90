//! Single values: each function reads one form, and says what is wrong with another one.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use url::Url;

use crate::domain::address::Exception;
use crate::seal::KeyRing;
use crate::secret::Secret;
use crate::store::{self, UrlError};
use crate::text::{self, failure};

pub(super) fn socket(value: &str) -> Result<SocketAddr, String> {
    value.parse().map_err(|_| text::with("config-not-a-socket", &[("value", value.into())]))
}

/// An http or https address without credentials, query and fragment; it ends in `/` afterwards.
pub(super) fn http(value: &str) -> Result<Url, String> {
    let mut url = Url::parse(value)
        .map_err(|cause| text::with("config-url-malformed", &[("cause", cause.to_string().into())]))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(text::get("config-url-scheme"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(text::get("config-url-credentials"));
    }
    if url.port() == Some(0) {
        return Err(text::get("config-url-port"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(text::get("config-url-query"));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

pub(super) fn database(value: &str) -> Result<store::Url, String> {
    value.parse().map_err(|cause| match cause {
        UrlError::Scheme => text::get("config-database-scheme"),
        UrlError::NoFile => text::get("config-database-file"),
    })
}

pub(super) fn path(value: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(value))
}

pub(super) fn folder(value: &str) -> Result<PathBuf, String> {
    let folder = PathBuf::from(value);
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(text::with("config-not-a-folder", &[("value", value.into())]))
    }
}

pub(super) fn keys(value: &str) -> Result<KeyRing, String> {
    KeyRing::parse(value)
        .map_err(|cause| text::with("config-no-keys", &[("cause", failure::of_seal(&cause).into())]))
}

pub(super) fn secret(value: &str) -> Result<Secret, String> {
    Ok(Secret::new(value))
}

pub(super) fn header(value: &str) -> Result<Secret, String> {
    let is_value = value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && value.trim() == value;
    if is_value { Ok(Secret::new(value)) } else { Err(text::get("config-not-a-header")) }
}

pub(super) fn net(value: &str) -> Result<IpNet, String> {
    let net = value.parse::<IpNet>().or_else(|_| value.parse::<IpAddr>().map(IpNet::from));
    net.map_err(|_| text::with("config-not-a-net", &[("value", value.into())]))
}

pub(super) fn exception(value: &str) -> Result<Exception, String> {
    value.parse().map_err(|_| text::with("config-not-an-exception", &[("value", value.into())]))
}

pub(super) fn smtp(value: &str) -> Result<Secret, String> {
    // The value may hold a password, so it is not repeated.
    let url = Url::parse(value).ok().filter(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host());
    url.map(|_| Secret::new(value)).ok_or_else(|| text::get("config-not-a-mail-server"))
}

pub(super) fn sender(value: &str) -> Result<String, String> {
    let is_line = !value.chars().any(char::is_control);
    let has_address = value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if is_line && has_address { Ok(value.to_owned()) } else { Err(text::get("config-not-an-email")) }
}

/// Directives of env_logger: levels, targets, `target=level`.
pub(super) fn log(value: &str) -> Result<String, String> {
    let directives = value.split_once('/').map_or(value, |(directives, _)| directives);
    for directive in directives.split(',') {
        if let Some((_, level)) = directive.split_once('=')
            && level.trim().parse::<log::LevelFilter>().is_err()
        {
            return Err(text::with("config-log-level", &[("value", directive.into())]));
        }
    }
    Ok(value.to_owned())
}
