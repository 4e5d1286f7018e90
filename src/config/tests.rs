use super::*;

fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, Error> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_entries(Entries::merge(text, variables.collect())?)
}

fn refusal(text: &str, variables: &[(&str, &str)]) -> String {
    read(text, variables).unwrap_err().to_string()
}

#[test]
fn without_any_setting_it_is_a_working_installation() {
    let config = read("", &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.base_url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(config.database_url.to_string(), "sqlite://data/latchkey.db");
    assert_eq!(config.keys.file(), Some(Path::new("data/latchkey.key")));
    assert_eq!(config.store_codes(), ["default"]);
    assert_eq!(config.stores[0].base_url, config.base_url);
    assert_eq!(config.log, "info");
    assert!(config.workers >= 1 && config.database_pool >= 3);
}

#[test]
fn every_setting_of_the_file_is_read() {
    let text = r#"
        listen = "0.0.0.0:80"
        admin_listen = "127.0.0.1:81"
        metrics_listen = "127.0.0.1:82"
        base_url = "https://shop.example/path"
        database_url = "postgres://db.example/shop"
        key_file = "/etc/latchkey.key"
        upstream_url = "http://upstream.example"
        upstream_secret = "s1"
        upstream_authorization = "Bearer s2"
        declarations = "src"
        trusted_proxies = ["10.0.0.0/8", "192.0.2.1"]
        egress_allow = ["partner.example:80", "127.0.0.0/8:9000"]
        smtp_url = "smtps://jo:pw@mail.example:465"
        mail_from = "Shop <shop@example.com>"
        workers = 3
        database_pool = 5
        log = "info,latchkey=debug"
        [[stores]]
        code = "default"
        [[stores]]
        code = "german_2"
        website = "de"
        base_url = "https://shop.example/de"
    "#;
    let config = read(text, &[]).unwrap();
    assert_eq!(config.base_url.as_str(), "https://shop.example/path/");
    assert_eq!(config.store_codes(), ["default", "german_2"]);
    assert_eq!((config.stores[0].website.as_str(), config.stores[1].website.as_str()), ("base", "de"));
    assert_eq!(config.stores[0].base_url, config.base_url);
    assert_eq!(config.stores[1].base_url.as_str(), "https://shop.example/de/");
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.egress_allow.len(), 2);
    assert_eq!((config.workers, config.database_pool), (3, 5));
    assert_eq!(config.admin_base(), "http://127.0.0.1:81/");
    assert_eq!(config.declarations.as_deref(), Some(Path::new("src")));
    let shown = format!("{config:?}");
    for secret in ["s1", "s2", "pw@"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn the_environment_counts_before_the_file() {
    let text = "listen = \"127.0.0.1:1\"\ntrusted_proxies = [\"10.0.0.0/8\"]\nworkers = 3";
    let variables = [
        ("LATCHKEY_LISTEN", "127.0.0.1:2"),
        ("LATCHKEY_TRUSTED_PROXIES", "192.0.2.0/24, 198.51.100.1,2001:db8::/32"),
        ("LATCHKEY_WORKERS", "4"),
        ("RUST_LOG", "warn"),
    ];
    let config = read(text, &variables).unwrap();
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.trusted_proxies.len(), 3);
    assert_eq!(config.workers, 4);
    assert_eq!(config.log, "warn");
    assert_eq!(read(text, &[("LATCHKEY_TRUSTED_PROXIES", "")]).unwrap().trusted_proxies, []);
}

#[test]
fn what_is_unknown_is_named() {
    assert!(refusal("lisen = \"x\"", &[]).contains("unknown setting `lisen`"));
    assert!(refusal("[server]\nlisten = \"x\"", &[]).contains("unknown setting `server`"));
    assert!(refusal("", &[("LATCHKEY_LISEN", "x")]).contains("unknown variable `LATCHKEY_LISEN`"));
    assert!(refusal("", &[("LATCHKEY_STORES", "x")]).contains("unknown variable `LATCHKEY_STORES`"));
    assert!(refusal("[[stores]]\ncode = \"a\"\nurl = \"x\"", &[]).contains("`stores`"));
}

#[test]
fn every_wrong_value_is_refused_under_its_name() {
    let samples = [
        ("listen", "\"8080\""),
        ("admin_listen", "\"localhost\""),
        ("metrics_listen", "\"127.0.0.1:8080\""),
        ("base_url", "\"ftp://shop.example/\""),
        ("base_url", "\"https://jo:pw@shop.example/\""),
        ("base_url", "\"https://shop.example/?x=1\""),
        ("base_url", "\"https://shop.example/#x\""),
        ("base_url", "\"https://shop.example:0/\""),
        ("base_url", "\"\""),
        ("stores", "[{ code = \"All\" }]"),
        ("stores", "[{ code = \"all\" }]"),
        ("stores", "[{ code = \"a\" }, { code = \"a\" }]"),
        ("stores", "[{ code = \"a\", base_url = \"x\" }]"),
        ("stores", "[{ website = \"a\" }]"),
        ("database_url", "\"mysql://db.example/shop\""),
        ("key", "\"nonsense\""),
        ("key_file", "5"),
        ("upstream_url", "\"upstream\""),
        ("upstream_secret", "\" \""),
        ("upstream_authorization", "\"Bearer x\\r\\nX: y\""),
        ("declarations", "\"no/such/folder\""),
        ("trusted_proxies", "[\"10.0.0.0/33\"]"),
        ("trusted_proxies", "\"10.0.0.0/8\""),
        ("egress_allow", "[\"partner.example\"]"),
        ("smtp_url", "\"https://mail.example\""),
        ("mail_from", "\"shop\""),
        ("workers", "0"),
        ("workers", "\"two\""),
        ("database_pool", "-1"),
        ("log", "\"latchkey=loud\""),
    ];
    for (name, value) in samples {
        let refusal = refusal(&format!("{name} = {value}"), &[]);
        assert!(refusal.contains(&format!("the setting `{name}`")), "{name} = {value}: {refusal}");
    }
}

#[test]
fn a_server_for_others_needs_its_public_address() {
    assert!(
        refusal("listen = \"0.0.0.0:80\"", &[])
            .contains("`base_url` (environment: LATCHKEY_BASE_URL) is required")
    );
    assert!(read("listen = \"0.0.0.0:80\"", &[("LATCHKEY_BASE_URL", "https://shop.example")]).is_ok());
    assert!(read("listen = \"[::1]:80\"", &[]).is_ok());
    assert!(refusal("listen = \"127.0.0.1:0\"", &[]).contains("`base_url`"), "nobody could know the port");
}

#[test]
fn mail_needs_both_a_server_and_a_sender() {
    let lacking = refusal("", &[("LATCHKEY_SMTP_URL", "smtps://mail.example")]);
    assert!(lacking.contains("the setting `mail_from`") && lacking.contains("smtp_url is"), "{lacking}");
    let lacking = refusal("mail_from = \"shop@example.com\"", &[]);
    assert!(lacking.contains("the setting `smtp_url`") && lacking.contains("mail_from is"), "{lacking}");
}

#[test]
fn keys_come_from_one_place() {
    let keys = KeyRing::generate(&SeededEntropy::new(1)).write();
    let given = read("", &[("LATCHKEY_KEY", keys.expose())]).unwrap();
    assert!(matches!(given.keys, KeySource::Given(_)));
    let both = refusal("key_file = \"x\"", &[("LATCHKEY_KEY", keys.expose())]);
    assert!(both.contains("both set"), "{both}");
}

#[test]
fn a_syntax_error_names_the_line_and_quotes_nothing() {
    let refusal = refusal("listen = \"127.0.0.1:1\"\nupstream_secret = \"hunter2\n", &[]);
    assert!(refusal.contains("line 2"), "{refusal}");
    assert!(!refusal.contains("hunter2"), "{refusal}");
}

#[test]
fn an_administration_on_every_address_is_reached_by_the_loopback_one() {
    let config = read("admin_listen = \"0.0.0.0:81\"", &[]).unwrap();
    assert_eq!(config.admin_base(), "http://127.0.0.1:81/");
    let same = read("admin_listen = \"127.0.0.1:8080\"", &[]).unwrap();
    assert_eq!(same.admin_listen, None);
}
