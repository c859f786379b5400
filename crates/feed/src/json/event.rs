//! One event of a JSON feed.

use kalends_domain::event::{
    ATTENDEES_MAX, Attendee, DATES_MAX, Details, LOCATION_MAX, Rsvp, Span, TEXT_MAX, Transparency, UID_MAX, recurrence,
};
use kalends_domain::id::AttendeeId;
use kalends_domain::recurrence::{Recurrence, exdates, rdates, rrule};
use kalends_domain::time::Zone;
use kalends_ical::{ReadEvent, Series};
use serde_json::Value;

use super::time::{When, when};
use crate::shape::At;

/// Everything that is known of an event.
pub(super) const FIELDS: [&str; 10] = [
    "summary",
    "id",
    "start",
    "end",
    "description",
    "transparency",
    "location",
    "conference_id",
    "recurrence",
    "attendees",
];
/// What an event without a title is called.
const UNTITLED: &str = "(No title)";
/// The property under which an event keeps what names its conference.
const CONFERENCE: &str = "X-CONFERENCE-ID";
/// Most characters of it that are kept.
const CONFERENCE_MAX: usize = 255;

/// Reads the event at this position of the list.
pub(super) fn read(index: usize, value: &Value, zone: &Zone) -> Result<ReadEvent, String> {
    let at = At::path(format!("$.events[{index}]"), value);
    let object = at.object()?;
    let field = |name: &str| at.of(object, name);
    let text = |name: &str| field(name).if_any().map(|it| it.text()).transpose();

    let summary = line(field("summary").text()?, TEXT_MAX);
    let id = id(&field("id"))?;
    let span = span(&field("start"), field("end").if_any().as_ref(), zone)?;
    let title = if summary.trim().is_empty() { UNTITLED } else { summary.trim() };
    let mut details = Details::new(title, span);
    details.description = text("description")?.map(block).filter(|it| !it.trim().is_empty());
    details.location = text("location")?.map(|it| line(it, LOCATION_MAX)).filter(|it| !it.trim().is_empty());
    if let Some(transparency) = field("transparency").if_any() {
        let words = [("opaque", Transparency::Opaque), ("transparent", Transparency::Transparent)];
        details.transparency = transparency.word(&words)?;
    }
    if let Some(conference) = text("conference_id")? {
        details.kept.push(format!("{CONFERENCE}:{}", escaped(&line(conference, CONFERENCE_MAX))));
    }
    if let Some(attendees) = field("attendees").if_any() {
        details.attendees = people(&attendees)?;
    }
    let recurrence = field("recurrence").if_any().map(|it| series(&it, &mut details)).transpose()?.flatten();
    Ok(ReadEvent {
        uid: id,
        line: index,
        series: Some(Series { details, recurrence, sequence: 0 }),
        overrides: Vec::new(),
        vevents: 1,
        created: None,
        last_modified: None,
    })
}

fn id(at: &At<'_>) -> Result<String, String> {
    let text = at.text()?;
    let good = !text.is_empty() && text.len() <= UID_MAX && !text.chars().any(char::is_control);
    if good { Ok(text.to_owned()) } else { Err(at.wrong(&format!("String of 1 to {UID_MAX} bytes"))) }
}

fn span(start: &At<'_>, end: Option<&At<'_>>, zone: &Zone) -> Result<Span, String> {
    const EXPECTED: &str = "ISO8601-formatted Date or DateTime";
    let read = |at: &At<'_>| when(at.text()?, zone).ok_or_else(|| at.wrong(EXPECTED));
    let begins = read(start)?;
    let ends = end.map(|end| Ok::<_, String>((end, read(end)?))).transpose()?;
    match (begins, ends) {
        (When::Day(day), None) => Span::all_day(day, day.saturating_add(jiff::Span::new().days(1)), zone.clone()),
        (When::Day(first), Some((end, When::Day(last)))) => {
            // One that ends on the day it begins on is that day.
            let after = if last == first { last.saturating_add(jiff::Span::new().days(1)) } else { last };
            return Span::all_day(first, after, zone.clone()).map_err(|error| end.wrong(&too(error)));
        }
        (When::At(wall, place), None) => {
            let at = place.resolve(wall);
            Span::timed(at, at, place)
        }
        (When::At(wall, place), Some((end, When::At(until, elsewhere)))) => {
            let (at, until) = (place.resolve(wall), elsewhere.resolve(until));
            return Span::timed(at, until, place).map_err(|error| end.wrong(&too(error)));
        }
        (When::Day(_), Some((end, When::At(..)))) => return Err(end.wrong("Date, as the start is one,")),
        (When::At(..), Some((end, When::Day(_)))) => return Err(end.wrong("DateTime, as the start is one,")),
    }
    .map_err(|error| start.wrong(&too(error)))
}

/// What a span that is none should have been.
fn too(error: kalends_domain::event::InvalidSpan) -> String {
    use kalends_domain::event::InvalidSpan::{Inverted, OutOfRange, TooLong};
    match error {
        Inverted => "a time after the start",
        TooLong => "a time within ten years of the start",
        OutOfRange => "a time in the years 1 to 9998",
    }
    .to_owned()
}

fn series(at: &At<'_>, details: &mut Details) -> Result<Option<Recurrence>, String> {
    let lines = at.list("String")?;
    if lines.is_empty() {
        return Ok(None);
    }
    // Recurrences are counted in whole seconds.
    details.span = details.span.in_whole_seconds();
    let anchor = details.span.anchor();
    let (mut rules, mut added, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for (index, value) in lines.iter().enumerate() {
        let here = at.item(index, value);
        let line = here.text()?.trim();
        let name = line.split([':', ';']).next().unwrap_or_default().to_ascii_uppercase();
        let bad = |error: kalends_domain::recurrence::PropertyError| here.wrong(&format!("{name} ({error})"));
        match name.as_str() {
            "RRULE" => rules.push(rrule(line).map_err(bad)?),
            "RDATE" => added.extend(rdates(line, &anchor).map_err(bad)?),
            "EXDATE" => removed.extend(exdates(line, &anchor).map_err(bad)?),
            _ => return Err(here.wrong("RRULE, RDATE or EXDATE property")),
        }
        if added.len().max(removed.len()) > DATES_MAX {
            return Err(at.wrong(&format!("at most {DATES_MAX} dates")));
        }
    }
    if rules.is_empty() && added.is_empty() {
        return Ok(None);
    }
    let checked = recurrence(&details.span, rules, added, removed);
    checked.map(Some).map_err(|error| at.wrong(&format!("a recurrence that can be expanded ({error})")))
}

fn people(at: &At<'_>) -> Result<Vec<Attendee>, String> {
    let mut people: Vec<Attendee> = Vec::new();
    let list = at.list("Object")?;
    if list.len() > ATTENDEES_MAX {
        return Err(at.wrong(&format!("at most {ATTENDEES_MAX} Objects")));
    }
    for (index, value) in list.iter().enumerate() {
        let here = at.item(index, value);
        let object = here.object()?;
        let (address, answer) = (here.of(object, "email"), here.of(object, "response"));
        let email = address.text()?.parse().map_err(|_| address.wrong("email address"))?;
        let words = [("accepted", Rsvp::Accepted), ("rejected", Rsvp::Declined), ("tentative", Rsvp::Tentative)];
        let status = answer.if_any().map(|it| it.word(&words)).transpose()?.unwrap_or(Rsvp::NeedsAction);
        let person = Attendee {
            id: AttendeeId(uuid::Uuid::nil()),
            user: None,
            email: Some(email),
            name: None,
            status,
            kept: Vec::new(),
        };
        // Whoever is named twice answered last.
        people.retain(|known| known.email != person.email);
        people.push(person);
    }
    Ok(people)
}

/// One line, cut to its bound.
fn line(text: &str, most: usize) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect()
}

/// Lines, cut to their bound. Markup stays: whoever shows it as HTML makes it safe.
fn block(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(TEXT_MAX).collect()
}

/// As a content line has it (RFC 5545 3.3.11).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,")
}
