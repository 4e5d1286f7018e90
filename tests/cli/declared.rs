//! Declarations, explanations and moving in, as a person at a terminal meets them.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::installation::{Installation, text};

const NAME: &str = "Acme <b>\"O'Neill\"</b> 🦀 שלום";

/// An integration.xml with this integration.
fn declare(installation: &Installation, inside: &str) {
    let folder = installation.folder.path().join("declarations/integration");
    fs::create_dir_all(&folder).unwrap();
    let text = format!("<config>\n<integration name=\"Acme\">{inside}</integration>\n</config>");
    fs::write(folder.join("acme.xml"), text).unwrap();
}

const DECLARED: &str =
    "<email>jo@acme.example</email><resources><resource name=\"Magento_Catalog::products\"/></resources>";

#[test]
fn a_plan_says_what_would_change_and_applying_does_it_once() {
    let installation = Installation::new();
    assert!(installation.refuses(&["integration", "plan"]).contains("no folder of declarations"));
    declare(&installation, DECLARED);
    let plan = installation.run(&["integration", "plan"]);
    assert_eq!(plan.status.code(), Some(3), "{}", text(&plan.stderr));
    let said = text(&plan.stdout);
    assert!(said.contains("Acme: new") && said.contains("+ Products (Magento_Catalog::products)"), "{said}");
    assert!(said.contains("declared in integration/acme.xml, line 2"), "{said}");
    assert!(installation.says(&["integration", "apply"]).contains("One integration has changed."));
    assert_eq!(installation.says(&["integration", "plan"]), "Nothing would change.\n");
    assert!(installation.says(&["integration", "apply"]).contains("Nothing has changed."));

    declare(&installation, &DECLARED.replace("jo@", "new@"));
    let plan = installation.run(&["integration", "plan", "--json"]);
    assert_eq!(plan.status.code(), Some(3));
    let plan: Value = serde_json::from_slice(&plan.stdout).unwrap();
    assert_eq!(plan["changes"][0]["kind"], "updated");
    assert_eq!(plan["changes"][0]["fields"][0]["before"], "jo@acme.example");
    assert_eq!(plan["changes"][0]["fields"][0]["after"], "new@acme.example");
}

#[test]
fn a_resource_that_an_acl_xml_disables_is_withdrawn_in_the_plan_once() {
    let installation = Installation::new();
    declare(&installation, DECLARED);
    installation.says(&["integration", "apply"]);
    let folder = installation.folder.path().join("declarations/acl");
    fs::create_dir_all(&folder).unwrap();
    let acl = r#"<config><acl><resources><resource id="Magento_Backend::admin"><resource id="Magento_Catalog::catalog"><resource id="Magento_Catalog::catalog_inventory"><resource id="Magento_Catalog::products" disabled="true"/></resource></resource></resource></resources></acl></config>"#;
    fs::write(folder.join("acme.xml"), acl).unwrap();
    let plan = installation.run(&["integration", "plan"]);
    let said = text(&plan.stdout);
    assert_eq!(plan.status.code(), Some(3), "{said}");
    assert!(said.contains("- Products (Magento_Catalog::products)"), "{said}");
    installation.says(&["integration", "apply"]);
    assert_eq!(installation.says(&["integration", "plan"]), "Nothing would change.\n");
    // Back again, it is as wide as it was, and that waits for a person.
    fs::remove_file(folder.join("acme.xml")).unwrap();
    let said = text(&installation.run(&["integration", "plan"]).stdout);
    assert!(said.contains("+ Products") && said.contains("waits for approval"), "{said}");
}

#[test]
fn whoever_reauthorizes_is_told_what_that_approves() {
    let installation = Installation::new();
    declare(&installation, DECLARED);
    installation.says(&["integration", "apply"]);
    let first = installation.run(&["integration", "activate", "Acme"]);
    assert!(first.status.success() && first.stderr.is_empty(), "{}", text(&first.stderr));
    declare(
        &installation,
        &DECLARED.replace("</resources>", "<resource name=\"Magento_Sales::capture\"/></resources>"),
    );
    installation.says(&["integration", "apply"]);
    let again = installation.run(&["integration", "reauthorize", "Acme", "--json"]);
    let told = text(&again.stderr);
    assert!(told.contains("counts at once") && told.contains("+ Capture (Magento_Sales::capture)"), "{told}");
    assert!(!told.contains("Products"), "{told}");
    let issued: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert!(issued["access_token"].is_string());
    assert_eq!(installation.json(&["integration", "show", "Acme", "--json"])["status"], "active");
}

#[test]
fn a_broken_file_is_told_and_the_others_are_applied() {
    let installation = Installation::new();
    declare(&installation, DECLARED);
    fs::write(installation.folder.path().join("declarations/integration/broken.xml"), "<config><integr")
        .unwrap();
    let applied = installation.run(&["integration", "apply"]);
    assert_eq!(applied.status.code(), Some(1));
    assert!(text(&applied.stdout).contains("Acme: new"), "{}", text(&applied.stdout));
    assert!(text(&applied.stderr).contains("integration/broken.xml, line 1"), "{}", text(&applied.stderr));
}

#[test]
fn files_are_checked_without_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let lint = |name: &str, content: &str| {
        fs::write(folder.path().join(name), content).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        command.args(["integration", "lint", name]).current_dir(folder.path()).env_clear();
        command.output().unwrap()
    };
    let fine = lint(
        "integration.xml",
        &format!("<config><integration name=\"Acme\">{DECLARED}</integration></config>"),
    );
    assert!(fine.status.success(), "{}", text(&fine.stderr));
    let slip = DECLARED.replace("products", "product");
    let unknown =
        lint("integration.xml", &format!("<config><integration name=\"Acme\">{slip}</integration></config>"));
    assert_eq!(unknown.status.code(), Some(1));
    let said = text(&unknown.stdout);
    assert!(
        said.contains("integration.xml, line 1") && said.contains("perhaps Magento_Catalog::products"),
        "{said}"
    );
    // What the setting `egress_allow` may allow is a warning here, and an address that it cannot is a mistake.
    let with = |endpoint: &str| {
        let inside =
            DECLARED.replace("<resources>", &format!("<endpoint_url>{endpoint}</endpoint_url><resources>"));
        lint(
            "integration.xml",
            &format!("<config>\n<integration name=\"Acme\">{inside}</integration></config>"),
        )
    };
    let plain = with("http://acme.example/");
    assert!(plain.status.success(), "{}", text(&plain.stderr));
    assert!(text(&plain.stdout).contains("egress_allow names `acme.example:80`"), "{}", text(&plain.stdout));
    assert_eq!(with("https://jo:pw@acme.example/").status.code(), Some(1));
    assert!(!folder.path().join("data").exists(), "nothing was made");
    // A whole file has no line.
    let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    command.args(["integration", "lint", "nowhere.xml", "--json"]).current_dir(folder.path()).env_clear();
    let lost: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    assert_eq!((&lost[0]["file"], &lost[0]["line"]), (&"nowhere.xml".into(), &Value::Null));
}

#[test]
fn what_is_exported_and_planned_again_shows_no_change() {
    let installation = Installation::new();
    // Without its ancestors, and with an address and a name that XML has to escape.
    installation.says(&[
        "integration",
        "create",
        "--name",
        NAME,
        "--email",
        "jo@example.com",
        "--endpoint",
        "https://a.example/?a=1&b=2",
        "--resource",
        "Magento_Catalog::products",
    ]);
    let exported = installation.says(&["integration", "export", NAME]);
    let key = installation.json(&["integration", "show", NAME, "--json"])["consumer_key"].to_string();
    assert!(!exported.contains(key.trim_matches('"')), "{exported}");
    let folder = installation.folder.path().join("declarations/integration");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("exported.xml"), &exported).unwrap();
    assert!(installation.says(&["integration", "plan"]).contains("Add --adopt to take it over."));
    let adopted = installation.json(&["integration", "apply", "--adopt", "--json"]);
    assert_eq!(adopted["changes"][0]["adopted"], true);
    assert_eq!(adopted["changes"][0]["fields"], serde_json::json!([]));
    assert_eq!(adopted["changes"][0]["granted"], serde_json::json!([]));
    assert_eq!(installation.says(&["integration", "plan"]), "Nothing would change.\n");
    assert_eq!(installation.says(&["integration", "export", NAME]), exported);
}

#[test]
fn the_root_alone_everything_and_a_name_of_one_letter_come_back_as_they_were() {
    let installation = Installation::new();
    let folder = installation.folder.path().join("declarations/integration");
    fs::create_dir_all(&folder).unwrap();
    for (name, more) in
        [("X", &["--resource", "Magento_Backend::admin"][..]), ("All", &["--all-resources"]), ("None", &[])]
    {
        installation
            .says(&[&["integration", "create", "--name", name, "--email", "jo@example.com"], more].concat());
        fs::write(folder.join(format!("{name}.xml")), installation.says(&["integration", "export", name]))
            .unwrap();
    }
    let adopted = installation.json(&["integration", "apply", "--adopt", "--json"]);
    for change in adopted["changes"].as_array().unwrap() {
        let nothing = serde_json::json!([]);
        assert_eq!(
            (&change["fields"], &change["granted"], &change["withdrawn"]),
            (&nothing, &nothing, &nothing),
            "{change}"
        );
    }
    assert_eq!(adopted["changes"].as_array().unwrap().len(), 3);
    assert_eq!(installation.says(&["integration", "plan"]), "Nothing would change.\n");
}

#[test]
fn a_decision_is_explained_step_by_step() {
    let installation = Installation::new();
    installation.says(&[
        "integration",
        "create",
        "--name",
        "Acme",
        "--resource",
        "Magento_Catalog::products",
    ]);
    let check = |url: &str| {
        let output = installation.run(&["acl", "check", "GET", url, "--integration", "Acme"]);
        (output.status.code(), text(&output.stdout))
    };
    let (status, said) = check("/V1/products/1");
    assert!(status == Some(3) && said.contains("There is no token that signs calls"), "{said}");
    installation.says(&["integration", "activate", "Acme"]);
    let (status, said) = check("http://127.0.0.1:8080/rest/default/V1/products/1?fields=sku");
    assert!(
        status == Some(0) && said.contains("Products (Magento_Catalog::products) is needed, and is granted."),
        "{said}"
    );
    let (status, said) = check("/rest/V1/orders");
    assert!(status == Some(3) && said.contains("for lack of Magento_Sales::actions_view"), "{said}");
    let (status, said) = check("/rest/V1/nothing");
    assert!(status == Some(3) && said.contains("no route"), "{said}");
    let json = installation.run(&["acl", "check", "GET", "/V1/orders", "--integration", "Acme", "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        (&json["allowed"], &json["missing"][0]),
        (&Value::Bool(false), &"Magento_Sales::actions_view".into())
    );
    assert!(
        installation
            .refuses(&["acl", "check", "GET", "/V1/orders", "--integration", "Nobody"])
            .contains("Nobody")
    );
    let tree = installation.json(&["acl", "tree", "capture", "--json"]);
    assert_eq!(tree[0]["id"], "Magento_Sales::capture");
    assert!(
        installation
            .says(&["acl", "routes", "products-render-info"])
            .starts_with("GET /V1/products-render-info")
    );
}

#[test]
fn integrations_move_in_line_by_line_and_never_twice() {
    let installation = Installation::new();
    let table = "name,resources,consumer_key,consumer_secret,token,token_secret\n\
        Acme,Magento_Catalog::products Magento_Sales::sales,ck23456789abcdefghijklmnopqrstuv,\
        0:3:AAECAwQFBgcICQoLm0xmC1N2yZyvK5jpVuw0oFemOxhaSCwiq1YRm1VGd0bd8EVFs+WMPLx42aJyS/d9,\
        at23456789abcdefghijklmnopqrstuv,ts23456789abcdefghijklmnopqrstuv\n\
        Beta,all,short,cs33456789abcdefghijklmnopqrstuv,,\n\
        Gamma,all,ck33456789abcdefghijklmnopqrstuv\n\
        acme,all,ck43456789abcdefghijklmnopqrstuv,cs43456789abcdefghijklmnopqrstuv,,\n";
    fs::write(installation.folder.path().join("in.csv"), table).unwrap();
    let key = "0123456789abcdef0123456789abcdef";
    let import = |more: &[&str]| {
        let output = installation.run(&[&["integration", "import", "in.csv"], more].concat());
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        (text(&output.stdout), text(&output.stderr))
    };
    let (said, wrong) = import(&["--dry-run", "--magento-key", key]);
    assert_eq!(said, "1 would be brought in, 0 present already, 3 would be refused\n");
    assert!(wrong.contains("line 3: consumer_key:") && wrong.contains("line 4:"), "{wrong}");
    assert!(wrong.contains("line 5: name: This is the same as in line 2."), "{wrong}");
    assert!(!wrong.contains("cs33456789") && !wrong.contains("ck33456789"), "no secret is repeated: {wrong}");
    assert_eq!(installation.json(&["integration", "list", "--json"]), serde_json::json!([]));
    let (_, wrong) = import(&["--dry-run"]);
    assert!(wrong.contains("--magento-key"), "{wrong}");
    let (said, _) = import(&["--magento-key", key]);
    assert!(said.starts_with("1 brought in"), "{said}");
    let (said, _) = import(&["--magento-key", key]);
    assert!(said.starts_with("0 brought in, 1 present already"), "{said}");
    let shown = installation.json(&["integration", "show", "Acme", "--json"]);
    assert_eq!(shown["status"], "active");
    assert_eq!(shown["consumer_key"], "ck23456789abcdefghijklmnopqrstuv");
}
