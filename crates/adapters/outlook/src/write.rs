//! Our words, as Graph takes them.

use jiff::civil;
use kalends_domain::event::{Class, Length, Span, Status, Transparency};
use kalends_domain::id::EventId;
use kalends_domain::recurrence::{ExDate, Recurrence};
use kalends_domain::sync::remote::{Facts, Field, Fields};
use kalends_ical::windows_name;
use kalends_ports::ProviderError;
use serde_json::{Map, Value, json};

use crate::read::MARK;
use crate::repeat;
use crate::shown::rounded;

/// The body of a write: these fields of the facts, and the mark.
pub(crate) fn body(facts: &Facts, fields: &Fields, origin: EventId) -> Map<String, Value> {
    let facts = rounded(facts.clone());
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| _ = body.insert(name.to_owned(), value);
    put("singleValueExtendedProperties", json!([{"id": MARK, "value": origin.0.to_string()}]));
    for field in fields {
        match field {
            Field::Title => put("subject", json!(facts.title)),
            Field::Description => {
                put(
                    "body",
                    json!({"contentType": "text", "content": facts.description.as_deref().unwrap_or_default()}),
                );
            }
            Field::Location => put("location", json!({"displayName": facts.location.as_deref().unwrap_or_default()})),
            Field::Time => {
                let (start, end) = times(&facts.span);
                put("start", start);
                put("end", end);
                put("isAllDay", json!(facts.span.is_all_day()));
            }
            Field::Status | Field::Transparency => put("showAs", json!(shows(&facts))),
            Field::Class => put(
                "sensitivity",
                json!(match facts.class {
                    Class::Public => "normal",
                    Class::Private => "private",
                    Class::Confidential => "confidential",
                }),
            ),
            Field::Reminders => {
                put("isReminderOn", json!(!facts.reminders.is_empty()));
                if let Some(minutes) = facts.reminders.first() {
                    put("reminderMinutesBeforeStart", json!(minutes));
                }
            }
            // Outlook has no colour of an event, and mails whoever is put down to come. Recurrence stands beside the facts.
            Field::Color | Field::Guests | Field::Recurrence => {}
        }
    }
    body
}

fn shows(facts: &Facts) -> &'static str {
    match (facts.transparency, facts.status) {
        (Transparency::Transparent, _) => "free",
        (_, Status::Tentative) => "tentative",
        _ => "busy",
    }
}

fn times(span: &Span) -> (Value, Value) {
    let name = windows_name(&span.zone).unwrap_or("UTC");
    let told =
        |wall: civil::DateTime| json!({"dateTime": wall.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": name});
    let end = match span.length {
        Length::Days(days) => span.start.saturating_add(jiff::Span::new().days(days)),
        Length::Exact(_) => span.zone.civil(span.ends_at()),
    };
    (told(span.start), told(end))
}

/// Pattern and range, in the zone of the start; `null` of a single event.
pub(crate) fn recurrence(recurrence: Option<&Recurrence>, span: &Span) -> Result<Value, ProviderError> {
    let Some(recurrence) = recurrence else { return Ok(Value::Null) };
    let refused = |why: &str| ProviderError::Rejected(format!("Outlook cannot {why}"));
    let name = windows_name(&span.zone).ok_or_else(|| refused("keep the time zone of the series"))?;
    let mut made = repeat::patterned(recurrence, span).map_err(|why| refused(&why))?;
    made["range"]["recurrenceTimeZone"] = json!(name);
    Ok(made)
}

/// The days of the occurrences that do not take place.
pub(crate) fn cancelled(recurrence: &Recurrence) -> impl Iterator<Item = civil::Date> {
    recurrence.exdates().iter().map(|exdate| match exdate {
        ExDate::At(wall) => wall.date(),
        ExDate::Day(day) => *day,
    })
}
