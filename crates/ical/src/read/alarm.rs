//! VALARM (RFC 5545 3.6.6).

use jiff::SignedDuration;
use kalends_domain::event::{Length, REMINDER_MINUTES_MAX, Span};
use kalends_domain::recurrence::Value;

use super::component::{Part, Property, parts_within};
use super::duration::Duration;
use super::text::{one_line, unescape};

/// A VALARM that is a reminder.
pub(super) struct Alarm<'c> {
    pub(super) minutes_before: u32,
    /// What else it says, as lines.
    pub(super) kept: Vec<&'c str>,
}

/// The reminder that a VALARM is, if it is one: it goes off whole minutes before the start, or at it, up to a week.
/// `lines` are those from its BEGIN to its END.
pub(super) fn alarm<'c>(lines: &[Property<'c>], title: &str, span: &Span, recurs: bool) -> Option<Alarm<'c>> {
    let mut trigger = None;
    let mut kept = Vec::new();
    for part in parts_within(lines) {
        match part {
            Part::Property(it) if it.line.is("TRIGGER") => {
                if trigger.replace(it).is_some() {
                    return None;
                }
            }
            // What a reminder is written with anyway.
            Part::Property(it) if it.line.is("ACTION") && it.line.value.trim().eq_ignore_ascii_case("DISPLAY") => {}
            Part::Property(it) if it.line.is("DESCRIPTION") && says(&it, title) => {}
            Part::Property(it) => kept.push(it.text),
            Part::Component(_, lines) => kept.extend(lines.iter().map(|it| it.text)),
        }
    }
    let seconds = seconds_before(&trigger?, span, recurs)?;
    let minutes = u32::try_from(seconds / 60).ok()?;
    (seconds % 60 == 0 && minutes <= REMINDER_MINUTES_MAX).then_some(Alarm { minutes_before: minutes, kept })
}

fn says(property: &Property<'_>, title: &str) -> bool {
    one_line(&unescape(property.line.value)).is_some_and(|text| text == title)
}

fn seconds_before(trigger: &Property<'_>, span: &Span, recurs: bool) -> Option<i64> {
    let text = trigger.line.value.trim();
    if let Ok(Value::Utc(at)) = Value::parse(text) {
        return (!recurs).then(|| span.starts_at().as_second() - at.as_second());
    }
    let after_start = Duration::parse(text)?.total();
    let related = trigger.line.parameter("RELATED").unwrap_or_default();
    let end = if related.trim().eq_ignore_ascii_case("END") {
        match span.length {
            Length::Exact(length) => length,
            Length::Days(days) => SignedDuration::from_hours(24 * i64::from(days)),
        }
    } else {
        SignedDuration::ZERO
    };
    Some(-after_start.checked_add(end.as_secs())?)
}
