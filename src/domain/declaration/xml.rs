//! An XML document as a tree of elements that know their lines: only as much of XML as declarations need.
//!
//! Nothing is looked up and nothing is expanded: a document type is refused, so there are no entities but the five
//! that XML itself has. The depth is limited; the size is by who hands the text over. Whether a document is well-formed
//! is judged as strictly as Magento's own reader does: what [`quick_xml`] lets pass is refused by [`super::well_formed`].

use std::fmt;

use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, XmlVersion, escape};

use super::well_formed::{self, Misread};
use super::{Fault, Malformed};

/// Deeper than any permission tree, and far from where a recursion would end.
const MAX_DEPTH: usize = 64;

/// One element.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    /// Without those that only say which schema is meant.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// What processing instructions in it tell us: `<?latchkey …?>`. Other programs pass over them.
    pub(super) told: Vec<String>,
    /// Its own text, the parts between children joined.
    pub(super) text: String,
    /// Where its text begins, blanks left aside; 0 without any.
    pub(super) text_line: usize,
    /// Where it begins, counted from 1.
    pub(super) line: usize,
}

/// Where a document ends to be readable, and why.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) line: usize,
    /// The element that it is about, or that was open there; empty outside of all.
    pub(super) element: String,
    pub(super) fault: Fault,
}

impl Element {
    /// The value of an attribute, without blanks around it.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// Its text without blanks around it.
    pub(super) fn trimmed(&self) -> &str {
        self.text.trim()
    }

    /// The children of that name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Reads a document.
pub(super) fn parse(text: &str) -> Result<Element, Broken> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut document = Document { is_ascii: text.is_ascii(), open: Vec::new(), root: None };
    let (mut reader, mut lines) = (Reader::from_str(text), Lines { text, at: 0, line: 1 });
    let forbidden = well_formed::forbidden(text);
    loop {
        let is_start = reader.buffer_position() == 0;
        let began = lines.of(reader.buffer_position());
        let event = reader.read_event();
        if let Some((at, letter)) = forbidden.filter(|(at, _)| (*at as u64) < reader.buffer_position()) {
            let element = event.as_ref().ok().and_then(named).unwrap_or_else(|| document.place());
            return Err(Broken { line: lines.of(at as u64), element, fault: Fault::Character(letter) });
        }
        let event = match event {
            Ok(Event::Eof) => break,
            Ok(event) => event,
            Err(cause) => {
                let line = lines.of(reader.error_position());
                return Err(Broken { line, element: document.place(), fault: unparsed(cause) });
            }
        };
        let element = named(&event).unwrap_or_else(|| document.place());
        document.take(event, began, is_start).map_err(|Misread { below, fault }| Broken {
            line: began + below,
            element,
            fault,
        })?;
    }
    match (document.open.last(), document.root) {
        (Some(open), _) => {
            let fault = Fault::Xml(Malformed::Unclosed(open.name.clone()));
            Err(Broken { line: open.line, element: open.name.clone(), fault })
        }
        (None, Some(root)) => Ok(root),
        (None, None) => {
            let fault = Fault::Xml(Malformed::Empty);
            Err(Broken { line: 1, element: String::new(), fault })
        }
    }
}

/// The element that begins there.
fn named(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Start(start) | Event::Empty(start) => Some(start.name().into_inner().to_owned()),
        _ => None,
    }
}

/// What was read so far.
struct Document {
    /// Whether there is nothing but ASCII in all of it.
    is_ascii: bool,
    open: Vec<Element>,
    root: Option<Element>,
}

impl Document {
    fn place(&self) -> String {
        self.open.last().map(|element| element.name.clone()).unwrap_or_default()
    }

    fn take(&mut self, event: Event<'_>, line: usize, is_start: bool) -> Result<(), Misread> {
        match event {
            Event::Start(start) => {
                if self.open.len() >= MAX_DEPTH {
                    return Err(Fault::TooDeep(MAX_DEPTH).into());
                }
                self.open.push(element(&start, line)?);
            }
            Event::Empty(start) => {
                let element = element(&start, line)?;
                self.close(element)?;
            }
            Event::End(_) => {
                let element = self.open.pop().ok_or(Fault::Xml(Malformed::NothingOpen))?;
                self.close(element)?;
            }
            Event::Text(text) => self.plain(&text, line)?,
            Event::CData(text) => self.write(&text.xml10_content(), line)?,
            Event::GeneralRef(name) => {
                let letter = name.resolve_char_ref().map_err(unparsed)?;
                match (letter, escape::resolve_xml_entity(&name)) {
                    (Some(letter), _) if !well_formed::is_allowed(letter) => {
                        return Err(Fault::Character(letter).into());
                    }
                    (Some(letter), _) => self.write(letter.encode_utf8(&mut [0; 4]), line)?,
                    (None, Some(text)) => self.write(text, line)?,
                    (None, None) => return Err(Fault::Entity((*name).to_owned()).into()),
                }
            }
            Event::PI(instruction) => {
                well_formed::instruction(instruction.target())?;
                if let (Some(element), "latchkey") = (self.open.last_mut(), instruction.target()) {
                    element.told.push(instruction.content().trim().to_owned());
                }
            }
            Event::DocType(_) => return Err(Fault::Doctype.into()),
            Event::Comment(comment) => well_formed::comment(&comment)?,
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().transpose();
                let encoding = encoding.map_err(unparsed)?;
                let has_version = declaration.version().is_ok_and(|version| version.starts_with("1."));
                well_formed::declaration(is_start, has_version, encoding.as_deref(), self.is_ascii)?;
            }
            Event::Eof => {}
        }
        Ok(())
    }

    fn close(&mut self, element: Element) -> Result<(), Fault> {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None if self.root.is_none() => self.root = Some(element),
            None => return Err(Fault::Xml(Malformed::BesideRoot(element.name))),
        }
        Ok(())
    }

    /// Text between tags, in which nothing is escaped: outside of the root element there may be blanks.
    fn plain(&mut self, text: &BytesText<'_>, line: usize) -> Result<(), Misread> {
        well_formed::text(text)?;
        let text = text.xml10_content();
        if self.open.is_empty() && text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
            return Ok(());
        }
        self.write(&text, line)
    }

    fn write(&mut self, text: &str, line: usize) -> Result<(), Misread> {
        let blank = well_formed::lines(&text[..text.len() - text.trim_start().len()]);
        let Some(element) = self.open.last_mut() else {
            let fault = Fault::Xml(Malformed::TextOutside);
            return Err(Misread { below: blank, fault });
        };
        if element.text_line == 0 && !text.trim().is_empty() {
            element.text_line = line + blank;
        }
        element.text.push_str(text);
        Ok(())
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, Fault> {
    let mut element = Element { name: start.name().into_inner().to_owned(), line, ..Element::default() };
    well_formed::start(&element.name, start.attributes_raw())?;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|cause| match cause {
            AttrError::Duplicated(at, _) => Fault::AttributeTwice(well_formed::name_at(start, at)),
            cause => unparsed(cause),
        })?;
        let name = attribute.key.into_inner();
        well_formed::attribute(name, &attribute.value)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|cause| match entity(&attribute.value) {
            Some(name) => Fault::Entity(name),
            None => unparsed(cause),
        })?;
        if let Some((_, letter)) = well_formed::forbidden(&value) {
            return Err(Fault::Character(letter));
        }
        if name == "xmlns" || name.starts_with("xmlns:") || name.starts_with("xsi:") {
            continue;
        }
        element.attributes.push((name.to_owned(), value.into_owned()));
    }
    Ok(element)
}

/// What the parser says of a document that it cannot read.
fn unparsed(cause: impl fmt::Display) -> Fault {
    Fault::Xml(Malformed::Parser(cause.to_string()))
}

/// The first entity in a raw value that XML itself does not have.
fn entity(raw: &str) -> Option<String> {
    let names = raw.split('&').skip(1).filter_map(|rest| rest.split_once(';').map(|(name, _)| name));
    let mut others =
        names.filter(|name| !name.starts_with('#') && escape::resolve_xml_entity(name).is_none());
    others.next().map(str::to_owned)
}

/// Lines by position; positions must not fall.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, position: u64) -> usize {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..position).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = self.at.max(position);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (usize, String, Fault) {
        let Broken { line, element, fault } = parse(text).unwrap_err();
        (line, element, fault)
    }

    #[test]
    fn elements_know_their_lines_and_texts() {
        let root = parse(
            "<?xml version=\"1.0\"?>\n<!-- a -->\n<a xmlns:xsi=\"s\" xsi:x=\"y\" b=\" c&amp;d \">\n<e>1 &lt; 2<![CDATA[ & ]]>&#33;</e>\n<e/></a>\n",
        );
        let root = root.unwrap();
        assert_eq!((root.line, root.attributes.len(), root.attribute("b")), (3, 1, Some("c&d")));
        let children: Vec<_> = root.all("e").map(|child| (child.line, child.text.as_str())).collect();
        assert_eq!(children, [(4, "1 < 2 & !"), (5, "")]);
    }

    #[test]
    fn a_document_type_is_refused_and_no_entity_expanded() {
        let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY b \"cc\">]>\n<a>&b;</a>";
        assert_eq!(fault(bomb), (2, String::new(), Fault::Doctype));
        assert_eq!(fault("<a>\n&b;</a>"), (2, "a".to_owned(), Fault::Entity("b".to_owned())));
        assert_eq!(fault("<a>\n<b c=\"&d;\"/></a>"), (2, "b".to_owned(), Fault::Entity("d".to_owned())));
    }

    #[test]
    fn what_is_not_well_formed_is_told_with_its_line() {
        for (text, line) in [
            ("<a>\n<b>\n</a>", 3),
            ("<a>\n<b/>", 1),
            ("<a/>\n<b/>", 2),
            ("", 1),
            ("<a/>\ntext", 2),
            ("<a>\n<b c=d/></a>", 2),
            ("<a>\n<b c=\"1\"d=\"2\"/></a>", 2),
            ("<a>\n<b c=\"<\"/></a>", 2),
            ("<a>\n<b xmlns:x=\"<\"/></a>", 2),
            ("<a>\n<1/></a>", 2),
            ("<a>\n<b 1=\"\"/></a>", 2),
            ("<a>\n<b\"c\"/></a>", 2),
            ("<a><!-- a\n -- b --></a>", 2),
            ("<a>\n<!-- a ---></a>", 2),
            ("<a>\nb ]]> c</a>", 2),
            ("<a>\nb & c</a>", 2),
            ("<a>\n<b c=\"d & e\"/></a>", 2),
            ("<a/>\n<![CDATA[ ]]>", 2),
            ("<a/>\n&#32;", 2),
            ("\n<?xml version=\"1.0\"?><a/>", 2),
            ("<a>\n<?xml version=\"1.0\"?></a>", 2),
            ("<?xml version=\"9\"?><a/>", 1),
            ("<?xml encoding=\"UTF-8\"?>\n<a/>", 1),
            ("<a>\n<", 2),
        ] {
            let (at, _, fault) = fault(text);
            assert!(matches!(fault, Fault::Xml(_)), "{text}: {fault:?}");
            assert_eq!(at, line, "{text}: {fault:?}");
        }
    }

    #[test]
    fn characters_that_xml_forbids_are_told_wherever_they_stand() {
        for (text, line, element) in [
            ("<a>\n\u{0}</a>", 2, "a"),
            ("<a>\n<b>&#1;</b></a>", 2, "b"),
            ("<a>\n<b>&#xFFFF;</b></a>", 2, "b"),
            ("<a>\n<b c=\"&#x1;\"/></a>", 2, "b"),
            ("<a>\n<b c=\"\n\u{1}\"/></a>", 3, "b"),
            ("<a><!--\n\u{8}--></a>", 2, "a"),
            ("<a/>\n<!-- \u{fffe} -->", 2, ""),
            ("<a><![CDATA[\n\u{1b}]]></a>", 2, "a"),
        ] {
            let (at, named, fault) = fault(text);
            assert!(matches!(fault, Fault::Character(_)), "{text:?}: {fault:?}");
            assert_eq!((at, named.as_str()), (line, element), "{text:?}");
        }
        assert!(parse("<a b=\"\t\">\t\r\n\u{85}&#9;&#x10FFFF;</a>").is_ok());
    }

    #[test]
    fn a_repeated_attribute_is_told_with_its_name_and_element() {
        let (line, element, fault) = fault("<a>\n<b c=\"1\" other = '2' c = \"3\"/></a>");
        assert_eq!((line, element.as_str(), fault), (2, "b", Fault::AttributeTwice("c".to_owned())));
    }

    #[test]
    fn another_encoding_is_told_although_the_bytes_may_be_read() {
        let latin = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\u{e9}</a>";
        assert_eq!(fault(latin), (1, String::new(), Fault::NotUtf8));
        assert!(parse(&latin.replace('\u{e9}', "e")).is_ok(), "the bytes are the same in both");
        for known in ["UTF-8", "utf-8", "US-ASCII"] {
            assert!(parse(&latin.replace("ISO-8859-1", known)).is_ok(), "{known}");
        }
    }

    #[test]
    fn text_knows_where_it_begins() {
        let root = parse("<a>\n\n <b/>\n x<b>\n</b></a>").unwrap();
        assert_eq!((root.text_line, root.trimmed()), (4, "x"));
        assert_eq!(root.children[1].text_line, 0);
    }

    #[test]
    fn depth_has_a_limit() {
        let deep = "<a>".repeat(100_000);
        assert_eq!(fault(&deep).2, Fault::TooDeep(MAX_DEPTH));
    }
}
