//! What of a list is asked for, as its address carries it. What it does not understand counts as not asked.

use url::form_urlencoded;

use super::{Head, Pager};
use crate::store::{Page, Paging};
use crate::web::form::Choice;

/// Page sizes; the first one unless asked otherwise.
const SIZES: [i64; 5] = [20, 30, 50, 100, 200];

/// Longest text there is, in characters: more cannot be part of one.
const MAX_TEXT: usize = 255;

/// Names and values of an address or of hidden fields.
pub(in crate::web) type Pairs = Vec<(String, String)>;

/// What can be asked of a list.
#[derive(Debug)]
pub(in crate::web) struct Spec {
    /// Its address.
    pub(in crate::web) list: &'static str,
    /// Filters that take a text, by name.
    pub(in crate::web) texts: &'static [&'static str],
    /// Filters that take a number.
    pub(in crate::web) numbers: &'static [&'static str],
    /// Columns that can be sorted by; `""` is the order without one.
    pub(in crate::web) sorts: &'static [&'static str],
}

/// The state of a list.
#[derive(Debug, Clone)]
pub(in crate::web) struct Asked {
    spec: &'static Spec,
    filters: Vec<(&'static str, String)>,
    sort: &'static str,
    pub(in crate::web) is_descending: bool,
    page: i64,
    limit: i64,
}

impl Asked {
    /// Reads the query part of an address.
    pub(in crate::web) fn read(spec: &'static Spec, query: &str) -> Self {
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let text = |name: &&'static str| {
            let text = value(name).replace('\0', "");
            (*name, text.trim().chars().take(MAX_TEXT).collect::<String>())
        };
        let number = |name: &&'static str| {
            let number = value(name);
            (*name, number.parse::<i64>().map(|number| number.to_string()).unwrap_or_default())
        };
        let filters = spec.texts.iter().map(text).chain(spec.numbers.iter().map(number));
        let sort = value("sort");
        Self {
            filters: filters.filter(|(_, value)| !value.is_empty()).collect(),
            sort: spec.sorts.iter().find(|name| **name == sort).copied().unwrap_or_default(),
            is_descending: value("dir") == "desc",
            page: value("page").trim().parse().unwrap_or(1).max(1),
            limit: value("limit").parse().ok().filter(|limit| SIZES.contains(limit)).unwrap_or(SIZES[0]),
            spec,
        }
    }

    /// What a filter is set to.
    pub(in crate::web) fn value(&self, name: &str) -> Option<&str> {
        self.filters.iter().find(|(filter, _)| *filter == name).map(|(_, value)| value.as_str())
    }

    /// The same without a filter that means nothing.
    pub(in crate::web) fn without(mut self, name: &str) -> Self {
        self.filters.retain(|(filter, _)| *filter != name);
        self
    }

    /// The column that is sorted by.
    pub(in crate::web) fn sort(&self) -> &'static str {
        self.sort
    }

    /// Which page.
    pub(in crate::web) fn paging(&self) -> Paging {
        Paging { page: self.page, limit: self.limit }
    }

    /// Whether not everything is asked for.
    pub(in crate::web) fn is_filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    /// The address of the list in this state.
    pub(in crate::web) fn href(&self) -> String {
        let pairs: Pairs = [self.filter(), self.order(), self.size(), self.place()].concat();
        if pairs.is_empty() {
            return self.spec.list.to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{}?{query}", self.spec.list)
    }

    /// The address without a filter.
    pub(in crate::web) fn reset_href(&self) -> String {
        Self { filters: Vec::new(), page: 1, ..self.clone() }.href()
    }

    /// The filter.
    pub(in crate::web) fn filter(&self) -> Pairs {
        self.filters.iter().map(|(name, value)| pair(name, value)).collect()
    }

    /// Order and page size, for the filter and its reset.
    pub(in crate::web) fn state(&self) -> Pairs {
        [self.order(), self.size()].concat()
    }

    fn order(&self) -> Pairs {
        let is_sorted = !self.sort.is_empty();
        let direction = if self.is_descending { Some("desc") } else { is_sorted.then_some("asc") };
        let sort = is_sorted.then(|| pair("sort", self.sort));
        sort.into_iter().chain(direction.map(|direction| pair("dir", direction))).collect()
    }

    fn size(&self) -> Pairs {
        if self.limit == SIZES[0] { Pairs::new() } else { vec![pair("limit", &self.limit.to_string())] }
    }

    fn place(&self) -> Pairs {
        if self.page == 1 { Pairs::new() } else { vec![pair("page", &self.page.to_string())] }
    }

    /// The head of a column: pressing it sorts by it, upwards at first.
    pub(in crate::web) fn head(&self, column: &'static str, label: String) -> Head {
        let order = match (self.sort == column, self.is_descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        };
        let next = Self { sort: column, is_descending: order == "ascending", ..self.clone() };
        let state = [next.filter(), next.order(), next.size()].concat();
        Head { column: column.to_owned(), label, order, state }
    }

    /// Where that page is among the others.
    pub(in crate::web) fn pager<T>(&self, page: &Page<T>) -> Pager {
        let to = |page| Self { page, ..self.clone() }.href();
        let size = |size: i64| Choice {
            value: size.to_string(),
            label: size.to_string(),
            is_chosen: size == self.limit,
        };
        Pager {
            page: usize::try_from(page.page).unwrap_or(1),
            pages: usize::try_from(page.pages).unwrap_or(1),
            previous: (page.page > 1).then(|| to(page.page - 1)),
            next: (page.page < page.pages).then(|| to(page.page + 1)),
            sizes: SIZES.into_iter().map(size).collect(),
            state: [self.filter(), self.order()].concat(),
        }
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    static SPEC: Spec =
        Spec { list: "/admin/thing", texts: &["name"], numbers: &["status"], sorts: &["name", "created"] };

    #[test]
    fn what_is_not_understood_counts_as_not_asked() {
        for query in ["status=x", "sort=id", "dir=up", "page=-3", "page=x", "limit=21", "x=1", "%ff=%ff"] {
            assert_eq!(Asked::read(&SPEC, query).href(), "/admin/thing", "{query}");
        }
    }

    #[test]
    fn the_address_carries_the_whole_state_there_and_back() {
        let query = "name=A%26B+%25&status=3&sort=created&dir=desc&limit=50&page=4";
        let asked = Asked::read(&SPEC, query);
        assert_eq!((asked.value("name"), asked.value("status")), (Some("A&B %"), Some("3")));
        assert_eq!(asked.href(), format!("/admin/thing?{query}"));
    }

    #[test]
    fn a_text_is_cut_to_what_can_match() {
        let asked = Asked::read(&SPEC, &format!("name=+%00{}", "x".repeat(300)));
        assert_eq!(asked.value("name"), Some("x".repeat(255).as_str()));
    }
}
