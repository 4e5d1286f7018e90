//! What is wrong in a declaration: file, line, element, and what to do about it.

use std::fmt;

use super::integration::described;
use super::xml::Element;
use crate::domain::{Reason, acl, route};

/// So many characters of a text are repeated where it has no place.
const STRAY: usize = 40;

/// Something in a file that was left out, or that whoever wrote it should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was called when it was read.
    pub file: String,
    /// Counted from 1; 0 when it is about the whole file.
    pub line: usize,
    /// The element, with the name it carries: `<integration> "Acme"`. Empty when it is about the whole file.
    pub element: String,
    /// What is wrong, and the remedy.
    pub fault: Fault,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Something was left out for it.
    Error,
    /// Everything counts; somebody should look at it all the same.
    Warning,
}

/// What is wrong. The sentences name the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The operating system does not let us read it.
    #[error("cannot be read ({0}): let the account of the server read it")]
    Unreadable(String),
    /// Too many bytes.
    #[error("is larger than {0} bytes, and so was not read: split it into several files")]
    TooLarge(usize),
    /// Too many files.
    #[error("comes after the first {0} files, and so was not read: take away what is no declaration")]
    TooMany(usize),
    /// Another encoding.
    #[error("is not UTF-8: save it in that encoding")]
    NotUtf8,
    /// A document type, by which files pull in others and grow without end.
    #[error("has a DOCTYPE, which is never read: remove it")]
    Doctype,
    /// An entity that only a document type could define.
    #[error("uses the entity `&{0};`, which is not expanded: write the character itself")]
    Entity(String),
    /// Not XML.
    #[error("is not well-formed XML ({0}): correct it here, nothing of this file counts until then")]
    Xml(String),
    /// Elements in elements in elements.
    #[error("stands more than {0} elements deep: flatten it")]
    TooDeep(usize),
    /// No file of Magento that we know.
    #[error(
        "is none of the files that are read: give integration.xml, integration/config.xml, integration/api.xml, \
         acl.xml, webapi.xml or module.xml"
    )]
    Kind,
    /// Another root element than such a file has.
    #[error(
        "is <{found}>, but such a file begins with <{expected}>: rename the element, or move the file to where its kind belongs"
    )]
    Root {
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// An element that has no place there.
    #[error("has no place here: only {0} may stand here")]
    Element(&'static str),
    /// An attribute that the element does not have.
    #[error("has the attribute `{0}`, which it does not take: remove it")]
    Attribute(String),
    /// An attribute that it needs.
    #[error("lacks the attribute `{0}`: add it")]
    NoAttribute(&'static str),
    /// An attribute that is there already.
    #[error("has the attribute `{0}` a second time: remove one of the two")]
    AttributeTwice(String),
    /// A character that XML allows nowhere.
    #[error("holds the character U+{0:04X}, which XML forbids: remove it")]
    Character(u32),
    /// Text where only elements may stand.
    #[error("holds the text `{0}`, but may hold elements only: remove it, or make it a comment")]
    Stray(String),
    /// A name of one letter: ours may have that.
    #[error(
        "has a name of one letter, which Magento refuses: give it a longer one when it is for Magento, too"
    )]
    ShortName,
    /// Too long to be stored.
    #[error("has {0} of more than {1} characters: shorten it")]
    Long(&'static str, usize),
    /// Something that nobody sees.
    #[error("has {0} with a control character in it: remove that")]
    Control(&'static str),
    /// Who knows the file would know them.
    #[error("holds an address with a user name or password in it: remove those, they are never sent")]
    Credentials,
    /// Not encrypted.
    #[error(
        "holds a plain http address, which is refused unless the setting egress_allow names `{0}`: use https"
    )]
    PlainHttp(String),
    /// More than once where once is enough.
    #[error("stands here a second time: remove one of the two")]
    Twice,
    /// Two that differ in case only.
    #[error("is called like `{0}` but for upper and lower case, and only one of them can exist: rename one")]
    SameName(String),
    /// Not an e-mail address.
    #[error("holds `{0}`, which is no e-mail address: write it like `help@partner.example`")]
    Email(String),
    /// No e-mail address in any file.
    #[error("has no <email> in any file: add one")]
    NoEmail,
    /// Not an address.
    #[error("holds `{0}`, which is no address of the web: write it like `https://partner.example/callback`")]
    Url(String),
    /// No resource in a list of them.
    #[error("lists no <resource>: add one, or remove the element")]
    NoResource,
    /// Not the name of a resource.
    #[error("names `{0}`, which is no resource: write it like `Vendor_Module::name`")]
    Resource(String),
    /// Something inside an element that holds nothing else.
    #[error("holds other elements, but may hold text only: remove them")]
    NotText,
    /// The children of a legacy file have an order.
    #[error("stands after <{0}>, but the order is email, endpoint_url, identity_link_url: swap them")]
    Order(String),
    /// Resources for nobody.
    #[error(
        "lists resources in an api.xml, but no config.xml declares it: add it there, or use integration.xml"
    )]
    NoConfig,
    /// Modules that come after each other in a circle; they count in the order of their names.
    #[error("comes after itself by way of {0}: remove one <module> from a <sequence>")]
    Circle(String),
    /// A file of the old form.
    #[error("is of the old form, which is still read: move it to integration.xml")]
    Legacy,
    /// No such resource.
    #[error("names `{id}`, which is not known and grants nothing: {}", meant(.nearest.as_deref()))]
    Unknown {
        /// As written.
        id: String,
        /// Known ones with names like it, the nearest first; none when they were not sought.
        nearest: Option<Vec<String>>,
    },
    /// A resource that a declaration has taken away.
    #[error(
        "names `{id}`, which an acl.xml disables or leaves without a title, and so grants nothing: {}",
        meant(.nearest.as_deref())
    )]
    Disabled {
        /// As written.
        id: String,
        /// Known ones with names like it, the nearest first; none when they were not sought.
        nearest: Option<Vec<String>>,
    },
    /// A resource that has another name today.
    #[error("names `{id}`, which is called `{now}` today, and grants nothing: write that name")]
    Renamed {
        /// As written.
        id: String,
        /// What it is called.
        now: String,
    },
    /// A resource that does not fit into the tree.
    #[error("{fault}{}", remedy(.fault))]
    Tree {
        /// What is wrong.
        fault: acl::Fault,
    },
    /// A route that cannot be matched.
    #[error("{}{}", .0, remedy_of_route(.0))]
    Route(route::Fault),
}

fn meant(nearest: Option<&[String]>) -> String {
    match nearest {
        None => format!(
            "declare it in an acl.xml beside this file, or correct it (names like it are sought for the first {} only)",
            super::SOUGHT
        ),
        Some([]) => "declare it in an acl.xml beside this file, or remove it".to_owned(),
        Some(ids) => format!("perhaps {} is meant; otherwise declare it in an acl.xml", ids.join(" or ")),
    }
}

/// What to do about a resource that does not fit, where the tree's own words do not say it.
fn remedy(fault: &acl::Fault) -> &'static str {
    match fault {
        acl::Fault::Duplicate(_) => ": remove one of the two",
        acl::Fault::Rootless(_) => ": put it under `Magento_Backend::admin` or below",
        acl::Fault::SortOrder(_) => ": write one, or remove the attribute",
        acl::Fault::Id(_) => ": rename it",
        acl::Fault::Misplaced { .. } => ": put it under another one",
        _ => "",
    }
}

fn remedy_of_route(fault: &route::Fault) -> &'static str {
    match fault {
        route::Fault::Method(_) => ": write one of them",
        route::Fault::Address(_) => ": write it like that",
        route::Fault::Resource(_) => ": write it like `Vendor_Module::name`, or `anonymous` or `self`",
        _ => "",
    }
}

impl Fault {
    /// Why a value cannot be accepted, `what` being what it is called.
    pub(super) fn of(what: &'static str, value: &str, reason: Reason) -> Self {
        match reason {
            Reason::TooLong(most) => Self::Long(what, most),
            Reason::ControlCharacter => Self::Control(what),
            Reason::UrlWithCredentials => Self::Credentials,
            Reason::PlainHttp(place) => Self::PlainHttp(place),
            Reason::NotAnEmail => Self::Email(value.to_owned()),
            _ => Self::Url(value.to_owned()),
        }
    }

    /// Text in an element that may hold elements only, where it begins.
    pub(super) fn stray(file: &str, element: &Element) -> Option<Problem> {
        let text = element.trimmed();
        let mut excerpt: String = text.chars().take(STRAY).collect();
        if excerpt.len() < text.len() {
            excerpt.push('…');
        }
        let (described, _) = described(element);
        let (file, line) = (file.to_owned(), element.text_line);
        let fault = Self::Stray(excerpt.split_whitespace().collect::<Vec<_>>().join(" "));
        (!text.is_empty()).then_some(Problem { file, line, element: described, fault })
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Legacy
            | Self::Order(_)
            | Self::Circle(_)
            | Self::ShortName
            | Self::PlainHttp(_)
            | Self::Unknown { .. }
            | Self::Renamed { .. }
            | Self::Disabled { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl Problem {
    /// Whether it has to be mended: something of the file, or all of it, does not count.
    pub fn is_error(&self) -> bool {
        self.fault.severity() == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, element, fault } = self;
        let text = match (element.is_empty(), line) {
            (true, 0) => format!("{file}: the file {fault}"),
            (true, _) => format!("{file}, line {line}: the file {fault}"),
            (false, _) => format!("{file}, line {line}: {element} {fault}"),
        };
        // One line in every log, and nothing that a terminal would obey.
        formatter.write_str(&text.replace(char::is_control, "\u{fffd}"))
    }
}
