//! What Outlook takes as an event, and how it then tells it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::super::dates::{self, Series, Start};
use super::Refusal;

pub(super) type Fields = Map<String, Value>;

/// Fields that are Outlook's to write.
pub(super) const READ_ONLY: [&str; 15] = [
    "id",
    "changeKey",
    "createdDateTime",
    "lastModifiedDateTime",
    "iCalUId",
    "isCancelled",
    "isOrganizer",
    "organizer",
    "originalStart",
    "originalStartTimeZone",
    "originalEndTimeZone",
    "seriesMasterId",
    "type",
    "webLink",
    "cancelledOccurrences",
];

/// Some of the names that Windows has for zones; the others that are taken here are IANA's.
const WINDOWS: [(&str, &str); 5] = [
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Eastern Standard Time", "America/New_York"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("GMT Standard Time", "Europe/London"),
    ("tzone://Microsoft/Utc", "UTC"),
];

/// When something is: in instants, and the zone in which it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    pub(super) start: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
    pub(super) zone: Tz,
    pub(super) all_day: bool,
}

pub(super) fn bad(message: &str) -> Refusal {
    Refusal::new(400, "ErrorInvalidRequest", message)
}

fn zone(name: &str) -> Result<Tz, Refusal> {
    let name = WINDOWS.iter().find(|(windows, _)| *windows == name).map_or(name, |(_, iana)| iana);
    dates::zone(name)
        .ok_or_else(|| Refusal::new(400, "TimeZoneNotSupportedException", "The time zone is not supported."))
}

fn wall(value: &Value) -> Result<(NaiveDateTime, Tz), Refusal> {
    let text = value["dateTime"].as_str().ok_or_else(|| bad("dateTime is missing."))?;
    let wall = text.parse().map_err(|_| bad("Cannot convert the literal to the expected type 'Edm.String'."))?;
    let name = value["timeZone"].as_str().ok_or_else(|| bad("timeZone is missing."))?;
    Ok((wall, zone(name)?))
}

/// Reads start and end.
pub(super) fn when(fields: &Fields) -> Result<When, Refusal> {
    let both = |name: &str| fields.get(name).ok_or_else(|| bad("The start and end times are required.")).and_then(wall);
    let ((start, zone), (end, end_zone)) = (both("start")?, both("end")?);
    let all_day = fields.get("isAllDay") == Some(&Value::Bool(true));
    let midnight = |wall: NaiveDateTime| wall.time() == NaiveTime::MIN;
    if all_day && (!midnight(start) || !midnight(end) || zone != end_zone || end <= start) {
        let message =
            "The Event.Start and Event.End properties of an all day event must be midnight, in one time zone.";
        return Err(Refusal::new(400, "ErrorPropertyValidationFailure", message));
    }
    let (start, end) = (dates::resolve(start, zone), dates::resolve(end, end_zone));
    if end < start {
        return Err(Refusal::new(400, "ErrorCalendarEndDateIsEarlierThanStartDate", "The end is before the start."));
    }
    Ok(When { start, end, zone, all_day })
}

/// A time as it is told in the zone that was asked for. A day is midnight in whatever zone that is.
pub(super) fn told(at: DateTime<Utc>, day: Option<NaiveDate>, asked: Tz) -> Value {
    let wall =
        day.map_or_else(|| asked.from_utc_datetime(&at.naive_utc()).naive_local(), |day| day.and_time(NaiveTime::MIN));
    json!({"dateTime": wall.format("%Y-%m-%dT%H:%M:%S.0000000").to_string(), "timeZone": asked.name()})
}

/// The zone that a call asks for in `Prefer`; UTC without.
pub(super) fn asked_zone(prefer: Option<&str>) -> Result<Tz, Refusal> {
    let Some(rest) = prefer.and_then(|it| it.split("outlook.timezone=").nth(1)) else { return Ok(Tz::UTC) };
    zone(rest.trim_start_matches('"').split('"').next().unwrap_or_default())
}

/// Refuses what Outlook refuses.
pub(super) fn validate(fields: &Fields) -> Result<(), Refusal> {
    let when = when(fields)?;
    if fields.get("recurrence").is_some_and(|it| !it.is_null()) {
        let series = series(fields)?.ok_or_else(|| bad("The recurrence is missing."))?;
        if let Some(problem) = series.problem() {
            return Err(bad(&problem));
        }
        let first = when.zone.from_utc_datetime(&when.start.naive_utc()).date_naive();
        if fields["recurrence"]["range"]["startDate"] != first.to_string().as_str() {
            return Err(bad("The startDate of the range must be that of the start."));
        }
    }
    for attendee in fields.get("attendees").and_then(Value::as_array).into_iter().flatten() {
        if !attendee["emailAddress"]["address"].as_str().is_some_and(|it| it.contains('@')) {
            return Err(Refusal::new(400, "ErrorInvalidRecipients", "At least one recipient isn't valid."));
        }
    }
    Ok(())
}

/// The occurrences of a series master, as a rule of iCalendar's.
pub(super) fn series(fields: &Fields) -> Result<Option<Series>, Refusal> {
    let Some(recurrence) = fields.get("recurrence").filter(|it| !it.is_null()) else { return Ok(None) };
    let when = when(fields)?;
    let first = if when.all_day {
        Start::Day(when.zone.from_utc_datetime(&when.start.naive_utc()).date_naive())
    } else {
        Start::At(when.start)
    };
    let rule = rule(&recurrence["pattern"], &recurrence["range"]).ok_or_else(|| bad("The recurrence is not valid."))?;
    Ok(Some(Series { first, zone: when.zone, lines: vec![rule] }))
}

/// A pattern and a range as an RRULE; `None` where what the kind of pattern needs is missing.
fn rule(pattern: &Value, range: &Value) -> Option<String> {
    let short = |day: &Value| Some(day.as_str()?.get(..2)?.to_uppercase());
    let days = || {
        let days: Option<Vec<String>> = pattern["daysOfWeek"].as_array()?.iter().map(short).collect();
        days.filter(|days| !days.is_empty())
    };
    let interval = pattern["interval"].as_u64().filter(|&it| it > 0)?;
    let positioned = || {
        let index = ["first", "second", "third", "fourth"].iter().position(|it| pattern["index"] == *it);
        let position = index.map_or_else(|| "-1".to_owned(), |at| (at + 1).to_string());
        days().map(|days| format!("BYDAY={};BYSETPOS={position}", days.join(",")))
    };
    let day = || pattern["dayOfMonth"].as_u64().filter(|day| (1..=31).contains(day));
    let month = || pattern["month"].as_u64().filter(|month| (1..=12).contains(month));
    let kind = match pattern["type"].as_str()? {
        "daily" => "FREQ=DAILY".to_owned(),
        "weekly" => format!(
            "FREQ=WEEKLY;BYDAY={};WKST={}",
            days()?.join(","),
            short(&pattern["firstDayOfWeek"]).unwrap_or("SU".into())
        ),
        "absoluteMonthly" => format!("FREQ=MONTHLY;BYMONTHDAY={}", day()?),
        "relativeMonthly" => format!("FREQ=MONTHLY;{}", positioned()?),
        "absoluteYearly" => format!("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}", month()?, day()?),
        "relativeYearly" => format!("FREQ=YEARLY;BYMONTH={};{}", month()?, positioned()?),
        _ => return None,
    };
    let limit = match range["type"].as_str()? {
        "noEnd" => String::new(),
        "numbered" => format!(";COUNT={}", range["numberOfOccurrences"].as_u64().filter(|&it| it > 0)?),
        "endDate" => {
            let day: NaiveDate = range["endDate"].as_str()?.parse().ok()?;
            format!(";UNTIL={}", day.format("%Y%m%d"))
        }
        _ => return None,
    };
    Some(format!("RRULE:{kind};INTERVAL={interval}{limit}"))
}

/// The day by which an occurrence is known.
pub(super) fn day_of(start: Start, zone: Tz) -> NaiveDate {
    match start {
        Start::Day(day) => day,
        Start::At(at) => zone.from_utc_datetime(&at.naive_utc()).date_naive(),
    }
}

/// When an occurrence is that begins here.
pub(super) fn moved(master: When, start: Start) -> When {
    let at = match start {
        Start::At(at) => at,
        Start::Day(day) => dates::resolve(day.and_time(NaiveTime::MIN), master.zone),
    };
    if !master.all_day {
        return When { start: at, end: at + (master.end - master.start), ..master };
    }
    let local = |at: DateTime<Utc>| master.zone.from_utc_datetime(&at.naive_utc()).date_naive();
    let days = local(master.end) - local(master.start);
    let end = dates::resolve((local(at) + days).and_time(NaiveTime::MIN), master.zone);
    When { start: at, end, ..master }
}

/// Sets start and end, as they are kept.
pub(super) fn put(fields: &mut Fields, when: When) {
    for (name, at) in [("start", when.start), ("end", when.end)] {
        let day = when.all_day.then(|| when.zone.from_utc_datetime(&at.naive_utc()).date_naive());
        fields.insert(name.to_owned(), told(at, day, when.zone));
    }
}

/// As `PATCH` does it: objects are replaced whole.
pub(super) fn patch(fields: &mut Fields, changes: &Fields) {
    for (name, value) in changes.iter().filter(|(name, _)| !READ_ONLY.contains(&name.as_str())) {
        if name == "singleValueExtendedProperties" {
            let known = fields.entry(name.clone()).or_insert(json!([]));
            for property in value.as_array().into_iter().flatten() {
                let list = known.as_array_mut().expect("a list");
                list.retain(|old| old["id"] != property["id"]);
                list.push(property.clone());
            }
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
}

/// Adds what Outlook adds.
pub(super) fn complete(fields: &mut Fields) {
    for (name, usual) in [
        ("subject", json!("")),
        ("body", json!({"contentType": "text", "content": ""})),
        ("isAllDay", json!(false)),
        ("showAs", json!("busy")),
        ("sensitivity", json!("normal")),
        ("importance", json!("normal")),
        ("isReminderOn", json!(true)),
        ("reminderMinutesBeforeStart", json!(15)),
        ("attendees", json!([])),
        ("categories", json!([])),
        ("location", json!({"displayName": ""})),
    ] {
        let known = fields.entry(name).or_insert(Value::Null);
        if known.is_null() {
            *known = usual;
        }
    }
    for attendee in fields.get_mut("attendees").and_then(Value::as_array_mut).into_iter().flatten() {
        if attendee["status"].is_null() {
            attendee["status"] = json!({"response": "none", "time": "0001-01-01T00:00:00Z"});
        }
    }
    fields.entry("recurrence").or_insert(Value::Null);
    if fields["recurrence"].is_object() {
        let pattern = &mut fields["recurrence"]["pattern"];
        for (name, usual) in [
            ("month", json!(0)),
            ("dayOfMonth", json!(0)),
            ("firstDayOfWeek", json!("sunday")),
            ("index", json!("first")),
        ] {
            if pattern[name].is_null() {
                pattern[name] = usual;
            }
        }
    }
}
