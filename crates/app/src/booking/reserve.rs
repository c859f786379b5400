//! Booking a slot.

use kalends_domain::account::Email;
use kalends_domain::booking::{Booking, Slot, answers, event, for_booker};
use kalends_domain::event::Event;
use kalends_domain::id::{AttendeeId, BookingId, EventId};
use kalends_domain::problem::Problems;
use kalends_domain::time::Zone;
use kalends_ports::{Change, Changes};

use super::mail::{News, tell};
use super::{Held, unmoved};
use crate::events::EventView;
use crate::{App, Context, Result, settled};

/// What somebody wants to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The slot.
    pub slot: Slot,
    /// Who books.
    pub name: String,
    /// Where to write to them.
    pub email: Email,
    /// What they note.
    pub notes: Option<String>,
    /// Questions of the link, by their labels, and what they answer.
    pub answers: Vec<(String, String)>,
    /// The zone in which they read times; the link's where they do not say.
    pub zone: Option<Zone>,
}

/// A booking with its event, and what opens its links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// The booking.
    pub booking: Booking,
    /// Its event, as whoever booked sees it.
    pub event: EventView,
    /// Whoever has it may cancel the booking.
    pub cancel_token: String,
    /// Whoever has it may move the booking.
    pub reschedule_token: String,
}

impl App {
    /// Books a slot under the active link that this token names. Anyone may, and it takes exactly what
    /// [`open_slots`](App::open_slots) lists: any other slot is [`Error::Invalid`](crate::Error::Invalid), and one that is
    /// taken, or was taken by somebody faster, [`Error::Conflict`](crate::Error::Conflict). The event is the calendar owner's.
    pub async fn reserve(&self, cx: &Context, token: &str, input: Reservation) -> Result<Reserved> {
        // The ids are the same in each attempt, so that a repeated request finds what it made.
        let (id, event_id, attendee) = (BookingId(cx.id()), EventId(cx.id()), AttendeeId(cx.id()));
        if cx.is_repeated()
            && let booking @ Some(_) = self.ports.bookings.find_booking(id).await?
        {
            let Held { booking, event, .. } = self.held(booking).await?;
            return Ok(self.reserved(booking, event));
        }
        let [cancel_token, reschedule_token] =
            self.booking_tokens(id, 1).map(|token| self.ports.secrets.hash_token(&token));
        settled(async || {
            let open = self.open(self.active_link(token).await?).await?;
            let (link, slot) = (&open.link, input.slot);
            let answers = answers(&link.settings.questions, &input.answers)?;
            self.require_offered(cx, &open, slot, None).await?;
            let booking = Booking {
                id,
                link: link.id,
                calendar: link.calendar,
                event: event_id,
                start: slot.start,
                end: slot.end,
                buffer_before: link.settings.buffer_before,
                buffer_after: link.settings.buffer_after,
                name: input.name.clone(),
                email: input.email.clone(),
                notes: input.notes.clone(),
                answers,
                zone: input.zone.clone().unwrap_or_else(|| link.settings.zone.clone()),
                cancel_token,
                reschedule_token,
                created_at: cx.now(),
                updated_at: cx.now(),
                cancelled_at: None,
                version: 1,
            };
            let event = event(link, &booking, attendee, open.calendar.owner)
                .map_err(|error| Problems::one("slot_end", error.to_string()))?;
            let changes = Changes::new()
                .and_all(unmoved(cx, &open))
                .and(Change::InsertEvent(event.clone()))
                .and(Change::InsertBooking(booking.clone()))
                .and_all(tell(cx, &booking, News::Booked));
            self.commit(cx, changes).await?;
            Ok(self.reserved(booking, event))
        })
        .await
    }

    pub(super) fn reserved(&self, booking: Booking, event: Event) -> Reserved {
        let [cancel_token, reschedule_token] = self.booking_tokens(booking.id, booking.version);
        let event = EventView::whole(for_booker(&booking, event));
        Reserved { booking, event, cancel_token, reschedule_token }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::booking::testing::{booking, link, other_calendar, owned, seen_link, slot};
    use crate::testing::{Mocks, actor, event, now, seen, view};
    use kalends_domain::access::Role;
    use kalends_domain::booking::Question;
    use kalends_ports::StoreError;

    fn wish(slot: Slot) -> Reservation {
        Reservation {
            slot,
            name: "Bo".into(),
            email: "bo@example.com".parse().unwrap(),
            notes: None,
            answers: vec![],
            zone: None,
        }
    }

    /// A link whose calendar is empty at first, and has [`event`] from the second look on.
    fn filling() -> Mocks {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking_link_by_token().returning(|_| Ok(Some(seen_link(|_| {}))));
        mocks.bookings.expect_list_bookings_of().returning(|_| Ok(vec![]));
        let mut looks = 0;
        mocks.events.expect_list_events().returning(move |filter| {
            looks += usize::from(!filter.recurring);
            Ok(if looks > 1 && !filter.recurring { vec![event(false)] } else { vec![] })
        });
        mocks
    }

    #[tokio::test]
    async fn commits_against_every_calendar_it_looked_at() {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking_link_by_token().returning(|_| {
            Ok(Some(seen_link(|link| {
                link.settings.blocking = vec![other_calendar()];
                link.settings.buffer_after = 10;
            })))
        });
        mocks.events.expect_list_events().returning(|_| Ok(vec![]));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [
                Change::TouchCalendar { id: own, expected: Some(1), .. },
                Change::TouchCalendar { id: other, expected: Some(1), .. },
                Change::InsertEvent(event),
                Change::InsertBooking(booking),
                Change::InsertJob(to_booker),
                Change::InsertJob(to_owner),
            ] if *own == link().calendar && *other == other_calendar() && event.id == booking.event
                && to_booker.payload == format!("{} 1 booked booker", booking.id)
                && to_owner.payload == format!("{} 1 booked owner", booking.id)
                && event.created_by == view(Role::Owner).calendar.owner && booking.buffer_after == 10));
            Ok(())
        });
        let app = mocks.app();
        let made = app.reserve(&app.context(), "token", wish(slot(15))).await.unwrap();
        assert_eq!((made.event.start(), made.event.end()), (slot(15).start, slot(15).end));
        assert_ne!(made.cancel_token, made.reschedule_token);
    }

    #[tokio::test]
    async fn the_slower_of_two_reads_again_and_finds_the_slot_taken() {
        let mut mocks = filling();
        mocks.commit.expect_commit().times(1).returning(|_| Err(StoreError::Stale));
        let app = mocks.app();
        let lost = app.reserve(&app.context(), "token", wish(slot(15))).await;
        assert!(matches!(lost, Err(Error::Conflict(message)) if message == "this slot is taken"));
    }

    #[tokio::test]
    async fn the_slower_of_two_still_gets_another_slot() {
        let mut mocks = filling();
        let mut commits = 0;
        mocks.commit.expect_commit().times(2).returning(move |changes| {
            // What is told stands and falls with what was written.
            assert_eq!(changes.0.iter().filter(|change| matches!(change, Change::InsertJob(_))).count(), 2);
            commits += 1;
            if commits == 1 { Err(StoreError::Stale) } else { Ok(()) }
        });
        let app = mocks.app();
        assert_eq!(app.reserve(&app.context(), "token", wish(slot(16))).await.unwrap().booking.start, slot(16).start);
    }

    #[tokio::test]
    async fn what_was_never_offered_is_told_by_its_field() {
        let half = Slot { end: slot(14).start + jiff::SignedDuration::from_mins(30), ..slot(14) };
        for (slot, field) in [(slot(13), "slot_start"), (half, "slot_end")] {
            let app = filling().app();
            let refused = app.reserve(&app.context(), "token", wish(slot)).await;
            assert!(matches!(refused, Err(Error::Invalid(p)) if p.0[0].field == field), "{field}");
        }
    }

    #[tokio::test]
    async fn a_required_question_must_be_answered() {
        let mut mocks = Mocks::default();
        mocks.bookings.expect_find_booking_link_by_token().returning(|_| {
            let why = Question { label: "Why?".into(), required: true };
            Ok(Some(seen_link(|link| link.settings.questions = vec![why])))
        });
        let app = mocks.app();
        let refused = app.reserve(&app.context(), "token", wish(slot(15))).await;
        assert!(matches!(refused, Err(Error::Invalid(p)) if p.0[0].field.starts_with("answers.")));
    }

    #[tokio::test]
    async fn a_request_repeated_after_a_crash_finds_what_it_booked() {
        let mut mocks = Mocks::default();
        mocks.bookings.expect_find_booking().returning(|_| Ok(Some(booking())));
        mocks.events.expect_find_event().returning(|_, _| Ok(Some(seen(event(false), None))));
        let app = mocks.app();
        let again = Context::seeded(now(), app.ports.secrets.clone(), actor().user.to_string().into_bytes(), true);
        let made = app.reserve(&again, "token", wish(slot(15))).await.unwrap();
        assert_eq!((made.booking.id, made.event.event.id), (booking().id, event(false).id));
    }
}
