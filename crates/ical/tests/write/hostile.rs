//! No text that an event or a header holds makes a line of its own.

use kalends_domain::event::{Attachment, Attendee, Reminder, Rsvp};
use kalends_domain::id::{AttachmentId, AttendeeId, ReminderId, UserId};
use kalends_ical::Header;
use proptest::prelude::*;
use uuid::Uuid;

use crate::harness::{calendar, lines, recurring, timed};

/// Text of the characters that mean something in a content line.
fn text() -> impl Strategy<Value = String> {
    "(BEGIN:|END:|VEVENT|X-A:|[\\x00-\\x20:;,=\\\\\"^\\r\\n\u{7f}\u{85}\u{2028}\u{feff}aé😀]){0,40}"
}

/// A calendar whose every text is one of these, in turn.
fn filled(texts: &[String], kept: &[String]) -> String {
    let mut next = texts.iter().cycle().cloned();
    let mut text = || next.next().unwrap_or_default();
    let (name, color, method) = (text(), text(), text());
    let header = Header { name: &name, color: Some(&color), method: Some(&method) };
    let id = Uuid::nil();
    let mut event = recurring(timed("2026-03-02T10:00:00", 60, "Asia/Tokyo"), &["RRULE:FREQ=DAILY"]);
    event.uid = text();
    let details = &mut event.details;
    (details.title, details.description, details.location) = (text(), Some(text()), Some(text()));
    (details.color, details.url, details.tags) = (Some(text()), Some(text()), vec![format!("a{}", text()), text()]);
    let (user, params) = (Some(UserId(id)), vec![text(), format!("X={}", text())]);
    let status = Rsvp::Accepted;
    details.attendees =
        vec![Attendee { id: AttendeeId(id), user, email: None, name: Some(text()), status, kept: params }];
    details.attachments =
        vec![Attachment { id: AttachmentId(id), url: text(), name: Some(text()), media_type: Some(text()) }];
    details.reminders = vec![Reminder { id: ReminderId(id), minutes_before: 1, kept: kept.to_vec() }];
    details.kept = kept.to_vec();
    calendar(&header, &[event])
}

fn names(text: &str) -> Vec<String> {
    lines(text).iter().map(|line| line.split([':', ';']).next().unwrap().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
    #[test]
    fn texts_stay_within_their_line(texts in prop::collection::vec(text(), 1..20)) {
        let written = filled(&texts, &[]);
        prop_assert_eq!(names(&written), names(&filled(&[String::new()], &[])));
        for line in written.split_terminator("\r\n") {
            prop_assert!(line.len() <= 75 && !line.contains(|c: char| c.is_control() && c != '\t'), "{:?}", line);
        }
    }

    #[test]
    fn kept_lines_stay_within_their_component(kept in prop::collection::vec(text(), 0..8)) {
        let written = filled(&[String::new()], &kept);
        let plain = names(&filled(&[String::new()], &[])).len();
        prop_assert!(names(&written).len() <= plain + 2 * kept.len());
        let mut open: Vec<String> = Vec::new();
        for line in lines(&written) {
            let (name, value) = line.split_once(':').unwrap();
            let value = value.trim().to_ascii_uppercase();
            match name.split(';').next().unwrap().to_ascii_uppercase().as_str() {
                "BEGIN" => open.push(value),
                "END" => prop_assert_eq!(open.pop(), Some(value)),
                "SUMMARY" => prop_assert_eq!(open.join("/"), "VCALENDAR/VEVENT"),
                _ => prop_assert!(!open.is_empty()),
            }
        }
        prop_assert!(open.is_empty());
    }
}
