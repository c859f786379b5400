//! From a booking to its event, and what bookers answer.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{ANSWER_MAX, Booking, BookingLink, Question, Slot};
use crate::event::{Attendee, Details, Event, InvalidSpan, Kind, Rsvp, Span, TITLE_MAX};
use crate::id::{AttendeeId, UserId};
use crate::problem::Problems;
use crate::text;

/// The event that stands in the calendar for a new booking: a meeting that makes its people busy,
/// with the booker as an attendee who has accepted.
///
/// It is called what the link is called (`Booking` where it has no title) and who booked, and
/// describes the notes and the answers. It is `owner`'s, as if they had made it.
pub fn event(link: &BookingLink, booking: &Booking, attendee: AttendeeId, owner: UserId) -> Result<Event, InvalidSpan> {
    let title = format!("{}: {}", link.settings.title.as_deref().unwrap_or("Booking"), booking.name);
    let booker = Attendee {
        id: attendee,
        user: None,
        email: Some(booking.email.clone()),
        name: Some(booking.name.clone()),
        status: Rsvp::Accepted,
        kept: Vec::new(),
    };
    let span = Span::timed(booking.start, booking.end, link.settings.zone.clone())?;
    let details = Details {
        description: description(booking),
        kind: Kind::Meeting,
        attendees: vec![booker],
        ..Details::new(title.chars().take(TITLE_MAX).collect::<String>(), span)
    };
    Ok(Event {
        id: booking.event,
        calendar: booking.calendar,
        uid: booking.event.to_string(),
        details,
        recurrence: None,
        overrides: BTreeMap::new(),
        course_id: None,
        case_id: None,
        sequence: 0,
        created_by: owner,
        updated_by: owner,
        created_at: booking.created_at,
        updated_at: booking.created_at,
        deleted_at: None,
        version: 1,
    })
}

/// The event as whoever booked sees it: when it is, and what they said themselves. What its owner noted
/// there since is the owner's.
pub fn for_booker(booking: &Booking, event: Event) -> Event {
    let Details { title, span, status, attendees, .. } = event.details;
    let own = |attendee: &Attendee| attendee.email.as_ref() == Some(&booking.email);
    Event {
        details: Details {
            description: description(booking),
            kind: Kind::Meeting,
            status,
            attendees: attendees.into_iter().filter(own).collect(),
            ..Details::new(title, span)
        },
        overrides: BTreeMap::new(),
        course_id: None,
        case_id: None,
        ..event
    }
}

/// The notes, then a line for each question that was answered.
fn description(booking: &Booking) -> Option<String> {
    let answers: Vec<String> =
        booking.answers.iter().map(|(question, answer)| format!("{question}: {answer}")).collect();
    let parts: Vec<String> =
        booking.notes.iter().cloned().chain((!answers.is_empty()).then(|| answers.join("\n"))).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// The booking and its event at another time, with the buffers that its link has now.
pub fn reschedule(
    link: &BookingLink,
    booking: &mut Booking,
    event: &mut Event,
    slot: Slot,
    now: Timestamp,
) -> Result<(), InvalidSpan> {
    event.details.span = Span::timed(slot.start, slot.end, link.settings.zone.clone())?;
    event.sequence = event.sequence.saturating_add(1);
    booking.start = slot.start;
    booking.end = slot.end;
    booking.buffer_before = link.settings.buffer_before;
    booking.buffer_after = link.settings.buffer_after;
    booking.updated_at = now;
    Ok(())
}

/// What was answered to which question, in the order of the questions and without those left empty.
///
/// Each answer names its question by its label, and a problem the answer likewise: `answers.Why?`.
pub fn answers(questions: &[Question], given: &[(String, String)]) -> Result<Vec<(String, String)>, Problems> {
    let mut problems = Problems::default();
    for (i, (label, answer)) in given.iter().enumerate() {
        let path = format!("answers.{label}");
        if questions.iter().all(|question| question.label != *label) {
            problems.add(path, "answers a question that is not asked here");
        } else if given[..i].iter().any(|(other, _)| other == label) {
            problems.add(path, "answers a question that is answered already");
        } else {
            problems.check(path, text::block(answer, ANSWER_MAX));
        }
    }
    let mut kept = Vec::new();
    for question in questions {
        let answer = given.iter().find(|(label, _)| *label == question.label).map_or("", |(_, answer)| answer.trim());
        if !answer.is_empty() {
            kept.push((question.label.clone(), answer.to_owned()));
        } else if question.required {
            problems.add(format!("answers.{}", question.label), "is required");
        }
    }
    problems.finish().map(|()| kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is kept of these answers to a required `Why?` and an optional `How?`.
    fn check(given: &[(&str, &str)], expected: Result<&[(&str, &str)], &[&str]>) {
        let questions =
            [("Why?", true), ("How?", false)].map(|(label, required)| Question { label: label.into(), required });
        let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(q, a)| ((*q).to_owned(), (*a).to_owned())).collect();
        let given: Vec<_> = own(given);
        let found = answers(&questions, &given).map_err(|p| p.0.into_iter().map(|p| p.field).collect::<Vec<_>>());
        let expected = expected.map(own).map_err(|fields| fields.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>());
        assert_eq!(found, expected);
    }

    #[test]
    fn answers_stand_in_the_order_of_their_questions() {
        check(&[("How?", "So"), ("Why?", " Because ")], Ok(&[("Why?", "Because"), ("How?", "So")]));
        check(&[("Why?", "Because"), ("How?", " ")], Ok(&[("Why?", "Because")]));
    }

    #[test]
    fn what_is_asked_must_be_answered_once_and_nothing_else() {
        check(&[], Err(&["answers.Why?"]));
        check(&[("Why?", "  ")], Err(&["answers.Why?"]));
        check(&[("Why?", "a"), ("Why?", "b"), ("Who?", "I")], Err(&["answers.Why?", "answers.Who?"]));
        check(&[("Why?", &"x".repeat(501))], Err(&["answers.Why?"]));
    }
}
