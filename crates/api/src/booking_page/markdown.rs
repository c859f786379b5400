//! The booking page for agents: what is booked, what is asked, the next slots, and how to reserve one.

use std::fmt::Write as _;

use actix_web::HttpResponse;
use jiff::{SignedDuration, Timestamp};
use kalends_domain::booking::{BookingLink, RANGE_DAYS_MAX, Slot};
use kalends_domain::time::Zone;
use serde_json::{Map, Value, json};

use super::look::ROBOTS;
use super::slots::Slots;
use super::summary::title;
use super::times::length;
use super::{Page, Visit, words};
use crate::error::Failure;

/// Slots that are listed.
const LISTED: usize = 40;

/// The page.
pub(super) async fn of(slots: &Slots<'_>, visit: &Visit) -> Result<Page, Failure> {
    let zone = visit.zone(&slots.link.settings.zone);
    let from = visit.from().map_or(slots.cx.now(), |day| zone.start_of_day(day));
    let found = slots.next(from, LISTED + 1).await?;
    let text = text(slots.link, zone, &slots.state.settings.public_url, from, &found);
    Ok(HttpResponse::Ok()
        .content_type("text/markdown; charset=utf-8")
        .insert_header((ROBOTS, "noindex, nofollow"))
        .body(text))
}

fn text(link: &BookingLink, zone: &Zone, base: &str, from: Timestamp, found: &[Slot]) -> String {
    let settings = &link.settings;
    let mut text = format!("# {}\n\n", plain(title(Some(link))));
    for line in settings.description.iter().flat_map(|description| description.lines()) {
        let _ = writeln!(text, "> {}", plain(line));
    }
    let _ = write!(
        text,
        "\n- Length: {}\n- Time zone of the link: {}\n- Times below: {}\n",
        length(settings.duration),
        settings.zone,
        zone
    );
    if let Some(days) = settings.maximum_days_ahead {
        let _ = writeln!(text, "- Can be booked up to {days} days ahead");
    }
    if !settings.questions.is_empty() {
        text.push_str("\n## Questions\n\n");
        for question in &settings.questions {
            let mark = if question.required { words::REQUIRED } else { words::OPTIONAL };
            let _ = writeln!(text, "- {} ({mark})", plain(&question.label));
        }
    }
    text.push_str("\n## Next free slots\n\n");
    for slot in found.iter().take(LISTED) {
        let _ = writeln!(text, "- {} to {}", iso(slot.start, zone), iso(slot.end, zone));
    }
    if found.is_empty() {
        let _ = writeln!(text, "None in the next {RANGE_DAYS_MAX} days.");
    }
    let api = format!("{base}/booking/{}", link.token);
    if found.len() > LISTED {
        text.push_str("\nThere are more; ask for a later day with `?from=YYYY-MM-DD`, or for a range as below.\n");
    }
    let until = from.checked_add(SignedDuration::from_hours(24 * 7)).unwrap_or(Timestamp::MAX);
    let _ = write!(
        text,
        "\nAny range of up to {RANGE_DAYS_MAX} days, as JSON:\n\n```sh\ncurl '{api}/availability?start={}&end={}'\n```\n\n\
         ## Reserve one\n\n```sh\ncurl '{api}/reserve' --json {}\n```\n\n\
         201: it is booked; keep `cancel_url` and `reschedule_url`, they are shown this once. 409: the slot was taken, \
         choose another. 400: `details` names what is wrong. An `Idempotency-Key` header makes a retry safe.\n",
        seconds(from),
        seconds(until),
        quoted(&example(link, found).to_string()),
    );
    text
}

/// The body of a reservation.
fn example(link: &BookingLink, found: &[Slot]) -> Value {
    let at = |at: Option<Timestamp>| at.map_or("…".to_owned(), |at| at.to_string());
    let first = found.first();
    let mut body = json!({
        "slot_start": at(first.map(|slot| slot.start)),
        "slot_end": at(first.map(|slot| slot.end)),
        "name": "Bob Ray",
        "email": "bob@example.com",
    });
    if !link.settings.questions.is_empty() {
        let answers = link.settings.questions.iter().map(|question| (question.label.clone(), json!("…")));
        body["answers"] = answers.collect::<Map<_, _>>().into();
    }
    body
}

/// RFC 3339 with the offset of the zone.
fn iso(at: Timestamp, zone: &Zone) -> String {
    at.display_with_offset(zone.offset(at)).to_string()
}

/// RFC 3339 without fractions.
fn seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// As one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Text that Markdown takes for nothing but text.
fn plain(text: &str) -> String {
    text.chars().fold(String::new(), |mut plain, c| {
        if c.is_ascii_punctuation() && "\\`*_{}[]<>#|~!&".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
        plain
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_text() {
        assert_eq!(plain("# a <b> [c](d) `e`"), "\\# a \\<b\\> \\[c\\](d) \\`e\\`");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
