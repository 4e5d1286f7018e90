//! The addresses under which partners reach the store's Web API, and which of them a call was signed for.
//!
//! A client's word on its host is never believed beyond choosing among the configured addresses.

use super::route;
use crate::oauth1::{BadBaseUri, BaseUri};

#[cfg(test)]
mod tests;

/// Every configured address.
#[derive(Debug)]
pub struct Storefronts {
    /// The main one first.
    fronts: Vec<Front>,
    codes: Vec<String>,
}

#[derive(Debug)]
struct Front {
    /// The store's code; none for the main address.
    code: Option<String>,
    base: BaseUri,
}

/// The address that a proxy says it was called by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    /// Host, perhaps with a port.
    pub host: Option<&'a str>,
    /// `http` or `https`.
    pub scheme: Option<&'a str>,
}

/// A path below one or more of the addresses, which then differ in more than their path.
#[derive(Debug)]
pub struct Below<'s, 'p> {
    fronts: Vec<&'s Front>,
    /// The path behind the address.
    pub path: &'p str,
}

impl Storefronts {
    /// The main address, and each store's code and address.
    ///
    /// # Errors
    /// When one of them cannot be signed.
    pub fn new<'a>(
        main: &str,
        stores: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, BadBaseUri> {
        let mut fronts = vec![Front { code: None, base: BaseUri::parse(main)? }];
        for (code, address) in stores {
            fronts.push(Front { code: Some(code.to_owned()), base: BaseUri::parse(address)? });
        }
        let codes = fronts.iter().filter_map(|front| front.code.clone()).collect();
        Ok(Self { fronts, codes })
    }

    /// The codes of the stores.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// Takes a path apart into address and rest, byte for byte; none when it is below no address.
    pub fn below<'s, 'p>(&'s self, path: &'p str, told: Told<'_>) -> Option<Below<'s, 'p>> {
        let mut fronts: Vec<_> = self.fronts.iter().filter(|front| front.rest(path).is_some()).collect();
        told.narrow(&mut fronts);
        let longest = fronts.iter().map(|front| front.prefix().len()).max()?;
        fronts.retain(|front| front.prefix().len() == longest);
        let path = fronts.first()?.rest(path)?;
        Some(Below { fronts, path })
    }

    /// As [`Storefronts::below`], for a path from which a proxy may have taken that of the address away.
    pub fn below_or_at<'s, 'p>(&'s self, path: &'p str, told: Told<'_>) -> Below<'s, 'p> {
        self.below(path, told).unwrap_or_else(|| {
            let mut fronts: Vec<_> = self.fronts.iter().collect();
            told.narrow(&mut fronts);
            Below { fronts, path }
        })
    }

    /// Whether a path leads to the Web API, be it below an address or with the address's own path taken away.
    pub fn leads_to_api(&self, path: &str) -> bool {
        route::is_api(path) || self.fronts.iter().filter_map(|front| front.rest(path)).any(route::is_api)
    }

    /// The address that was signed, when `path` leads to that one of our own endpoints; none when it does not. Proxies
    /// differ in whether they take the path of the address away.
    pub fn leading_to(&self, endpoint: &str, path: &str, told: Told<'_>) -> Option<&BaseUri> {
        let leads = |front: &Front| front.rest(path) == Some(endpoint);
        let mut fronts: Vec<_> =
            self.fronts.iter().filter(|front| leads(front) || path == endpoint).collect();
        told.narrow(&mut fronts);
        prefer(&mut fronts, leads);
        fronts.first().map(|front| &front.base)
    }
}

impl Told<'_> {
    fn narrow(self, fronts: &mut Vec<&Front>) {
        if let Some(host) = self.host {
            prefer(fronts, |front| front.is_at(host));
        }
        if let Some(scheme) = self.scheme {
            prefer(fronts, |front| front.scheme().eq_ignore_ascii_case(scheme));
        }
    }
}

impl<'s> Below<'s, '_> {
    /// The address that was signed: that of the store which the rest of the path names, else the main one.
    pub fn base(&self, store: Option<&str>) -> Option<&'s BaseUri> {
        let named =
            store.and_then(|code| self.fronts.iter().find(|front| front.code.as_deref() == Some(code)));
        named.or(self.fronts.first()).map(|front| &front.base)
    }
}

impl Front {
    fn scheme(&self) -> &str {
        self.base.as_str().split("://").next().unwrap_or_default()
    }

    /// Scheme, host and port, and the path behind them.
    fn split(&self) -> (&str, &str) {
        let address = self.base.as_str();
        let host = address.find("://").map_or(0, |end| end + 3);
        let end = address[host..].find('/').map_or(address.len(), |slash| host + slash);
        address.split_at(end)
    }

    fn prefix(&self) -> &str {
        self.split().1
    }

    fn is_at(&self, host: &str) -> bool {
        // Read like a configured address, so that case and default port make no difference.
        let told = BaseUri::parse(&format!("{}://{host}", self.scheme()));
        told.is_ok_and(|told| told.as_str() == self.split().0)
    }

    fn rest<'p>(&self, path: &'p str) -> Option<&'p str> {
        let prefix = self.prefix();
        let rest = path.strip_prefix(prefix)?;
        (prefix.is_empty() || rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }
}

/// Keeps those that match, unless none does.
fn prefer(fronts: &mut Vec<&Front>, matches: impl Fn(&Front) -> bool) {
    if fronts.iter().any(|front| matches(front)) {
        fronts.retain(|front| matches(front));
    }
}
