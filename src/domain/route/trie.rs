//! Templates compiled into steps, so that finding a route costs the length of its address, not the number of routes.

use super::declaration::Part;
use super::path::{Segments, decoded};

/// The templates of one method; at the end of each the number of its route.
#[derive(Debug)]
pub(super) struct Trie {
    steps: Vec<Step>,
}

#[derive(Debug, Default)]
struct Step {
    /// Sorted, for binary search.
    literals: Vec<(String, usize)>,
    parameter: Option<usize>,
    route: Option<usize>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { steps: vec![Step::default()] }
    }
}

impl Trie {
    /// Where the template ends, made if it is new.
    pub(super) fn leaf(&mut self, parts: &[Part]) -> &mut Option<usize> {
        let mut at = 0;
        for part in parts {
            let next = self.steps.len();
            at = self.steps[at].follow(part, next);
            if at == next {
                self.steps.push(Step::default());
            }
        }
        &mut self.steps[at].route
    }

    /// The route whose template the segments fit, a literal before a parameter at each segment.
    pub(super) fn find(&self, segments: Segments<'_>) -> Option<usize> {
        self.walk(0, segments)
    }

    fn walk(&self, at: usize, mut segments: Segments<'_>) -> Option<usize> {
        let step = &self.steps[at];
        let Some(segment) = segments.next() else { return step.route };
        let literal = step.literal(&decoded(segment)).and_then(|next| self.walk(next, segments));
        literal.or_else(|| step.parameter.and_then(|next| self.walk(next, segments)))
    }
}

impl Step {
    /// Where the part leads; to `next` when it led nowhere so far.
    fn follow(&mut self, part: &Part, next: usize) -> usize {
        match part {
            Part::Parameter(_) => *self.parameter.get_or_insert(next),
            Part::Literal(text) => match self.literals.binary_search_by(|(known, _)| known.cmp(text)) {
                Ok(place) => self.literals[place].1,
                Err(place) => {
                    self.literals.insert(place, (text.clone(), next));
                    next
                }
            },
        }
    }

    fn literal(&self, text: &[u8]) -> Option<usize> {
        let place = self.literals.binary_search_by(|(known, _)| known.as_bytes().cmp(text)).ok()?;
        Some(self.literals[place].1)
    }
}
