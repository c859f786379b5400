//! The events in the documentation: a weekly lecture over the change of clocks, and a day off.

use serde_json::{Value, json};

/// A body that makes [`lecture`].
pub(super) fn new_lecture() -> Value {
    json!({
        "calendar_id": "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10",
        "title": "Lecture",
        "location": "Hall 3",
        "start_time": "2026-03-02T10:00:00-05:00",
        "end_time": "2026-03-02T11:30:00-05:00",
        "timezone": "America/New_York",
        "recurrence_rule": "FREQ=WEEKLY;COUNT=12",
        "reminders": [15],
        "attendees": [{"email": "bob@example.com"}],
        "tags": ["math"],
        "attachments": [{"url": "https://example.com/slides.pdf", "name": "Slides", "type": "application/pdf"}],
        "kind": "class"
    })
}

/// A body of whole days.
pub(super) fn new_day_off() -> Value {
    json!({
        "calendar_id": "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10",
        "title": "Day off",
        "start_time": "2026-03-06",
        "end_time": "2026-03-07",
        "timezone": "America/New_York",
        "all_day": true
    })
}

/// A whole series.
pub(super) fn lecture() -> Value {
    json!({
        "id": "019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70",
        "calendar_id": "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10",
        "uid": "019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70",
        "title": "Lecture",
        "location": "Hall 3",
        "start_time": "2026-03-02T15:00:00Z",
        "end_time": "2026-03-02T16:30:00Z",
        "timezone": "America/New_York",
        "all_day": false,
        "recurrence_rule": "FREQ=WEEKLY;COUNT=12",
        "is_occurrence": false,
        "kind": "class",
        "status": "confirmed",
        "transparency": "opaque",
        "class": "public",
        "created_by": "019cb3a0-1111-7b2c-9d3e-4f5a6b7c8d9e",
        "updated_by": "019cb3a0-1111-7b2c-9d3e-4f5a6b7c8d9e",
        "created_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z",
        "reminders": [{"id": "019cb3a2-0d00-7001-8000-000000000001", "minutes_before": 15}],
        "attendees": [
            {"id": "019cb3a2-0d00-7001-8000-000000000002", "email": "bob@example.com", "status": "needs_action"}
        ],
        "tags": ["math"],
        "attachments": [{
            "id": "019cb3a2-0d00-7001-8000-000000000003",
            "url": "https://example.com/slides.pdf",
            "name": "Slides",
            "type": "application/pdf"
        }]
    })
}

/// Its second occurrence, the first after the change of clocks.
pub(super) fn occurrence() -> Value {
    let mut event = lecture();
    for (field, value) in [
        ("start_time", "2026-03-09T14:00:00Z"),
        ("end_time", "2026-03-09T15:30:00Z"),
        ("occurrence_start_time", "2026-03-09T14:00:00Z"),
        ("occurrence_end_time", "2026-03-09T15:30:00Z"),
        ("recurrence_id", "2026-03-09T14:00:00Z"),
    ] {
        event[field] = value.into();
    }
    event["is_occurrence"] = true.into();
    event
}

/// `{"event": …}`
pub(super) fn lecture_answer() -> Value {
    json!({"event": lecture()})
}

/// `{"event": …}`
pub(super) fn occurrence_answer() -> Value {
    json!({"event": occurrence()})
}

/// A list that holds the occurrence.
pub(super) fn list() -> Value {
    json!({"items": [occurrence()], "page": {"limit": 50, "next_cursor": null}})
}
