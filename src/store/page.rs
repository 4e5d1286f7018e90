//! One page of a longer list.

/// Which page, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Counted from 1.
    pub page: i64,
    /// Rows on a page.
    pub limit: i64,
}

/// A page, with what is needed to walk to the others.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Rows on all pages together.
    pub total: i64,
    /// The page that this is, which is the last one when a later one was asked for.
    pub page: i64,
    /// Number of pages: at least one, even without rows.
    pub pages: i64,
}

impl Paging {
    /// The page to show among `total` rows, and the number of pages.
    pub(super) fn clamp(self, total: i64) -> (i64, i64) {
        let pages = (total.max(1) + self.limit.max(1) - 1) / self.limit.max(1);
        (self.page.clamp(1, pages), pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        let paging = Paging { page: 9, limit: 20 };
        assert_eq!(paging.clamp(41), (3, 3));
        assert_eq!(paging.clamp(0), (1, 1));
        assert_eq!(Paging { page: -3, limit: 20 }.clamp(41), (1, 3));
        assert_eq!(Paging { page: 2, limit: 20 }.clamp(40), (2, 2));
    }
}
