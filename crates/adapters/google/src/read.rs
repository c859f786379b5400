//! What Google tells, in our words.

use jiff::{Timestamp, civil};
use kalends_domain::account::Email;
use kalends_domain::event::{
    ATTENDEES_MAX, Class, LOCATION_MAX, REMINDER_MINUTES_MAX, REMINDERS_MAX, Rsvp, Span, Status, TEXT_MAX,
    Transparency, recurrence,
};
use kalends_domain::id::EventId;
use kalends_domain::recurrence::{Recurrence, exdates, rdates, rrule};
use kalends_domain::sync::remote::{Content, Facts, Guest, Item, Original, Part, RemoteCalendar, Whole};
use kalends_domain::time::Zone;
use kalends_ical::zone_named;
use serde_json::Value;

use crate::wire::{Attendee, Calendar, Event, Reminders, When};
use crate::{color, text};

/// How much of a description with its HTML is looked at, in characters.
const HTML_MAX: usize = 4 * TEXT_MAX;

/// The private extended property that names the event of which something is a copy.
pub(crate) const MARK: &str = "kalendsEvent";

pub(crate) fn calendar(calendar: Calendar) -> RemoteCalendar {
    let writable = matches!(calendar.access_role.as_deref(), Some("owner" | "writer"));
    let name = calendar.summary_override.or(calendar.summary).filter(|name| !name.is_empty());
    RemoteCalendar {
        name: name.unwrap_or_else(|| calendar.id.clone()),
        id: calendar.id,
        primary: calendar.primary,
        writable,
        zone: calendar.time_zone,
        color: calendar.background_color.filter(|color| color.parse::<kalends_domain::calendar::Color>().is_ok()),
    }
}

/// One event of a list. `zone` is its calendar's. What has no id cannot be spoken of, and is passed over.
pub(crate) fn listed(value: Value, zone: &Zone) -> Option<Item> {
    let id = value.get("id")?.as_str()?.to_owned();
    let Ok(event) = serde_json::from_value::<Event>(value) else {
        let content = Content::Unreadable("is not of the form that events have".to_owned());
        return Some(Item { id, etag: None, updated: None, origin: None, uid: None, content });
    };
    Some(item(event, zone))
}

/// An event in our words. `zone` is where its dates stand: its calendar's zone.
pub(crate) fn item(event: Event, zone: &Zone) -> Item {
    let private = event.extended_properties.as_ref().and_then(|it| it.private.as_ref());
    let origin = private.and_then(|it| it.get(MARK)).and_then(|id| id.parse().ok()).map(EventId);
    Item {
        etag: event.etag.clone(),
        updated: event.updated.as_deref().and_then(|at| at.parse().ok()),
        origin,
        uid: event.ical_uid.clone(),
        content: content(&event, zone).unwrap_or_else(Content::Unreadable),
        id: event.id,
    }
}

fn content(event: &Event, zone: &Zone) -> Result<Content, String> {
    let cancelled = event.status.as_deref() == Some("cancelled");
    if let Some(series) = &event.recurring_event_id {
        let original = match (&event.original_start_time, cancelled) {
            (Some(when), _) => original(when, zone)?,
            (None, true) => return Ok(Content::Deleted),
            (None, false) => return Err("does not say which occurrence it is".to_owned()),
        };
        let facts = if cancelled { None } else { Some(facts(event, zone)?) };
        return Ok(Content::Part(Part { series: series.clone(), original, facts }));
    }
    if cancelled {
        return Ok(Content::Deleted);
    }
    let facts = facts(event, zone)?;
    let recurrence = match event.recurrence.as_deref() {
        None | Some([]) => None,
        Some(lines) => Some(series(lines, &facts.span)?),
    };
    Ok(Content::Whole(Whole { facts, recurrence }))
}

fn facts(event: &Event, zone: &Zone) -> Result<Facts, String> {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Facts {
        title: event.summary.as_deref().map(|it| cut(it, TEXT_MAX)).unwrap_or_default(),
        description: event.description.as_deref().and_then(|it| some(cut(&text::plain(&cut(it, HTML_MAX)), TEXT_MAX))),
        location: event.location.as_deref().and_then(|it| some(cut(it, LOCATION_MAX))),
        span: span(event, zone)?,
        status: if event.status.as_deref() == Some("tentative") { Status::Tentative } else { Status::Confirmed },
        transparency: match event.transparency.as_deref() {
            Some("transparent") => Transparency::Transparent,
            _ => Transparency::Opaque,
        },
        class: match event.visibility.as_deref() {
            Some("private") => Class::Private,
            Some("confidential") => Class::Confidential,
            _ => Class::Public,
        },
        color: event.color_id.as_deref().and_then(color::of_id).map(str::to_owned),
        reminders: event.reminders.as_ref().map(reminders).unwrap_or_default(),
        guests: guests(event.attendees.as_deref().unwrap_or_default()),
    })
}

fn span(event: &Event, zone: &Zone) -> Result<Span, String> {
    let start = event.start.as_ref().ok_or("has no start")?;
    let end = event.end.as_ref();
    if let Some(first) = &start.date {
        let first: civil::Date = day(first)?;
        let end = match end.and_then(|end| end.date.as_deref()) {
            Some(end) => day(end)?,
            None => first.saturating_add(jiff::Span::new().days(1)),
        };
        return Span::all_day(first, end, zone.clone()).map_err(|error| format!("has an end that {error}"));
    }
    // A zone that nobody knows: the instants are right all the same.
    let stands = start.time_zone.as_deref().and_then(zone_named).unwrap_or_else(|| zone.clone());
    let starts = instant(start, &stands)?;
    let ends = match end {
        Some(end) if end.date_time.is_some() => instant(end, &stands)?,
        _ => starts,
    };
    Span::timed(starts, ends, stands).map_err(|error| format!("has an end that {error}"))
}

fn original(when: &When, zone: &Zone) -> Result<Original, String> {
    if let Some(date) = &when.date {
        return day(date).map(Original::Day);
    }
    let zone = when.time_zone.as_deref().and_then(zone_named).unwrap_or_else(|| zone.clone());
    instant(when, &zone).map(Original::At)
}

fn day(text: &str) -> Result<civil::Date, String> {
    text.parse().map_err(|_| "has a date that is none".to_owned())
}

fn instant(when: &When, zone: &Zone) -> Result<Timestamp, String> {
    let text = when.date_time.as_deref().ok_or("has neither a date nor a time")?;
    let wall = || text.parse::<civil::DateTime>().ok().map(|wall| zone.resolve(wall));
    text.parse().ok().or_else(wall).ok_or_else(|| "has a time that is none".to_owned())
}

fn series(lines: &[String], span: &Span) -> Result<Recurrence, String> {
    let anchor = span.anchor();
    let (mut rules, mut added, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        let name = line.split([':', ';']).next().unwrap_or_default().to_ascii_uppercase();
        let told = |error: kalends_domain::recurrence::PropertyError| {
            format!("recurs in a way that is not understood: {error}")
        };
        match name.as_str() {
            "RRULE" => rules.push(rrule(line).map_err(told)?),
            "RDATE" => added.extend(rdates(line, &anchor).map_err(told)?),
            "EXDATE" => removed.extend(exdates(line, &anchor).map_err(told)?),
            _ => return Err(format!("recurs by {}, which is not known", name.chars().take(20).collect::<String>())),
        }
    }
    recurrence(span, rules, added, removed).map_err(|error| format!("recurs in a way that {error}"))
}

fn reminders(reminders: &Reminders) -> Vec<u32> {
    let overrides = reminders.overrides.as_deref().unwrap_or_default();
    let mut minutes: Vec<u32> = overrides.iter().filter_map(|it| it.minutes).collect();
    minutes.retain(|&minutes| minutes <= REMINDER_MINUTES_MAX);
    minutes.sort_unstable();
    minutes.dedup();
    minutes.truncate(REMINDERS_MAX);
    minutes
}

fn guests(attendees: &[Attendee]) -> Vec<Guest> {
    let people = attendees.iter().filter(|it| !it.resource);
    let mut guests: Vec<Guest> = people.filter_map(guest).take(ATTENDEES_MAX).collect();
    guests.sort_by(|a, b| a.email.cmp(&b.email));
    guests.dedup_by(|a, b| a.email == b.email);
    guests
}

fn guest(attendee: &Attendee) -> Option<Guest> {
    let email: Email = attendee.email.as_deref()?.parse().ok()?;
    let status = match attendee.response_status.as_deref() {
        Some("accepted") => Rsvp::Accepted,
        Some("declined") => Rsvp::Declined,
        Some("tentative") => Rsvp::Tentative,
        _ => Rsvp::NeedsAction,
    };
    Some(Guest { email, name: attendee.display_name.clone().filter(|name| !name.is_empty()), status })
}
