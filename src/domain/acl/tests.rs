use super::*;

fn id(tree: &Tree, name: &str) -> NodeIndex {
    tree.find(name).unwrap()
}

fn ids<'a>(nodes: impl Iterator<Item = &'a Node>) -> Vec<&'a str> {
    nodes.map(|node| node.id.as_str()).collect()
}

#[test]
fn the_files_that_the_program_carries_are_without_fault() {
    let (tree, problems) = Tree::parse(&Tree::BUILTIN_FILES);
    assert_eq!(problems, []);
    assert_eq!(tree.nodes().count(), 2 + 265 + 7);
}

#[test]
fn integrations_are_offered_265_resources_in_13_branches_with_194_leaves() {
    let view = Tree::builtin().for_integrations();
    assert_eq!(view.count(), 265);
    assert_eq!(view.nodes().count(), 265);
    let titles: Vec<&str> = view.top().map(|node| node.title.as_str()).collect();
    let expected = "Dashboard, Analytics, Sales, Catalog, Customers, Carts, My Account, Marketing, Content, Reports, \
                    Stores, System, Global Search";
    assert_eq!(titles.join(", "), expected);
    assert_eq!(view.nodes().filter(|node| view.children(node.index).next().is_none()).count(), 194);
    assert_eq!(view.nodes().map(|node| node.depth).max(), Some(6));
    assert!(view.top().all(|node| node.depth == 1));
}

#[test]
fn only_roles_are_offered_our_own_rights() {
    let tree = Tree::builtin();
    let own = ["Integration::manage", "Integration::activate", "Integration::reveal", "Integration::delete"];
    for name in own.into_iter().chain(["Audit::view", "Schedule::manage"]) {
        let name = format!("Latchkey_{name}");
        assert!(tree.for_roles().find(&name).is_some(), "{name}");
        assert_eq!(tree.for_integrations().find(&name), None, "{name}");
    }
    assert_eq!(tree.for_roles().count(), 272);
    let integrations = id(tree, "Magento_Integration::integrations");
    assert_eq!(tree.for_roles().children(integrations).count(), 4);
    assert_eq!(tree.for_integrations().descendants(integrations).count(), 0);
}

#[test]
fn neither_root_is_offered_to_anyone() {
    let tree = Tree::builtin();
    for view in [tree.for_roles(), tree.for_integrations()] {
        assert_eq!((view.find(ALL), view.find(ADMIN)), (None, None));
    }
    assert_eq!((tree.find(ALL), tree.find(ADMIN)), (Some(NodeIndex::ALL), Some(NodeIndex::ADMIN)));
    assert!(!tree.contains(ANONYMOUS) && !tree.contains(SELF));
}

#[test]
fn the_tree_keeps_the_order_of_its_file() {
    let file = Tree::BUILTIN_FILES[0].1;
    let listed: Vec<&str> = file.lines().skip(1).filter_map(|row| row.split('\t').next()).collect();
    let tree = Tree::builtin();
    let shown: Vec<&str> = ids(tree.nodes()).into_iter().filter(|id| !id.starts_with(OWN)).collect();
    assert_eq!(shown, listed);
}

#[test]
fn a_node_knows_what_is_above_and_below_it() {
    let tree = Tree::builtin();
    let create = id(tree, "Magento_Sales::create");
    let above =
        ["actions", "sales_order", "sales_operation", "sales"].map(|name| format!("Magento_Sales::{name}"));
    assert_eq!(ids(tree.ancestors(create)), above);
    assert_eq!(tree.node(create).depth, 5);
    let page = id(tree, "Magento_Cms::page");
    assert_eq!(ids(tree.children(page)), ["Magento_Cms::save", "Magento_Cms::page_delete"]);
    let below = ["Magento_Cms::save", "Magento_Cms::save_design", "Magento_Cms::page_delete"];
    assert_eq!(ids(tree.descendants(page)), below);
    assert_eq!(tree.ancestors(id(tree, "Magento_Sales::sales")).count(), 0);
    assert_eq!(tree.ancestors(NodeIndex::ADMIN).count(), 0);
    assert_eq!(tree.descendants(NodeIndex::ADMIN).count(), 272);
}

const HEAD: &str = "id\tparent_id\ttitle\tsort_order\tmodule\n";

fn parse(rows: &str) -> (Tree, Vec<Problem>) {
    Tree::parse(&[("acl.tsv", &format!("{HEAD}{rows}"))])
}

#[test]
fn siblings_follow_their_sort_order_and_then_the_order_of_the_file() {
    let (tree, problems) = parse(
        "A_B::late\tMagento_Backend::admin\tLate\t20\tA_B\nA_B::first\tMagento_Backend::admin\tFirst\t10\tA_B\n\
         A_B::second\tMagento_Backend::admin\tSecond\t10\tA_B\nA_B::below\tA_B::late\tBelow\t-5\tA_B\n",
    );
    assert_eq!(problems, []);
    assert_eq!(ids(tree.for_roles().nodes()), ["A_B::first", "A_B::second", "A_B::late", "A_B::below"]);
}

#[test]
fn a_faulty_row_is_reported_with_its_line_and_left_out() {
    let misplaced = |parent: &str| Fault::Misplaced { id: "A_B::x".to_owned(), parent: parent.to_owned() };
    let rows = [
        ("A_B::x\tMagento_Backend::admin\tTitle", Fault::Columns(3)),
        ("a_b::x\tMagento_Backend::admin\tTitle\t1\tA_B", Fault::Id("a_b::x".to_owned())),
        ("\tMagento_Backend::admin\tTitle\t1\tA_B", Fault::Id(String::new())),
        ("self\tMagento_Backend::admin\tTitle\t1\tA_B", Fault::Id("self".to_owned())),
        ("A_B::x\tMagento_Backend::admin\tNo\t1\tA_B", Fault::Title("No".to_owned())),
        ("A_B::x\tMagento_Backend::admin\tTitle\tten\tA_B", Fault::SortOrder("ten".to_owned())),
        ("A_B::x\tA_B::gone\tTitle\t1\tA_B", misplaced("A_B::gone")),
        ("A_B::x\tA_B::x\tTitle\t1\tA_B", misplaced("A_B::x")),
        ("A_B::x\tMagento_Backend::all\tTitle\t1\tA_B", misplaced(ALL)),
        ("A_B::x\t\tTitle\t1\tA_B", Fault::Rootless("A_B::x".to_owned())),
        ("A_B::good\tMagento_Backend::admin\tAgain\t1\tA_B", Fault::Duplicate("A_B::good".to_owned())),
        ("Magento_Backend::admin\tA_B::good\tAdmin\t1\tA_B", Fault::Duplicate(ADMIN.to_owned())),
    ];
    for (row, fault) in rows {
        let (tree, problems) = parse(&format!("A_B::good\tMagento_Backend::admin\tGood\t1\tA_B\n{row}\n"));
        assert_eq!(problems, [Problem { file: "acl.tsv".to_owned(), line: 3, fault }]);
        assert_eq!(ids(tree.nodes()), [ALL, ADMIN, "A_B::good"]);
        assert_eq!(tree.node(id(&tree, "A_B::good")).title, "Good");
    }
}

#[test]
fn what_hangs_under_a_row_left_out_is_left_out_and_reported_too() {
    let (tree, problems) = parse(
        "A_B::x\tA_B::gone\tTitle\t1\tA_B\nA_B::y\tA_B::x\tTitle\t1\tA_B\n\
         A_B::z\tMagento_Backend::admin\tTitle\t1\tA_B\n",
    );
    assert_eq!(problems.len(), 2);
    assert_eq!(ids(tree.for_roles().nodes()), ["A_B::z"]);
}

#[test]
fn the_roots_stand_even_when_no_file_names_them() {
    let (tree, problems) = Tree::parse(&[]);
    assert_eq!(problems, []);
    assert_eq!(ids(tree.nodes()), [ALL, ADMIN]);
}

#[test]
fn a_set_goes_to_names_and_back() {
    let tree = Tree::builtin();
    let names = ["Magento_Sales::create", "Magento_Catalog::products", "Magento_Backend::global_search"];
    let (set, unknown) = tree.set_of(names.into_iter().rev().chain(["A_B::gone", "self"]));
    assert_eq!(tree.ids_of(&set), names);
    assert_eq!(unknown, ["A_B::gone", "self"]);
    assert_eq!(set.len(), 3);
}

#[test]
fn sets_combine_whatever_their_length() {
    let set = |numbers: &[usize]| numbers.iter().map(|number| NodeIndex(*number)).collect::<ResourceSet>();
    let (short, long) = (set(&[1, 63]), set(&[63, 64, 200]));
    assert_eq!(short.union(&long), set(&[1, 63, 64, 200]));
    assert_eq!(long.union(&short), short.union(&long));
    assert_eq!(long.intersection(&short), set(&[63]));
    assert_eq!(long.difference(&set(&[64, 200])), set(&[63]));
    assert_eq!(short.difference(&long), set(&[1]));
    assert!(set(&[63]).is_subset(&short) && set(&[]).is_subset(&short));
    assert!(!long.is_subset(&short) && !short.is_subset(&long));
    assert!(long.difference(&long).is_empty());
    assert!(!short.contains(NodeIndex(500)));
    assert_eq!(long.iter().map(NodeIndex::get).collect::<Vec<_>>(), [63, 64, 200]);
}
