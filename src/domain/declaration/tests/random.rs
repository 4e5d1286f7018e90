//! What must hold for any files, tried on random ones.

use std::collections::HashMap;

use super::*;
use crate::domain::permission::Grants;
use crate::entropy::{Entropy as _, SeededEntropy};

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
