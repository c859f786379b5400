//! Links and bookings for the use cases' own tests.

use jiff::Timestamp;
use kalends_domain::access::Role;
use kalends_domain::account::TokenHash;
use kalends_domain::booking::{Booking, BookingLink, BookingSettings, Interval, Slot, WorkingHours};
use kalends_domain::id::{BookingId, BookingLinkId, CalendarId};
use kalends_domain::time::Zone;
use kalends_ports::SeenLink;
use uuid::Uuid;

use crate::testing::{Mocks, event, now, view};

/// The owner's calendars, all of them.
pub(super) fn owned() -> Mocks {
    let mut mocks = Mocks::default();
    mocks.calendars.expect_find_calendar().returning(|id, _| {
        let mut view = view(Role::Owner);
        view.calendar.id = id;
        Ok(Some(view))
    });
    mocks
}

pub(super) fn other_calendar() -> CalendarId {
    CalendarId(Uuid::from_u128(8))
}

/// Slots of an hour from nine to noon in New York, every day; the second of 2 March is
/// [`event`]'s hour.
pub(super) fn link() -> BookingLink {
    let hours = WorkingHours(std::array::from_fn(|_| vec![Interval { start: 540, end: 720 }]));
    BookingLink {
        id: BookingLinkId(Uuid::from_u128(5)),
        calendar: view(Role::Owner).calendar.id,
        token: "token".into(),
        active: true,
        settings: BookingSettings::new(60, Zone::named("America/New_York").unwrap(), hours),
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        version: 1,
    }
}

pub(super) fn seen_link(change: impl FnOnce(&mut BookingLink)) -> SeenLink {
    let mut link = link();
    change(&mut link);
    SeenLink { link, calendar: view(Role::Owner).calendar }
}

/// An hour of 2 March 2026, UTC.
pub(super) fn slot(hour: u8) -> Slot {
    let start: Timestamp = format!("2026-03-02T{hour:02}:00:00Z").parse().unwrap();
    Slot { start, end: start + jiff::SignedDuration::from_hours(1) }
}

/// The booking of [`event`], without buffers.
pub(super) fn booking() -> Booking {
    let Slot { start, end } = slot(15);
    Booking {
        id: BookingId(Uuid::from_u128(6)),
        link: link().id,
        calendar: link().calendar,
        event: event(false).id,
        start,
        end,
        buffer_before: 0,
        buffer_after: 0,
        name: "Bo".into(),
        email: "bo@example.com".parse().unwrap(),
        notes: None,
        answers: vec![],
        zone: Zone::utc(),
        cancel_token: TokenHash([1; 32]),
        reschedule_token: TokenHash([2; 32]),
        created_at: now(),
        updated_at: now(),
        cancelled_at: None,
        version: 1,
    }
}
