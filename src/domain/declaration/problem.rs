//! What is wrong in a declaration: file, line and element. `crate::text::problem` has the words, and what to do about it.

use super::integration::described;
use super::xml::Element;
use crate::domain::{Field, Reason, acl, route};

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
    /// What is wrong.
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

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The operating system does not let us read it; in its words.
    Unreadable(String),
    /// A pipe, a device, or what else could keep us waiting.
    NotAFile,
    /// More than so many bytes.
    TooLarge(usize),
    /// One more than so many files.
    TooMany(usize),
    /// Another encoding.
    NotUtf8,
    /// A document type, by which files pull in others and grow without end.
    Doctype,
    /// An entity that only a document type could define.
    Entity(String),
    /// Not XML.
    Xml(Malformed),
    /// Elements in elements in elements, more than so many.
    TooDeep(usize),
    /// No file of Magento that we know.
    Kind,
    /// Another root element than such a file has.
    Root {
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// An element that has no place there; these have.
    Element(Vec<&'static str>),
    /// An attribute that the element does not have.
    Attribute(String),
    /// An attribute that it needs.
    NoAttribute(&'static str),
    /// An attribute that is there already.
    AttributeTwice(String),
    /// A character that XML allows nowhere.
    Character(char),
    /// Text where only elements may stand; its beginning.
    Stray(String),
    /// A name of one letter: ours may have that.
    ShortName,
    /// A value of more than so many characters.
    Long(Field, usize),
    /// A value with something in it that nobody sees.
    Control(Field),
    /// Who knows the file would know them.
    Credentials,
    /// Not encrypted; which exception would allow it.
    PlainHttp(String),
    /// More than once where once is enough.
    Twice,
    /// Called like another one but for upper and lower case.
    SameName(String),
    /// Not an e-mail address.
    Email(String),
    /// No e-mail address in any file.
    NoEmail,
    /// Not an address.
    Url(String),
    /// No resource in a list of them.
    NoResource,
    /// Not the name of a resource.
    Resource(String),
    /// Something inside an element that holds nothing else.
    NotText,
    /// The children of a legacy file have an order; the one that it may not come after.
    Order(String),
    /// Resources for nobody.
    NoConfig,
    /// Modules that come after each other in a circle, by way of these; they count in the order of their names.
    Circle(String),
    /// A file of the old form.
    Legacy,
    /// No such resource.
    Unknown {
        /// As written.
        id: String,
        /// Known ones with names like it, the nearest first; none when they were not sought.
        nearest: Option<Vec<String>>,
    },
    /// A resource that a declaration has taken away.
    Disabled {
        /// As written.
        id: String,
        /// Known ones with names like it, the nearest first; none when they were not sought.
        nearest: Option<Vec<String>>,
    },
    /// A resource that has another name today.
    Renamed {
        /// As written.
        id: String,
        /// What it is called.
        now: String,
    },
    /// A resource that does not fit into the tree.
    Tree(acl::Fault),
    /// A route that cannot be matched.
    Route(route::Fault),
}

/// Why a document is no well-formed XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// In the parser's words.
    Parser(String),
    /// There is no element.
    Empty,
    /// The element of that name is never closed.
    Unclosed(String),
    /// A tag closes what is not open.
    NothingOpen,
    /// The element of that name stands beside the root element.
    BesideRoot(String),
    /// There is text outside of the root element.
    TextOutside,
    /// `]]>` in a text.
    SectionEnd,
    /// `--` inside a comment.
    Dashes,
    /// An instruction without a name that it may have.
    Instruction,
    /// `<?xml` elsewhere than at the beginning.
    DeclarationPlace,
    /// `<?xml` without a version of XML 1.
    DeclarationVersion,
    /// An element cannot be called like this.
    ElementName(String),
    /// An attribute cannot be called like this.
    AttributeName(String),
    /// Two attributes without a blank between them.
    AttributesTogether,
    /// `<` in the attribute of that name.
    LessThan(String),
}

impl Fault {
    /// Why the value of a field cannot be accepted.
    pub(super) fn of(field: Field, value: &str, reason: Reason) -> Self {
        match reason {
            Reason::TooLong(most) => Self::Long(field, most),
            Reason::ControlCharacter => Self::Control(field),
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
