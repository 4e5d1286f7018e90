//! Resources that had another name in earlier versions of Magento: extensions of that time still list it, and it grants
//! nothing any more. Magento itself marks no resource as deprecated, and drops such names silently.

use crate::domain::acl::View;

/// Names of yesterday and of today, apart by a tab. A name that ends with `*` stands for all of a module, and what
/// replaces the module then.
const RENAMED: &str = include_str!("renamed.tsv");

/// What a name of yesterday is called today, when there is such a resource.
pub(super) fn today(view: View<'_>, id: &str) -> Option<String> {
    let rows = RENAMED.lines().filter_map(|row| row.split_once('\t'));
    let mut now = rows.filter_map(|(before, now)| match (before.strip_suffix('*'), now.strip_suffix('*')) {
        (Some(before), Some(now)) => Some(format!("{now}{}", id.strip_prefix(before)?)),
        _ => (before == id).then(|| now.to_owned()),
    });
    now.find(|now| view.find(now).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::acl::Tree;

    #[test]
    fn a_name_of_yesterday_leads_to_the_one_of_today() {
        let view = Tree::builtin().for_integrations();
        assert_eq!(
            today(view, "Magento_Backend::trans_email"),
            Some("Magento_Config::trans_email".to_owned())
        );
        assert_eq!(
            today(view, "Magento_Adminhtml::myaccount"),
            Some("Magento_Backend::myaccount".to_owned())
        );
        assert_eq!(today(view, "Magento_Adminhtml::trans_email"), None, "one step at a time");
        assert_eq!(today(view, "Magento_Backend::nothing"), None);
    }

    #[test]
    fn every_row_names_a_resource_that_is_gone_and_one_that_is_there() {
        let view = Tree::builtin().for_integrations();
        for row in RENAMED.lines() {
            let (before, now) = row.split_once('\t').unwrap();
            if !before.ends_with('*') {
                assert!(view.find(before).is_none() && view.find(now).is_some(), "{row}");
            }
        }
    }
}
