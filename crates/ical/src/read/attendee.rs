//! ATTENDEE (RFC 5545 3.8.4.1).

use kalends_domain::account::Email;
use kalends_domain::event::{Attendee, Rsvp};
use kalends_domain::id::AttendeeId;
use uuid::Uuid;

use super::text::{cut, one_line};
use crate::line::ContentLine;

/// Most characters in a name.
const NAME_MAX: usize = 200;

/// The attendee of a line whose value is an e-mail address, with its further parameters as they came.
pub(super) fn attendee(line: &ContentLine<'_>) -> Option<Attendee> {
    let value = line.value.trim();
    let (scheme, address) = value.split_at_checked("mailto:".len())?;
    if !scheme.eq_ignore_ascii_case("mailto:") {
        return None;
    }
    let email: Email = address.parse().ok()?;
    let (mut name, mut status, mut kept) = (None, Rsvp::NeedsAction, Vec::new());
    for parameter in line.parameters() {
        if parameter.is("CN") && name.is_none() {
            name = one_line(&parameter.plain()).map(|name| cut(name, NAME_MAX).0);
        } else if let Some(known) = answer(&parameter.plain()).filter(|_| parameter.is("PARTSTAT")) {
            status = known;
        } else if !parameter.is("CN") && parameter.is_closed() {
            kept.push(parameter.text.to_owned());
        }
    }
    Some(Attendee { id: AttendeeId(Uuid::nil()), user: None, email: Some(email), name, status, kept })
}

fn answer(partstat: &str) -> Option<Rsvp> {
    match partstat.trim().to_ascii_uppercase().as_str() {
        "NEEDS-ACTION" => Some(Rsvp::NeedsAction),
        "ACCEPTED" => Some(Rsvp::Accepted),
        "DECLINED" => Some(Rsvp::Declined),
        "TENTATIVE" => Some(Rsvp::Tentative),
        _ => None,
    }
}
