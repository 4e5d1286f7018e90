//! What an activation approves of a declaration, in words.

use super::declared::titled;
use crate::domain::integration::Integration;
use crate::domain::permission::Becoming;
use crate::domain::{self, declared};
use crate::store::Work;
use crate::text;

/// What a declaration asks for beyond what was approved before.
pub(super) struct Change {
    granted: Vec<String>,
    withdrawn: Vec<String>,
    /// The callback URL, when it is another one.
    endpoint: Option<String>,
    /// Whether it counts with the token that the partner fetches, instead of with the one that is shown.
    is_exchanged: bool,
}

impl Change {
    /// None when nothing waits for approval.
    pub(super) fn of(work: &mut Work<'_>, integration: &Integration) -> Result<Option<Self>, domain::Error> {
        let Some(pending) = declared::pending(work, integration.id)? else { return Ok(None) };
        let (mut granted, mut withdrawn) = (Vec::new(), Vec::new());
        if let Some((before, after)) = declared::difference(work, integration.id)? {
            let titled = |id: &str| titled(work.tree, id);
            let Becoming { won, lost } = before.becoming(&after, work.tree);
            granted = won.into_iter().map(titled).collect();
            withdrawn = lost.into_iter().map(titled).collect();
        }
        let endpoint = pending.approved_endpoint.map(|_| integration.endpoint.clone().unwrap_or_default());
        let is_exchanged = integration.exchanges_tokens();
        Ok(Some(Self { granted, withdrawn, endpoint, is_exchanged }))
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let key = if self.is_exchanged { "cli-approved-exchanged" } else { "cli-approved-shown" };
        let mut lines = vec![text::get(key)];
        let shown =
            |value: &str| if value.is_empty() { text::get("cli-plan-empty") } else { value.to_owned() };
        lines.extend(self.endpoint.iter().map(|endpoint| format!("  endpoint: {}", shown(endpoint))));
        lines.extend(self.granted.iter().map(|resource| format!("  + {resource}")));
        lines.extend(self.withdrawn.iter().map(|resource| format!("  - {resource}")));
        lines
    }
}
