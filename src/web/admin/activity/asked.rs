//! What of the trail is asked for, as the address carries it. Choices that it does not understand count as not made; a
//! date that it does not understand is said so, since the answer would otherwise look complete.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use url::form_urlencoded;

use super::ADDRESS;
use crate::domain::audit::{Act, Place, Query, ThingKind, Which};
use crate::text;
use crate::web::form::Field;

/// Longest name there is, in characters: more cannot be one.
const MAX_NAME: usize = 255;

/// The state of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) person: String,
    pub(super) thing: Option<ThingKind>,
    pub(super) which: String,
    pub(super) act: Option<Act>,
    pub(super) from: Day,
    pub(super) to: Day,
    pub(super) place: Place,
}

/// A day as it was typed, and what was understood of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Day {
    typed: String,
    date: Option<NaiveDate>,
}

impl Asked {
    /// Reads the query part of an address, or a form.
    pub(super) fn read(query: &str) -> Self {
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let line = |wanted: &str| {
            let text = value(wanted).replace('\0', "");
            text.trim().chars().take(MAX_NAME).collect::<String>()
        };
        let number = |wanted: &str| value(wanted).parse::<i64>().ok();
        Self {
            person: line("person"),
            thing: ThingKind::of(&value("thing")),
            which: line("which"),
            act: Act::of(&value("act")),
            from: Day::read(line("from")),
            to: Day::read(line("to")),
            place: match (number("before"), number("after")) {
                (Some(id), _) => Place::Before(id),
                (None, Some(id)) => Place::After(id),
                (None, None) => Place::Newest,
            },
        }
    }

    /// The question to the domain. A number beside a kind is an id; without a kind it can only be a name.
    pub(super) fn query(&self) -> Query {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let id = self.thing.and_then(|_| self.which.parse().ok()).map(Which::Id);
        let start = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
        Query {
            person: text(&self.person),
            thing: self.thing,
            which: id.or_else(|| text(&self.which).map(Which::Name)),
            act: self.act,
            from: self.from.date.map(start),
            until: self.to.date.and_then(|date| date.checked_add_days(Days::new(1))).map(start),
        }
    }

    /// Whether not everything is asked for.
    pub(super) fn is_set(&self) -> bool {
        !self.filter().is_empty()
    }

    /// The filter, as names and values.
    pub(super) fn filter(&self) -> Vec<(String, String)> {
        let pairs = [
            ("person", self.person.as_str()),
            ("thing", self.thing.map_or("", ThingKind::word)),
            ("which", &self.which),
            ("act", self.act.map_or("", Act::word)),
            ("from", &self.from.typed),
            ("to", &self.to.typed),
        ];
        let given = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The address of what fits this filter, from there on.
    pub(super) fn href_at(&self, place: Place) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.filter());
        match place {
            Place::Newest => {}
            Place::Before(id) => {
                query.append_pair("before", &id.to_string());
            }
            Place::After(id) => {
                query.append_pair("after", &id.to_string());
            }
        }
        format!("{ADDRESS}?{}", query.finish())
    }
}

impl Day {
    fn read(typed: String) -> Self {
        let date = NaiveDate::parse_from_str(&typed, "%Y-%m-%d").ok();
        // Beyond these a time stamp of the databases has no place, nor an audit trail an entry.
        let date = date.filter(|date| start_of(1970) <= *date && *date < start_of(9999));
        Self { typed, date }
    }

    /// The field, with what is wrong with it.
    pub(super) fn field(&self) -> Field {
        let is_wrong = self.date.is_none() && !self.typed.is_empty();
        let errors = is_wrong.then(|| text::get("activity-date-wrong")).into_iter().collect();
        Field { value: self.typed.clone(), errors }
    }
}

fn start_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(DateTime::<Utc>::UNIX_EPOCH.date_naive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_carries_the_whole_state_there_and_back() {
        let query = "person=j%C3%B6&thing=integration&which=7&act=sign_in&from=2026-11-01&to=2026-11-30";
        let asked = Asked::read(query);
        assert_eq!(asked.href_at(Place::Newest), format!("/admin/activity?{query}"));
        assert_eq!(asked.href_at(Place::Before(9)), format!("/admin/activity?{query}&before=9"));
    }

    #[test]
    fn the_last_day_counts_as_a_whole() {
        let query = Asked::read("from=2026-11-01&to=2026-11-30").query();
        assert_eq!(query.from.unwrap().to_rfc3339(), "2026-11-01T00:00:00+00:00");
        assert_eq!(query.until.unwrap().to_rfc3339(), "2026-12-01T00:00:00+00:00");
    }

    #[test]
    fn a_number_is_an_id_beside_a_kind_only() {
        assert_eq!(Asked::read("thing=role&which=7").query().which, Some(Which::Id(7)));
        assert_eq!(Asked::read("which=7").query().which, Some(Which::Name("7".into())));
        assert_eq!(Asked::read("thing=role&which=Seven").query().which, Some(Which::Name("Seven".into())));
    }

    #[test]
    fn a_date_that_is_none_is_kept_and_told() {
        for typed in ["yesterday", "2026-13-01", "30.11.2026", "0001-01-01", "99999-01-01"] {
            let day = Day::read(typed.to_owned());
            assert_eq!((day.date, day.field().value.as_str()), (None, typed));
            assert_eq!(day.field().errors.len(), 1);
        }
        assert!(Day::read(String::new()).field().errors.is_empty());
    }
}
