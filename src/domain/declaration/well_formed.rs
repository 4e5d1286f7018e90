//! What XML asks of a document and our reader of it does not: characters, names, attributes, comments, and the
//! declaration in front (XML 1.0, sections 2.2 to 3.1). Other readers refuse such a file, and so the extension would not
//! work there.

use super::{Fault, Malformed};

/// What is wrong, and how many lines below the beginning of what was read.
pub(super) struct Misread {
    pub(super) below: usize,
    pub(super) fault: Fault,
}

impl From<Fault> for Misread {
    fn from(fault: Fault) -> Self {
        Self { below: 0, fault }
    }
}

/// How many lines a text goes down.
pub(super) fn lines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// Whether a document may hold the character, be it as it is or by its number.
pub(super) fn is_allowed(letter: char) -> bool {
    match letter {
        '\t' | '\n' | '\r' => true,
        letter => letter >= ' ' && !matches!(letter, '\u{fffe}' | '\u{ffff}'),
    }
}

/// The first character that no document may hold, and where it stands.
pub(super) fn forbidden(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|(_, letter)| !is_allowed(*letter))
}

/// Text between tags.
pub(super) fn text(text: &str) -> Result<(), Misread> {
    match text.find("]]>") {
        Some(at) => Err(misread(&text[..at], Malformed::SectionEnd)),
        None => Ok(()),
    }
}

/// What stands between `<!--` and `-->`.
pub(super) fn comment(text: &str) -> Result<(), Misread> {
    let dashes = text.find("--").or_else(|| text.ends_with('-').then(|| text.len() - 1));
    match dashes {
        Some(at) => Err(misread(&text[..at], Malformed::Dashes)),
        None => Ok(()),
    }
}

/// What an instruction is for.
pub(super) fn instruction(target: &str) -> Result<(), Fault> {
    // With small letters it is the declaration in front of a document.
    if !is_name(target) || target.eq_ignore_ascii_case("xml") {
        return Err(Fault::Xml(Malformed::Instruction));
    }
    Ok(())
}

/// The declaration in front of a document, by where it stands and what it says. Where there is nothing but ASCII, an
/// encoding that extends ASCII says the same.
pub(super) fn declaration(
    is_start: bool,
    has_version: bool,
    encoding: Option<&str>,
    is_ascii: bool,
) -> Result<(), Fault> {
    if !is_start {
        return Err(Fault::Xml(Malformed::DeclarationPlace));
    }
    if !has_version {
        return Err(Fault::Xml(Malformed::DeclarationVersion));
    }
    let encoding = encoding.unwrap_or("utf-8").to_ascii_lowercase();
    let extends_ascii = || ["iso-8859-", "windows-125"].iter().any(|family| encoding.starts_with(family));
    match encoding.as_str() {
        "utf-8" | "us-ascii" | "ascii" => Ok(()),
        _ if is_ascii && extends_ascii() => Ok(()),
        _ => Err(Fault::NotUtf8),
    }
}

/// The name of an element, and whether its attributes stand apart.
pub(super) fn start(name: &str, attributes: &str) -> Result<(), Fault> {
    if !is_name(name) {
        return Err(Fault::Xml(Malformed::ElementName(name.to_owned())));
    }
    let (mut quote, mut is_value_over) = (None, false);
    for letter in attributes.chars() {
        if is_value_over && !letter.is_ascii_whitespace() {
            return Err(Fault::Xml(Malformed::AttributesTogether));
        }
        is_value_over = quote == Some(letter);
        quote = match quote {
            Some(_) if is_value_over => None,
            None if matches!(letter, '"' | '\'') => Some(letter),
            quote => quote,
        };
    }
    Ok(())
}

/// The name of an attribute, and its value as it was written.
pub(super) fn attribute(name: &str, value: &str) -> Result<(), Fault> {
    if !is_name(name) {
        return Err(Fault::Xml(Malformed::AttributeName(name.to_owned())));
    }
    if value.contains('<') {
        return Err(Fault::Xml(Malformed::LessThan(name.to_owned())));
    }
    Ok(())
}

/// The name that begins there in a tag.
pub(super) fn name_at(tag: &str, at: usize) -> String {
    let rest = tag.get(at..).unwrap_or_default();
    rest.split(|letter: char| letter == '=' || letter.is_whitespace()).next().unwrap_or_default().to_owned()
}

fn is_name(text: &str) -> bool {
    let is_first = |letter: char| letter.is_alphabetic() || matches!(letter, '_' | ':');
    let is_other =
        |letter: char| is_first(letter) || letter.is_numeric() || matches!(letter, '-' | '.' | '·');
    text.starts_with(is_first) && text.chars().all(is_other)
}

fn misread(before: &str, what: Malformed) -> Misread {
    Misread { below: lines(before), fault: Fault::Xml(what) }
}
