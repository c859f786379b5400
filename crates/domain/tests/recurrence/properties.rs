//! What must hold for any rule.

use crate::harness::rule;
use kalends_domain::{
    recurrence::{Anchor, Budget, Instance, Recurrence, Rule, Window},
    time::{SignedDuration, Timestamp, Zone, civil::DateTime},
};
use proptest::{prelude::*, sample::select};

const ZONES: [&str; 6] =
    ["UTC", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"];

fn numbers(name: &'static str, low: i32, high: i32) -> impl Strategy<Value = String> {
    let number = (low..=high).prop_filter("no zero below one", move |n| *n != 0 || low == 0);
    let list = proptest::collection::vec(number, 1..4);
    proptest::option::weighted(0.25, list).prop_map(move |list| {
        let list: Vec<String> = list.unwrap_or_default().iter().map(i32::to_string).collect();
        if list.is_empty() { String::new() } else { format!(";{name}={}", list.join(",")) }
    })
}

fn weekdays() -> impl Strategy<Value = String> {
    let names = select(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"]);
    let nth = select(vec!["", "", "", "1", "2", "-1", "5"]);
    let list = proptest::collection::vec((nth, names), 1..4);
    proptest::option::weighted(0.4, list).prop_map(|list| {
        let list: Vec<String> = list.unwrap_or_default().iter().map(|(nth, name)| format!("{nth}{name}")).collect();
        if list.is_empty() { String::new() } else { format!(";BYDAY={}", list.join(",")) }
    })
}

/// Any legal rule; what the RFC forbids is thrown away.
fn rules() -> impl Strategy<Value = Rule> {
    let freq = select(vec!["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]);
    let head = (freq, 1..40_u32, select(vec!["MO", "SU", "WE"]));
    let dates = (
        numbers("BYMONTH", 1, 12),
        numbers("BYMONTHDAY", -31, 31),
        numbers("BYYEARDAY", -366, 366),
        numbers("BYWEEKNO", -53, 53),
        weekdays(),
    );
    let times =
        (numbers("BYHOUR", 0, 23), numbers("BYMINUTE", 0, 59), numbers("BYSECOND", 0, 60), numbers("BYSETPOS", -4, 4));
    let limit = prop_oneof![
        3 => Just(String::new()),
        1 => (1..60_u32).prop_map(|count| format!(";COUNT={count}")),
        1 => (2019..2030).prop_map(|year| format!(";UNTIL={year}0315T120000Z")),
    ];
    (head, dates, times, limit).prop_filter_map("legal", |(head, dates, times, limit)| {
        let (freq, interval, week_start) = head;
        let (month, month_day, year_day, week, days) = dates;
        let (hour, minute, second, position) = times;
        format!(
            "FREQ={freq};INTERVAL={interval};WKST={week_start}{month}{month_day}{year_day}{week}{days}\
             {hour}{minute}{second}{position}{limit}"
        )
        .parse()
        .ok()
    })
}

fn anchors() -> impl Strategy<Value = Anchor> {
    let seconds = 1_262_304_000..1_735_689_600_i64; // 2010 to 2024
    (seconds, select(ZONES.to_vec()), any::<bool>()).prop_map(|(second, zone, night)| {
        let civil = Zone::utc().civil(Timestamp::from_second(second).unwrap());
        // Half of them at an hour when clocks change.
        let start = if night { civil.date().at(2, 30, 0, 0) } else { civil };
        Anchor { start, zone: Zone::named(zone).unwrap(), all_day: false }
    })
}

/// The instances of a window, or none if that is too much to ask.
fn expand(of: &Recurrence, anchor: &Anchor, window: Window, limit: usize) -> Option<Vec<Instance>> {
    of.expand(anchor, window, limit, &mut Budget::new(50_000)).ok().map(|found| found.items)
}

fn make(anchor: &Anchor, rule: Rule) -> Option<Recurrence> {
    Recurrence::new(anchor, vec![rule], vec![], vec![], &mut Budget::new(50_000)).ok()
}

proptest! {
    // The same cases at each run, so that what fails fails for everybody.
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn printing_then_reading_is_identity(it in rules()) {
        prop_assert_eq!(rule(&it.to_string()), it);
    }

    #[test]
    fn instances_are_in_order_and_distinct(it in rules(), anchor in anchors()) {
        let found = make(&anchor, it).and_then(|it| expand(&it, &anchor, Window::ALL, 200));
        for pair in found.unwrap_or_default().windows(2) {
            prop_assert!(pair[0].start < pair[1].start);
        }
    }

    #[test]
    fn no_day_has_more_than_the_rule_can_make(it in rules(), anchor in anchors()) {
        let most = it.most_a_day();
        let found = make(&anchor, it).and_then(|it| expand(&it, &anchor, Window::ALL, 200)).unwrap_or_default();
        // DTSTART is an instance whether the rule makes it or not.
        let made: Vec<_> = found.iter().map(|it| it.civil).filter(|civil| *civil != anchor.start).collect();
        for day in made.chunk_by(|a, b| a.date() == b.date()) {
            prop_assert!(day.len() <= most, "{} on {}", day.len(), day[0].date());
        }
    }

    #[test]
    fn a_window_is_a_part_of_the_whole(
        it in rules(),
        anchor in anchors(),
        skip in 0..150_usize,
        take in 0..50_usize,
        nudge in -3600..3600_i64,
    ) {
        let Some(series) = make(&anchor, it) else { return Ok(()) };
        let Some(all) = expand(&series, &anchor, Window::ALL, 200) else { return Ok(()) };
        prop_assume!(!all.is_empty());
        let at = |index: usize| all[index.min(all.len() - 1)].start;
        let from = at(skip).saturating_add(SignedDuration::from_secs(nudge)).unwrap();
        let window = Window { from: Some(from), to: Some(at(skip + take)) };
        let Some(found) = expand(&series, &anchor, window, 200) else { return Ok(()) };
        let within = |it: &&Instance| it.start >= from && it.start < at(skip + take);
        let expected: Vec<Instance> = all.iter().filter(within).copied().collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn each_instance_is_found_by_its_start(it in rules(), anchor in anchors(), index in 0..60_usize) {
        let Some(series) = make(&anchor, it) else { return Ok(()) };
        let Some(all) = expand(&series, &anchor, Window::ALL, 60) else { return Ok(()) };
        let Some(one) = all.get(index % all.len().max(1)) else { return Ok(()) };
        let found = series.instance_at(&anchor, one.start, &mut Budget::default()).unwrap();
        prop_assert_eq!(found.as_ref(), Some(one));
    }

    #[test]
    fn a_count_is_kept_to(it in rules(), anchor in anchors(), count in 1..50_u32) {
        use kalends_domain::recurrence::Limit;
        let endless = make(&anchor, it.clone().with_limit(Limit::Endless));
        let counted = make(&anchor, it.with_limit(Limit::Count(count)));
        let (Some(endless), Some(counted)) = (endless, counted) else { return Ok(()) };
        let Some(some) = expand(&counted, &anchor, Window::ALL, 100) else { return Ok(()) };
        let Some(all) = expand(&endless, &anchor, Window::ALL, 100) else { return Ok(()) };
        prop_assert!(some.len() <= count as usize);
        prop_assert!(some.len() == count as usize || some.len() == all.len());
        // Only a jump of the clock can reorder where the count ends.
        let last = counted.last_start(&anchor, &mut Budget::default()).unwrap();
        prop_assert_eq!(last, some.last().map(|it| it.start));
    }

    #[test]
    fn any_text_is_answered(text in "(FREQ=)?[A-Z0-9=;,+é-]{0,60}") {
        let _ = text.parse::<Rule>();
    }

    #[test]
    fn wall_times_come_back(second in 0..4_000_000_000_i64, zone in select(ZONES.to_vec())) {
        let zone = Zone::named(zone).unwrap();
        let instant = Timestamp::from_second(second).unwrap();
        let wall: DateTime = zone.civil(instant);
        prop_assert_eq!(zone.resolve_fold(wall, zone.fold_of(instant)), instant);
    }
}

/// The days before 2279 are of its first week, of which it has 52, and 2280 would have 53.
#[test]
fn weeks_counted_from_the_end_are_those_of_the_year_that_they_belong_to() {
    let anchor =
        Anchor { start: "2018-12-31T00:00:00".parse().unwrap(), zone: Zone::named("UTC").unwrap(), all_day: false };
    let series = make(&anchor, rule("FREQ=YEARLY;INTERVAL=10;BYWEEKNO=-52;BYDAY=MO")).unwrap();
    let all = expand(&series, &anchor, Window::ALL, 40).unwrap();
    let days: Vec<String> = all.iter().map(|it| it.civil.date().to_string()).collect();
    assert!(days.contains(&"2278-12-30".to_owned()), "{days:?}");
}
