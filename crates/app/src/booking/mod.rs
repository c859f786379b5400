//! Booking links, the slots that they offer to anyone, and what is booked under them.
//!
//! A booking is a label on an event. The event is the truth: whoever moves or deletes it, in whatever
//! way, moves or cancels the booking, and the time is free again at once. So nothing that changes
//! events needs to know of bookings, and whatever shows a booking looks at its event too.
//!
//! Two can never take one slot: a reservation is committed against the revision of each calendar that
//! it was decided on. Whoever is slower reads again, and finds the slot taken.

mod cancel;
mod create_link;
mod delete_link;
mod file;
mod list;
mod mail;
mod read_link;
mod reschedule;
mod reserve;
mod slots;
#[cfg(test)]
mod testing;
mod update_link;

use jiff::{SignedDuration, Timestamp};
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::booking::{Booking, BookingLink, Refusal, Slot, around, decide};
use kalends_domain::calendar::Calendar;
use kalends_domain::event::{Details, Event, Window};
use kalends_domain::free_busy::Busy;
use kalends_domain::id::{BookingId, CalendarId, EventId, UserId};
use kalends_domain::problem::Problems;
use kalends_ports::{Change, SeenLink};

pub use create_link::NewBookingLink;
pub(crate) use mail::{BookingMail, beginning, person};
#[cfg(test)]
pub(crate) use mail::{News, Reader};
pub use reserve::{Reservation, Reserved};

use crate::windows::{Stamp, Standing};
use crate::{App, Context, Error, Result, require_scope};

/// A viewer without a place in any calendar: bookers have no account.
const NOBODY: UserId = UserId(uuid::Uuid::nil());

/// A booking as whoever booked it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptBooking {
    /// The booking, at the time of its event.
    pub booking: Booking,
    /// Its link, active or not, unless that was deleted.
    pub link: Option<BookingLink>,
}

/// A booking that stands, at the time of its event.
struct Held {
    booking: Booking,
    event: Event,
    /// The calendar of the event.
    calendar: Calendar,
}

/// A link that takes bookings, and what its slots depend on.
pub struct OpenLink {
    /// The link.
    pub link: BookingLink,
    calendar: Calendar,
    /// The calendars that block it, its own first, with the revision that was read.
    revisions: Vec<Standing>,
}

impl OpenLink {
    /// How it stands with its calendars.
    pub fn stamp(&self) -> Stamp {
        Stamp::of(&self.revisions).and(self.link.id.0, self.link.version)
    }

    /// Until when a list of all slots of a window, told at `now`, stays the same while nothing else changes: until the first
    /// of them begins too soon, and where the link looks some days ahead, until the next day begins.
    pub fn stays_until(&self, now: Timestamp, slots: &[Slot]) -> Timestamp {
        let settings = &self.link.settings;
        let notice = SignedDuration::from_mins(i64::from(settings.minimum_notice));
        let first = slots.first().map_or(Timestamp::MAX, |slot| slot.start.checked_sub(notice).unwrap_or(now));
        let tomorrow = settings.zone.civil(now).date().tomorrow().map(|day| settings.zone.start_of_day(day));
        let day = settings.maximum_days_ahead.and(tomorrow.ok()).unwrap_or(Timestamp::MAX);
        first.min(day)
    }
}

/// What stands in the calendars of a link.
struct Filled {
    busy: Vec<Busy>,
    bookings: Vec<Booking>,
}

impl App {
    /// The link of this token, active or not, of a calendar that the caller owns.
    async fn link_for(&self, actor: &Actor, calendar: CalendarId, token: &str, verb: Verb) -> Result<SeenLink> {
        require_scope(actor, Resource::Booking, verb)?;
        self.calendar_for(calendar, actor.user, Action::Own).await?;
        let seen = self.ports.bookings.find_booking_link_by_token(token).await?;
        seen.filter(|seen| seen.link.calendar == calendar).ok_or(Error::NotFound("booking link"))
    }

    /// The active link that this token names.
    async fn active_link(&self, token: &str) -> Result<SeenLink> {
        let seen = self.ports.bookings.find_booking_link_by_token(token).await?;
        seen.filter(|seen| seen.link.active).ok_or(Error::NotFound("booking link"))
    }

    /// The link with the revisions of its calendars, to be read before what is in them. A blocking
    /// calendar that was deleted, or is no longer its owner's, blocks no more.
    async fn open(&self, seen: SeenLink) -> Result<OpenLink> {
        let SeenLink { link, calendar } = seen;
        let mut revisions = vec![(calendar.id, calendar.revision)];
        for id in &link.settings.blocking {
            let view = self.ports.calendars.find_calendar(*id, calendar.owner).await?;
            let owned = view.filter(|view| view.calendar.owner == calendar.owner && *id != calendar.id);
            revisions.extend(owned.map(|view| (*id, view.calendar.revision)));
        }
        Ok(OpenLink { link, calendar, revisions })
    }

    /// What must be known to tell slots in the window.
    async fn filled(&self, open: &OpenLink, window: Window) -> Result<Filled> {
        let Some(contents) = self.contents(&open.revisions, around(&open.link.settings, window)).await? else {
            return self.filled_now(open, window).await;
        };
        let mut busy: Vec<_> = contents.iter().flat_map(|content| content.taken(Details::is_busy)).collect();
        busy.sort_unstable();
        Ok(Filled { busy, bookings: self.bookings_in(&contents).await? })
    }

    /// The same, read for one decision alone: the commit that follows bumps the revisions.
    async fn filled_now(&self, open: &OpenLink, window: Window) -> Result<Filled> {
        let calendars = open.revisions.iter().map(|(id, _)| *id).collect();
        let busy = self.busy_in(calendars, around(&open.link.settings, window)).await?;
        let mut events: Vec<_> = busy.iter().map(|block| block.event).collect();
        events.sort_unstable();
        events.dedup();
        let bookings = if events.is_empty() { vec![] } else { self.ports.bookings.list_bookings_of(events).await? };
        Ok(Filled { busy, bookings })
    }

    /// The slot is one that the link offers now; the event of a booking that is to be moved counts for
    /// nothing.
    async fn require_offered(&self, cx: &Context, open: &OpenLink, slot: Slot, moved: Option<EventId>) -> Result<()> {
        let minutes = open.link.settings.duration;
        if slot.end.duration_since(slot.start) != SignedDuration::from_mins(minutes.into()) {
            return Err(Problems::one("slot_end", format!("must be {minutes} minutes after slot_start")).into());
        }
        let mut filled = self.filled_now(open, Window { from: slot.start, to: slot.end }).await?;
        filled.busy.retain(|block| Some(block.event) != moved);
        decide(&open.link, cx.now(), slot, &filled.busy, &filled.bookings)
            .map_err(|refusal| refused(&open.link, refusal))
    }

    /// The booking as it stands. One that was cancelled, or whose event was deleted, stands no more.
    async fn held(&self, booking: Option<Booking>) -> Result<Held> {
        let gone = || Error::NotFound("booking");
        let mut booking = booking.filter(|booking| booking.cancelled_at.is_none()).ok_or_else(gone)?;
        let seen = self.ports.events.find_event(booking.event, NOBODY).await?.ok_or_else(gone)?;
        booking.start = seen.event.details.span.starts_at();
        booking.end = seen.event.details.span.ends_at();
        Ok(Held { booking, event: seen.event, calendar: seen.calendar })
    }

    /// The booking with its link.
    async fn kept(&self, booking: Booking) -> Result<KeptBooking> {
        let seen = self.ports.bookings.find_booking_link(booking.link).await?;
        Ok(KeptBooking { booking, link: seen.map(|seen| seen.link) })
    }

    /// The token in the cancel link of a booking, and the one in its reschedule link. They follow
    /// from the booking, its version and this server's key, so that every mail can show them; their
    /// hashes are kept. Each move makes new ones, and ends the old.
    fn booking_tokens(&self, id: BookingId, version: i64) -> [String; 2] {
        let secrets = &self.ports.secrets;
        ["cancel", "reschedule"]
            .map(|what| secrets.token(secrets.derive(format!("booking/{what}/{id}/{version}").as_bytes())))
    }
}

/// The calendars stay as they were read, or the commit is stale.
fn unmoved(cx: &Context, open: &OpenLink) -> impl Iterator<Item = Change> {
    let at = cx.now();
    open.revisions.iter().map(move |&(id, revision)| Change::TouchCalendar { id, expected: Some(revision), at })
}

/// Why a slot cannot be booked, in the words of the one who asked for it.
fn refused(link: &BookingLink, refusal: Refusal) -> Error {
    let never = |message: String| Problems::one("slot_start", message).into();
    match refusal {
        Refusal::Busy(_) | Refusal::Booked(_) | Refusal::Buffer(_) => Error::Conflict("this slot is taken".to_owned()),
        Refusal::DailyLimit => Error::Conflict("this day is booked out".to_owned()),
        Refusal::OffGrid => never("is not the start of a slot: take one that is listed as available".to_owned()),
        Refusal::Closed => never("is on a day without slots".to_owned()),
        Refusal::Past => never("has passed".to_owned()),
        Refusal::Notice => never(format!("must be at least {} minutes from now", link.settings.minimum_notice)),
        Refusal::TooFar => {
            let days = link.settings.maximum_days_ahead.unwrap_or_default();
            never(format!("must be at most {days} days from today"))
        }
    }
}

/// The booking can still be moved or cancelled by who booked.
fn require_ahead(booking: &Booking, now: Timestamp) -> Result<()> {
    if booking.end > now { Ok(()) } else { Err(Error::Conflict("the booking is over".to_owned())) }
}
