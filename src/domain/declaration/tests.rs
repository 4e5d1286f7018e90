//! The fixtures of `tests/declarations`, and what must hold for any files, tried on random ones.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::*;
use crate::domain::acl::{ADMIN, NodeIndex};
use crate::domain::permission::Grants;
use crate::entropy::{Entropy as _, SeededEntropy};

/// The files of a folder of fixtures.
fn fixture(name: &str) -> Declarations {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/declarations").join(name);
    let (mut folders, mut files) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.push(File { path: below, content: Ok(fs::read(&path).unwrap()) });
            }
        }
    }
    read(files)
}

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), content: Ok(text.as_bytes().to_vec()) }
}

fn told(declarations: &Declarations) -> Vec<String> {
    declarations.problems.iter().map(ToString::to_string).collect()
}

fn listed(declared: &Declared) -> Vec<&str> {
    declared.listed.iter().map(|listed| listed.id.as_str()).collect()
}

#[test]
fn a_single_file_of_an_extension_is_read_as_it_is() {
    let declarations = fixture("single");
    assert_eq!(told(&declarations), [""; 0]);
    let [acme] = &declarations.integrations[..] else { panic!("{declarations:?}") };
    assert_eq!((acme.name.as_str(), acme.email.as_str()), ("Acme Sync", "sync@acme.example"));
    assert_eq!(acme.endpoint.as_deref(), Some("https://acme.example/callback"));
    assert_eq!(acme.identity_link_url.as_deref(), Some("https://acme.example/login"));
    assert_eq!(listed(acme), ["Magento_Sales::capture", "Magento_Catalog::products"]);
    assert_eq!(acme.sources, [Source { file: "integration/Acme_Sync.xml".to_owned(), line: 5 }]);
    assert!(!declarations.extends);
}

#[test]
fn declared_integrations_receive_the_ancestors_of_what_they_list() {
    let declarations = fixture("single");
    let acme = &declarations.integrations[0];
    assert_eq!(
        acme.grants(&declarations.tree).ids(&declarations.tree),
        [
            ADMIN,
            "Magento_Sales::sales",
            "Magento_Sales::sales_operation",
            "Magento_Sales::sales_order",
            "Magento_Sales::actions",
            "Magento_Sales::capture",
            "Magento_Catalog::catalog",
            "Magento_Catalog::catalog_inventory",
            "Magento_Catalog::products",
        ]
    );
}

#[test]
fn three_modules_merge_in_the_order_of_their_sequence() {
    let declarations = fixture("merged");
    assert_eq!(told(&declarations), [""; 0]);
    let [acme, reports] = &declarations.integrations[..] else { panic!("{declarations:?}") };
    assert_eq!((acme.name.as_str(), reports.name.as_str()), ("Acme", "Acme Reports"));
    // Acme_Extra asks to come after Acme_Sync, though its name comes before.
    assert_eq!(acme.email, "last@acme.example");
    assert_eq!(acme.endpoint.as_deref(), Some("https://acme.example/callback"));
    assert_eq!(
        listed(acme),
        ["Acme_Base::stock", "Magento_Catalog::products", "Magento_Sales::actions_view", "Acme_Base::prices"]
    );
    let files: Vec<&str> = acme.sources.iter().map(|source| source.file.as_str()).collect();
    assert_eq!(
        files,
        ["Acme_Base/etc/integration.xml", "Acme_Sync/etc/integration.xml", "Acme_Extra/etc/integration.xml"]
    );
}

#[test]
fn declared_resources_hang_in_the_tree_and_declared_routes_ask_for_them() {
    let Declarations { tree, routes, extends, .. } = fixture("merged");
    assert!(extends);
    let acme = tree.find("Acme_Base::acme").unwrap();
    assert_eq!(tree.node(acme).parent, Some(NodeIndex::ADMIN));
    let below: Vec<(&str, &str)> =
        tree.children(acme).map(|node| (node.id.as_str(), node.title.as_str())).collect();
    // The order, where nobody gives one, is 0; a later title counts instead of an earlier one.
    assert_eq!(
        below,
        [("Acme_Sync::log", "Log"), ("Acme_Base::prices", "Prices"), ("Acme_Base::stock", "Stock")]
    );
    let found = routes.find("POST", b"/rest/V1/acme/prices", &["default"]).unwrap();
    let names: Vec<&str> = found.route.names().collect();
    assert_eq!(names, ["Acme_Base::prices", "Magento_Catalog::products"]);
    assert_eq!(found.route.module, "Acme_Base");
    // What the program carries is still there.
    assert!(routes.find("GET", b"/rest/V1/products/24-MB01", &["default"]).is_ok());
    assert!(tree.find("Magento_Catalog::products").is_some());
}

#[test]
fn legacy_files_are_read_and_their_lists_taken_literally() {
    let declarations = fixture("legacy");
    let [old] = &declarations.integrations[..] else { panic!("{declarations:?}") };
    assert!(old.is_exact);
    assert_eq!((old.name.as_str(), old.email.as_str()), ("Acme Old", "old@acme.example"));
    let grants = old.grants(&declarations.tree);
    assert_eq!(grants.ids(&declarations.tree), [ADMIN, "Magento_Sales::actions", "Magento_Sales::capture"]);
    assert!(declarations.problems.iter().all(|problem| problem.fault == Fault::Legacy));
    assert_eq!(declarations.problems.len(), 2);
}

#[test]
fn an_entry_of_integration_xml_counts_instead_of_a_legacy_one_of_that_name() {
    let legacy =
        r#"<integrations><integration name="Acme"><email>old@a.example</email></integration></integrations>"#;
    let api = r#"<integrations><integration name="Acme"><resources><resource name="Magento_Sales::sales"/></resources></integration></integrations>"#;
    let today = r#"<config><integration name="Acme"><email>new@a.example</email></integration></config>"#;
    let declarations = read(vec![
        file("A/integration.xml", today),
        file("Z/integration/config.xml", legacy),
        file("Z/integration/api.xml", api),
    ]);
    let [acme] = &declarations.integrations[..] else { panic!("{declarations:?}") };
    assert_eq!((acme.email.as_str(), listed(acme).len()), ("new@a.example", 0));
}

#[test]
fn eleven_broken_files_are_told_and_hide_nothing() {
    let declarations = fixture("broken");
    let names: Vec<&str> = declarations.integrations.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Fine"]);
    let mut held = declarations.held.clone();
    held.sort();
    assert_eq!(held, ["No Email", "Resources", "Text", "Unknown", "Values"]);
    assert_eq!(
        declarations.unreadable,
        [
            "integration/11-character.xml",
            "integration/2-unclosed.xml",
            "integration/3-doctype.xml",
            "integration/6-nameless.xml"
        ]
    );
    assert!(declarations.tree.contains("Acme_Good::good"));
    for gone in ["Acme_Lost::below", "Acme_Base::stock", "Acme_Base::acme"] {
        assert!(!declarations.tree.contains(gone), "{gone}");
    }
    assert!(
        declarations.tree.contains("Magento_Catalog::catalog"),
        "the misplaced one stays where it belongs"
    );
    assert!(declarations.routes.find("GET", b"/rest/V1/good/things", &["default"]).is_ok());
    let told = told(&declarations);
    for (wanted, remedy) in [
        (
            "acl/8-tree.xml, line 7: <resource> `Magento_Catalog::catalog` belongs under `Magento_Backend::admin`",
            "move it",
        ),
        (
            "acl/8-tree.xml, line 11: <resource> `Acme_Base::acme` is declared nowhere else and has no title",
            "add one",
        ),
        (
            "acl/8-tree.xml, line 15: <resource> \"acme_bad\" `acme_bad` is not a resource id",
            "Vendor_Module::name",
        ),
        (
            "integration/1-fine.xml, line 6: <resource> names `Magento_Catalog::product`",
            "Magento_Catalog::products",
        ),
        ("integration/10-text.xml, line 5: <integration> \"Text\" holds the text `stray`", "remove it"),
        ("integration/11-character.xml, line 3: <integration> holds the character U+0001", "remove it"),
        ("integration/2-unclosed.xml, line 5: <integration> is not well-formed XML", "correct it here"),
        ("integration/3-doctype.xml, line 2: the file has a DOCTYPE", "remove it"),
        ("integration/4-values.xml, line 4: <email> holds `not an address`", "help@partner.example"),
        ("integration/4-values.xml, line 5: <endpoint_url> holds `x`", "https://partner.example"),
        (
            "integration/5-unknown.xml, line 3: <integration> \"Unknown\" has the attribute `status`",
            "remove it",
        ),
        ("integration/5-unknown.xml, line 5: <secret> has no place here", "email, endpoint_url"),
        ("integration/6-nameless.xml, line 3: <integration> lacks the attribute `name`", "add it"),
        (
            "integration/7-resources.xml, line 6: <resource> \"catalog\" names `catalog`",
            "Vendor_Module::name",
        ),
        ("integration/7-resources.xml, line 10: <resources> lists no <resource>", "add one"),
        (
            "webapi/9-routes.xml, line 6: <route> \"/V1/bad/things\" `PATCH` is not GET, POST, PUT or DELETE",
            "GET",
        ),
        ("webapi/9-routes.xml, line 9: <route> \"bad\" `bad` is not an address", "/V1/products"),
        ("webapi/9-routes.xml, line 12: <route> \"/V1/open/things\" names no resource", "anonymous"),
    ] {
        assert!(
            told.iter().any(|line| line.starts_with(wanted) && line.contains(remedy)),
            "{wanted} … {remedy}\nis not among\n{}",
            told.join("\n")
        );
    }
}

#[test]
fn what_is_too_large_or_no_text_is_told_and_hides_nothing() {
    let fine = r#"<config><integration name="Fine"><email>a@b.example</email></integration></config>"#;
    let declarations = read(vec![
        file("integration/fine.xml", fine),
        file("integration/large.xml", &" ".repeat(MAX_BYTES + 1)),
        File { path: "integration/latin.xml".to_owned(), content: Ok(vec![b'<', 0xe9, b'>']) },
        File { path: "integration/lost.xml".to_owned(), content: Err(Fault::Unreadable("gone".to_owned())) },
        file("integration/page.xml", "<html/>"),
    ]);
    assert_eq!(declarations.integrations.len(), 1);
    let faults: Vec<&Fault> = declarations.problems.iter().map(|problem| &problem.fault).collect();
    assert_eq!(
        faults,
        [
            &Fault::TooLarge(MAX_BYTES),
            &Fault::NotUtf8,
            &Fault::Unreadable("gone".to_owned()),
            &Fault::Root { expected: "config", found: "html".to_owned() },
        ]
    );
    assert_eq!(declarations.unreadable.len(), 4);
    let told = told(&declarations);
    assert!(told[0].starts_with("integration/large.xml: the file is larger than"), "{told:?}");
    assert!(told[1].starts_with("integration/latin.xml, line 1: the file is not UTF-8"), "{told:?}");
    assert!(told[2].starts_with("integration/lost.xml: the file cannot be read"), "{told:?}");
    assert!(told[3].starts_with("integration/page.xml, line 1: <html>"), "{told:?}");
    assert!(told.iter().all(|line| !line.contains("line 0")), "{told:?}");
}

#[test]
fn text_beside_elements_is_told_in_every_kind_of_file_where_it_begins() {
    let declarations = read(vec![
        file(
            "integration/a.xml",
            "<config>\n<integration name=\"Acme\">\n\nhere<email>a@b.example</email></integration></config>",
        ),
        file(
            "integration/b.xml",
            "<config>\nthere\n<integration name=\"Beta\"><email>a@b.example</email><resources>x<resource name=\"Magento_Sales::sales\">fine</resource></resources></integration></config>",
        ),
        file(
            "acl/a.xml",
            "<config><acl><resources><resource id=\"Magento_Backend::admin\">\ntext</resource></resources></acl></config>",
        ),
        file(
            "webapi/a.xml",
            "<routes><route method=\"GET\" url=\"/V1/a\">\na<resources>\nb<resource ref=\"anonymous\">\nc</resource></resources></route></routes>",
        ),
        file("module/a.xml", "<config>\n<module name=\"A_A\">x</module></config>"),
    ]);
    let told: Vec<String> = declarations
        .problems
        .iter()
        .map(|it| format!("{}:{} {} {:?}", it.file, it.line, it.element, it.fault))
        .collect();
    assert_eq!(
        told,
        [
            "acl/a.xml:2 <resource> \"Magento_Backend::admin\" Stray(\"text\")",
            "integration/a.xml:4 <integration> \"Acme\" Stray(\"here\")",
            "integration/b.xml:2 <config> Stray(\"there\")",
            "integration/b.xml:3 <resources> Stray(\"x\")",
            "module/a.xml:2 <module> \"A_A\" Stray(\"x\")",
            "webapi/a.xml:2 <route> \"/V1/a\" Stray(\"a\")",
            "webapi/a.xml:3 <resources> Stray(\"b\")",
            "webapi/a.xml:4 <resource> \"anonymous\" Stray(\"c\")",
        ]
    );
    assert!(
        declarations
            .problems
            .iter()
            .all(|problem| problem.is_error() && problem.to_string().contains("remove it"))
    );
    // What has text in it stays as it is; whose the text at the top is, nobody knows.
    assert_eq!(
        (declarations.held, declarations.unreadable),
        (vec!["Acme".to_owned(), "Beta".to_owned()], vec!["integration/b.xml".to_owned()])
    );
}

#[test]
fn a_name_of_one_letter_counts_and_is_told_for_magentos_sake() {
    let declarations = read(vec![file(
        "integration/a.xml",
        "<config><integration name=\"X\"><email>a@b.example</email></integration></config>",
    )]);
    assert_eq!(declarations.integrations[0].name, "X");
    let [problem] = &declarations.problems[..] else { panic!("{declarations:?}") };
    assert!(problem.fault == Fault::ShortName && !problem.is_error());
}

#[test]
fn the_root_alone_is_held_when_an_exact_list_names_it() {
    let held = |told: &str| {
        let text = format!(
            "<config><integration name=\"Acme\"><email>a@b.example</email><resources>{told}<resource name=\"{ADMIN}\"/></resources></integration></config>"
        );
        let read = read(vec![file("integration/a.xml", &text)]);
        read.integrations[0].grants(&read.tree)
    };
    assert!(held("").is_nothing(), "as in Magento");
    assert_eq!(held("<?latchkey exact?>").ids(Tree::builtin()), [ADMIN]);
}

#[test]
fn names_of_yesterday_are_told_with_those_of_today_and_so_many_unknown_ones_with_the_nearest() {
    let ids = (0..SOUGHT + 5).map(|number| format!("Magento_Catalog::product_{number}"));
    let each: String = ids
        .chain(["Magento_Backend::trans_email".to_owned(), "Magento_Catalog::product_0 ".to_owned()])
        .map(|id| format!("<resource name=\"{id}\"/>"))
        .collect();
    let text = |name: &str| {
        format!("<integration name=\"{name}\"><email>a@b.example</email><resources>{each}</resources></integration>")
            .replace("<resource name=\"Magento_Catalog::product_0 \"/>", "")
    };
    let told = told(&read(vec![file(
        "integration/a.xml",
        &format!("<config>{}{}</config>", text("A1"), text("A2")),
    )]));
    let count = |part: &str| told.iter().filter(|line| line.contains(part)).count();
    assert_eq!(count("perhaps Magento_Catalog::products is meant"), 2 * SOUGHT, "{told:?}");
    assert_eq!(count("sought for the first 50 only"), 2 * 5);
    assert_eq!(count("which is called `Magento_Config::trans_email` today"), 2);
}

#[test]
fn a_disabled_resource_vanishes_with_all_below_and_is_told_where_it_is_named() {
    let acl = r#"<config><acl><resources><resource id="Magento_Backend::admin"><resource id="Magento_Catalog::catalog" disabled="true"/></resource></resources></acl></config>"#;
    let integration = r#"<config><integration name="Acme"><email>a@b.example</email><resources><resource name="Magento_Catalog::products"/></resources></integration></config>"#;
    let declarations = read(vec![file("acl/a.xml", acl), file("integration/a.xml", integration)]);
    assert!(!declarations.tree.contains("Magento_Catalog::products"));
    assert!(matches!(declarations.problems[0].fault, Fault::Disabled { .. }), "{declarations:?}");
    assert!(declarations.integrations[0].grants(&declarations.tree).is_nothing());
}

#[test]
fn a_list_may_say_that_it_is_exact_and_one_file_that_does_not_makes_it_inexact() {
    let text = |told: &str, id: &str| {
        format!(
            r#"<config><integration name="Acme"><email>a@b.example</email><resources>{told}<resource name="{id}"/></resources></integration></config>"#
        )
    };
    let one = text("<?latchkey exact?>", "Magento_Catalog::products");
    let alone = read(vec![file("integration/a.xml", &one)]);
    let held = alone.integrations[0].grants(&alone.tree);
    assert_eq!(held.ids(&alone.tree), [ADMIN, "Magento_Catalog::products"]);
    let other = text("<?other exact?>", "Magento_Sales::sales");
    let both = read(vec![file("integration/a.xml", &one), file("integration/b.xml", &other)]);
    assert!(both.integrations[0].grants(&both.tree).allows_id(&both.tree, "Magento_Catalog::catalog"));
}

#[test]
fn our_own_rights_are_no_resources_of_integrations() {
    let text = r#"<config><integration name="Acme"><email>a@b.example</email><resources><resource name="Latchkey_Integration::reveal"/></resources></integration></config>"#;
    let declarations = read(vec![file("integration/a.xml", text)]);
    assert!(matches!(declarations.problems[0].fault, Fault::Unknown { .. }));
    assert!(declarations.integrations[0].grants(&declarations.tree).is_nothing());
}

#[test]
fn modules_in_a_circle_count_by_name_and_are_told() {
    let module = |name: &str, after: &str| {
        format!(
            r#"<config><module name="{name}"><sequence><module name="{after}"/></sequence></module></config>"#
        )
    };
    let email = |email: &str| {
        format!(r#"<config><integration name="Acme"><email>{email}</email></integration></config>"#)
    };
    let declarations = read(vec![
        file("A/module.xml", &module("A_A", "B_B")),
        file("B/module.xml", &module("B_B", "A_A")),
        file("A/integration.xml", &email("a@a.example")),
        file("B/integration.xml", &email("b@b.example")),
    ]);
    assert_eq!(declarations.integrations[0].email, "b@b.example");
    assert_eq!(told(&declarations).len(), 1);
    assert!(matches!(declarations.problems[0].fault, Fault::Circle(_)));
}

/// Random files that declare a few integrations, in the plain form that the properties below know.
#[derive(Debug, Clone)]
struct Random {
    files: Vec<Vec<Written>>,
}

/// What one file says of one integration: name, e-mail address, callback URL, resources.
type Written = (String, Option<String>, Option<String>, Vec<String>);

/// What all files together say of one integration: e-mail address, callback URL, resources.
type Merged = (Option<String>, Option<String>, Vec<String>);

/// An integration as it comes out: name, e-mail address, callback URL, resources.
type Plain = (String, String, Option<String>, Vec<String>);

const RESOURCES: [&str; 6] = [
    "Magento_Catalog::products",
    "Magento_Sales::sales",
    "Magento_Sales::capture",
    "Magento_Customer::customer",
    "Magento_Cart::cart",
    "Magento_Reports::report",
];

impl Random {
    fn draw(seed: u64) -> Self {
        let entropy = SeededEntropy::new(seed);
        let below = |most: u64| {
            let mut bytes = [0; 8];
            entropy.fill(&mut bytes);
            u64::from_be_bytes(bytes) % most
        };
        let mut files = Vec::new();
        for file in 0..1 + below(4) {
            let mut integrations: Vec<Written> = Vec::new();
            for _ in 0..1 + below(4) {
                let name = format!("Integration {}", below(4));
                if integrations.iter().any(|(known, ..)| *known == name) {
                    continue;
                }
                // Every first file gives an e-mail address, so that nothing is left out for the lack of one.
                let email = (file == 0 || below(2) == 0).then(|| format!("m{}@a.example", below(1_000)));
                let url = (below(2) == 0).then(|| format!("https://a.example/{}", below(1_000)));
                let mut resources: Vec<String> = Vec::new();
                for _ in 0..below(4) {
                    let id = RESOURCES[below(6) as usize].to_owned();
                    if !resources.contains(&id) {
                        resources.push(id);
                    }
                }
                integrations.push((name, email, url, resources));
            }
            files.push(integrations);
        }
        Self { files }
    }

    fn write(&self) -> Vec<File> {
        let text = |integrations: &Vec<Written>| {
            let mut text = "<config>".to_owned();
            for (name, email, url, resources) in integrations {
                text += &format!("<integration name=\"{name}\">");
                text += &email.as_ref().map(|email| format!("<email>{email}</email>")).unwrap_or_default();
                let url = url.as_ref().map(|url| format!("<endpoint_url>{url}</endpoint_url>"));
                text += &url.unwrap_or_default();
                if !resources.is_empty() {
                    let each = resources.iter().map(|id| format!("<resource name=\"{id}\"/>"));
                    text += &format!("<resources>{}</resources>", each.collect::<String>());
                }
                text += "</integration>";
            }
            text + "</config>"
        };
        let named = self.files.iter().enumerate();
        named.map(|(at, integrations)| file(&format!("integration/{at}.xml"), &text(integrations))).collect()
    }

    /// What the rules say of them, in the plainest words.
    fn expected(&self) -> Vec<Plain> {
        let mut order: Vec<String> = Vec::new();
        let mut known: HashMap<String, Merged> = HashMap::new();
        for (name, email, url, resources) in self.files.iter().flatten() {
            if !order.contains(name) {
                order.push(name.clone());
            }
            let entry = known.entry(name.clone()).or_default();
            entry.0 = email.clone().or(entry.0.clone());
            entry.1 = url.clone().or(entry.1.clone());
            for id in resources {
                if !entry.2.contains(id) {
                    entry.2.push(id.clone());
                }
            }
        }
        let whole = order.into_iter().filter_map(|name| {
            let (email, url, resources) = known.remove(&name)?;
            Some((name, email?, url, resources))
        });
        whole.collect()
    }
}

fn plain(declarations: &Declarations) -> Vec<Plain> {
    let plain = |declared: &Declared| {
        let listed = declared.listed.iter().map(|listed| listed.id.clone()).collect();
        (declared.name.clone(), declared.email.clone(), declared.endpoint.clone(), listed)
    };
    declarations.integrations.iter().map(plain).collect()
}

#[test]
fn merging_unites_resources_in_order_of_first_occurrence_and_later_texts_win() {
    for seed in 0..500 {
        let random = Random::draw(seed);
        assert_eq!(plain(&read(random.write())), random.expected(), "seed {seed}: {random:?}");
    }
}

#[test]
fn merging_does_not_depend_on_the_order_in_which_files_are_found() {
    for seed in 0..200 {
        let files = Random::draw(seed).write();
        let straight = read(files.clone());
        let reversed = read(files.into_iter().rev().collect());
        assert_eq!(plain(&straight), plain(&reversed), "seed {seed}");
        assert_eq!(straight.digest, reversed.digest, "seed {seed}");
    }
}

#[test]
fn a_file_that_repeats_the_last_one_changes_nothing_and_a_broken_one_hides_nothing() {
    for seed in 0..200 {
        let files = Random::draw(seed).write();
        let once = plain(&read(files.clone()));
        let mut again = files.clone();
        let last = files.last().unwrap();
        again.push(File { path: "integration/9.xml".to_owned(), ..last.clone() });
        assert_eq!(plain(&read(again)), once, "seed {seed}");
        let mut broken = files;
        broken.push(file("integration/0a.xml", "<config><integration name=\"Integration 0\">"));
        assert_eq!(plain(&read(broken)), once, "seed {seed}");
    }
}

/// A random acl.xml: resources that are there, and new ones, under parents where they belong and where they do not.
fn random_tree(entropy: &SeededEntropy, depth: usize) -> String {
    let below = |most: u8| {
        let mut byte = [0];
        entropy.fill(&mut byte);
        byte[0] % most
    };
    const IDS: [&str; 7] = [
        "Magento_Sales::sales",
        "Magento_Sales::sales_operation",
        "Magento_Catalog::catalog",
        "Acme_A::a",
        "Acme_B::b",
        "Acme_C::c",
        ADMIN,
    ];
    let mut text = String::new();
    for _ in 0..below(4) {
        let id = IDS[usize::from(below(7))];
        let title = ["", " title=\"First\"", " title=\"Second\""][usize::from(below(3))];
        let disabled = ["", "", "", " disabled=\"true\""][usize::from(below(4))];
        let inside = if depth > 0 { random_tree(entropy, depth - 1) } else { String::new() };
        text += &format!("<resource id=\"{id}\"{title}{disabled}>{inside}</resource>");
    }
    text
}

#[test]
fn whatever_files_say_of_the_tree_it_stays_one_and_loses_only_what_is_disabled() {
    let builtin = Tree::builtin();
    for seed in 0..60 {
        let entropy = SeededEntropy::new(seed);
        let text = || {
            let inside = random_tree(&entropy, 3);
            format!(
                "<config><acl><resources><resource id=\"{ADMIN}\">{inside}</resource></resources></acl></config>"
            )
        };
        let files = vec![file("acl/1.xml", &text()), file("acl/2.xml", &text())];
        let once = read(files.clone());
        let tree = &once.tree;
        for node in tree.nodes() {
            assert_eq!(tree.find(&node.id), Some(node.index), "seed {seed}: {} stands twice", node.id);
            assert!(
                node.parent
                    .is_none_or(|parent| tree.descendants(parent).any(|below| below.index == node.index))
            );
            if let Some(before) = builtin.find(&node.id).and_then(|index| builtin.node(index).parent) {
                let parent = node.parent.map(|parent| &tree.node(parent).id);
                assert_eq!(parent, Some(&builtin.node(before).id), "seed {seed}: {} was moved", node.id);
            }
        }
        let lost = builtin.nodes().filter(|node| !tree.contains(&node.id));
        for node in lost {
            assert!(tree.is_disabled(&node.id), "seed {seed}: {} is lost", node.id);
            assert!(tree.title(&node.id).is_some());
        }
        // The same again changes nothing.
        let again = [
            files.clone(),
            vec![file("acl/3.xml", std::str::from_utf8(files[1].content.as_ref().unwrap()).unwrap())],
        ];
        let again = read(again.concat());
        let shape =
            |tree: &Tree| tree.nodes().map(|node| (node.id.clone(), node.title.clone())).collect::<Vec<_>>();
        assert_eq!(shape(&again.tree), shape(tree), "seed {seed}");
    }
}

#[test]
fn grants_hold_every_ancestor_and_nothing_that_is_neither_listed_nor_above() {
    for seed in 0..200 {
        let Declarations { tree, integrations, .. } = read(Random::draw(seed).write());
        for declared in integrations {
            let grants: Grants = declared.grants(&tree);
            for index in declared.listed.iter().filter_map(|listed| tree.find(&listed.id)) {
                assert!(grants.allows(index));
                assert!(tree.ancestors(index).all(|above| grants.allows(above.index)));
            }
            for node in grants.listed().unwrap().iter().filter(|node| *node != NodeIndex::ADMIN) {
                let is_above = |listed: &&Listed| {
                    let index = tree.find(&listed.id).unwrap();
                    index == node || tree.ancestors(index).any(|above| above.index == node)
                };
                let listed: Vec<&Listed> =
                    declared.listed.iter().filter(|listed| tree.contains(&listed.id)).collect();
                assert!(listed.iter().any(is_above), "seed {seed}: {}", tree.node(node).id);
            }
        }
    }
}
