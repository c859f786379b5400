//! Graph's names: what of its resources is read. What is not named here is passed over.

use serde::Deserialize;
use serde_json::Value;

/// A page of any list.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    /// Each read by itself, so that an odd one spoils no other.
    pub(crate) value: Vec<Value>,
    #[serde(rename = "@odata.nextLink")]
    pub(crate) next_link: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    pub(crate) delta_link: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) mail: Option<String>,
    pub(crate) user_principal_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Calendar {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) hex_color: Option<String>,
    pub(crate) can_edit: Option<bool>,
    #[serde(rename = "isDefaultCalendar")]
    pub(crate) is_default: Option<bool>,
}

/// What a list of changes tells of each: enough to know what to read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    pub(crate) id: String,
    pub(crate) series_master_id: Option<String>,
    #[serde(rename = "@removed")]
    pub(crate) removed: Option<Value>,
}

/// A single event, a series, or an occurrence.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) id: String,
    #[serde(rename = "@odata.etag")]
    pub(crate) etag: Option<String>,
    pub(crate) last_modified_date_time: Option<String>,
    #[serde(rename = "iCalUId")]
    pub(crate) ical_uid: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) body: Option<Body>,
    pub(crate) location: Option<Location>,
    pub(crate) start: Option<When>,
    pub(crate) end: Option<When>,
    pub(crate) is_all_day: Option<bool>,
    pub(crate) original_start: Option<String>,
    pub(crate) original_start_time_zone: Option<String>,
    pub(crate) is_cancelled: Option<bool>,
    pub(crate) show_as: Option<String>,
    pub(crate) sensitivity: Option<String>,
    pub(crate) is_reminder_on: Option<bool>,
    pub(crate) reminder_minutes_before_start: Option<i64>,
    pub(crate) attendees: Option<Vec<Attendee>>,
    pub(crate) recurrence: Option<Recurrence>,
    pub(crate) series_master_id: Option<String>,
    pub(crate) cancelled_occurrences: Option<Vec<String>>,
    pub(crate) exception_occurrences: Option<Vec<Value>>,
    pub(crate) single_value_extended_properties: Option<Vec<Property>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Body {
    pub(crate) content: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    pub(crate) display_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct When {
    pub(crate) date_time: Option<String>,
    pub(crate) time_zone: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attendee {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) status: Option<Response>,
    pub(crate) email_address: Option<Address>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Response {
    pub(crate) response: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Address {
    pub(crate) address: Option<String>,
    pub(crate) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Property {
    pub(crate) id: Option<String>,
    pub(crate) value: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Recurrence {
    pub(crate) pattern: Pattern,
    pub(crate) range: Range,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Pattern {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) interval: Option<u32>,
    pub(crate) month: Option<u8>,
    pub(crate) day_of_month: Option<u8>,
    pub(crate) days_of_week: Option<Vec<String>>,
    pub(crate) first_day_of_week: Option<String>,
    pub(crate) index: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Range {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) end_date: Option<String>,
    pub(crate) number_of_occurrences: Option<u32>,
}

/// How it refuses.
#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) error: RefusalBody,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RefusalBody {
    pub(crate) message: Option<String>,
}
