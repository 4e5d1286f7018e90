use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::declarations;

#[test]
fn every_line_names_file_line_and_element_and_says_what_to_do() {
    let broken = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/declarations/broken");
    let problems = &declarations::load(Some(&broken)).declared.unwrap().problems;
    let lines: Vec<String> = problems.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "acl/8-tree.xml, line 7: <resource> `Magento_Catalog::catalog` belongs under `Magento_Backend::admin`, not under `Magento_Sales::sales`: move it and all below it there",
            "acl/8-tree.xml, line 11: <resource> `Acme_Base::acme` is declared nowhere else and has no title: add one",
            r#"acl/8-tree.xml, line 15: <resource> "acme_bad" `acme_bad` is not a resource id (Vendor_Module::name): rename it"#,
            "integration/1-fine.xml, line 6: <resource> names `Magento_Catalog::product`, which is not known and grants nothing: perhaps Magento_Catalog::products is meant; otherwise declare it in an acl.xml",
            r#"integration/10-text.xml, line 5: <integration> "Text" holds the text `stray`, but may hold elements only: remove it, or make it a comment"#,
            "integration/11-character.xml, line 3: <integration> holds the character U+0001, which XML forbids: remove it",
            "integration/2-unclosed.xml, line 5: <integration> is not well-formed XML (ill-formed document: expected `</integration>`, but `</config>` was found): correct it here, nothing of this file counts until then",
            "integration/3-doctype.xml, line 2: the file has a DOCTYPE, which is never read: remove it",
            "integration/4-values.xml, line 4: <email> holds `not an address`, which is no e-mail address: write it like `help@partner.example`",
            "integration/4-values.xml, line 5: <endpoint_url> holds `x`, which is no address of the web: write it like `https://partner.example/callback`",
            r#"integration/5-unknown.xml, line 3: <integration> "Unknown" has the attribute `status`, which it does not take: remove it"#,
            "integration/5-unknown.xml, line 5: <secret> has no place here: only email, endpoint_url, identity_link_url and resources may stand here",
            "integration/6-nameless.xml, line 3: <integration> lacks the attribute `name`: add it",
            r#"integration/7-resources.xml, line 6: <resource> "catalog" names `catalog`, which is no resource: write it like `Vendor_Module::name`"#,
            "integration/7-resources.xml, line 10: <resources> lists no <resource>: add one, or remove the element",
            r#"webapi/9-routes.xml, line 6: <route> "/V1/bad/things" `PATCH` is not GET, POST, PUT or DELETE: write one of them"#,
            r#"webapi/9-routes.xml, line 9: <route> "bad" `bad` is not an address such as /V1/products/:sku: write it like that"#,
            r#"webapi/9-routes.xml, line 12: <route> "/V1/open/things" names no resource: add one, or `anonymous` when everybody may call it"#,
        ]
    );
}

#[test]
fn a_whole_file_has_no_line_and_what_a_terminal_would_obey_is_not_repeated() {
    let told = |at: usize, element: &str, fault: Fault| {
        line(&Problem { file: "a.xml".to_owned(), line: at, element: element.to_owned(), fault })
    };
    assert_eq!(
        told(0, "", Fault::TooLarge(1_048_576)),
        "a.xml: the file is larger than 1048576 bytes, and so was not read: split it into several files"
    );
    assert_eq!(told(1, "", Fault::NotUtf8), "a.xml, line 1: the file is not UTF-8: save it in that encoding");
    let name = "\u{1b}[2J\n".to_owned();
    assert!(told(3, "<a> \"\t\"", Fault::Attribute(name)).starts_with(
        "a.xml, line 3: <a> \"\u{fffd}\" has the attribute `\u{fffd}[2J\u{fffd}`, which it does not take"
    ));
}

#[test]
fn every_sentence_is_in_the_catalogue_and_names_what_it_is_about() {
    let sentences: Vec<String> = one_of_each().iter().map(sentence).collect();
    for sentence in &sentences {
        let is_filled = !sentence.contains(['{', '}', '$']) && !sentence.starts_with("problem-");
        assert!(is_filled, "{sentence}");
    }
    let distinct: BTreeSet<&String> = sentences.iter().collect();
    assert_eq!(distinct.len(), sentences.len());
    // None is forgotten here: each text of the catalogue is a part of some sentence.
    let of_lines = ["of-file", "of-line", "of-element"].map(|name| format!("problem-{name} "));
    let texts = text::ENGLISH.lines().filter(|text| text.starts_with("problem-"));
    for text in texts.filter(|text| !of_lines.iter().any(|key| text.starts_with(key))) {
        let words = text.split_once(" = ").unwrap().1.split(['{', '}']).step_by(2);
        let longest = words.max_by_key(|words| words.len()).unwrap();
        assert!(sentences.iter().any(|sentence| sentence.contains(longest)), "{text}");
    }
}

fn one_of_each() -> Vec<Fault> {
    let name = || "Acme_Sync::sync".to_owned();
    let id = name;
    let nearest = || Some(vec![name(), "Acme_Base::base".to_owned()]);
    let tree = [
        acl::Fault::Columns(3),
        acl::Fault::Id(id()),
        acl::Fault::Title(name()),
        acl::Fault::SortOrder(name()),
        acl::Fault::Duplicate(id()),
        acl::Fault::Rootless(id()),
        acl::Fault::Misplaced { id: id(), parent: name() },
        acl::Fault::Elsewhere { id: id(), known: Some(name()), found: None },
        acl::Fault::Untitled(id()),
        acl::Fault::Disabled(name()),
        acl::Fault::RootDisabled(id()),
    ];
    let routes = [
        route::Fault::Columns(3),
        route::Fault::Method(name()),
        route::Fault::Address(name()),
        route::Fault::Resource(name()),
        route::Fault::NoResource,
    ];
    let malformed = [
        Malformed::Parser("in its own words".to_owned()),
        Malformed::Empty,
        Malformed::Unclosed(name()),
        Malformed::NothingOpen,
        Malformed::BesideRoot(name()),
        Malformed::TextOutside,
        Malformed::SectionEnd,
        Malformed::Dashes,
        Malformed::Instruction,
        Malformed::DeclarationPlace,
        Malformed::DeclarationVersion,
        Malformed::ElementName(name()),
        Malformed::AttributeName(name()),
        Malformed::AttributesTogether,
        Malformed::LessThan(name()),
    ];
    let mut faults = vec![
        Fault::Unreadable(name()),
        Fault::NotAFile,
        Fault::TooLarge(7),
        Fault::TooMany(7),
        Fault::NotUtf8,
        Fault::Doctype,
        Fault::Entity(name()),
        Fault::TooDeep(7),
        Fault::Kind,
        Fault::Root { expected: "config", found: name() },
        Fault::Element(vec!["a"]),
        Fault::Element(vec!["a", "b", "c"]),
        Fault::Attribute(name()),
        Fault::NoAttribute("name"),
        Fault::AttributeTwice(name()),
        Fault::Character('\u{1}'),
        Fault::Stray(name()),
        Fault::ShortName,
        Fault::Long(Field::Name, 7),
        Fault::Long(Field::IdentityLinkUrl, 7),
        Fault::Control(Field::Email),
        Fault::Credentials,
        Fault::PlainHttp(name()),
        Fault::Twice,
        Fault::SameName(name()),
        Fault::Email(name()),
        Fault::NoEmail,
        Fault::Url(name()),
        Fault::NoResource,
        Fault::Resource(name()),
        Fault::NotText,
        Fault::Order(name()),
        Fault::NoConfig,
        Fault::Circle(name()),
        Fault::Legacy,
        Fault::Unknown { id: id(), nearest: nearest() },
        Fault::Unknown { id: id(), nearest: None },
        Fault::Disabled { id: id(), nearest: Some(Vec::new()) },
        Fault::Renamed { id: id(), now: name() },
    ];
    faults.extend(tree.map(Fault::Tree));
    faults.extend(routes.map(Fault::Route));
    faults.extend(malformed.map(Fault::Xml));
    faults
}
