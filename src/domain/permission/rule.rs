//! Nobody grants more than they hold.

use super::Grants;
use crate::domain::acl::{ALL, ResourceSet, Tree};

/// What an editor may not give because the editor does not hold it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody grants more than they hold")]
pub struct Refused(Lacking);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Lacking {
    Everything,
    These(ResourceSet),
}

impl Refused {
    /// The names of what was refused: `Magento_Backend::all` when it was everything.
    pub fn ids<'t>(&self, tree: &'t Tree) -> Vec<&'t str> {
        match &self.0 {
            Lacking::Everything => vec![ALL],
            Lacking::These(resources) => tree.ids_of(resources),
        }
    }
}

/// Whether the editor holds all that the other holds: asked of who activates, re-authorizes or reveals an integration.
pub fn holds_all(editor: &Grants, other: &Grants) -> bool {
    match other.listed() {
        None => editor.is_everything(),
        Some(resources) => editor.cover(resources),
    }
}

/// The grants of a role after an edit: what the editor submitted, and what was stored that the editor does not hold.
/// What is new must be held by the editor.
pub fn role_grants(editor: &Grants, stored: &Grants, submitted: &Grants) -> Result<Grants, Refused> {
    let (Some(held), Some(before)) = (editor.listed(), stored.listed()) else {
        // Who holds everything decides freely; and "everything" is a grant that no one else can take away.
        return Ok(if editor.is_everything() { submitted.clone() } else { stored.clone() });
    };
    let Some(wanted) = submitted.listed() else { return Err(Refused(Lacking::Everything)) };
    refuse(wanted.difference(before).difference(held))?;
    Ok(Grants::these(wanted.union(&before.difference(held))))
}

/// The grants of an integration after an edit: as for a role, but who widens it must hold all it then holds, since
/// its credentials would carry the rest along.
pub fn integration_grants(editor: &Grants, stored: &Grants, submitted: &Grants) -> Result<Grants, Refused> {
    let after = role_grants(editor, stored, submitted)?;
    if let (Some(held), Some(after)) = (editor.listed(), after.listed())
        && !stored.cover(after)
    {
        refuse(after.difference(held))?;
    }
    Ok(after)
}

fn refuse(resources: ResourceSet) -> Result<(), Refused> {
    if resources.is_empty() { Ok(()) } else { Err(Refused(Lacking::These(resources))) }
}
