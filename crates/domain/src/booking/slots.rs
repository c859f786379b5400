//! Slots: which a link offers, and why it does not offer the others.
//!
//! An event is the truth about when time is taken. A booking is a label on its event: it says that
//! somebody booked it, under which link, and with which buffers. So time is free again as soon as the
//! event is deleted, cancelled or moved, by whatever way.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, civil};

use super::{BUFFER_MINUTES_MAX, Booking, BookingLink, BookingSettings, DAYS_AHEAD_MAX, RANGE_DAYS_MAX};
use crate::event::Window;
use crate::free_busy::Busy;
use crate::id::EventId;
use crate::problem::Problems;

/// How far from a window what is asked about it can depend on the calendar: the longest buffer, which any booking may have.
#[allow(clippy::cast_lossless, reason = "i64::from is not const")]
const REACH: SignedDuration = SignedDuration::from_mins(BUFFER_MINUTES_MAX as i64);
/// The same where a [`BookingSettings::daily_limit`] counts what is in whole days of the zone, with room to spare.
const REACH_OF_DAYS: SignedDuration = SignedDuration::from_hours(72);

/// Time that can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

/// Why a slot is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The link has no slot with this start and end: they lie outside the working hours, or between
    /// two slots.
    OffGrid,
    /// The link has no hours on this day.
    Closed,
    /// It has begun already.
    Past,
    /// It begins sooner than the link's notice allows.
    Notice,
    /// It begins on a day further ahead than the link allows.
    TooFar,
    /// The link has as many bookings on this day as it allows.
    DailyLimit,
    /// This event is there.
    Busy(EventId),
    /// Somebody booked it; this is the booking's event.
    Booked(EventId),
    /// It is too close to this event, or to the event of a booking.
    Buffer(EventId),
}

impl Refusal {
    /// Whether the slot would be offered but for what stands in the calendar. The others are never
    /// offered, or not at this time.
    pub fn is_taken(self) -> bool {
        matches!(self, Self::DailyLimit | Self::Busy(_) | Self::Booked(_) | Self::Buffer(_))
    }
}

/// A slot of a link, or a day on which it has none, and why it is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explained {
    /// The slot; of a closed day the whole day.
    pub slot: Slot,
    /// Why it is not offered; `None` when it is.
    pub refusal: Option<Refusal>,
}

/// The part of the calendars that must be read to tell slots of such a link in `window`.
pub fn around(settings: &BookingSettings, window: Window) -> Window {
    let reach = if settings.daily_limit.is_some() { REACH_OF_DAYS } else { REACH };
    Window {
        from: window.from.checked_sub(reach).unwrap_or(Timestamp::MIN),
        to: window.to.checked_add(reach).unwrap_or(Timestamp::MAX),
    }
}

/// The window is not empty, and no longer than slots are told for in one call.
pub fn check_range(window: Window) -> Result<(), Problems> {
    if window.from >= window.to {
        return Err(Problems::one("end", "must be after start"));
    }
    // An hour more, for a range of local days over which the clocks are set back.
    if window.to.duration_since(window.from) > SignedDuration::from_hours(24 * RANGE_DAYS_MAX + 1) {
        return Err(Problems::one("end", format!("must be at most {RANGE_DAYS_MAX} days after start")));
    }
    Ok(())
}

/// The slots that `link` offers at `now` and that lie in the window as a whole, ordered by start.
///
/// `busy` is what of its calendar, and of those that block it, lies [`around`] the window; `bookings`
/// are the bookings that these events belong to, of whatever link. The cost grows with the window and
/// with what is in it, and with neither times the other.
pub fn offers(link: &BookingLink, now: Timestamp, window: Window, busy: &[Busy], bookings: &[Booking]) -> Vec<Slot> {
    let mut judge = Judge::new(link, now, busy, bookings);
    grid(&link.settings, window).into_iter().filter(|slot| judge.refusal(*slot).is_none()).collect()
}

/// Like [`offers`], but tells every slot of the working hours with the reason why it is not offered,
/// and every day without hours.
pub fn explain(
    link: &BookingLink,
    now: Timestamp,
    window: Window,
    busy: &[Busy],
    bookings: &[Booking],
) -> Vec<Explained> {
    let mut judge = Judge::new(link, now, busy, bookings);
    let slots = grid(&link.settings, window).into_iter();
    let mut all: Vec<_> = slots.map(|slot| Explained { slot, refusal: judge.refusal(slot) }).collect();
    let zone = &link.settings.zone;
    for day in days(&link.settings, window).filter(|day| link.settings.hours(*day).is_empty()) {
        let next = day.tomorrow().map_or(Timestamp::MAX, |next| zone.start_of_day(next));
        let slot = Slot { start: zone.start_of_day(day), end: next };
        if slot.start < slot.end && window.overlaps(slot.start, slot.end) {
            all.push(Explained { slot, refusal: Some(Refusal::Closed) });
        }
    }
    all.sort_by_key(|explained| explained.slot);
    all
}

/// Whether `slot` is one that [`offers`] lists, else why not.
pub fn decide(
    link: &BookingLink,
    now: Timestamp,
    slot: Slot,
    busy: &[Busy],
    bookings: &[Booking],
) -> Result<(), Refusal> {
    let settings = &link.settings;
    if slot.end.duration_since(slot.start) != minutes(settings.duration) {
        return Err(Refusal::OffGrid);
    }
    if grid(settings, Window { from: slot.start, to: slot.end }).is_empty() {
        let closed = settings.hours(settings.zone.civil(slot.start).date()).is_empty();
        return Err(if closed { Refusal::Closed } else { Refusal::OffGrid });
    }
    Judge::new(link, now, busy, bookings).refusal(slot).map_or(Ok(()), Err)
}

/// Every slot of the working hours that lies in the window as a whole, ordered by start. Each working
/// interval has its first slot at its start.
pub(super) fn grid(settings: &BookingSettings, window: Window) -> Vec<Slot> {
    let length = minutes(settings.duration);
    let step = minutes(settings.interval.unwrap_or(settings.duration).max(1));
    let mut slots = Vec::new();
    for day in days(settings, window) {
        for interval in settings.hours(day) {
            let open = interval.on(day, &settings.zone);
            let mut start = open.from;
            while let Ok(end) = start.checked_add(length)
                && end <= open.to.min(window.to)
            {
                if start >= window.from {
                    slots.push(Slot { start, end });
                }
                start = start.checked_add(step).unwrap_or(Timestamp::MAX);
            }
        }
    }
    // Two intervals can begin at one instant where the clocks skip the start of the first.
    slots.sort_unstable();
    slots.dedup();
    slots
}

/// The days of the zone whose hours can reach into the window.
fn days(settings: &BookingSettings, window: Window) -> impl Iterator<Item = civil::Date> {
    let day = |at: Timestamp| settings.zone.civil(at).date();
    let first = day(window.from);
    let (first, last) = (first.yesterday().unwrap_or(first), day(window.to));
    first.series(jiff::Span::new().days(1)).take_while(move |day| *day <= last)
}

pub(super) fn minutes(minutes: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(minutes))
}

/// Judges slots, each no earlier than the one before.
struct Judge<'l> {
    link: &'l BookingLink,
    now: Timestamp,
    earliest: Timestamp,
    last_day: civil::Date,
    /// Bookings of the link by the day on which they start, where there is a limit.
    booked: HashMap<civil::Date, u32>,
    /// What must not overlap the slot.
    taken: Sweep,
    /// The same with all buffers around it.
    kept_clear: Sweep,
}

impl<'l> Judge<'l> {
    fn new(link: &'l BookingLink, now: Timestamp, busy: &[Busy], bookings: &[Booking]) -> Self {
        let settings = &link.settings;
        let labels: HashMap<EventId, &Booking> =
            bookings.iter().filter(|b| b.cancelled_at.is_none()).map(|b| (b.event, b)).collect();
        let mut booked = HashMap::new();
        let (mut taken, mut kept_clear) = (Vec::new(), Vec::new());
        for block in busy {
            let label = labels.get(&block.event).copied();
            if settings.daily_limit.is_some() && label.is_some_and(|booking| booking.link == link.id) {
                let day = settings.zone.civil(block.start).date();
                *booked.entry(day).or_insert(0_u32) += 1;
            }
            let refusal = if label.is_some() { Refusal::Booked } else { Refusal::Busy };
            taken.push(Obstacle { start: block.start, end: block.end, refusal: refusal(block.event) });
            // The slot with its buffers clear of the block, and the slot clear of the block with the
            // buffers that it was booked with: together, so much before and after the block.
            let (before, after) = label.map_or((0, 0), |booking| (booking.buffer_before, booking.buffer_after));
            let (before, after) = (before.max(settings.buffer_after), after.max(settings.buffer_before));
            kept_clear.push(Obstacle {
                start: block.start.checked_sub(minutes(before)).unwrap_or(Timestamp::MIN),
                end: block.end.checked_add(minutes(after)).unwrap_or(Timestamp::MAX),
                refusal: Refusal::Buffer(block.event),
            });
        }
        let ahead = settings.maximum_days_ahead.map(|days| jiff::Span::new().days(i64::from(days.min(DAYS_AHEAD_MAX))));
        let today = settings.zone.civil(now).date();
        Self {
            link,
            now,
            earliest: now.checked_add(minutes(settings.minimum_notice)).unwrap_or(Timestamp::MAX),
            last_day: ahead.map_or(civil::Date::MAX, |days| today.saturating_add(days)),
            booked,
            taken: Sweep::new(taken),
            kept_clear: Sweep::new(kept_clear),
        }
    }

    /// Why this slot of the grid is not offered.
    fn refusal(&mut self, slot: Slot) -> Option<Refusal> {
        let settings = &self.link.settings;
        let day = settings.zone.civil(slot.start).date();
        if slot.start < self.now {
            return Some(Refusal::Past);
        }
        if slot.start < self.earliest {
            return Some(Refusal::Notice);
        }
        if day > self.last_day {
            return Some(Refusal::TooFar);
        }
        let taken = self.taken.find(slot).or_else(|| self.kept_clear.find(slot));
        taken.or_else(|| {
            let most = settings.daily_limit?;
            (self.booked.get(&day).copied().unwrap_or(0) >= most).then_some(Refusal::DailyLimit)
        })
    }
}

/// Time that a slot must not overlap, and what to say when it does.
struct Obstacle {
    start: Timestamp,
    end: Timestamp,
    refusal: Refusal,
}

/// Finds what overlaps slots that are asked about in order: each obstacle is looked at once.
struct Sweep {
    /// Ordered by start.
    ahead: std::iter::Peekable<std::vec::IntoIter<Obstacle>>,
    /// Of those that begin before the end of the slot, the one that ends last.
    furthest: Option<Obstacle>,
}

impl Sweep {
    fn new(mut obstacles: Vec<Obstacle>) -> Self {
        obstacles.sort_by_key(|obstacle| obstacle.start);
        Self { ahead: obstacles.into_iter().peekable(), furthest: None }
    }

    fn find(&mut self, slot: Slot) -> Option<Refusal> {
        while let Some(next) = self.ahead.next_if(|next| next.start < slot.end) {
            if self.furthest.as_ref().is_none_or(|furthest| furthest.end < next.end) {
                self.furthest = Some(next);
            }
        }
        self.furthest.as_ref().filter(|furthest| furthest.end > slot.start).map(|furthest| furthest.refusal)
    }
}
