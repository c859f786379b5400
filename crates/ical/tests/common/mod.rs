//! Events to write, and the lines of what was written.

use kalends_domain::event::{Details, Event};
use kalends_domain::id::{CalendarId, EventId, UserId};
use kalends_domain::time::Timestamp;

/// A single event of these details, made and last changed at the start of 2026.
pub fn event(details: Details) -> Event {
    let at: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let id = uuid::Uuid::from_u128(7);
    Event {
        id: EventId(id),
        calendar: CalendarId(id),
        uid: "uid-1".into(),
        details,
        recurrence: None,
        overrides: std::collections::BTreeMap::new(),
        course_id: None,
        case_id: None,
        sequence: 0,
        created_by: UserId(id),
        updated_by: UserId(id),
        created_at: at,
        updated_at: at,
        deleted_at: None,
        version: 1,
    }
}

/// The content lines of a text, each whole.
pub fn unfolded(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}
