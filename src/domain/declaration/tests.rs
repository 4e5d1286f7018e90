//! The fixtures of `tests/declarations`, and files made for one rule each.

mod random;

use std::fs;
use std::path::Path;

use super::*;
use crate::domain::acl::{ADMIN, NodeIndex};

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

fn listed(declared: &Declared) -> Vec<&str> {
    declared.listed.iter().map(|listed| listed.id.as_str()).collect()
}

#[test]
fn a_single_file_of_an_extension_is_read_as_it_is() {
    let declarations = fixture("single");
    assert_eq!(declarations.problems, []);
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
    assert_eq!(declarations.problems, []);
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
    // What is told of them: `crate::text::problem`.
    assert_eq!(declarations.problems.len(), 18);
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
    let lines: Vec<usize> = declarations.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [0, 1, 0, 1], "a whole file has none");
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
    assert!(declarations.problems.iter().all(Problem::is_error));
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
    let text = format!("<config>{}{}</config>", text("A1"), text("A2"));
    let problems = read(vec![file("integration/a.xml", &text)]).problems;
    let count = |wanted: &[Fault]| problems.iter().filter(|problem| wanted.contains(&problem.fault)).count();
    let unknown = |numbers: std::ops::Range<usize>, nearest: Option<Vec<String>>| {
        let id = |number| format!("Magento_Catalog::product_{number}");
        numbers.map(|number| Fault::Unknown { id: id(number), nearest: nearest.clone() }).collect::<Vec<_>>()
    };
    let sought = unknown(0..SOUGHT, Some(vec!["Magento_Catalog::products".to_owned()]));
    assert_eq!(count(&sought), 2 * SOUGHT, "{problems:?}");
    assert_eq!(count(&unknown(SOUGHT..SOUGHT + 5, None)), 2 * 5);
    let (id, now) = ("Magento_Backend::trans_email".to_owned(), "Magento_Config::trans_email".to_owned());
    assert_eq!(count(&[Fault::Renamed { id, now }]), 2);
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
    assert_eq!(declarations.problems.len(), 1);
    assert!(matches!(declarations.problems[0].fault, Fault::Circle(_)));
}
