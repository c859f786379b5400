//! What a caller says about an event, and how it changes one.

use kalends_domain::access::Actor;
use kalends_domain::account::Email;
use kalends_domain::event::{
    ATTACHMENTS_MAX, ATTENDEES_MAX, Attachment, Attendee, Class, Details, Event, Kind, Pattern, Priority,
    REMINDERS_MAX, Reminder, Rsvp, Span, Status, TimeInput, Timing, TimingFields, Transparency, recurrence,
};
use kalends_domain::id::{AttachmentId, AttendeeId, CalendarId, ReminderId, UserId};
use kalends_domain::problem::Problems;
use kalends_domain::recurrence::{ExDate, RDate, Recurrence, Rule};
use uuid::Uuid;

use crate::people::NO_ACCOUNT;
use crate::{App, Context, Result};

/// A person to ask: by account, by address, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttendeeInput {
    /// The account.
    pub user: Option<UserId>,
    /// The address.
    pub email: Option<Email>,
}

/// A document to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentInput {
    /// Where it is.
    pub url: String,
    /// What it is called.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
}

/// What changes in how an event recurs. What is `None` stays; with neither rules nor dates left the
/// event is a single one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecurrenceInput {
    /// RRULE.
    pub rules: Option<Vec<Rule>>,
    /// RDATE: more occurrences.
    pub dates: Option<Vec<TimeInput>>,
    /// EXDATE: occurrences left out; a date alone leaves out the whole day.
    pub exceptions: Option<Vec<TimeInput>>,
}

impl RecurrenceInput {
    pub(super) fn is_silent(&self) -> bool {
        *self == Self::default()
    }
}

/// What a surface asks of an event beyond what every event must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Demands {
    /// Its time is free: if it makes people busy, none of its occurrences overlaps another event of its calendar that
    /// does too. Looked at when the event is made, and when that may change.
    pub free: bool,
    /// The accounts among its attendees are of people whom the caller knows; those who are asked already may stay.
    pub known: bool,
}

/// What changes in an event. What is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventChange {
    /// Another calendar.
    pub calendar: Option<CalendarId>,
    /// Another title.
    pub title: Option<String>,
    /// Another description, or none.
    pub description: Option<Option<String>>,
    /// Another location, or none.
    pub location: Option<Option<String>>,
    /// Other times.
    pub timing: Timing,
    /// What the surface calls them, for what is wrong with them.
    pub time_fields: TimingFields,
    /// Another pattern.
    pub recurrence: RecurrenceInput,
    /// Another kind.
    pub kind: Option<Kind>,
    /// Another priority, or none.
    pub priority: Option<Option<Priority>>,
    /// Another colour, or none.
    pub color: Option<Option<String>>,
    /// Another status.
    pub status: Option<Status>,
    /// Another transparency.
    pub transparency: Option<Transparency>,
    /// Another class.
    pub class: Option<Class>,
    /// Another page about it; `None` within for none.
    pub url: Option<Option<String>>,
    /// Other reminders, in minutes before the start.
    pub reminders: Option<Vec<u32>>,
    /// Other attendees; those who stay keep their answer.
    pub attendees: Option<Vec<AttendeeInput>>,
    /// Other tags.
    pub tags: Option<Vec<String>>,
    /// Other attachments.
    pub attachments: Option<Vec<AttachmentInput>>,
    /// Another course, or none.
    pub course_id: Option<Option<String>>,
    /// Another case, or none.
    pub case_id: Option<Option<Uuid>>,
    /// What else must hold.
    pub demands: Demands,
}

impl EventChange {
    /// When the event is once this is said about `old`, or about a new event.
    ///
    /// An end that is said, or kept, is later than the start (RFC 5545 3.8.2.2). Only what has no end
    /// takes no time: an event that was imported or made so, until an end is said.
    pub fn span(&self, old: Option<&Span>) -> std::result::Result<Span, Problems> {
        let TimingFields { start, end } = self.time_fields;
        let span = self.timing.apply(old, self.time_fields)?;
        let has_end = self.timing.end.is_some() || !(self.timing.no_end || old.is_some_and(Span::is_moment));
        if has_end && span.is_moment() {
            return Err(Problems::one(end, format!("must be after {start}")));
        }
        Ok(span)
    }

    /// The fields that only a whole series can have; one occurrence cannot be given its own.
    pub(super) fn whole_series_fields(&self) -> Problems {
        let mut problems = Problems::default();
        for (field, said) in [
            ("calendar_id", self.calendar.is_some()),
            ("recurrence_rule", !self.recurrence.is_silent()),
            ("course_id", self.course_id.is_some()),
            ("case_id", self.case_id.is_some()),
        ] {
            if said {
                problems.add(field, "cannot be changed for one occurrence: use scope=following or scope=all");
            }
        }
        problems
    }

    /// Writes what is said, save times and recurrence, into the details.
    pub(super) fn write_details(&self, cx: &Context, details: &mut Details) {
        macro_rules! set {
            ($($field:ident)+) => {$( if let Some(value) = &self.$field { details.$field.clone_from(value); } )+};
        }
        set!(title description location kind priority color status transparency class url);
        if let Some(minutes) = &self.reminders {
            details.reminders =
                merge(minutes, &details.reminders, |m, old| old.minutes_before == *m, |m| new_reminder(cx, *m));
        }
        if let Some(people) = &self.attendees {
            let same = |p: &AttendeeInput, old: &Attendee| old.same_person(p.user, p.email.as_ref());
            details.attendees = merge(people, &details.attendees, same, |p| new_attendee(cx, p));
        }
        if let Some(tags) = &self.tags {
            details.tags = merge(tags, &[], |_, _: &String| false, String::clone);
            let mut seen = std::collections::HashSet::new();
            details.tags.retain(|tag| seen.insert(tag.clone()));
        }
        if let Some(files) = &self.attachments {
            let same = |f: &AttachmentInput, old: &Attachment| {
                old.url == f.url && old.name == f.name && old.media_type == f.media_type
            };
            details.attachments = merge(files, &details.attachments, same, |f| new_attachment(cx, f));
        }
    }

    /// Writes what only the event as a whole has.
    pub(super) fn write_event(&self, event: &mut Event) {
        if let Some(course) = &self.course_id {
            event.course_id.clone_from(course);
        }
        if let Some(case) = self.case_id {
            event.case_id = case;
        }
    }

    /// What becomes of the recurrence of an event that is given this span.
    pub(super) fn pattern(&self, span: &Span, old: Option<&Recurrence>) -> Result<Pattern> {
        if self.recurrence.is_silent() {
            return Ok(Pattern::Follow);
        }
        let said = &self.recurrence;
        let kept_rules = || old.map(|r| r.rules().iter().map(|b| b.rule().clone()).collect()).unwrap_or_default();
        let rules = said.rules.clone().unwrap_or_else(kept_rules);
        let rdates = match &said.dates {
            Some(dates) => dates.iter().map(|date| RDate { start: wall(*date, span), length: None }).collect(),
            None => old.map(|r| r.rdates().to_vec()).unwrap_or_default(),
        };
        let exdates = match &said.exceptions {
            Some(dates) => dates.iter().map(|date| exdate(*date, span)).collect(),
            None => old.map(|r| r.exdates().to_vec()).unwrap_or_default(),
        };
        if rules.is_empty() && rdates.is_empty() {
            return Ok(Pattern::Replace(None));
        }
        let made =
            recurrence(span, rules, rdates, exdates).map_err(|e| Problems::one("recurrence_rule", e.to_string()))?;
        Ok(Pattern::Replace(Some(made)))
    }
}

fn wall(date: TimeInput, span: &Span) -> jiff::civil::DateTime {
    match date {
        TimeInput::Date(day) => day.to_datetime(span.start.time()),
        TimeInput::Instant { at, .. } => span.zone.civil(at),
    }
}

fn exdate(date: TimeInput, span: &Span) -> ExDate {
    match date {
        TimeInput::Date(day) => ExDate::Day(day),
        TimeInput::Instant { at, .. } => ExDate::At(span.zone.civil(at)),
    }
}

/// The wanted list: what was there stays as it was, the rest is made.
fn merge<I, T: Clone>(wanted: &[I], old: &[T], same: impl Fn(&I, &T) -> bool, make: impl Fn(&I) -> T) -> Vec<T> {
    let mut list: Vec<T> = Vec::new();
    for input in wanted {
        if !list.iter().any(|item| same(input, item)) {
            list.push(old.iter().find(|item| same(input, item)).cloned().unwrap_or_else(|| make(input)));
        }
    }
    list
}

pub(super) fn new_reminder(cx: &Context, minutes_before: u32) -> Reminder {
    Reminder { id: ReminderId(cx.id()), minutes_before, kept: Vec::new() }
}

pub(super) fn new_attendee(cx: &Context, input: &AttendeeInput) -> Attendee {
    let AttendeeInput { user, email } = input.clone();
    Attendee { id: AttendeeId(cx.id()), user, email, name: None, status: Rsvp::NeedsAction, kept: Vec::new() }
}

fn new_attachment(cx: &Context, input: &AttachmentInput) -> Attachment {
    let AttachmentInput { url, name, media_type } = input.clone();
    Attachment { id: AttachmentId(cx.id()), url, name, media_type }
}

/// The lists of an event are no longer than they may be.
pub(super) fn check_sizes(details: &Details) -> Result<()> {
    let mut problems = Problems::default();
    for (field, length, most) in [
        ("reminders", details.reminders.len(), REMINDERS_MAX),
        ("attendees", details.attendees.len(), ATTENDEES_MAX),
        ("attachments", details.attachments.len(), ATTACHMENTS_MAX),
    ] {
        if length > most {
            problems.add(field, format!("may have at most {most} entries"));
        }
    }
    Ok(problems.finish()?)
}

impl App {
    /// Every account named among the attendees of a change exists, and where that is demanded it is of somebody whom the
    /// caller knows, or who is asked already.
    pub(super) async fn check_attendees(&self, actor: &Actor, change: &EventChange, old: Option<&Event>) -> Result<()> {
        let people = change.attendees.as_deref().unwrap_or_default();
        if !change.demands.known {
            return self.check_accounts(people).await;
        }
        let asked =
            |user| old.is_some_and(|old| old.all_details().any(|d| d.attendees.iter().any(|a| a.user == Some(user))));
        let named: Vec<UserId> = people.iter().filter_map(|person| person.user).filter(|user| !asked(*user)).collect();
        let known = self.known_people(actor.user, &named).await?;
        let mut problems = Problems::default();
        for (i, person) in people.iter().enumerate() {
            if person.user.is_some_and(|user| named.contains(&user) && !known.contains(&user)) {
                problems.add(format!("attendees[{i}]"), NO_ACCOUNT);
            }
        }
        Ok(problems.finish()?)
    }

    /// Every account named among these people exists.
    pub(super) async fn check_accounts(&self, people: &[AttendeeInput]) -> Result<()> {
        let mut problems = Problems::default();
        for (i, person) in people.iter().enumerate() {
            if let Some(user) = person.user
                && self.ports.users.find_user(user).await?.is_none()
            {
                problems.add(format!("attendees[{i}].user_id"), NO_ACCOUNT);
            }
        }
        Ok(problems.finish()?)
    }
}
