//! Slots for a group, compared with a look at every minute.

use crate::oracle::hours;
use jiff::{SignedDuration, Timestamp};
use kalends_domain::booking::{GroupWish, Interval, Slot, WorkingHours, group_slots};
use kalends_domain::event::Window;
use kalends_domain::time::Zone;
use proptest::{collection::vec, option, prelude::*};

/// Clocks that change, and when.
const CHANGES: [(&str, &str); 4] = [
    ("Europe/Berlin", "2026-03-29T01:00:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
];
/// Minutes before and after the change.
const AROUND: i64 = 1_440;

fn mins(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

prop_compose! {
    fn wishes()(
        (duration, buffer, interval) in (5..150_u32, 0..40_u32, option::of(5..60_u32)),
        week in option::of(vec(hours(), 7)),
        (zone, change) in proptest::sample::select(CHANGES.to_vec()),
        blocks in vec((-AROUND - 60..AROUND, 1..400_i64), 0..10),
    ) -> (GroupWish, Vec<Window>) {
        let change: Timestamp = change.parse().unwrap();
        let hours = week.map(|week| WorkingHours(week.try_into().unwrap()));
        let window = Window { from: change - mins(AROUND), to: change + mins(AROUND) };
        let zone = Zone::named(zone).unwrap();
        let wish = GroupWish { window, duration, buffer, interval, hours, zone, limit: 1_000 };
        let block = |(start, length)| Window { from: change + mins(start), to: change + mins(start + length) };
        (wish, blocks.into_iter().map(block).collect())
    }
}

/// Whether a slot of the wish begins at this minute, told by looking at each minute of it.
fn should_offer(wish: &GroupWish, busy: &[Window], start: Timestamp) -> bool {
    let end = start + mins(wish.duration.into());
    let buffer = mins(wish.buffer.into());
    let mut minute = start - buffer;
    while minute < end + buffer {
        if busy.iter().any(|block| block.from <= minute && minute < block.to) {
            return false;
        }
        minute += mins(1);
    }
    let step = mins(wish.interval.unwrap_or(wish.duration).into()).as_secs();
    let on_grid =
        |from: Timestamp, to: Timestamp| from <= start && end <= to && start.duration_since(from).as_secs() % step == 0;
    let within = wish.window.from <= start && end <= wish.window.to;
    let Some(hours) = &wish.hours else { return within && on_grid(wish.window.from, wish.window.to) };
    let first = wish.zone.civil(wish.window.from).date().yesterday().unwrap();
    let days = first.series(jiff::Span::new().days(1)).take(5);
    let at = |day: jiff::civil::Date, minute: u16| {
        wish.zone.resolve(day.at(0, 0, 0, 0) + jiff::Span::new().minutes(i64::from(minute)))
    };
    let mut open = days.flat_map(|day| {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap();
        hours.0[weekday].iter().map(move |hours: &Interval| (at(day, hours.start), at(day, hours.end)))
    });
    within && open.any(|(from, to)| on_grid(from, to))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(7),
        ..ProptestConfig::default()
    })]

    #[test]
    fn exactly_the_free_ones((wish, busy) in wishes()) {
        let every = (0..2 * AROUND).map(|minute| wish.window.from + mins(minute));
        let expected: Vec<Timestamp> = every.filter(|start| should_offer(&wish, &busy, *start)).collect();
        let found: Vec<Timestamp> = group_slots(&wish, busy.clone()).iter().map(|slot| slot.start).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn fewer_are_the_first((wish, busy) in wishes(), limit in 0..5_usize) {
        let all = group_slots(&wish, busy.clone());
        let some = group_slots(&GroupWish { limit, ..wish }, busy);
        prop_assert_eq!(&some[..], &all[..all.len().min(limit)]);
    }
}

#[test]
fn a_buffer_stands_on_both_sides_of_what_is_busy() {
    let at = |text: &str| -> Timestamp { format!("2026-04-01T{text}:00Z").parse().unwrap() };
    let wish = GroupWish {
        window: Window { from: at("08:00"), to: at("12:00") },
        duration: 30,
        buffer: 15,
        interval: Some(15),
        hours: None,
        zone: Zone::utc(),
        limit: 100,
    };
    let found = group_slots(&wish, vec![Window { from: at("09:00"), to: at("11:00") }]);
    let slot = |start: &str, end: &str| Slot { start: at(start), end: at(end) };
    assert_eq!(found, [slot("08:00", "08:30"), slot("08:15", "08:45"), slot("11:15", "11:45"), slot("11:30", "12:00")]);
}
