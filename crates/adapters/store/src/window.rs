//! A question for the events of a window, made ready for the engine. Each engine asks it in its own way: see
//! `window_rows` in each backend, and [`crate::index`] for the levels.

use kalends_domain::event::Kind;
use kalends_ports::EventFilter;

use crate::index;
use crate::types::{DbId, DbTs};

/// [`EventFilter`] in the values of columns.
#[derive(Debug, Clone)]
pub(crate) struct WindowQuery {
    pub(crate) calendars: Vec<DbId>,
    pub(crate) is_series: bool,
    /// Levels of reach with the earliest start that matters in each.
    pub(crate) levels: Vec<(i16, DbTs)>,
    pub(crate) from: DbTs,
    pub(crate) to: DbTs,
    pub(crate) text: Option<String>,
    pub(crate) tag: Option<String>,
    /// Of one of these kinds; of any, where it is `None`.
    pub(crate) kinds: Option<Vec<&'static str>>,
    pub(crate) case: Option<String>,
    pub(crate) after: Option<(DbTs, DbId)>,
    pub(crate) limit: i64,
}

impl WindowQuery {
    /// The question, or `None` where nothing can be an answer.
    pub(crate) fn new(filter: EventFilter) -> Option<Self> {
        let nowhere = |text: &Option<String>| text.as_deref().is_some_and(index::is_nowhere);
        let of_no_kind = filter.kinds.as_ref().is_some_and(Vec::is_empty);
        let mut calendars: Vec<_> = filter.calendars.into_iter().map(|calendar| DbId(calendar.0)).collect();
        calendars.sort_unstable();
        calendars.dedup();
        if calendars.is_empty() || filter.limit == 0 || of_no_kind || nowhere(&filter.text) || nowhere(&filter.tag) {
            return None;
        }
        let (from, to) = (DbTs::new(filter.window.from), DbTs::new(filter.window.to));
        let after = filter.after.map(|(at, id)| (DbTs::new(at), DbId(id.0)));
        let mut levels = index::levels(from, filter.recurring);
        if let Some((after, _)) = after {
            // What a page before has shown is not looked at again.
            for (_, since) in &mut levels {
                *since = (*since).max(after);
            }
        }
        Some(Self {
            calendars,
            is_series: filter.recurring,
            levels,
            from,
            to,
            text: filter.text.filter(|text| !text.is_empty()),
            tag: filter.tag.map(|tag| index::tag_pattern(&tag)),
            kinds: filter.kinds.map(|kinds| kinds.into_iter().map(Kind::as_str).collect()),
            case: filter.case.map(|case| case.to_string()),
            after,
            limit: i64::try_from(filter.limit).unwrap_or(i64::MAX),
        })
    }
}
