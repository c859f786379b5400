//! The event that comes with a mail to who booked (iTIP, RFC 5546 3.2.2 and 3.2.5).

use kalends_domain::account::User;
use kalends_domain::booking::{Booking, for_booker};
use kalends_domain::event::{Attendee, Event, Rsvp, Status};
use kalends_domain::id::AttendeeId;
use kalends_ical::organizer;
use kalends_ports::{Invitation, Method};

use crate::booking::file::file;

/// The event as who booked may see it, under the UID that it keeps, with its owner as the one who asks and them alone as the
/// one who is asked.
pub(super) fn invitation(method: Method, booking: &Booking, event: Event, owner: &User) -> Invitation {
    let mut event = for_booker(booking, event);
    let details = &mut event.details;
    details.kept = vec![organizer(owner.name.as_deref(), &owner.email)];
    if details.attendees.is_empty() {
        // Its owner has taken them off the list, and yet it is they who booked.
        details.attendees.push(Attendee {
            id: AttendeeId(booking.id.0),
            user: None,
            email: Some(booking.email.clone()),
            name: Some(booking.name.clone()),
            status: Rsvp::Accepted,
            kept: Vec::new(),
        });
    }
    if method == Method::Cancel {
        details.status = Status::Cancelled;
    }
    Invitation { method, ics: file(method.as_str(), &event) }
}
