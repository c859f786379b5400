//! Random links and calendars, compared with a check of every single minute.

use crate::harness::{booking, event_id, link};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kalends_domain::{
    booking::{Booking, BookingLink, Interval, Slot, decide, explain, offers},
    event::Window,
    free_busy::Busy,
    id::BookingLinkId,
};
use proptest::{collection::vec, option, prelude::*};
use uuid::Uuid;

/// A zone and a day on which its clocks change, in UTC.
const CHANGES: [(&str, &str); 7] = [
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("Europe/Berlin", "2026-03-29T01:00:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
];
/// Minutes of a window around the change.
const MINUTES: i64 = 2 * 1_440;

#[derive(Debug)]
struct Case {
    link: BookingLink,
    now: Timestamp,
    window: Window,
    busy: Vec<Busy>,
    bookings: Vec<Booking>,
}

fn mins(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// One or two intervals of a day, at quarters of an hour.
pub(crate) fn hours() -> impl Strategy<Value = Vec<Interval>> {
    vec(0..=96_u16, 4).prop_map(|mut marks| {
        marks.sort_unstable();
        let pairs = marks.chunks(2).filter(|pair| pair[0] < pair[1]);
        pairs.map(|pair| Interval { start: pair[0] * 15, end: pair[1] * 15 }).collect()
    })
}

prop_compose! {
    fn links()(
        (duration, interval) in (5..200_u32, option::of(5..90_u32)),
        (before, after) in (0..50_u32, 0..50_u32),
        (notice, ahead, limit) in (0..3_000_u32, option::of(0..4_u32), option::of(1..3_u32)),
        week in vec(hours(), 7),
        own in vec(option::weighted(0.2, hours()), 6),
        (zone, change) in proptest::sample::select(CHANGES.to_vec()),
    ) -> (BookingLink, Timestamp) {
        let mut link = link(duration, zone, "");
        let change: Timestamp = change.parse().unwrap();
        let settings = &mut link.settings;
        settings.interval = interval;
        (settings.buffer_before, settings.buffer_after) = (before, after);
        (settings.minimum_notice, settings.maximum_days_ahead, settings.daily_limit) = (notice, ahead, limit);
        for (day, hours) in settings.working_hours.0.iter_mut().zip(week) {
            *day = hours;
        }
        let first = settings.zone.civil(change).date() - 3.days();
        settings.date_overrides = own.into_iter().enumerate()
            .filter_map(|(i, hours)| Some((first + i64::try_from(i).unwrap().days(), hours?))).collect();
        (link, change)
    }
}

prop_compose! {
    fn cases()(
        (link, change) in links(),
        ago in -MINUTES / 2..2 * MINUTES,
        // Start, length, and for a booking its buffers and whether it is the link's own.
        blocks in vec((-MINUTES..MINUTES, 1..300_i64, option::of((0..60_u32, 0..60_u32, any::<bool>()))), 0..8),
    ) -> Case {
        let window = Window { from: change - mins(MINUTES / 2), to: change + mins(MINUTES / 2) };
        let mut busy = Vec::new();
        let mut bookings = Vec::new();
        for (n, (start, length, label)) in (100_u128..).zip(blocks) {
            let start = change + mins(start);
            let block = Busy { start, end: start + mins(length), event: event_id(n) };
            busy.push(block);
            if let Some((before, after, own)) = label {
                let mut made = booking(&link, &block, before, after);
                if !own {
                    made.link = BookingLinkId(Uuid::from_u128(99));
                }
                bookings.push(made);
            }
        }
        busy.sort();
        Case { link, now: change - mins(ago), window, busy, bookings }
    }
}

impl Case {
    fn zone(&self) -> TimeZone {
        TimeZone::get(self.link.settings.zone.name()).unwrap()
    }

    fn day(&self, at: Timestamp) -> Date {
        self.zone().to_datetime(at).date()
    }

    /// A slot for every minute of the window.
    fn slots(&self) -> impl Iterator<Item = Slot> {
        let length = mins(self.link.settings.duration.into());
        (0..MINUTES)
            .map(move |minute| self.window.from + mins(minute))
            .map(move |start| Slot { start, end: start + length })
    }

    /// Working stretches of the window, by day.
    fn working(&self) -> Vec<(Timestamp, Timestamp)> {
        let settings = &self.link.settings;
        let (first, last) = (self.day(self.window.from) - 1.day(), self.day(self.window.to));
        let mut open = Vec::new();
        for day in first.series(1.day()).take_while(|day| *day <= last) {
            // A day that never came: all of its noon belongs to the next.
            if self.day(day.at(12, 0, 0, 0).to_zoned(self.zone()).unwrap().timestamp()) != day {
                continue;
            }
            let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap();
            let hours = settings.date_overrides.get(&day).unwrap_or(&settings.working_hours.0[weekday]);
            let at = |minute: u16| {
                let wall = day.at(0, 0, 0, 0) + i64::from(minute).minutes();
                wall.to_zoned(self.zone()).unwrap().timestamp()
            };
            open.extend(hours.iter().map(|hours| (at(hours.start), at(hours.end))));
        }
        open
    }

    /// Whether every rule, read minute by minute, lets this slot be.
    fn should_offer(&self, working: &[(Timestamp, Timestamp)], slot: Slot) -> bool {
        let settings = &self.link.settings;
        let step = mins(settings.interval.unwrap_or(settings.duration).into());
        let on_grid = |(from, to): &(Timestamp, Timestamp)| {
            let since = slot.start.duration_since(*from);
            *from <= slot.start && slot.end <= *to && since.as_secs() % step.as_secs() == 0
        };
        let minutes = |from: Timestamp, to: Timestamp| {
            std::iter::successors(Some(from), |minute| Some(*minute + mins(1))).take_while(move |minute| *minute < to)
        };
        let clear = || {
            let (before, after) = (mins(settings.buffer_before.into()), mins(settings.buffer_after.into()));
            let mut wide = minutes(slot.start - before, slot.end + after);
            wide.all(|minute| !self.busy.iter().any(|block| block.start <= minute && minute < block.end))
        };
        let label = |block: &Busy| self.bookings.iter().find(|booking| booking.event == block.event);
        let clear_of_bookings = || {
            minutes(slot.start, slot.end).all(|minute| {
                !self.busy.iter().filter_map(label).any(|booking| {
                    let (before, after) = (mins(booking.buffer_before.into()), mins(booking.buffer_after.into()));
                    booking.start - before <= minute && minute < booking.end + after
                })
            })
        };
        let on_good_day = || {
            let day = self.day(slot.start);
            let own = self.bookings.iter().filter(|b| b.link == self.link.id && self.day(b.start) == day).count();
            let last_day = settings.maximum_days_ahead.map(|days| self.day(self.now) + i64::from(days).days());
            last_day.is_none_or(|last| day <= last)
                && settings.daily_limit.is_none_or(|limit| own < usize::try_from(limit).unwrap())
        };
        working.iter().any(on_grid)
            && self.window.from <= slot.start
            && slot.end <= self.window.to
            && slot.start >= self.now + mins(settings.minimum_notice.into())
            && on_good_day()
            && clear()
            && clear_of_bookings()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(5), ..ProptestConfig::default() })]

    #[test]
    fn offers_what_every_minute_allows(case in cases()) {
        let working = case.working();
        let expected: Vec<Slot> = case.slots().filter(|slot| case.should_offer(&working, *slot)).collect();
        let found = offers(&case.link, case.now, case.window, &case.busy, &case.bookings);
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn takes_exactly_what_it_offers(case in cases()) {
        let offered = offers(&case.link, case.now, case.window, &case.busy, &case.bookings);
        let takes = |slot: &Slot| decide(&case.link, case.now, *slot, &case.busy, &case.bookings).is_ok();
        let taken: Vec<Slot> = case.slots().filter(|slot| slot.end <= case.window.to && takes(slot)).collect();
        prop_assert_eq!(&taken, &offered);
        let explained = explain(&case.link, case.now, case.window, &case.busy, &case.bookings);
        let open: Vec<Slot> = explained.iter().filter(|e| e.refusal.is_none()).map(|e| e.slot).collect();
        prop_assert_eq!(open, offered);
    }

    #[test]
    fn two_bookings_never_meet(case in cases()) {
        // Who books the first slot offered, again and again, leaves every buffer clear.
        let mut case = case;
        let settings = case.link.settings.clone();
        for n in 1_000..1_020_u128 {
            let Some(slot) = offers(&case.link, case.now, case.window, &case.busy, &case.bookings).first().copied() else {
                break;
            };
            let block = Busy { start: slot.start, end: slot.end, event: event_id(n) };
            let (from, to) = (slot.start - mins(settings.buffer_before.into()), slot.end + mins(settings.buffer_after.into()));
            prop_assert!(case.busy.iter().all(|other| other.end <= from || to <= other.start));
            case.bookings.push(booking(&case.link, &block, settings.buffer_before, settings.buffer_after));
            case.busy.push(block);
            case.busy.sort();
        }
    }
}
