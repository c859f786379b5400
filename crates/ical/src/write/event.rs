//! VEVENT and VALARM (RFC 5545, sections 3.6.1 and 3.6.6).

use jiff::civil;
use kalends_domain::account::Email;
use kalends_domain::event::{Attendee, Class, Details, Event, Kind, Priority, Reminder, Rsvp};

use super::line::{Kept, Line, fold, has_name};
use super::{recurrence, time};

/// The VEVENT of an event or, with the wall time it had, of one of its occurrences.
pub(super) fn event(event: &Event, occurrence: Option<civil::DateTime>, details: &Details, out: &mut String) {
    fold("BEGIN:VEVENT", out);
    Line::new("UID").text(&event.uid, out);
    // Not the time of writing: the text changes only when the event does.
    Line::new("DTSTAMP").value(&time::utc(event.updated_at), out);
    if let Some(wall) = occurrence {
        let form = time::Form::of(&event.details.span);
        form.line("RECURRENCE-ID").value(&form.value(wall), out);
    }
    let recurs = event.recurrence.as_ref().filter(|_| occurrence.is_none());
    time::span(&details.span, recurs.is_some(), out);
    if let Some(recurs) = recurs {
        recurrence::recurrence(recurs, &details.span, out);
    }
    Line::new("SEQUENCE").value(&event.sequence.max(0).to_string(), out);
    Line::new("CREATED").value(&time::utc(event.created_at), out);
    Line::new("LAST-MODIFIED").value(&time::utc(event.updated_at), out);
    properties(details, out);
    let kept = Kept::new(&details.kept);
    kept.properties(out);
    // Before the alarms that are kept: of two of one minute, the first is read as the reminder.
    for reminder in &details.reminders {
        alarm(reminder, &details.title, out);
    }
    kept.components(out);
    fold("END:VEVENT", out);
}

/// Who asks others to an event (ORGANIZER, RFC 5545 3.8.4.3), as a line for what its [`Details`] keep: an invitation must
/// have it, and no other event needs it.
///
/// ```
/// let line = kalends_ical::organizer(Some("Ann; Bob"), &"ann@example.com".parse()?);
/// assert_eq!(line, "ORGANIZER;CN=\"Ann; Bob\":mailto:ann@example.com");
/// # Ok::<(), kalends_domain::account::InvalidEmail>(())
/// ```
pub fn organizer(name: Option<&str>, email: &Email) -> String {
    let line = Line::new("ORGANIZER");
    let line = if let Some(name) = name { line.param("CN", name) } else { line };
    line.kept(&format!("mailto:{email}"))
}

fn properties(details: &Details, out: &mut String) {
    Line::new("SUMMARY").text(&details.title, out);
    for (name, text) in [("DESCRIPTION", &details.description), ("LOCATION", &details.location)] {
        if let Some(text) = text {
            Line::new(name).text(text, out);
        }
    }
    Line::new("STATUS").value(&details.status.as_str().to_ascii_uppercase(), out);
    Line::new("TRANSP").value(&details.transparency.as_str().to_ascii_uppercase(), out);
    if details.class != Class::Public {
        Line::new("CLASS").value(&details.class.as_str().to_ascii_uppercase(), out);
    }
    if let Some(priority) = details.priority {
        let number = match priority {
            Priority::High => "1",
            Priority::Medium => "5",
            Priority::Low => "9",
        };
        Line::new("PRIORITY").value(number, out);
    }
    categories(details, out);
    for (name, value) in [("COLOR", &details.color), ("URL", &details.url)] {
        if let Some(value) = value {
            Line::new(name).value(value, out);
        }
    }
    for person in &details.attendees {
        attendee(person, out);
    }
    for attachment in &details.attachments {
        let mut line = Line::new("ATTACH");
        for (name, value) in [("FMTTYPE", &attachment.media_type), ("FILENAME", &attachment.name)] {
            if let Some(value) = value {
                line = line.param(name, value);
            }
        }
        line.value(&attachment.url, out);
    }
}

/// CATEGORIES: the kind, then the tags. The first word that is a kind is read as the kind, so a plain event says its own
/// only before a tag that would be.
fn categories(details: &Details, out: &mut String) {
    let is_kind = |tag: &String| tag.trim().to_ascii_lowercase().replace([' ', '-'], "_").parse::<Kind>().is_ok();
    let told = details.kind != Kind::Event || details.tags.iter().any(is_kind);
    let kind = told.then(|| details.kind.as_str().to_ascii_uppercase());
    let words: Vec<&str> = kind.iter().chain(&details.tags).map(String::as_str).collect();
    if !words.is_empty() {
        Line::new("CATEGORIES").texts(words, out);
    }
}

fn attendee(person: &Attendee, out: &mut String) {
    let address = match (&person.email, person.user) {
        (Some(email), _) => format!("mailto:{email}"),
        (None, Some(user)) => format!("urn:uuid:{user}"),
        (None, None) => return,
    };
    let mut line = Line::new("ATTENDEE");
    if let Some(name) = &person.name {
        line = line.param("CN", name);
    }
    // An answer that the model does not have, such as DELEGATED, is kept beside "nothing yet".
    let is_answer = |param: &&String| param.to_ascii_uppercase().starts_with("PARTSTAT=");
    let other_answer = person.status == Rsvp::NeedsAction && person.kept.iter().any(|param| is_answer(&param));
    if !other_answer {
        line = line.param("PARTSTAT", &person.status.as_str().to_ascii_uppercase().replace('_', "-"));
    }
    for param in person.kept.iter().filter(|param| other_answer || !is_answer(param)) {
        line = line.kept_param(param);
    }
    line.value(&address, out);
}

fn alarm(reminder: &Reminder, title: &str, out: &mut String) {
    let has = |name| reminder.kept.iter().any(|line| has_name(line, name));
    fold("BEGIN:VALARM", out);
    if !has("ACTION") {
        fold("ACTION:DISPLAY", out);
    }
    if !has("DESCRIPTION") {
        Line::new("DESCRIPTION").text(title, out);
    }
    let trigger = match reminder.minutes_before {
        0 => "PT0S".to_owned(),
        minutes => format!("-PT{minutes}M"),
    };
    Line::new("TRIGGER").value(&trigger, out);
    let kept = Kept::new(&reminder.kept);
    kept.properties(out);
    kept.components(out);
    fold("END:VALARM", out);
}
