//! What the engine decides, case by case, and that two sides end up the same whatever happens in between.

mod matrix;
mod rules;
mod simulation;
mod world;

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::remote::{Content, Facts, Item, Whole};
use super::*;
use crate::event::{Details, Event, Span, recurrence};
use crate::id::{CalendarId, EventId, UserId, uuid_v7};
use crate::time::Zone;

fn at(minute: i64) -> Timestamp {
    "2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

fn id(n: u8) -> EventId {
    EventId(uuid_v7(at(0), [n; 10]))
}

fn hour(minute: i64) -> Span {
    Span::timed(at(minute), at(minute + 60), Zone::named("America/New_York").unwrap()).unwrap()
}

/// An event last changed at this minute; a weekly series when `rule` says so.
fn event(n: u8, title: &str, rule: Option<&str>, changed: i64) -> Event {
    let span = hour(i64::from(n) * 600);
    Event {
        id: id(n),
        calendar: CalendarId(uuid_v7(at(0), [200; 10])),
        uid: format!("uid-{n}"),
        recurrence: rule.map(|rule| recurrence(&span, vec![rule.parse().unwrap()], vec![], vec![]).unwrap()),
        details: Details::new(title, span),
        overrides: BTreeMap::new(),
        course_id: None,
        case_id: None,
        sequence: 0,
        created_by: UserId(uuid_v7(at(0), [201; 10])),
        updated_by: UserId(uuid_v7(at(0), [201; 10])),
        created_at: at(0),
        updated_at: at(changed),
        deleted_at: None,
        version: 1,
    }
}

/// A provider that knows one colour, and no private events.
fn rounded(mut facts: Facts) -> Facts {
    facts.color = facts.color.map(|_| "tomato".to_owned());
    facts.class = crate::event::Class::Public;
    facts
}

/// The item that tells of this event's copy.
fn item(event: &Event, etag: &str, updated: i64) -> Item {
    let whole = Copy::of(event).to_whole();
    Item {
        id: copy_id(event.id),
        etag: Some(etag.to_owned()),
        updated: Some(at(updated)),
        origin: Some(event.id),
        uid: Some(event.uid.clone()),
        content: Content::Whole(Whole { facts: rounded(whole.facts), ..whole }),
    }
}

/// The pair of an event and its copy when both are the same.
fn pair(event: &Event, etag: &str) -> Pair {
    Seen::of(&item(event, etag, 0)).unwrap().pair(event.id, event.version, Copy::of(event))
}

/// One sync of one calendar, of which this is known.
fn input(pairs: Vec<Pair>, events: Vec<Event>, items: Vec<Item>) -> Input<'static> {
    Input {
        kind: ProviderKind::Google,
        writable: true,
        mirror: false,
        complete: false,
        confirmed: false,
        total: pairs.len(),
        pairs,
        events: events.into_iter().map(|event| (event.id, event)).collect::<HashMap<_, _>>(),
        items,
        rounded: &rounded,
    }
}
