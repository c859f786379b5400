//! Our words, as Google takes them.

use jiff::Timestamp;
use kalends_domain::event::{Class, Length, Rsvp, Span, Status, Transparency};
use kalends_domain::id::EventId;
use kalends_domain::recurrence::Recurrence;
use kalends_domain::sync::remote::{Facts, Field, Fields, Guest, Original};
use kalends_ical::recurrence_lines;
use kalends_ports::ProviderError;
use serde_json::{Map, Value, json};

use crate::color;
use crate::read::MARK;
use crate::shown::{is_known, rounded};

/// The body of a write: these fields of the facts, and the mark. What is absent is `null`, which takes it away.
pub(crate) fn body(facts: &Facts, fields: &Fields, origin: EventId) -> Map<String, Value> {
    // Google shows HTML, so a description goes as it is; what comes back is the text of it.
    let description = facts.description.clone();
    let facts = rounded(facts.clone());
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| _ = body.insert(name.to_owned(), value);
    put("extendedProperties", json!({"private": {MARK: origin.0.to_string()}}));
    for field in fields {
        match field {
            Field::Title => put("summary", json!(facts.title)),
            Field::Description => put("description", json!(description)),
            Field::Location => put("location", json!(facts.location)),
            Field::Time => {
                let (start, end) = times(&facts.span);
                put("start", start);
                put("end", end);
            }
            // What is cancelled keeps nobody busy, so the two go together.
            Field::Status => {
                put("status", json!(if facts.status == Status::Tentative { "tentative" } else { "confirmed" }));
                put("transparency", transparency(&facts));
            }
            Field::Transparency => put("transparency", transparency(&facts)),
            Field::Class => put(
                "visibility",
                json!(match facts.class {
                    Class::Public => "default",
                    Class::Private => "private",
                    Class::Confidential => "confidential",
                }),
            ),
            Field::Color => put("colorId", json!(facts.color.as_deref().and_then(color::id_of))),
            Field::Reminders => {
                let overrides = facts.reminders.iter().map(|minutes| json!({"method": "popup", "minutes": minutes}));
                put("reminders", json!({"useDefault": false, "overrides": overrides.collect::<Vec<_>>()}));
            }
            Field::Guests => put("attendees", json!(facts.guests.iter().map(attendee).collect::<Vec<_>>())),
            // Stands beside the facts: see `recurrence`.
            Field::Recurrence => {}
        }
    }
    body
}

/// The lines of a recurrence; `null` of a single event. Refused where the series' zone is one that Google does not know:
/// its occurrences would move.
pub(crate) fn recurrence(recurrence: Option<&Recurrence>, span: &Span) -> Result<Value, ProviderError> {
    let Some(recurrence) = recurrence else { return Ok(Value::Null) };
    if !span.is_all_day() && !is_known(&span.zone) {
        return Err(ProviderError::Rejected("the time zone of the series has no IANA name".to_owned()));
    }
    Ok(json!(recurrence_lines(recurrence, span)))
}

/// Start and end. Both kinds are told, since a change is merged into what was there.
fn times(span: &Span) -> (Value, Value) {
    if let Length::Days(days) = span.length {
        let first = span.start.date();
        let end = first.saturating_add(jiff::Span::new().days(days));
        let day = |day: jiff::civil::Date| json!({"date": day.to_string(), "dateTime": null, "timeZone": null});
        return (day(first), day(end));
    }
    let time = |at: Timestamp| {
        let local = at.display_with_offset(span.zone.offset(at)).to_string();
        json!({"date": null, "dateTime": local, "timeZone": span.zone.name()})
    };
    (time(span.starts_at()), time(span.ends_at()))
}

fn transparency(facts: &Facts) -> Value {
    json!(if facts.transparency == Transparency::Transparent { "transparent" } else { "opaque" })
}

fn attendee(guest: &Guest) -> Value {
    let status = match guest.status {
        Rsvp::NeedsAction => "needsAction",
        Rsvp::Accepted => "accepted",
        Rsvp::Declined => "declined",
        Rsvp::Tentative => "tentative",
    };
    let mut attendee = json!({"email": guest.email.as_str(), "responseStatus": status});
    if let Some(name) = &guest.name {
        attendee["displayName"] = json!(name);
    }
    attendee
}

/// The id that Google gives to an occurrence, changed or not.
pub(crate) fn occurrence_id(series: &str, original: Original) -> String {
    match original {
        Original::At(at) => format!("{series}_{}", at.strftime("%Y%m%dT%H%M%SZ")),
        Original::Day(day) => format!("{series}_{}", day.strftime("%Y%m%d")),
    }
}

/// The same without what is absent, for something that is made.
pub(crate) fn without_null(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let present = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(present.map(|(name, value)| (name, without_null(value))).collect())
        }
        other => other,
    }
}
