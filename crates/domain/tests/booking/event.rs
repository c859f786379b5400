//! The event of a booking.

use crate::harness::{at, block, booking, link};
use kalends_domain::{
    booking::{Slot, event, reschedule},
    event::{Kind, Rsvp},
    id::{AttendeeId, UserId},
};
use uuid::Uuid;

#[test]
fn tells_who_booked_and_what_they_said() {
    let mut link = link(60, "Europe/Berlin", "09:00-17:00");
    link.settings.title = Some("Office hour".into());
    let mut booking = booking(&link, &block(7, "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"), 0, 0);
    booking.notes = Some("Second floor?".into());
    booking.answers = vec![("Why?".into(), "Thesis".into()), ("How?".into(), "By train".into())];
    let owner = UserId(Uuid::from_u128(3));
    let made = event(&link, &booking, AttendeeId(Uuid::from_u128(4)), owner).unwrap();
    assert_eq!((made.id, made.calendar, made.created_by), (booking.event, link.calendar, owner));
    assert_eq!(made.details.title, "Office hour: Bo");
    assert_eq!(made.details.description.as_deref(), Some("Second floor?\n\nWhy?: Thesis\nHow?: By train"));
    assert_eq!(made.details.kind, Kind::Meeting);
    assert!(made.details.is_busy());
    assert_eq!(made.details.span.start.to_string(), "2026-03-02T10:00:00");
    assert_eq!((made.details.span.starts_at(), made.details.span.ends_at()), (booking.start, booking.end));
    let booker = &made.details.attendees[0];
    assert_eq!((booker.email.as_ref(), booker.status), (Some(&booking.email), Rsvp::Accepted));

    booking.answers = vec![];
    booking.notes = None;
    booking.name = "n".repeat(200);
    link.settings.title = None;
    let plain = event(&link, &booking, AttendeeId(Uuid::from_u128(4)), owner).unwrap();
    assert_eq!(plain.details.description, None);
    assert!(plain.details.title.starts_with("Booking: nnn"));
    assert_eq!(plain.details.title.chars().count(), 140);
}

#[test]
fn moves_with_its_booking() {
    let mut link = link(60, "Europe/Berlin", "09:00-17:00");
    let mut booking = booking(&link, &block(7, "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"), 0, 0);
    let mut made = event(&link, &booking, AttendeeId(Uuid::from_u128(4)), UserId(Uuid::from_u128(3))).unwrap();
    link.settings.buffer_after = 15;
    let later = Slot { start: at("2026-03-03T09:00:00Z"), end: at("2026-03-03T10:00:00Z") };
    reschedule(&link, &mut booking, &mut made, later, at("2026-03-01T00:00:00Z")).unwrap();
    assert_eq!((made.details.span.starts_at(), made.details.span.ends_at()), (later.start, later.end));
    assert_eq!((booking.start, booking.end, booking.buffer_after), (later.start, later.end, 15));
    assert_eq!(made.sequence, 1);
}
