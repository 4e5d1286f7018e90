use super::*;
use crate::domain::acl::ADMIN;
use crate::domain::route::Routes;

const CATALOG: &str = "Magento_Catalog::catalog";
const INVENTORY: &str = "Magento_Catalog::catalog_inventory";
const PRODUCTS: &str = "Magento_Catalog::products";
const DESIGN: &str = "Magento_Catalog::edit_product_design";
const ORDERS: &str = "Magento_Sales::actions_view";

fn tree() -> &'static Tree {
    Tree::builtin()
}

fn grants(ids: &[&str]) -> Grants {
    let (grants, unknown) = Grants::stored(tree(), ids.iter().copied());
    assert_eq!(unknown, Vec::<String>::new());
    grants
}

fn at(id: &str) -> NodeIndex {
    tree().find(id).unwrap()
}

fn route(method: &str, path: &str) -> &'static Route {
    Routes::builtin().find(method, path.as_bytes(), &["default"]).unwrap().route
}

fn refused(outcome: Result<Grants, Refused>) -> Vec<&'static str> {
    outcome.unwrap_err().ids(tree())
}

#[test]
fn a_grant_reaches_neither_up_nor_down() {
    let held = grants(&[INVENTORY]);
    assert!(held.allows(at(INVENTORY)));
    assert!(!held.allows(at(PRODUCTS)) && !held.allows(at(CATALOG)));
}

#[test]
fn every_list_but_the_empty_one_holds_the_root_admin() {
    assert!(grants(&[PRODUCTS]).allows_id(tree(), ADMIN));
    assert_eq!(grants(&[PRODUCTS]).ids(tree()), [ADMIN, PRODUCTS]);
    assert!(!grants(&[]).allows_id(tree(), ADMIN));
    assert!(grants(&[]).is_nothing() && grants(&[]).ids(tree()).is_empty());
}

#[test]
fn everything_is_stored_as_the_root_all_and_comes_back() {
    assert_eq!(Grants::everything().ids(tree()), [ALL]);
    assert_eq!(grants(&[PRODUCTS, ALL]), Grants::everything());
    assert!(!grants(&[PRODUCTS]).allows_id(tree(), ALL));
}

#[test]
fn a_resource_nobody_declared_is_held_with_everything_only() {
    let (held, unknown) = Grants::stored(tree(), [PRODUCTS, "Acme_Box::open"]);
    assert_eq!(unknown, ["Acme_Box::open"]);
    assert!(!held.allows_id(tree(), "Acme_Box::open"));
    assert!(Grants::everything().allows_id(tree(), "Acme_Box::open"));
}

#[test]
fn self_and_anonymous_are_never_granted() {
    for name in [SELF, ANONYMOUS] {
        assert!(!Grants::everything().allows_id(tree(), name));
        let (held, unknown) = Grants::stored(tree(), [name]);
        assert!(held.is_nothing());
        assert_eq!(unknown, [name]);
        assert_eq!(Grants::chosen(tree().for_roles(), [PRODUCTS, name]), Err(vec![name.to_owned()]));
    }
}

#[test]
fn only_what_is_offered_can_be_chosen() {
    let own = "Latchkey_Integration::reveal";
    let integrations = tree().for_integrations();
    assert_eq!(Grants::chosen(integrations, [PRODUCTS, own]), Err(vec![own.to_owned()]));
    assert_eq!(Grants::chosen(tree().for_roles(), [own]).unwrap().ids(tree()), [ADMIN, own]);
    assert_eq!(Grants::chosen(integrations, ["Acme_Box::open"]), Err(vec!["Acme_Box::open".to_owned()]));
    assert_eq!(Grants::chosen(integrations, [ADMIN, PRODUCTS]), Ok(grants(&[PRODUCTS])));
    assert_eq!(Grants::chosen(integrations, [ALL]), Ok(Grants::everything()));
    assert_eq!(Grants::chosen(integrations, []), Ok(Grants::nothing()));
}

#[test]
fn a_route_is_permitted_to_who_holds_its_resource() {
    let product = route("GET", "/rest/V1/products/24-MB01");
    assert!(grants(&[PRODUCTS]).permit(product));
    assert!(Grants::everything().permit(product));
    assert!(!grants(&[CATALOG, ORDERS]).permit(product));
    assert_eq!(grants(&[CATALOG]).missing_for(product), [PRODUCTS]);
    assert_eq!(grants(&[PRODUCTS]).missing_for(product), Vec::<&str>::new());
}

#[test]
fn the_root_admin_opens_its_route_to_every_list_but_the_empty_one() {
    let modules = route("GET", "/rest/V1/modules");
    assert!(grants(&[ORDERS]).permit(modules));
    assert!(!Grants::nothing().permit(modules));
}

#[test]
fn an_open_route_is_permitted_to_all_and_a_customers_route_to_no_holder() {
    let (open, own) = (route("GET", "/rest/V1/search"), route("GET", "/rest/V1/carts/mine"));
    assert!(Grants::nothing().permit(open));
    assert!(!Grants::everything().permit(own));
    assert_eq!(Grants::everything().missing_for(own), [SELF]);
}

#[test]
fn a_route_needs_all_its_resources_and_an_unknown_one_needs_everything() {
    let text = format!("GET\t/V1/two\t{PRODUCTS}, {ORDERS}\tm\nGET\t/V1/odd\t{PRODUCTS},Acme_Box::open\tm\n");
    let (routes, problems) = Routes::parse(&[("two.tsv", &text)], tree());
    assert_eq!(problems, []);
    let find = |path: &str| routes.find("GET", path.as_bytes(), &["default"]).unwrap().route;
    let (two, odd) = (find("/rest/V1/two"), find("/rest/V1/odd"));
    assert!(grants(&[PRODUCTS, ORDERS]).permit(two));
    assert!(!grants(&[PRODUCTS]).permit(two));
    assert_eq!(Grants::nothing().missing_for(two), [PRODUCTS, ORDERS]);
    assert!(!grants(&[PRODUCTS]).permit(odd));
    assert_eq!(grants(&[PRODUCTS]).missing_for(odd), ["Acme_Box::open"]);
    assert!(Grants::everything().permit(odd));
}

#[test]
fn permit_and_missing_never_disagree() {
    for held in [Grants::nothing(), Grants::everything(), grants(&[CATALOG]), grants(&[PRODUCTS, ORDERS])] {
        for route in Routes::builtin().iter() {
            assert_eq!(held.permit(route), held.missing_for(route).is_empty(), "{}", route.template);
        }
    }
}

#[test]
fn an_editor_gives_and_takes_what_the_editor_holds() {
    let editor = grants(&[PRODUCTS, ORDERS]);
    let after = role_grants(&editor, &grants(&[PRODUCTS]), &grants(&[ORDERS])).unwrap();
    assert_eq!(after, grants(&[ORDERS]));
    assert_eq!(role_grants(&editor, &grants(&[PRODUCTS]), &grants(&[])).unwrap(), Grants::nothing());
}

#[test]
fn a_new_grant_that_the_editor_does_not_hold_is_refused_by_name() {
    let editor = grants(&[PRODUCTS]);
    for give in [role_grants, integration_grants] {
        let outcome = give(&editor, &Grants::nothing(), &grants(&[PRODUCTS, DESIGN, ORDERS]));
        assert_eq!(refused(outcome), [ORDERS, DESIGN]);
        assert_eq!(refused(give(&editor, &grants(&[PRODUCTS]), &Grants::everything())), [ALL]);
    }
}

#[test]
fn grants_that_the_editor_does_not_hold_are_kept_whatever_was_submitted() {
    let editor = grants(&[PRODUCTS]);
    let stored = grants(&[PRODUCTS, ORDERS]);
    for give in [role_grants, integration_grants] {
        assert_eq!(give(&editor, &stored, &grants(&[])).unwrap(), grants(&[ORDERS]));
        assert_eq!(give(&editor, &stored, &grants(&[PRODUCTS, ORDERS])).unwrap(), stored);
        assert_eq!(give(&editor, &Grants::everything(), &grants(&[])).unwrap(), Grants::everything());
        assert_eq!(give(&Grants::nothing(), &stored, &grants(&[])).unwrap(), stored);
    }
}

#[test]
fn who_holds_everything_decides_freely() {
    let all = Grants::everything();
    for give in [role_grants, integration_grants] {
        assert_eq!(give(&all, &grants(&[ORDERS]), &all).unwrap(), all);
        assert_eq!(give(&all, &all, &grants(&[ORDERS])).unwrap(), grants(&[ORDERS]));
    }
}

#[test]
fn who_widens_an_integration_must_hold_all_it_holds() {
    let editor = grants(&[PRODUCTS, DESIGN]);
    let stored = grants(&[PRODUCTS, ORDERS]);
    let wider = grants(&[PRODUCTS, DESIGN]);
    assert_eq!(refused(integration_grants(&editor, &stored, &wider)), [ORDERS]);
    assert_eq!(role_grants(&editor, &stored, &wider).unwrap(), grants(&[PRODUCTS, DESIGN, ORDERS]));
}

#[test]
fn holding_all_that_another_holds_is_a_matter_of_every_grant() {
    assert!(holds_all(&grants(&[PRODUCTS, ORDERS]), &grants(&[ORDERS])));
    assert!(!holds_all(&grants(&[PRODUCTS]), &grants(&[ORDERS])));
    assert!(!holds_all(&grants(&[PRODUCTS]), &Grants::everything()));
    assert!(holds_all(&Grants::everything(), &Grants::everything()));
    assert!(holds_all(&Grants::nothing(), &Grants::nothing()));
}

fn state(grants: &Grants, id: &str) -> (Tick, usize, usize) {
    let rows = ticks(tree().for_integrations(), grants);
    let row = rows.iter().find(|row| row.node.id == id).unwrap();
    (row.tick, row.ticked, row.of)
}

#[test]
fn a_parent_of_a_ticked_child_is_partly_ticked_with_numbers() {
    let held = grants(&[DESIGN]);
    assert_eq!(state(&held, DESIGN), (Tick::Ticked, 0, 0));
    assert_eq!(state(&held, PRODUCTS), (Tick::Partly, 1, 2));
    assert_eq!(state(&held, CATALOG), (Tick::Partly, 1, 6));
    assert_eq!(state(&held, "Magento_Sales::sales"), (Tick::Unticked, 0, 29));
}

#[test]
fn a_ticked_parent_stays_ticked_when_a_child_is_not() {
    assert_eq!(state(&grants(&[PRODUCTS, DESIGN]), PRODUCTS), (Tick::Ticked, 1, 2));
    assert_eq!(state(&grants(&[PRODUCTS]), PRODUCTS), (Tick::Ticked, 0, 2));
}

#[test]
fn with_everything_all_265_are_ticked_and_with_nothing_none() {
    let view = tree().for_integrations();
    let all = ticks(view, &Grants::everything());
    assert_eq!(all.len(), 265);
    assert!(all.iter().all(|row| row.tick == Tick::Ticked && row.ticked == row.of));
    assert!(ticks(view, &Grants::nothing()).iter().all(|row| row.tick == Tick::Unticked));
    let integrations = "Magento_Integration::integrations";
    assert_eq!(state(&Grants::everything(), integrations), (Tick::Ticked, 0, 0));
}

#[test]
fn a_ticked_child_names_the_unticked_nodes_above_it_that_guard_routes() {
    let hint = |held: &[&str], id: &str| -> Vec<(String, usize)> {
        let guards = unticked_guards(tree().for_integrations(), Routes::builtin(), &grants(held), at(id));
        guards.iter().map(|guard| (guard.node.title.clone(), guard.routes)).collect()
    };
    let both = [("Inventory".to_owned(), 4), ("Catalog".to_owned(), 31)];
    assert_eq!(hint(&[PRODUCTS], PRODUCTS), both);
    assert_eq!(hint(&[PRODUCTS, INVENTORY], PRODUCTS), both[1..]);
    assert_eq!(hint(&[PRODUCTS, INVENTORY, CATALOG], PRODUCTS), []);
    assert_eq!(hint(&[PRODUCTS], DESIGN), []);
    assert_eq!(hint(&["Magento_Cms::page"], "Magento_Cms::page"), []);
}

#[test]
fn a_summary_counts_what_is_offered() {
    let view = tree().for_integrations();
    assert_eq!(summary(view, &Grants::everything()), Summary::All);
    assert_eq!(summary(view, &grants(&[PRODUCTS, ORDERS])), Summary::Some { granted: 2, of: 265 });
    assert_eq!(summary(view, &Grants::nothing()), Summary::Some { granted: 0, of: 265 });
    let role = grants(&["Latchkey_Audit::view", PRODUCTS]);
    assert_eq!(summary(tree().for_roles(), &role), Summary::Some { granted: 2, of: 272 });
}
