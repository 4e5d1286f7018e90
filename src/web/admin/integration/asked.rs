//! What of the list is asked for, as the address carries it. What it does not understand counts as not asked.

use url::form_urlencoded;

use super::LIST;
use crate::domain::integration::{Query, Sort, Status};
use crate::store::Paging;

/// Page sizes; the first one unless asked otherwise.
pub(super) const SIZES: [i64; 5] = [20, 30, 50, 100, 200];

/// Statuses with the numbers that stand for them.
pub(super) const STATUSES: [(&str, Status); 4] =
    [("0", Status::Inactive), ("1", Status::Active), ("2", Status::Reset), ("3", Status::Suspended)];

const SORTS: [(&str, Sort); 3] = [("name", Sort::Name), ("status", Sort::Status), ("created", Sort::Created)];

/// Longest name there is, in characters: more cannot be part of one.
const MAX_NAME: usize = 255;

/// Names and values of an address or of hidden fields.
pub(super) type Pairs = Vec<(String, String)>;

/// The state of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) status: Option<Status>,
    pub(super) sort: Sort,
    pub(super) is_descending: bool,
    pub(super) page: i64,
    pub(super) limit: i64,
}

impl Asked {
    /// Reads the query part of an address.
    pub(super) fn read(query: &str) -> Self {
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let name = value("name").replace('\0', "");
        let (status, sort) = (value("status"), value("sort"));
        Self {
            name: name.trim().chars().take(MAX_NAME).collect(),
            status: STATUSES.iter().find(|(number, _)| *number == status).map(|(_, status)| *status),
            sort: SORTS.iter().find(|(name, _)| *name == sort).map_or(Sort::Id, |(_, sort)| *sort),
            is_descending: value("dir") == "desc",
            page: value("page").trim().parse().unwrap_or(1).max(1),
            limit: value("limit").parse().ok().filter(|limit| SIZES.contains(limit)).unwrap_or(SIZES[0]),
        }
    }

    /// The question to the domain.
    pub(super) fn query(&self) -> Query {
        Query {
            name: Some(self.name.clone()).filter(|name| !name.is_empty()),
            status: self.status,
            sort: self.sort,
            descending: self.is_descending,
            paging: Paging { page: self.page, limit: self.limit },
        }
    }

    /// Whether not everything is asked for.
    pub(super) fn is_filtered(&self) -> bool {
        !self.name.is_empty() || self.status.is_some()
    }

    /// The address of the list in this state.
    pub(super) fn href(&self) -> String {
        let pairs: Pairs = [self.filter(), self.order(), self.size(), self.place()].concat();
        if pairs.is_empty() {
            return LIST.to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{LIST}?{query}")
    }

    /// The filter.
    pub(super) fn filter(&self) -> Pairs {
        let name = Some(self.name.as_str()).filter(|name| !name.is_empty()).map(|name| pair("name", name));
        let number = STATUSES.iter().find(|(_, status)| Some(*status) == self.status);
        name.into_iter().chain(number.map(|(number, _)| pair("status", number))).collect()
    }

    /// The order.
    pub(super) fn order(&self) -> Pairs {
        let sort = SORTS.iter().find(|(_, sort)| *sort == self.sort);
        let direction = if self.is_descending { Some("desc") } else { sort.map(|_| "asc") };
        let sort = sort.map(|(name, _)| pair("sort", name));
        sort.into_iter().chain(direction.map(|direction| pair("dir", direction))).collect()
    }

    /// The page size.
    pub(super) fn size(&self) -> Pairs {
        if self.limit == SIZES[0] { Pairs::new() } else { vec![pair("limit", &self.limit.to_string())] }
    }

    fn place(&self) -> Pairs {
        if self.page == 1 { Pairs::new() } else { vec![pair("page", &self.page.to_string())] }
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_counts_as_not_asked() {
        let plain = Asked::read("");
        for query in [
            "status=7",
            "status=active",
            "sort=id",
            "dir=up",
            "page=-3",
            "page=x",
            "limit=21",
            "x=1",
            "%ff=%ff",
        ] {
            assert_eq!(Asked::read(query), plain, "{query}");
        }
        assert_eq!(plain.href(), "/admin/integration");
    }

    #[test]
    fn the_address_carries_the_whole_state_there_and_back() {
        let query = "name=A%26B+%25&status=3&sort=created&dir=desc&limit=50&page=4";
        let asked = Asked::read(query);
        assert_eq!(asked.name, "A&B %");
        assert_eq!(asked.href(), format!("/admin/integration?{query}"));
    }

    #[test]
    fn a_name_is_cut_to_what_can_match() {
        let asked = Asked::read(&format!("name=+%00{}", "x".repeat(300)));
        assert_eq!(asked.name, "x".repeat(255));
    }
}
