//! The known resources nearest to a name that is none.

use crate::domain::acl::View;

/// How alike two names must be, from 0 to 1, to be told.
const ALIKE: f64 = 0.6;
/// How much less alike than the best another one may be to be told beside it.
const CLOSE: f64 = 0.1;
/// So many are told at the most.
const TOLD: usize = 3;

/// The names offered that are most like this one, the likest first.
pub(super) fn nearest(view: View<'_>, id: &str) -> Vec<String> {
    let wanted = id.to_lowercase();
    let mut alike: Vec<(f64, &str)> = view
        .nodes()
        .map(|node| {
            (strsim::normalized_damerau_levenshtein(&wanted, &node.id.to_lowercase()), node.id.as_str())
        })
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    alike.sort_by(|(a, first), (b, second)| b.total_cmp(a).then_with(|| first.cmp(second)));
    let best = alike.first().map_or(0.0, |(score, _)| *score);
    let near = alike.into_iter().take_while(|(score, _)| best - score < CLOSE);
    near.take(TOLD).map(|(_, id)| id.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::acl::Tree;

    #[test]
    fn what_is_much_less_alike_is_not_told_beside_it() {
        let view = Tree::builtin().for_integrations();
        assert_eq!(nearest(view, "Magento_Catalog::product"), ["Magento_Catalog::products"]);
    }

    #[test]
    fn a_slip_of_the_keys_finds_what_was_meant() {
        let view = Tree::builtin().for_integrations();
        assert_eq!(nearest(view, "Magento_Catalog::product")[0], "Magento_Catalog::products");
        assert_eq!(nearest(view, "magento_sales::Sales")[0], "Magento_Sales::sales");
        assert_eq!(nearest(view, "Zzz_Qqq::xxxxxxxxxxxxxx"), [""; 0]);
    }
}
