//! `latchkey integration export`: an `integration.xml` that declares what there is, without secrets.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::Named;
use crate::cli::{Console, Failure};
use crate::domain::acl::{ADMIN, Tree};
use crate::domain::declaration::{self, EXACT};
use crate::domain::integration::{self, Integration};
use crate::domain::permission::Grants;
use crate::domain::{self, declared};
use crate::text;

pub(super) fn run(named: &Named, console: &mut Console<'_>) -> Result<(), Failure> {
    let store = console.store()?;
    let (integration, grants, tree) = store.read_now(|work| {
        let integration = integration::find_by_name(work, &named.name)?;
        // What waits for approval is what the files ask for.
        let requested = declared::requested(work, integration.id)?;
        let held = integration::grants(work, integration.id)?;
        Ok::<_, domain::Error>((integration, requested.unwrap_or(held), work.tree))
    })?;
    if integration.email.is_empty() {
        let name = [("name", integration.name.into())];
        return Err(Failure::Said(text::with("cli-export-no-email", &name)));
    }
    if !declaration::can_be_written(&integration.name) {
        let name = [("name", integration.name.into())];
        return Err(Failure::Said(text::with("cli-export-unwritable", &name)));
    }
    console.say(document(&integration, &grants, tree).trim_end())
}

/// The file. The list is exact when it leaves out an ancestor that a list otherwise brings along.
fn document(integration: &Integration, grants: &Grants, tree: &Tree) -> String {
    let mut xml = "<?xml version=\"1.0\"?>\n<config>\n".to_owned();
    let mut line = |depth: usize, text: &str| {
        // Writing to a text never fails.
        let _ = writeln!(xml, "{}{text}", "    ".repeat(depth));
    };
    line(1, &format!("<integration name=\"{}\">", escape(&integration.name)));
    line(2, &format!("<email>{}</email>", escape(&integration.email)));
    if let Some(endpoint) = &integration.endpoint {
        line(2, &format!("<endpoint_url>{}</endpoint_url>", escape(endpoint)));
    }
    if let Some(identity) = &integration.identity_link_url {
        line(2, &format!("<identity_link_url>{}</identity_link_url>", escape(identity)));
    }
    let held = grants.ids(tree);
    // The root comes along with any other resource; alone, it must be told, and stands in no list but an exact one.
    let is_root_alone = held == [ADMIN];
    let ids: Vec<&str> = held.into_iter().filter(|id| is_root_alone || *id != ADMIN).collect();
    if !ids.is_empty() {
        line(2, "<resources>");
        if is_root_alone || lacks_ancestors(grants, tree) {
            line(3, &format!("<?latchkey {EXACT}?>"));
        }
        ids.iter().for_each(|id| line(3, &format!("<resource name=\"{}\"/>", escape(*id))));
        line(2, "</resources>");
    }
    line(1, "</integration>");
    xml + "</config>\n"
}

fn lacks_ancestors(grants: &Grants, tree: &Tree) -> bool {
    let held = grants.listed().into_iter().flat_map(|held| held.iter());
    held.flat_map(|index| tree.ancestors(index)).any(|above| !grants.allows(above.index))
}
