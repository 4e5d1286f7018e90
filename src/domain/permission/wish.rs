//! Permissions that somebody asks for, before it is known whether the tree has them.

use super::Grants;
use crate::domain::acl::View;

/// Permissions asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wish {
    /// Those that are stored; none, where nothing is stored yet.
    #[default]
    Kept,
    /// Every resource, also those to come.
    Everything,
    /// These resources, by id.
    These(Vec<String>),
}

impl Wish {
    /// The grants; `None` for those that are stored.
    ///
    /// # Errors
    /// The ids that are not offered there.
    pub(in crate::domain) fn check(&self, view: View<'_>) -> Result<Option<Grants>, Vec<String>> {
        match self {
            Self::Kept => Ok(None),
            Self::Everything => Ok(Some(Grants::everything())),
            Self::These(ids) => Grants::chosen(view, ids.iter().map(String::as_str)).map(Some),
        }
    }
}
