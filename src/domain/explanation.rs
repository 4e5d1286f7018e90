//! Why a call of an integration would pass or not, step by step, in the order in which it is decided. The decision
//! itself is `super::decision`'s, and asked here, not made again.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::decision::{self, Caller, Known, Refusal};
use super::integration::IntegrationId;
use super::route::{Found, Miss, Need, Route, Routes};
use super::{Error, Missing, activation};
use crate::oauth1::Problem;
use crate::store::{self, Work};

/// A call without credentials: those only the partner has, so their checks are left out.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a str,
    /// The path below the public address, as received: it begins with `/rest`.
    pub path: &'a str,
    /// The known store codes.
    pub stores: &'a [String],
}

/// Why a call would pass or not.
#[derive(Debug)]
pub struct Explanation<'r> {
    /// What was found out, in order; after a step that refuses there is none.
    pub steps: Vec<Step<'r>>,
    /// The route, when there is one.
    pub route: Option<&'r Route>,
    /// Why it would not pass.
    pub refusal: Option<Refusal>,
}

/// One thing that was found out.
#[derive(Debug)]
pub enum Step<'r> {
    /// The address is no route.
    NoRoute(Miss),
    /// The address is this route.
    Route(Found<'r>),
    /// There is a token that signs calls, or none.
    Token(bool),
    /// Calls pass where it stands, or not.
    Standing(bool),
    /// One requirement of the route, as the route names it, and whether it is met.
    Required {
        /// As the route names it.
        name: &'r str,
        /// What that takes.
        need: Need,
        /// Whether it is met.
        is_met: bool,
    },
}

/// All that decisions about the calls of an integration depend on.
///
/// # Errors
/// When there is no such integration.
pub fn known(work: &mut Work<'_>, id: IntegrationId) -> Result<Arc<Known>, Error> {
    let key = activation::consumer_key(work, id)?;
    let known = store::snapshot::read(work, &key)?;
    known.map(Arc::new).ok_or_else(|| Missing::Integration(id.0.to_string()).into())
}

/// Explains what would become of a call of that integration at that moment. Pure.
pub fn explain<'r>(
    routes: &'r Routes,
    asked: Asked<'r>,
    known: &Arc<Known>,
    now: DateTime<Utc>,
) -> Explanation<'r> {
    let found = match routes.find(asked.method, asked.path.as_bytes(), asked.stores) {
        Ok(found) => found,
        Err(miss) => {
            return Explanation { steps: vec![Step::NoRoute(miss)], route: None, refusal: Some(miss.into()) };
        }
    };
    let route = found.route;
    let mut steps = vec![Step::Route(found)];
    let refusal = judge(route, known, now, &mut steps).err();
    Explanation { steps, route: Some(route), refusal }
}

fn judge<'r>(
    route: &'r Route,
    known: &Arc<Known>,
    now: DateTime<Utc>,
    steps: &mut Vec<Step<'r>>,
) -> Result<(), Refusal> {
    let has_token = known.has_token(now);
    steps.push(Step::Token(has_token));
    if !has_token {
        return Err(Problem::TokenRevoked.into());
    }
    let standing = decision::standing(known);
    steps.push(Step::Standing(standing.is_ok()));
    standing?;
    let missing = known.grants.missing_for(route);
    steps.extend(route.required.iter().map(|required| Step::Required {
        name: &required.name,
        need: required.need,
        is_met: !missing.contains(&required.name.as_str()),
    }));
    decision::permit(&Caller::Integration(Arc::clone(known)), route)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Actor;
    use crate::domain::activation::{self, Replace};
    use crate::domain::integration::{self, Draft};
    use crate::domain::permission::Wish;
    use crate::store::testing::TestStore;

    const PRODUCTS: &str = "Magento_Catalog::products";

    fn known(is_active: bool) -> Arc<Known> {
        let test = TestStore::new();
        let grants = Wish::These(vec![PRODUCTS.to_owned()]);
        let draft = Draft { name: "Acme".into(), grants, ..Draft::default() };
        let by = Actor::command();
        let made = test.store.write_now(|work| {
            let made = integration::create(work, &by, &draft, &[])?;
            if is_active {
                activation::activate(work, &by, made.id, Replace::AfterGrace)?;
            }
            super::known(work, made.id)
        });
        made.unwrap()
    }

    fn explained(method: &str, path: &str, known: &Arc<Known>) -> (usize, Option<Refusal>) {
        let stores = ["default".to_owned()];
        let asked = Asked { method, path, stores: &stores };
        let explanation = explain(Routes::builtin(), asked, known, DateTime::UNIX_EPOCH);
        (explanation.steps.len(), explanation.refusal)
    }

    #[test]
    fn each_step_is_told_and_the_first_that_refuses_is_the_last() {
        let acme = known(true);
        assert_eq!(explained("GET", "/rest/V1/products/1", &acme), (4, None));
        let (steps, refusal) = explained("GET", "/rest/V1/orders", &acme);
        assert!(steps == 4 && matches!(refusal, Some(Refusal::Oauth(_))), "{refusal:?}");
        assert_eq!(explained("GET", "/rest/V1/nothing", &acme), (1, Some(Miss::Route.into())));
        let (steps, refusal) = explained("GET", "/rest/V1/products/1", &known(false));
        assert!(steps == 2 && refusal.is_some());
    }
}
