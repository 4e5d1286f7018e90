//! Single values: each function reads one form, and says what is wrong with another one.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use url::Url;

use crate::domain::address::Exception;
use crate::seal::KeyRing;
use crate::secret::Secret;
use crate::store;

pub(super) const BASE_URL_NEEDED: &str = "is required when `listen` is not a loopback address: set it to the address under which partners reach this server";

pub(super) fn socket(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| format!("is `{text}`, which is no address with port: write it like `127.0.0.1:8080`"))
}

/// An http or https address without credentials, query and fragment; it ends in `/` afterwards.
pub(super) fn http(text: &str) -> Result<Url, String> {
    const FORM: &str = "write it like `https://shop.example/`";
    let mut url = Url::parse(text).map_err(|cause| format!("is no address ({cause}): {FORM}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(format!("is not an http or https address: {FORM}"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("holds a user name or password: {FORM}"));
    }
    if url.port() == Some(0) {
        return Err(format!("has the port 0: name the port that others use, or {FORM}"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("holds a query or fragment: {FORM}"));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

pub(super) fn database(text: &str) -> Result<store::Url, String> {
    text.parse().map_err(|cause| format!("{cause}: write `sqlite://path` or `postgres://…`"))
}

pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

pub(super) fn folder(text: &str) -> Result<PathBuf, String> {
    let folder = PathBuf::from(text);
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(format!("is `{text}`, which is no folder: make it or remove the setting"))
    }
}

pub(super) fn keys(text: &str) -> Result<KeyRing, String> {
    KeyRing::parse(text)
        .map_err(|cause| format!("holds no usable keys ({cause}): give the content of a key file"))
}

pub(super) fn secret(text: &str) -> Result<Secret, String> {
    Ok(Secret::new(text))
}

pub(super) fn header(text: &str) -> Result<Secret, String> {
    let is_value = text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && text.trim() == text;
    if is_value {
        Ok(Secret::new(text))
    } else {
        Err("is not the value of a header: use visible ASCII only".to_owned())
    }
}

pub(super) fn net(text: &str) -> Result<IpNet, String> {
    let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    net.map_err(|_| format!("holds `{text}`, which is no address range: write it like `10.0.0.0/8`"))
}

pub(super) fn exception(text: &str) -> Result<Exception, String> {
    text.parse().map_err(|cause| format!("holds `{text}`, which {cause}: write it like `partner.example:80`"))
}

pub(super) fn smtp(text: &str) -> Result<Secret, String> {
    // The text may hold a password, so it is not repeated.
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host());
    url.map(|_| Secret::new(text))
        .ok_or_else(|| "is no address of a mail server: write it like `smtps://host:465`".to_owned())
}

pub(super) fn sender(text: &str) -> Result<String, String> {
    let is_line = !text.chars().any(char::is_control);
    let has_address = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if is_line && has_address { Ok(text.to_owned()) } else { Err("is no e-mail address".to_owned()) }
}

/// Directives of env_logger: levels, targets, `target=level`.
pub(super) fn log(text: &str) -> Result<String, String> {
    let directives = text.split_once('/').map_or(text, |(directives, _)| directives);
    for directive in directives.split(',') {
        if let Some((_, level)) = directive.split_once('=')
            && level.trim().parse::<log::LevelFilter>().is_err()
        {
            return Err(format!(
                "holds `{directive}`: a level is one of off, error, warn, info, debug, trace"
            ));
        }
    }
    Ok(text.to_owned())
}
