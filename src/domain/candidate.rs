//! Whose password is given: who a name could be, and what came of verifying the password.
//!
//! A password is verified outside of any transaction, because that takes long, and judged in one that writes. Between
//! the two the hash may be replaced: by another password, or by a newer hash of the same one, as happens when two
//! sign-ins come at once while the hash is outdated. Then it is verified anew, and nothing is judged or counted.

/// Who a name could be, with the hash to be verified; of nobody both are missing.
#[derive(Debug, Clone)]
pub struct Candidate<Id> {
    /// Whose account it is.
    pub id: Option<Id>,
    /// The hash of the password, which [`super::password::verify`] takes, also when there is none.
    pub hash: Option<String>,
}

/// What came of verifying a password.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// The hash that it was compared with; none, of nobody.
    pub hash: Option<String>,
    /// Whether it fits.
    pub is_right: bool,
    /// A newer hash of the right password, which takes the place of an outdated one.
    pub upgraded: Option<String>,
}

impl<Id> Candidate<Id> {
    /// Whoever was found, or nobody.
    pub(super) fn of(found: Option<(Id, String)>) -> Self {
        let (id, hash) = found.unzip();
        Self { id, hash }
    }
}
