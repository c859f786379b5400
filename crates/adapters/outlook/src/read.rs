//! What Graph tells, in our words.

use jiff::{Timestamp, civil};
use kalends_domain::account::Email;
use kalends_domain::event::{
    ATTENDEES_MAX, Class, LOCATION_MAX, REMINDER_MINUTES_MAX, Rsvp, Span, Status, TEXT_MAX, Transparency, recurrence,
};
use kalends_domain::id::EventId;
use kalends_domain::recurrence::{ExDate, Recurrence};
use kalends_domain::sync::remote::{Content, Facts, Guest, Item, Original, Part, RemoteCalendar, Whole};
use kalends_domain::time::Zone;
use kalends_ical::zone_named;
use serde_json::Value;

use crate::wire::{Attendee, Calendar, Event, When};
use crate::{repeat, shown};

/// The extended property that names the event of which something is a copy, in a namespace of our own.
pub(crate) const MARK: &str = "String {7c9f2b1e-5d3a-4e8b-9a61-6f0c4d2e8b57} Name KalendsEvent";

pub(crate) fn calendar(calendar: Calendar) -> RemoteCalendar {
    let color = calendar.hex_color.filter(|it| it.parse::<kalends_domain::calendar::Color>().is_ok());
    RemoteCalendar {
        name: calendar.name.filter(|name| !name.is_empty()).unwrap_or_else(|| calendar.id.clone()),
        id: calendar.id,
        primary: calendar.is_default.unwrap_or_default(),
        writable: calendar.can_edit.unwrap_or_default(),
        zone: None,
        color,
    }
}

/// An event with, of a series, its changed occurrences. What has no id cannot be spoken of, and is passed over.
pub(crate) fn items(value: Value) -> Vec<Item> {
    let Some(id) = value.get("id").and_then(Value::as_str).map(str::to_owned) else { return Vec::new() };
    let Ok(mut event) = serde_json::from_value::<Event>(value) else {
        let content = Content::Unreadable("is not of the form that events have".to_owned());
        return vec![Item { id, etag: None, updated: None, origin: None, uid: None, content }];
    };
    let exceptions = event.exception_occurrences.take().unwrap_or_default();
    let parts = exceptions.into_iter().filter_map(|value| {
        let mut part: Event = serde_json::from_value(value).ok()?;
        part.series_master_id.get_or_insert_with(|| event.id.clone());
        part.original_start_time_zone =
            part.original_start_time_zone.or_else(|| event.original_start_time_zone.clone());
        Some(item(part))
    });
    let parts: Vec<Item> = parts.collect();
    std::iter::once(item(event)).chain(parts).collect()
}

/// An event in our words.
pub(crate) fn item(event: Event) -> Item {
    let marks = event.single_value_extended_properties.iter().flatten();
    let mut own = marks.filter(|it| it.id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(MARK)));
    let origin = own.find_map(|it| it.value.as_deref()?.parse().ok()).map(EventId);
    Item {
        etag: event.etag.clone(),
        updated: event.last_modified_date_time.as_deref().and_then(|at| at.parse().ok()),
        origin,
        uid: event.ical_uid.clone(),
        content: content(&event).unwrap_or_else(Content::Unreadable),
        id: event.id,
    }
}

fn content(event: &Event) -> Result<Content, String> {
    let facts = facts(event)?;
    if let Some(series) = &event.series_master_id {
        let at: Timestamp =
            event.original_start.as_deref().and_then(|at| at.parse().ok()).unwrap_or(facts.span.starts_at());
        let original =
            if facts.span.is_all_day() { Original::Day(facts.span.zone.civil(at).date()) } else { Original::At(at) };
        return Ok(Content::Part(Part { series: series.clone(), original, facts: Some(facts) }));
    }
    let recurrence = match &event.recurrence {
        None => None,
        Some(recurrence) => Some(series(event, recurrence, &facts.span)?),
    };
    Ok(Content::Whole(Whole { facts, recurrence }))
}

fn series(event: &Event, told: &crate::wire::Recurrence, span: &Span) -> Result<Recurrence, String> {
    let rule = repeat::rule(told)?;
    let cancelled = event.cancelled_occurrences.iter().flatten().filter_map(|id| cancelled_day(id));
    let exdate = |day: civil::Date| {
        if span.is_all_day() { ExDate::Day(day) } else { ExDate::At(day.to_datetime(span.start.time())) }
    };
    let exdates = cancelled.map(exdate).collect();
    recurrence(span, vec![rule], Vec::new(), exdates).map_err(|error| format!("recurs in a way that {error}"))
}

/// The day of a cancelled occurrence: its name ends with it.
pub(crate) fn cancelled_day(id: &str) -> Option<civil::Date> {
    id.rsplit_once('.')?.1.parse().ok()
}

fn facts(event: &Event) -> Result<Facts, String> {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let shows = event.show_as.as_deref();
    let body = event.body.as_ref().and_then(|it| it.content.as_deref());
    let place = event.location.as_ref().and_then(|it| it.display_name.as_deref());
    Ok(Facts {
        title: event.subject.as_deref().map(|it| cut(it, TEXT_MAX)).unwrap_or_default(),
        description: body.and_then(|it| some(shown::text(&cut(it, TEXT_MAX)))),
        location: place.and_then(|it| some(cut(it, LOCATION_MAX))),
        span: span(event)?,
        status: match shows {
            _ if event.is_cancelled == Some(true) => Status::Cancelled,
            Some("tentative") => Status::Tentative,
            _ => Status::Confirmed,
        },
        transparency: if shows == Some("free") { Transparency::Transparent } else { Transparency::Opaque },
        class: match event.sensitivity.as_deref() {
            Some("private" | "personal") => Class::Private,
            Some("confidential") => Class::Confidential,
            _ => Class::Public,
        },
        color: None,
        reminders: reminder(event).into_iter().collect(),
        guests: guests(event.attendees.as_deref().unwrap_or_default()),
    })
}

fn reminder(event: &Event) -> Option<u32> {
    let minutes = u32::try_from(event.reminder_minutes_before_start?).ok()?;
    (event.is_reminder_on != Some(false) && minutes <= REMINDER_MINUTES_MAX).then_some(minutes)
}

fn span(event: &Event) -> Result<Span, String> {
    let start = event.start.as_ref().ok_or("has no start")?;
    let end = event.end.as_ref().unwrap_or(start);
    let own = event.original_start_time_zone.as_deref().and_then(zone_named);
    let (first, last) = (wall(start)?, wall(end)?);
    let told = |it: &When| it.time_zone.as_deref().and_then(zone_named).unwrap_or_else(Zone::utc);
    let zone = own.unwrap_or_else(|| told(start));
    if event.is_all_day == Some(true) {
        // Days are told as midnights of the zone that was asked for, whatever that is. Where they are not, of their own.
        let day = |wall: civil::DateTime, when: &When| {
            if wall.time() == civil::Time::midnight() {
                wall.date()
            } else {
                zone.civil(told(when).resolve(wall)).date()
            }
        };
        let made = Span::all_day(day(first, start), day(last, end), zone.clone());
        return made.map_err(|error| format!("has an end that {error}"));
    }
    let (starts, ends) = (told(start).resolve(first), told(end).resolve(last));
    Span::timed(starts, ends, zone).map_err(|error| format!("has an end that {error}"))
}

fn wall(when: &When) -> Result<civil::DateTime, String> {
    let text = when.date_time.as_deref().ok_or("has no time")?;
    text.trim_end_matches('Z').parse().map_err(|_| "has a time that is none".to_owned())
}

fn guests(attendees: &[Attendee]) -> Vec<Guest> {
    let people = attendees.iter().filter(|it| it.kind.as_deref() != Some("resource"));
    let mut guests: Vec<Guest> = people.filter_map(guest).take(ATTENDEES_MAX).collect();
    guests.sort_by(|a, b| a.email.cmp(&b.email));
    guests.dedup_by(|a, b| a.email == b.email);
    guests
}

fn guest(attendee: &Attendee) -> Option<Guest> {
    let address = attendee.email_address.as_ref()?;
    let email: Email = address.address.as_deref()?.parse().ok()?;
    let status = match attendee.status.as_ref().and_then(|it| it.response.as_deref()) {
        Some("accepted" | "organizer") => Rsvp::Accepted,
        Some("declined") => Rsvp::Declined,
        Some("tentativelyAccepted") => Rsvp::Tentative,
        _ => Rsvp::NeedsAction,
    };
    Some(Guest { email, name: address.name.clone().filter(|name| !name.is_empty()), status })
}
