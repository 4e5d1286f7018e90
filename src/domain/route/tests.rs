use super::*;

const STORES: [&str; 2] = ["default", "german"];

fn find(method: &str, path: &str) -> Result<Found<'static>, Miss> {
    Routes::builtin().find(method, path.as_bytes(), &STORES)
}

/// The template that an address belongs to.
fn template(method: &str, path: &str) -> &'static str {
    &find(method, path).unwrap_or_else(|miss| panic!("{method} {path}: {miss}")).route.template
}

fn miss(method: &str, path: &str) -> Miss {
    find(method, path).unwrap_err()
}

fn names(found: &Found<'static>) -> Vec<&'static str> {
    found.route.names().collect()
}

#[test]
fn the_file_that_the_program_carries_is_without_fault() {
    let (routes, problems) = Routes::parse(&[Routes::BUILTIN_FILE], Tree::builtin());
    assert_eq!(problems, []);
    assert_eq!(routes.iter().count(), 416);
    assert!(routes.iter().all(|route| !route.needs_unknown));
}

#[test]
fn every_row_of_the_file_is_found_at_its_own_address_with_its_resources() {
    let mut rows = 0;
    for row in Routes::BUILTIN_FILE.1.lines().skip(1) {
        let [method, address, resources, _] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let address = address.trim_end_matches('/');
        let found = find(method, &format!("/rest{}", address.replace(':', "some-"))).unwrap();
        assert_eq!((found.route.method.name(), found.route.template.as_str()), (method, address));
        assert!(resources.split(',').all(|name| names(&found).contains(&name)), "{row}");
        if method != "GET" && found.route.service.is_none() {
            let queued = find(method, &format!("/rest/async{}", address.replace(':', "some-"))).unwrap();
            assert_eq!(queued.route.template, address);
            let by_name = |part: &str| match part.strip_prefix(':') {
                Some(name) => format!("by{}{}", name[..1].to_uppercase(), &name[1..]),
                None => part.to_owned(),
            };
            let bulk: Vec<String> = address.split('/').map(by_name).collect();
            let bulk = find(method, &format!("/rest/german/async/bulk{}", bulk.join("/"))).unwrap();
            assert_eq!(bulk.route.template, address);
        }
        rows += 1;
    }
    assert_eq!(rows, 417);
}

#[test]
fn routes_name_55_resources_of_the_tree() {
    let (tree, routes) = (Tree::builtin(), Routes::builtin());
    assert_eq!(tree.nodes().filter(|node| routes.names(node.index)).count(), 55);
    let catalog = tree.find("Magento_Catalog::catalog").unwrap();
    assert_eq!(routes.guarded_by(catalog).len(), 31);
    assert!(routes.guarded_by(catalog).all(|route| route.resources.contains(catalog)));
    assert!(!routes.names(tree.find("Magento_Backend::dashboard").unwrap()));
    assert!(!routes.names(tree.find("Latchkey_Audit::view").unwrap()));
}

#[test]
fn duplicate_rows_merge_into_one_route_that_needs_all() {
    let token = find("POST", "/rest/V1/integration/admin/token").unwrap();
    assert_eq!(names(&token), ["anonymous"]);
    let text = "method\turl\tresources\tmodule\nGET\t/V1/a/:id\tMagento_Cms::page\tone\n\
                GET\t/V1/a/:sku/\tMagento_Cms::block,Magento_Cms::page\ttwo\nPUT\t/V1/a/:id\tself\tone\n";
    let (routes, problems) = Routes::parse(&[("a.tsv", text)], Tree::builtin());
    assert_eq!(problems, []);
    let route = routes.find("GET", b"/rest/V1/a/7", &STORES).unwrap().route;
    assert_eq!(route.names().collect::<Vec<_>>(), ["Magento_Cms::page", "Magento_Cms::block"]);
    assert_eq!(route.joined_names, "Magento_Cms::page,Magento_Cms::block");
    assert_eq!((route.template.as_str(), route.module.as_str()), ("/V1/a/:id", "one"));
    assert_eq!(routes.iter().count(), 2);
}

#[test]
fn the_method_is_part_of_the_route() {
    assert_eq!(template("GET", "/rest/V1/products"), "/V1/products");
    assert_eq!(template("GET", "/rest/V1/products/24-MB01"), "/V1/products/:sku");
    assert_eq!(template("DELETE", "/rest/V1/categories/5"), "/V1/categories/:categoryId");
    assert_eq!(template("PUT", "/rest/V1/categories/5"), "/V1/categories/:id");
    assert_eq!(miss("DELETE", "/rest/V1/products"), Miss::Route);
    assert_eq!(miss("GET", "/rest/V1/products/24-MB01/links"), Miss::Route);
}

#[test]
fn a_literal_beats_a_parameter() {
    assert_eq!(template("GET", "/rest/V1/categories/list"), "/V1/categories/list");
    assert_eq!(template("GET", "/rest/V1/categories/lists"), "/V1/categories/:categoryId");
    assert_eq!(template("GET", "/rest/V1/carts/mine"), "/V1/carts/mine");
    assert_eq!(template("GET", "/rest/V1/products/links/types"), "/V1/products/links/types");
}

#[test]
fn a_parameter_is_tried_where_the_literal_leads_nowhere() {
    // `links` is a literal below `products`, but nothing called `media` is below that.
    assert_eq!(template("GET", "/rest/V1/products/links/media"), "/V1/products/:sku/media");
    assert_eq!(
        template("GET", "/rest/V1/products/attributes/links/related"),
        "/V1/products/:sku/links/:type"
    );
    assert_eq!(template("DELETE", "/rest/V1/products/attributes"), "/V1/products/:sku");
}

#[test]
fn an_address_may_name_a_known_store_or_all() {
    assert_eq!(find("GET", "/rest/V1/products").unwrap().store, None);
    for code in ["default", "german", "all"] {
        let found = find("GET", &format!("/rest/{code}/V1/products")).unwrap();
        assert_eq!((found.store, found.form), (Some(code), Form::Direct));
    }
    assert_eq!(find("GET", "/rest/%67erman/V1/products").unwrap().store, Some("german"));
    for path in ["/rest/french/V1/products", "/rest/German/V1/products", "/rest/default/all/V1/products"] {
        assert_eq!(miss("GET", path), Miss::Route);
    }
}

#[test]
fn asynchronous_forms_need_what_the_route_they_carry_needs() {
    for (prefix, store) in [("/rest", None), ("/rest/all", Some("all")), ("/rest/german", Some("german"))] {
        let queued = find("PUT", &format!("{prefix}/async/V1/products/24-MB01")).unwrap();
        assert_eq!((queued.store, queued.form), (store, Form::Async));
        assert_eq!(names(&queued), ["Magento_Catalog::products"]);
        let bulk = find("PUT", &format!("{prefix}/async/bulk/V1/products/bySku")).unwrap();
        assert_eq!((bulk.store, bulk.form), (store, Form::Bulk));
        assert_eq!(names(&bulk), ["Magento_Catalog::products"]);
    }
    assert_eq!(template("PUT", "/rest/async/bulk/V1/orders/byParent_id"), "/V1/orders/:parent_id");
    let media = template("PUT", "/rest/async/bulk/V1/products/bySku/media/byEntryId");
    assert_eq!(media, "/V1/products/:sku/media/:entryId");
}

#[test]
fn what_is_served_here_has_no_asynchronous_form() {
    for (service, path) in [
        (Service::AdminToken, "V1/integration/admin/token"),
        (Service::AdminTokenByCode, "V1/tfa/provider/google/authenticate"),
        (Service::CustomerToken, "V1/integration/customer/token"),
        (Service::RevokeCustomerToken, "V1/integration/customer/revoke-customer-token"),
    ] {
        for store in ["", "all/", "german/"] {
            let direct = find("POST", &format!("/rest/{store}{path}")).unwrap();
            assert_eq!(direct.route.service, Some(service));
            for form in ["async", "async/bulk", "%61sync"] {
                assert_eq!(miss("POST", &format!("/rest/{store}{form}/{path}")), Miss::Route);
            }
        }
    }
}

#[test]
fn in_bulk_a_parameter_is_written_by_its_name_only() {
    assert_eq!(miss("PUT", "/rest/async/bulk/V1/products/24-MB01"), Miss::Route);
    assert_eq!(miss("PUT", "/rest/async/bulk/V1/products/bysku"), Miss::Route);
    assert_eq!(miss("PUT", "/rest/async/bulk/V1/products/:sku"), Miss::Route);
    assert_eq!(template("PUT", "/rest/V1/products/bySku"), "/V1/products/:sku");
}

#[test]
fn asynchronous_forms_are_for_writing_only() {
    for path in ["/rest/async/V1/products", "/rest/async/bulk/V1/products", "/rest/bulk/V1/products"] {
        assert_eq!(miss("GET", path), Miss::Route);
    }
    assert_eq!(miss("POST", "/rest/bulk/async/V1/products"), Miss::Route);
    assert_eq!(miss("POST", "/rest/async/german/V1/products"), Miss::Route);
}

#[test]
fn what_is_not_below_rest_or_has_no_version_is_no_route() {
    for path in
        ["/V1/products", "/rest", "/rest/german", "/rest/async", "/rest/V1", "/rest/V2/products", "/soap"]
    {
        assert_eq!(miss("GET", path), Miss::Route, "{path}");
        assert_eq!(miss("POST", path), Miss::Route, "{path}");
    }
    assert_eq!(miss("GET", "/rest/v1/products"), Miss::Route);
    assert_eq!(miss("GET", "/rest/V1/Products"), Miss::Route);
}

#[test]
fn other_methods_are_refused() {
    for method in ["HEAD", "PATCH", "OPTIONS", "get", ""] {
        assert_eq!(miss(method, "/rest/V1/products"), Miss::Method);
    }
}

#[test]
fn an_encoded_slash_fits_in_a_parameter_only() {
    assert_eq!(template("GET", "/rest/V1/products/a%2Fb%2fc"), "/V1/products/:sku");
    assert_eq!(template("GET", "/rest/V1/products/a%2Fb/media"), "/V1/products/:sku/media");
    assert_eq!(template("GET", "/rest/V1/products/attributes%2Ftypes"), "/V1/products/:sku");
    assert_eq!(template("GET", "/rest/V1/orders/%2F1%2F"), "/V1/orders/:id");
    for path in ["/rest%2FV1/products", "/rest/V1%2Fproducts", "/rest/V1/products%2F24-MB01"] {
        assert_eq!(miss("GET", path), Miss::Route, "{path}");
    }
}

#[test]
fn an_escaped_letter_of_a_literal_is_that_letter() {
    assert_eq!(template("GET", "/rest/V1/%70roducts"), "/V1/products");
    assert_eq!(template("GET", "/%72est/%561/categories/%6Cist"), "/V1/categories/list");
    // Decoded once: this is a sku with a percent sign in it.
    assert_eq!(template("GET", "/rest/V1/products/%252e%252e"), "/V1/products/:sku");
}

#[test]
fn a_parameter_takes_any_bytes_that_are_no_fault() {
    for sku in
        ["%20", "caf%C3%A9", "caf\u{e9}", "%FF", "...", "..a", "a..", "a;b=c", "a+b", "%25", ":sku", "%0A"]
    {
        assert_eq!(template("GET", &format!("/rest/V1/products/{sku}")), "/V1/products/:sku");
    }
}

#[test]
fn a_path_that_two_programs_could_read_differently_is_refused_before_matching() {
    let refused = [
        (PathFault::Relative, &["", "rest/V1/products", "*", "http://x/rest/V1/products"][..]),
        (
            PathFault::Empty,
            &["/", "//rest/V1/products", "/rest//V1/products", "/rest/V1/products/", "/rest/"],
        ),
        (PathFault::Dots, &["/rest/V1/./products", "/rest/V1/x/../products", "/rest/V1/products/..", "/."]),
        (PathFault::Dots, &["/rest/V1/products/%2e", "/rest/V1/products/%2e%2e", "/rest/V1/products/%2E./x"]),
        (
            PathFault::Dots,
            &["/rest/V1/products/.%2e", "/rest/V1/products/..%2f", "/rest/V1/products/..%2Forders"],
        ),
        (PathFault::Dots, &["/rest/V1/products/a%2F..%2Fb", "/rest/V1/products/a%2F%2e%2E", "/nowhere/.."]),
        (PathFault::Nul, &["/rest/V1/products/a%00", "/rest/V1/products/\0", "/rest/V1/products%00/a"]),
        (
            PathFault::Backslash,
            &["/rest/V1/products/a\\b", "/rest/V1/products/..%5C..", "/rest/V1/products/%5c"],
        ),
        (PathFault::Escape, &["/rest/V1/products/%", "/rest/V1/products/%2", "/rest/V1/products/%2/x"]),
        (PathFault::Escape, &["/rest/V1/products/%zz", "/rest/V1/products/100%25%", "/rest/V1/products/%+1"]),
        (PathFault::Character, &["/rest/V1/products/a?b", "/rest/V1/products/a#b", "/rest/V1/products/a\tb"]),
    ];
    for (fault, paths) in refused {
        for path in paths {
            for method in ["GET", "DELETE", "PATCH"] {
                assert_eq!(miss(method, path), Miss::Path(fault), "{path:?}");
            }
        }
    }
}

#[test]
fn a_route_knows_whom_it_is_open_to() {
    let open = |method: &str, path: &str| {
        let route = find(method, path).unwrap().route;
        (route.is_open(), route.is_for_customers())
    };
    assert_eq!(open("GET", "/rest/V1/search"), (true, true));
    assert_eq!(open("GET", "/rest/V1/customers/me"), (false, true));
    assert_eq!(open("GET", "/rest/V1/customers/1"), (false, false));
}

#[test]
fn a_faulty_row_is_reported_with_its_line_and_left_out() {
    let rows = [
        ("GET\t/V1/x\tself", Fault::Columns(3)),
        ("PATCH\t/V1/x\tself\tm", Fault::Method("PATCH".to_owned())),
        ("GET\tV1/x\tself\tm", Fault::Address("V1/x".to_owned())),
        ("GET\t/x\tself\tm", Fault::Address("/x".to_owned())),
        ("GET\t/V1//x\tself\tm", Fault::Address("/V1//x".to_owned())),
        ("GET\t/V1/:/x\tself\tm", Fault::Address("/V1/:/x".to_owned())),
        ("GET\t/V1/a%20b\tself\tm", Fault::Address("/V1/a%20b".to_owned())),
        ("GET\t/V1/x\t\tm", Fault::Resource(String::new())),
        ("GET\t/V1/x\tself,everyone\tm", Fault::Resource("everyone".to_owned())),
    ];
    for (row, fault) in rows {
        let text = format!("GET\t/V1/good\tself\tm\n{row}\n");
        let (routes, problems) = Routes::parse(&[("x.tsv", &text)], Tree::builtin());
        assert_eq!(problems, [Problem { file: "x.tsv".to_owned(), line: 2, fault }]);
        assert_eq!(routes.iter().count(), 1);
    }
}
