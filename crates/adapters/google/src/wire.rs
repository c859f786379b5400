//! Google's names: what of its resources is read. What is not named here is passed over.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A page of `calendarList.list`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CalendarList {
    #[serde(default)]
    pub(crate) items: Vec<Calendar>,
    pub(crate) next_page_token: Option<String>,
}

/// A calendar, as `calendarList` and, with less, `calendars` have it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Calendar {
    pub(crate) id: String,
    pub(crate) summary: Option<String>,
    pub(crate) summary_override: Option<String>,
    pub(crate) time_zone: Option<String>,
    pub(crate) background_color: Option<String>,
    pub(crate) access_role: Option<String>,
    #[serde(default)]
    pub(crate) primary: bool,
    #[serde(default)]
    pub(crate) deleted: bool,
}

/// A page of `events.list`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Events {
    /// Each read by itself, so that an odd one spoils no other.
    #[serde(default)]
    pub(crate) items: Vec<Value>,
    pub(crate) time_zone: Option<String>,
    pub(crate) next_page_token: Option<String>,
    pub(crate) next_sync_token: Option<String>,
}

/// An event, a series, or one occurrence of a series.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) etag: Option<String>,
    pub(crate) updated: Option<String>,
    pub(crate) status: Option<String>,
    #[serde(rename = "iCalUID")]
    pub(crate) ical_uid: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) start: Option<When>,
    pub(crate) end: Option<When>,
    pub(crate) recurrence: Option<Vec<String>>,
    pub(crate) recurring_event_id: Option<String>,
    pub(crate) original_start_time: Option<When>,
    pub(crate) transparency: Option<String>,
    pub(crate) visibility: Option<String>,
    pub(crate) color_id: Option<String>,
    pub(crate) reminders: Option<Reminders>,
    pub(crate) attendees: Option<Vec<Attendee>>,
    pub(crate) extended_properties: Option<ExtendedProperties>,
}

/// A date, or a time.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct When {
    pub(crate) date: Option<String>,
    pub(crate) date_time: Option<String>,
    pub(crate) time_zone: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reminders {
    pub(crate) overrides: Option<Vec<Reminder>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reminder {
    pub(crate) minutes: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attendee {
    pub(crate) email: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) response_status: Option<String>,
    #[serde(default)]
    pub(crate) resource: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ExtendedProperties {
    pub(crate) private: Option<BTreeMap<String, String>>,
}

/// How it refuses.
#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) error: RefusalBody,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RefusalBody {
    #[serde(default)]
    pub(crate) errors: Vec<Reason>,
    pub(crate) message: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reason {
    pub(crate) reason: Option<String>,
}
