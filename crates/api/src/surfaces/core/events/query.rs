//! The queries of this family.

use jiff::Timestamp;
use kalends_app::{OccurrenceKey, Scope};
use kalends_domain::event::{TAG_MAX, TimeInput, Window};
use kalends_domain::id::CalendarId;
use utoipa::IntoParams;

use super::words::EditScope;
use crate::cursor::Paging;
use crate::fields::{Fields, Read};
use crate::read::{check_range, instant, line, moment, parsed, word};

/// Most characters in a search.
const SEARCH_MAX: usize = 200;

/// A range of at most a year.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Range {
    /// The beginning of the range.
    #[param(value_type = String, format = DateTime, example = "2026-03-01T00:00:00-05:00")]
    start: Timestamp,
    /// The end of the range, later than its start by 366 days at most; exclusive.
    #[param(value_type = String, format = DateTime, example = "2026-04-01T00:00:00-04:00")]
    end: Timestamp,
}

impl Range {
    pub(in crate::surfaces::core) fn window(&self) -> Window {
        Window { from: self.start, to: self.end }
    }
}

impl Read for Range {
    fn read(f: &mut Fields) -> Option<Self> {
        let start = f.required("start", instant);
        let end = f.required("end", instant);
        let (start, end) = (start?, end?);
        check_range(f, ("start", start), ("end", end));
        Some(Self { start, end })
    }
}

/// Which events are wanted.
pub(crate) struct ListEvents {
    pub(super) range: Range,
    pub(super) filter: Filter,
    pub(super) paging: Paging<OccurrenceKey>,
}

/// What narrows a list of events.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Only events in this calendar.
    #[param(value_type = Option<uuid::Uuid>, example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
    pub(super) calendar_id: Option<CalendarId>,
    /// Only events with this text in title, description or location, whatever its case.
    #[param(min_length = 1, max_length = 200, example = "lecture")]
    pub(super) search: Option<String>,
    /// Only events with this tag.
    #[param(min_length = 1, max_length = 50, example = "math")]
    pub(super) tag: Option<String>,
}

impl Read for ListEvents {
    fn read(f: &mut Fields) -> Option<Self> {
        let range = Range::read(f);
        let calendar_id = f.optional("calendar_id", parsed::<CalendarId>);
        let search = f.optional("search", line(SEARCH_MAX));
        let tag = f.optional("tag", line(TAG_MAX));
        let paging = f.paging();
        Some(Self { range: range?, filter: Filter { calendar_id, search, tag }, paging: paging? })
    }
}

/// Which occurrences of one event are wanted.
pub(crate) struct ListOccurrences {
    pub(super) range: Range,
    pub(super) paging: Paging<OccurrenceKey>,
}

impl Read for ListOccurrences {
    fn read(f: &mut Fields) -> Option<Self> {
        let range = Range::read(f);
        let paging = f.paging();
        Some(Self { range: range?, paging: paging? })
    }
}

/// Which occurrence of a series is meant.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The occurrence's `recurrence_id`, its original start; of an all-day series the day will do.
    #[param(value_type = Option<String>, example = "2026-03-09T14:00:00Z")]
    pub(super) occurrence: Option<TimeInput>,
}

impl Read for Which {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self { occurrence: f.optional("occurrence", moment) })
    }
}

/// How much of a series an edit is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Target {
    /// The `recurrence_id` of an occurrence, its original start; of an all-day series the day will
    /// do. Every scope but `all` needs one.
    #[param(value_type = Option<String>, example = "2026-03-09T14:00:00Z")]
    pub(super) occurrence: Option<TimeInput>,
    /// `this` occurrence, this one and all `following` ones, or `all`.
    #[param(inline, value_type = Option<EditScope>, default = "all", example = "this")]
    pub(super) scope: Scope,
}

impl Read for Target {
    fn read(f: &mut Fields) -> Option<Self> {
        let occurrence = f.optional("occurrence", moment);
        let scope = f.optional("scope", word(&[Scope::This, Scope::Following, Scope::All], scope_name));
        Some(Self { occurrence, scope: scope.unwrap_or_default() })
    }
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::This => "this",
        Scope::Following => "following",
        Scope::All => "all",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    fn check<T: Read>(body: &str, expected: &[&str]) {
        assert_eq!(read::<T>(body).err().unwrap_or_default(), expected, "{body}");
    }

    #[test]
    fn ranges() {
        check::<Range>(r#"{"start": "2028-01-01T00:00:00Z", "end": "2029-01-01T00:00:00Z"}"#, &[]);
        check::<Range>(
            r#"{"start": "2028-01-01T00:00:00Z", "end": "2029-01-01T00:00:01Z"}"#,
            &["end must be at most 366 days after start"],
        );
        check::<Range>(
            r#"{"start": "2026-01-01T01:00:00+01:00", "end": "2026-01-01T00:00:00Z"}"#,
            &["end must be after start"],
        );
        check::<Range>("{}", &["start is required", "end is required"]);
        let dates = read::<Range>(r#"{"start": "2026-01-01", "end": "2026-01-02T00:00:00"}"#).err().unwrap();
        assert_eq!(dates.len(), 2, "{dates:?}");
    }

    #[test]
    fn targets() {
        let target: Target = read(r#"{"occurrence": "2026-03-09", "scope": "following"}"#).unwrap();
        assert_eq!(target.scope, Scope::Following);
        assert_eq!(target.occurrence, Some(TimeInput::Date("2026-03-09".parse().unwrap())));
        assert_eq!(read::<Target>("{}").unwrap().scope, Scope::All);
        let refused = read::<Target>(r#"{"occurrence": "next", "scope": "some"}"#).err().unwrap();
        assert!(refused[0].starts_with("occurrence must be"), "{refused:?}");
        assert_eq!(refused[1], "scope must be one of this, following, all");
    }
}
