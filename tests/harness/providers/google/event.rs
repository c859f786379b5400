//! What Google takes as an event, and how it then tells it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::super::dates::{self, Series, Start};
use super::Refusal;

pub(super) type Fields = Map<String, Value>;

const REMINDERS_MAX: usize = 5;
const REMINDER_MINUTES_MAX: i64 = 40_320;
const PROPERTY_NAME_MAX: usize = 44;
const PROPERTY_VALUE_MAX: usize = 1_024;

/// Fields that are Google's to write; what is sent for them counts for nothing.
pub(super) const READ_ONLY: [&str; 11] = [
    "kind",
    "etag",
    "htmlLink",
    "created",
    "updated",
    "creator",
    "organizer",
    "hangoutLink",
    "recurringEventId",
    "originalStartTime",
    "eventType",
];

/// A start or an end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) start: Start,
    pub(super) zone: Option<Tz>,
}

/// Reads `start` or `end`.
pub(super) fn moment(fields: &Fields, name: &str, calendar_zone: Tz) -> Result<Moment, Refusal> {
    let value = fields.get(name).ok_or_else(|| Refusal::new(400, "required", "Missing end time."))?;
    let text = |key: &str| value[key].as_str();
    let zone = match text("timeZone") {
        Some(name) => Some(dates::zone(name).ok_or_else(|| invalid(&format!("Invalid time zone definition: {name}")))?),
        None => None,
    };
    match (text("date"), text("dateTime")) {
        (Some(day), None) => {
            let day: NaiveDate = day.parse().map_err(|_| invalid("Invalid start time."))?;
            Ok(Moment { start: Start::Day(day), zone: zone.or(Some(calendar_zone)) })
        }
        (None, Some(text)) => {
            let at = match (DateTime::parse_from_rfc3339(text), text.parse::<NaiveDateTime>(), zone) {
                (Ok(at), _, _) => at.to_utc(),
                (_, Ok(wall), Some(zone)) => dates::resolve(wall, zone),
                (_, Ok(_), None) => {
                    return Err(Refusal::new(400, "required", "Missing time zone definition for start time."));
                }
                _ => return Err(invalid("Bad Request")),
            };
            Ok(Moment { start: Start::At(at), zone })
        }
        _ => Err(invalid("Start and end times must either both be date or both be dateTime.")),
    }
}

/// Refuses what Google refuses.
pub(super) fn validate(fields: &Fields, calendar_zone: Tz) -> Result<(), Refusal> {
    let (start, end) = (moment(fields, "start", calendar_zone)?, moment(fields, "end", calendar_zone)?);
    match (start.start, end.start) {
        (Start::Day(first), Start::Day(end)) if end > first => {}
        (Start::At(first), Start::At(end)) if end >= first => {}
        (Start::Day(_), Start::At(_)) | (Start::At(_), Start::Day(_)) => {
            return Err(invalid("Start and end times must either both be date or both be dateTime."));
        }
        _ => return Err(Refusal::new(400, "timeRangeEmpty", "The specified time range is empty.")),
    }
    word(fields, "status", &["confirmed", "tentative", "cancelled"])?;
    word(fields, "transparency", &["opaque", "transparent"])?;
    word(fields, "visibility", &["default", "public", "private", "confidential"])?;
    let color = fields.get("colorId").and_then(Value::as_str);
    if color.is_some_and(|color| !color.parse::<u8>().is_ok_and(|color| (1..=11).contains(&color))) {
        return Err(invalid("Invalid event color id."));
    }
    if fields.get("recurrence").is_some_and(|lines| !lines.is_null()) {
        if start.zone.is_none() {
            return Err(Refusal::new(400, "required", "Missing time zone definition for start time."));
        }
        if let Some(problem) = series(fields, calendar_zone).and_then(|series| series.problem()) {
            return Err(invalid(&format!("Invalid recurrence rule. {problem}")));
        }
    }
    reminders(&fields.get("reminders").cloned().unwrap_or_default())?;
    for attendee in fields.get("attendees").and_then(Value::as_array).into_iter().flatten() {
        if !attendee["email"].as_str().is_some_and(|email| email.contains('@')) {
            return Err(invalid("Invalid attendee email."));
        }
        let object = attendee.as_object().cloned().unwrap_or_default();
        word(&object, "responseStatus", &["needsAction", "declined", "tentative", "accepted"])?;
    }
    for (name, value) in fields.get("extendedProperties").and_then(|it| it["private"].as_object()).into_iter().flatten()
    {
        let value = value.as_str().unwrap_or_default();
        if name.len() > PROPERTY_NAME_MAX || value.len() > PROPERTY_VALUE_MAX {
            return Err(invalid("The extended property is too long."));
        }
    }
    Ok(())
}

fn reminders(reminders: &Value) -> Result<(), Refusal> {
    let overrides = reminders["overrides"].as_array().map(Vec::as_slice).unwrap_or_default();
    if reminders["useDefault"] == true && !overrides.is_empty() {
        return Err(Refusal::new(
            400,
            "cannotUseDefaultRemindersAndSpecifyOverride",
            "Cannot specify both default reminders and overrides at the same time.",
        ));
    }
    let good = |it: &Value| {
        matches!(it["method"].as_str(), Some("email" | "popup"))
            && it["minutes"].as_i64().is_some_and(|minutes| (0..=REMINDER_MINUTES_MAX).contains(&minutes))
    };
    if overrides.len() > REMINDERS_MAX || !overrides.iter().all(good) {
        return Err(invalid("Invalid reminders."));
    }
    Ok(())
}

fn word(fields: &Fields, name: &str, words: &[&str]) -> Result<(), Refusal> {
    let value = fields.get(name).and_then(Value::as_str);
    if value.is_none_or(|value| words.contains(&value)) { Ok(()) } else { Err(invalid(&format!("Invalid {name}."))) }
}

pub(super) fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "invalid", message)
}

/// When it recurs, if it does.
pub(super) fn series(fields: &Fields, calendar_zone: Tz) -> Option<Series> {
    let lines = fields.get("recurrence")?.as_array()?;
    let lines = lines.iter().filter_map(|line| line.as_str().map(str::to_owned)).collect();
    let start = moment(fields, "start", calendar_zone).ok()?;
    Some(Series { first: start.start, zone: start.zone.unwrap_or(calendar_zone), lines })
}

/// Adds what Google adds: the defaults, and offsets to times that had none.
pub(super) fn complete(fields: &mut Fields, calendar_zone: Tz) {
    for name in ["start", "end"] {
        if let Ok(Moment { start: Start::At(at), zone }) = moment(fields, name, calendar_zone) {
            fields.insert(name.to_owned(), told(Start::At(at), zone.unwrap_or(calendar_zone)));
        }
    }
    fields.entry("status").or_insert(json!("confirmed"));
    fields.entry("eventType").or_insert(json!("default"));
    fields.entry("reminders").or_insert(json!({"useDefault": true}));
    for attendee in fields.get_mut("attendees").and_then(Value::as_array_mut).into_iter().flatten() {
        if attendee["responseStatus"].is_null() {
            attendee["responseStatus"] = json!("needsAction");
        }
    }
    // What is said only when it is not as usual.
    for (name, usual) in [("transparency", "opaque"), ("visibility", "default")] {
        if fields.get(name).is_some_and(|value| value == usual) {
            fields.remove(name);
        }
    }
    fields.retain(|_, value| !value.is_null());
}

/// A start as it is told.
pub(super) fn told(start: Start, zone: Tz) -> Value {
    match start {
        Start::Day(day) => json!({"date": day.to_string()}),
        Start::At(at) => {
            let local = zone.from_utc_datetime(&at.naive_utc());
            json!({"dateTime": local.to_rfc3339_opts(SecondsFormat::Secs, true), "timeZone": zone.name()})
        }
    }
}

/// One occurrence of a series as it is told while nobody changed it.
pub(super) fn occurrence(master: &Fields, start: Start, calendar_zone: Tz) -> Option<Fields> {
    let (first, end) = (moment(master, "start", calendar_zone).ok()?, moment(master, "end", calendar_zone).ok()?);
    let zone = first.zone.unwrap_or(calendar_zone);
    let ends = match (first.start, end.start, start) {
        (Start::Day(first), Start::Day(end), Start::Day(day)) => Start::Day(day + (end - first)),
        (Start::At(first), Start::At(end), Start::At(at)) => Start::At(at + (end - first)),
        _ => return None,
    };
    let mut fields = master.clone();
    fields.remove("recurrence");
    let id = format!("{}_{}", master.get("id")?.as_str()?, start.compact());
    fields.insert("recurringEventId".to_owned(), master.get("id")?.clone());
    fields.insert("originalStartTime".to_owned(), told(start, zone));
    fields.insert("start".to_owned(), told(start, zone));
    fields.insert("end".to_owned(), told(ends, end.zone.unwrap_or(zone)));
    fields.insert("id".to_owned(), Value::String(id));
    Some(fields)
}

/// The series and the original start that the id of an occurrence names.
pub(super) fn of_occurrence(id: &str) -> Option<(&str, Start)> {
    let (master, start) = id.rsplit_once('_')?;
    Some((master, Start::parse(start)?))
}

/// As `PATCH` does it: `null` takes away, objects are merged, everything else is replaced.
pub(super) fn patch(fields: &mut Fields, changes: &Fields) {
    for (name, value) in changes.iter().filter(|(name, _)| !READ_ONLY.contains(&name.as_str())) {
        match (fields.get_mut(name), value) {
            (_, Value::Null) => {
                fields.remove(name);
            }
            (Some(Value::Object(old)), Value::Object(new)) => patch(old, new),
            _ => {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
}

/// When it was last changed, as told.
pub(super) fn updated(fields: &Fields) -> Option<DateTime<Utc>> {
    fields.get("updated")?.as_str()?.parse().ok()
}
