//! An event as JSON, written straight from the use case's view.
//!
//! A month can hold a thousand occurrences, so nothing is copied: texts are borrowed, ids and times
//! print themselves, and what a series shares between its occurrences is made once, by [`Rules`].

use std::collections::HashMap;

use jiff::civil;
use kalends_app::EventView;
use kalends_domain::account::Email;
use kalends_domain::event::{Attachment, Attendee, Event, Priority, Reminder, Span};
use kalends_domain::id::EventId;
use kalends_domain::recurrence::{ExDate, RDate, Recurrence};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{examples, words};
use crate::surfaces::core::wire::Time;

/// The rules of each series among some views, as text.
pub(crate) struct Rules(HashMap<EventId, Vec<String>>);

impl Rules {
    pub(in crate::surfaces::core) fn of(views: &[EventView]) -> Self {
        let mut texts = HashMap::new();
        for view in views {
            if let Some(recurrence) = &view.event.recurrence {
                texts.entry(view.event.id).or_insert_with(|| texts_of(recurrence));
            }
        }
        Self(texts)
    }

    fn get(&self, id: EventId) -> &[String] {
        self.0.get(&id).map_or(&[], Vec::as_slice)
    }
}

fn texts_of(recurrence: &Recurrence) -> Vec<String> {
    recurrence.rules().iter().map(|bounded| bounded.rule().text()).collect()
}

/// An event, or one occurrence of a series.
#[derive(Serialize, ToSchema)]
#[schema(as = Event, example = examples::lecture)]
pub(crate) struct EventJson<'v> {
    /// The event's id; an occurrence shows that of its series.
    id: Uuid,
    /// The calendar in which it stands.
    calendar_id: Uuid,
    /// Its name between calendars (iCalendar UID).
    uid: &'v str,
    /// One line that says what it is.
    title: &'v str,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    description: Option<&'v str>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    location: Option<&'v str>,
    /// When it begins. An all-day event begins at midnight in its zone.
    #[schema(inline)]
    start_time: Time,
    /// When it is over; that instant is no part of it.
    #[schema(inline)]
    end_time: Time,
    /// The IANA zone whose wall clock it keeps.
    timezone: &'v str,
    /// Whether it is made of whole days.
    all_day: bool,
    /// How the series repeats (RFC 5545 RRULE, in canonical form).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recurrence_rule: Option<&'v str>,
    /// All rules, where an imported series has more than one.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    #[schema(value_type = Vec<String>, required = false)]
    recurrence_rules: &'v [String],
    /// Further occurrences (RDATE): instants, or dates of an all-day series. Not shown on occurrences.
    #[serde(serialize_with = "recurrence_dates", skip_serializing_if = "Dates::is_empty")]
    #[schema(value_type = Vec<String>, required = false)]
    recurrence_dates: Dates<'v, RDate>,
    /// Occurrences left out (EXDATE): instants, or dates for whole days. Not shown on occurrences.
    #[serde(serialize_with = "exception_dates", skip_serializing_if = "Dates::is_empty")]
    #[schema(value_type = Vec<String>, required = false)]
    exception_dates: Dates<'v, ExDate>,
    /// Whether this is one occurrence of a series.
    is_occurrence: bool,
    /// When the occurrence begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    occurrence_start_time: Option<Time>,
    /// When the occurrence is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    occurrence_end_time: Option<Time>,
    /// Where the rule put the occurrence, moved or not: its name in `?occurrence=`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    recurrence_id: Option<Time>,
    /// What sort of thing it is.
    #[schema(value_type = words::Kind)]
    kind: &'static str,
    /// Whether it takes place.
    #[schema(value_type = words::Status)]
    status: &'static str,
    /// Whether it makes its people busy (`opaque`).
    #[schema(value_type = words::Transparency)]
    transparency: &'static str,
    /// Who may read more of it than when it is, where its calendar is public.
    #[schema(value_type = words::Class)]
    class: &'static str,
    /// A page about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    url: Option<&'v str>,
    /// How much it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Priority>, nullable = false)]
    priority: Option<&'static str>,
    /// A colour of its own: `#RRGGBB` or a CSS colour name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    color: Option<&'v str>,
    /// The course to which it belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    course_id: Option<&'v str>,
    /// The legal case to which it belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    case_id: Option<Uuid>,
    /// Who made it.
    created_by: Uuid,
    /// Who last changed it.
    updated_by: Uuid,
    /// When it was made.
    #[schema(inline)]
    created_at: Time,
    /// When it last changed.
    #[schema(inline)]
    updated_at: Time,
    /// When to be reminded.
    #[serde(serialize_with = "reminders")]
    #[schema(value_type = Vec<ReminderJson>)]
    reminders: &'v [Reminder],
    /// Who is asked to come.
    #[serde(serialize_with = "attendees")]
    #[schema(value_type = Vec<AttendeeJson>)]
    attendees: &'v [Attendee],
    /// Words to find it by.
    tags: &'v [String],
    /// Documents that belong to it.
    #[serde(serialize_with = "attachments")]
    #[schema(value_type = Vec<AttachmentJson>)]
    attachments: &'v [Attachment],
}

impl<'v> EventJson<'v> {
    /// `rules` must have been made [of](Rules::of) views with this one among them.
    pub(in crate::surfaces::core) fn new(view: &'v EventView, rules: &'v Rules) -> Self {
        let (event, details, place): (&Event, _, _) = (&view.event, view.details(), view.place);
        let rules = rules.get(event.id);
        let whole = event.recurrence.as_ref().filter(|_| place.is_none());
        Self {
            id: event.id.0,
            calendar_id: event.calendar.0,
            uid: &event.uid,
            title: &details.title,
            description: details.description.as_deref(),
            location: details.location.as_deref(),
            start_time: Time(view.start()),
            end_time: Time(view.end()),
            timezone: details.span.zone.name(),
            all_day: details.span.is_all_day(),
            recurrence_rule: rules.first().map(String::as_str),
            recurrence_rules: if rules.len() > 1 { rules } else { &[] },
            recurrence_dates: Dates { span: &event.details.span, dates: whole.map_or(&[], Recurrence::rdates) },
            exception_dates: Dates { span: &event.details.span, dates: whole.map_or(&[], Recurrence::exdates) },
            is_occurrence: place.is_some(),
            occurrence_start_time: place.map(|place| Time(place.start)),
            occurrence_end_time: place.map(|place| Time(place.end)),
            recurrence_id: place.map(|place| Time(place.original_start)),
            kind: details.kind.as_str(),
            status: details.status.as_str(),
            transparency: details.transparency.as_str(),
            class: details.class.as_str(),
            url: details.url.as_deref(),
            priority: details.priority.map(Priority::as_str),
            color: details.color.as_deref(),
            course_id: event.course_id.as_deref(),
            case_id: event.case_id,
            created_by: event.created_by.0,
            updated_by: event.updated_by.0,
            created_at: Time(event.created_at),
            updated_at: Time(event.updated_at),
            reminders: &details.reminders,
            attendees: &details.attendees,
            tags: &details.tags,
            attachments: &details.attachments,
        }
    }
}

/// A reminder before the start.
#[derive(Serialize, ToSchema)]
#[schema(as = Reminder)]
pub(crate) struct ReminderJson {
    /// Names it within its event.
    id: Uuid,
    /// How long before the start, in minutes.
    #[schema(minimum = 0, maximum = 10080, example = 15)]
    minutes_before: u32,
}

/// A person asked to an event.
#[derive(Serialize, ToSchema)]
#[schema(as = Attendee)]
pub(crate) struct AttendeeJson<'v> {
    /// Names the person within the event.
    id: Uuid,
    /// The account, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user_id: Option<Uuid>,
    /// The address, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    email: Option<&'v str>,
    /// What the person is called, where an invitation said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<&'v str>,
    /// What the person answered.
    #[schema(value_type = words::Rsvp)]
    status: &'static str,
}

/// A document kept elsewhere.
#[derive(Serialize, ToSchema)]
#[schema(as = Attachment)]
pub(crate) struct AttachmentJson<'v> {
    /// Names it within its event.
    id: Uuid,
    /// Where it is.
    url: &'v str,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<&'v str>,
    /// Its media type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    media_type: Option<&'v str>,
}

fn reminders<S: Serializer>(list: &[Reminder], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.iter().map(|it| ReminderJson { id: it.id.0, minutes_before: it.minutes_before }))
}

fn attendees<S: Serializer>(list: &[Attendee], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.iter().map(|it| AttendeeJson {
        id: it.id.0,
        user_id: it.user.map(|user| user.0),
        email: it.email.as_ref().map(Email::as_str),
        name: it.name.as_deref(),
        status: it.status.as_str(),
    }))
}

fn attachments<S: Serializer>(list: &[Attachment], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.iter().map(|it| AttachmentJson {
        id: it.id.0,
        url: &it.url,
        name: it.name.as_deref(),
        media_type: it.media_type.as_deref(),
    }))
}

/// Dates of a series, read with its span.
struct Dates<'v, T> {
    span: &'v Span,
    dates: &'v [T],
}

impl<T> Dates<'_, T> {
    fn is_empty(&self) -> bool {
        self.dates.is_empty()
    }
}

/// An instant, or a day of an all-day series.
#[derive(Serialize)]
#[serde(untagged)]
enum Date {
    Instant(Time),
    #[serde(serialize_with = "display")]
    Day(civil::Date),
}

impl Date {
    fn new(wall: civil::DateTime, span: &Span) -> Self {
        if span.is_all_day() { Self::Day(wall.date()) } else { Self::Instant(Time(span.zone.resolve(wall))) }
    }
}

fn recurrence_dates<S: Serializer>(list: &Dates<'_, RDate>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.dates.iter().map(|date| Date::new(date.start, list.span)))
}

fn exception_dates<S: Serializer>(list: &Dates<'_, ExDate>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.dates.iter().map(|date| match date {
        ExDate::At(wall) => Date::new(*wall, list.span),
        ExDate::Day(day) => Date::Day(*day),
    }))
}

fn display<T: std::fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use jiff::Timestamp;
    use kalends_app::Place;
    use kalends_domain::event::{Details, Kind, Rsvp, recurrence};
    use kalends_domain::id::{AttachmentId, AttendeeId, ReminderId};
    use kalends_domain::time::Zone;
    use serde_json::{Value, json};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// The event of the examples.
    fn lecture() -> Event {
        let zone = Zone::named("America/New_York").unwrap();
        let span = Span::timed(at("2026-03-02T15:00:00Z"), at("2026-03-02T16:30:00Z"), zone).unwrap();
        let rules = vec!["FREQ=WEEKLY;COUNT=12".parse().unwrap()];
        let details = Details {
            location: Some("Hall 3".into()),
            kind: Kind::Class,
            reminders: vec![Reminder { id: ReminderId(part(1)), minutes_before: 15, kept: vec![] }],
            attendees: vec![Attendee {
                id: AttendeeId(part(2)),
                user: None,
                email: "bob@example.com".parse().ok(),
                name: None,
                status: Rsvp::NeedsAction,
                kept: vec![],
            }],
            tags: vec!["math".into()],
            attachments: vec![Attachment {
                id: AttachmentId(part(3)),
                url: "https://example.com/slides.pdf".into(),
                name: Some("Slides".into()),
                media_type: Some("application/pdf".into()),
            }],
            ..Details::new("Lecture", span)
        };
        Event {
            id: "019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70".parse().unwrap(),
            calendar: "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10".parse().unwrap(),
            uid: "019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70".into(),
            recurrence: recurrence(&details.span, rules, vec![], vec![]).ok(),
            details,
            overrides: BTreeMap::new(),
            course_id: None,
            case_id: None,
            sequence: 0,
            created_by: "019cb3a0-1111-7b2c-9d3e-4f5a6b7c8d9e".parse().unwrap(),
            updated_by: "019cb3a0-1111-7b2c-9d3e-4f5a6b7c8d9e".parse().unwrap(),
            created_at: at("2026-03-01T12:00:00Z"),
            updated_at: at("2026-03-01T12:00:00Z"),
            deleted_at: None,
            version: 1,
        }
    }

    fn part(number: u128) -> Uuid {
        Uuid::from_u128(0x019c_b3a2_0d00_7001_8000_0000_0000_0000 + number)
    }

    fn second(start: &str, end: &str) -> Place {
        Place {
            recurrence_id: "2026-03-09T10:00:00".parse().unwrap(),
            original_start: at("2026-03-09T14:00:00Z"),
            start: at(start),
            end: at(end),
        }
    }

    fn json(event: Event, place: Option<Place>) -> Value {
        let view = EventView { event: Arc::new(event), place };
        let rules = Rules::of(std::slice::from_ref(&view));
        serde_json::to_value(EventJson::new(&view, &rules)).unwrap()
    }

    #[test]
    fn the_documented_events_are_what_is_answered() {
        assert_eq!(json(lecture(), None), examples::lecture());
        assert_eq!(
            json(lecture(), Some(second("2026-03-09T14:00:00Z", "2026-03-09T15:30:00Z"))),
            examples::occurrence()
        );
    }

    #[test]
    fn a_plain_event_has_no_occurrence_fields() {
        let mut plain = examples::lecture();
        plain.as_object_mut().unwrap().remove("recurrence_rule");
        assert_eq!(json(Event { recurrence: None, ..lecture() }, None), plain);
    }

    #[test]
    fn a_moved_occurrence_shows_its_own_times_and_words() {
        let mut event = lecture();
        let mut changed = event.details.clone();
        changed.title = "Guest lecture".into();
        event.overrides.insert("2026-03-09T10:00:00".parse().unwrap(), changed);
        let shown = json(event, Some(second("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z")));
        let expected = json!([
            "Guest lecture",
            "2026-03-10T14:00:00Z",
            "2026-03-10T15:00:00Z",
            "2026-03-10T14:00:00Z",
            "2026-03-10T15:00:00Z",
            "2026-03-09T14:00:00Z",
            "FREQ=WEEKLY;COUNT=12"
        ]);
        let fields = [
            "title",
            "start_time",
            "end_time",
            "occurrence_start_time",
            "occurrence_end_time",
            "recurrence_id",
            "recurrence_rule",
        ];
        assert_eq!(fields.map(|field| shown[field].clone()), expected.as_array().unwrap()[..]);
    }

    #[test]
    fn dates_of_a_series_are_instants_or_days() {
        let rdate = |text: &str| RDate { start: text.parse().unwrap(), length: None };
        let mut event = lecture();
        let rules = vec!["FREQ=WEEKLY".parse().unwrap(), "FREQ=MONTHLY".parse().unwrap()];
        let skipped =
            vec![ExDate::At("2026-03-16T10:00:00".parse().unwrap()), ExDate::Day("2026-03-23".parse().unwrap())];
        event.recurrence =
            recurrence(&event.details.span, rules, vec![rdate("2026-03-11T10:00:00")], skipped.clone()).ok();
        let shown = json(event.clone(), None);
        assert_eq!(shown["recurrence_dates"], json!(["2026-03-11T14:00:00Z"]));
        assert_eq!(shown["exception_dates"], json!(["2026-03-16T14:00:00Z", "2026-03-23"]));
        assert_eq!(shown["recurrence_rules"], json!(["FREQ=WEEKLY", "FREQ=MONTHLY"]));
        let occurrence = json(event.clone(), Some(second("2026-03-09T14:00:00Z", "2026-03-09T15:30:00Z")));
        assert_eq!((&occurrence["exception_dates"], &occurrence["recurrence_dates"]), (&Value::Null, &Value::Null));

        let zone = event.details.span.zone.clone();
        event.details.span = Span::all_day("2026-03-02".parse().unwrap(), "2026-03-03".parse().unwrap(), zone).unwrap();
        let span = &event.details.span;
        event.recurrence = recurrence(span, vec![], vec![rdate("2026-03-11T00:00:00")], vec![]).ok();
        let shown = json(event, None);
        assert_eq!(
            (&shown["start_time"], &shown["end_time"]),
            (&json!("2026-03-02T05:00:00Z"), &json!("2026-03-03T05:00:00Z"))
        );
        assert_eq!((&shown["recurrence_dates"], &shown["all_day"]), (&json!(["2026-03-11"]), &json!(true)));
    }
}
