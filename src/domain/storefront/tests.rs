use super::*;

fn shop() -> Storefronts {
    let stores = [
        ("default", "https://shop.example/"),
        ("german", "https://shop.example.de/"),
        ("outlet", "https://shop.example/outlet/"),
        ("inner", "http://shop.example:8080/"),
    ];
    Storefronts::new("https://shop.example/", stores).unwrap()
}

fn base(path: &str, host: Option<&str>, scheme: Option<&str>, store: Option<&str>) -> (String, String) {
    let shop = shop();
    let below = shop.below(path, Told { host, scheme }).unwrap();
    (below.base(store).unwrap().as_str().to_owned(), below.path.to_owned())
}

#[test]
fn without_a_word_from_the_proxy_the_store_code_selects_the_address() {
    let path = "/rest/german/V1/products";
    assert_eq!(base(path, None, None, Some("german")), ("https://shop.example.de".into(), path.into()));
    assert_eq!(base(path, None, None, Some("default")), ("https://shop.example".into(), path.into()));
    assert_eq!(base(path, None, None, Some("all")), ("https://shop.example".into(), path.into()));
    assert_eq!(base(path, None, None, None), ("https://shop.example".into(), path.into()));
}

#[test]
fn the_proxy_chooses_among_configured_addresses_only() {
    let told = |host: &str, scheme: Option<&str>| base("/rest/V1/a", Some(host), scheme, None).0;
    assert_eq!(told("SHOP.example.de:443", None), "https://shop.example.de");
    assert_eq!(told("shop.example:8080", None), "http://shop.example:8080");
    assert_eq!(told("evil.example", None), "https://shop.example");
    assert_eq!(told("evil.example", Some("https")), "https://shop.example");
    assert_eq!(told("not a host/", None), "https://shop.example");
    assert_eq!(
        base("/rest/german/V1/a", Some("shop.example"), None, Some("german")).0,
        "https://shop.example"
    );
}

#[test]
fn the_longest_path_wins_and_ends_at_a_slash() {
    let outlet = ("https://shop.example/outlet".to_owned(), "/rest/V1/a".to_owned());
    assert_eq!(base("/outlet/rest/V1/a", None, None, None), outlet);
    assert_eq!(base("/outlets/rest/V1/a", None, None, None).1, "/outlets/rest/V1/a");
    assert_eq!(base("/Outlet/rest/V1/a", None, None, None).1, "/Outlet/rest/V1/a");
    assert_eq!(base("/outlet//rest", None, None, None).1, "//rest");
}

#[test]
fn a_path_outside_every_address_is_below_none() {
    let shop = Storefronts::new("https://shop.example/store/", []).unwrap();
    for path in ["/rest/V1/a", "/stores/rest", "/", "", "store/rest", "/%73tore/rest"] {
        assert!(shop.below(path, Told::default()).is_none(), "{path}");
    }
    assert_eq!(shop.below("/store/rest/V1/a", Told::default()).unwrap().path, "/rest/V1/a");
}

#[test]
fn an_endpoint_of_ours_leads_to_the_address_that_was_signed() {
    let shop = shop();
    let leading_to = |path: &str, host: Option<&str>| {
        shop.leading_to("/oauth/x", path, Told { host, scheme: None }).map(BaseUri::as_str)
    };
    assert_eq!(leading_to("/oauth/x", None), Some("https://shop.example"));
    assert_eq!(leading_to("/oauth/x", Some("shop.example.de")), Some("https://shop.example.de"));
    assert_eq!(leading_to("/outlet/oauth/x", None), Some("https://shop.example/outlet"));
    assert_eq!(leading_to("/outlet/oauth/x", Some("evil.example")), Some("https://shop.example/outlet"));
    for path in ["/other/oauth/x", "/oauth/x/", "/oauth%2Fx", "/outletoauth/x", ""] {
        assert_eq!(leading_to(path, None), None, "{path}");
    }
    // A proxy may take the path of the address away.
    let below = Storefronts::new("https://shop.example/store/", []).unwrap();
    for path in ["/oauth/x", "/store/oauth/x"] {
        let base = below.leading_to("/oauth/x", path, Told::default()).map(BaseUri::as_str);
        assert_eq!(base, Some("https://shop.example/store"), "{path}");
    }
}

#[test]
fn a_proxy_may_take_the_path_of_an_address_away() {
    let shop = Storefronts::new("https://shop.example/store/", [("de", "https://shop.example.de/")]).unwrap();
    let at = |path: &'static str, host: Option<&str>| {
        let below = shop.below_or_at(path, Told { host, scheme: None });
        (below.base(None).unwrap().as_str().to_owned(), below.path)
    };
    let main = "https://shop.example/store".to_owned();
    assert_eq!(at("/store/rest/V1/a", Some("shop.example")), (main.clone(), "/rest/V1/a"));
    let only = Storefronts::new("https://shop.example/store/", []).unwrap();
    let below = only.below_or_at("/rest/V1/a", Told::default());
    assert_eq!((below.base(None).unwrap().as_str(), below.path), (main.as_str(), "/rest/V1/a"));
}

#[test]
fn calls_of_the_web_api_are_known_by_their_path() {
    let shop = Storefronts::new("https://shop.example/store/", []).unwrap();
    for path in ["/rest", "/rest/", "/rest/V1/a", "/store/rest/V1/a", "/%72est/V1", "/rest/../admin"] {
        assert!(shop.leads_to_api(path), "{path}");
    }
    for path in ["/", "", "/store", "/restful", "//rest", "/admin/rest", "/Rest", "/stores/rest", "*"] {
        assert!(!shop.leads_to_api(path), "{path}");
    }
}
