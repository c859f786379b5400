//! Every VTIMEZONE that is written tells what its zone's clocks show, evaluated as RFC 5545, section 3.6.5, says.

use jiff::tz::TimeZoneDatabase;
use kalends_domain::event::{Details, Span};
use kalends_domain::recurrence::{Anchor, Budget, Limit, RDate, Recurrence, Rule, Until, Window};
use kalends_domain::time::{SignedDuration, Timestamp, Zone, civil::DateTime};
use kalends_ical::Writer;

use crate::harness::{HEADER, calendar, days, event, lines, recurring, timed};

/// The VTIMEZONE that is written before an event in this zone.
fn timezone(zone: &Zone, since: &str) -> String {
    let since: Timestamp = since.parse().unwrap();
    let event = event(Details::new("", Span::timed(since, since, zone.clone()).unwrap()));
    let mut text = String::new();
    Writer::new(since).event(&event, &mut text);
    let end = text.find("BEGIN:VEVENT").unwrap();
    lines(&text[..end]).join("\n")
}

/// The changes to an offset, and the offset in seconds.
fn onsets(observance: &str) -> Vec<(Timestamp, i64)> {
    let value = |line: &str| line.split_once(':').unwrap().1.to_owned();
    let all = |name: &str| -> Vec<String> { observance.lines().filter(|l| l.starts_with(name)).map(value).collect() };
    let seconds = |name: &str| -> i64 {
        let text = &all(name)[0];
        let part = |at: usize| text.get(at..at + 2).map_or(0, |it| it.parse::<i64>().unwrap());
        let away = part(1) * 3600 + part(3) * 60 + part(5);
        if text.starts_with('-') { -away } else { away }
    };
    let (from, to) = (seconds("TZOFFSETFROM:"), seconds("TZOFFSETTO:"));
    let wall = |text: &String| DateTime::strptime("%Y%m%dT%H%M%S", text).unwrap();
    let anchor = Anchor { start: wall(&all("DTSTART:")[0]), zone: Zone::utc(), all_day: false };
    // In what is local time here UTC is that much later.
    let local = |rule: Rule| match rule.limit() {
        Limit::Until(Until::Utc(at)) => rule.with_limit(Limit::Until(Until::Utc(at + SignedDuration::from_secs(from)))),
        Limit::Endless => rule,
        other => panic!("{other:?}"),
    };
    let rules: Vec<Rule> = all("RRULE:").iter().map(|it| local(it.parse().unwrap())).collect();
    let rdates = all("RDATE:").iter().map(|it| RDate { start: wall(it), length: None }).collect();
    let budget = &mut Budget::default();
    let series = Recurrence::counting(&anchor, rules.clone(), rdates, vec![], rules.is_empty(), budget).unwrap();
    let all = Window { from: None, to: Some("2110-01-01T00:00:00Z".parse().unwrap()) };
    let found = series.expand(&anchor, all, 1_000, budget).unwrap().items;
    assert_eq!(found.first().map(|it| it.civil), Some(anchor.start), "DTSTART is an instance:\n{observance}");
    found.iter().map(|it| (it.start - SignedDuration::from_secs(from), to)).collect()
}

fn check_offsets(zone: &Zone, since: &str) {
    let text = timezone(zone, since);
    let mut onsets: Vec<_> = text.split("BEGIN:").skip(2).flat_map(onsets).collect();
    onsets.sort_unstable();
    let since: Timestamp = since.parse().unwrap();
    let end: Timestamp = "2100-01-01T00:00:00Z".parse().unwrap();
    let mut moments = vec![since, end];
    moments.extend(zone.transitions(since).map(|it| it.at).take_while(|at| *at < end).filter(|at| *at > since));
    moments.sort_unstable();
    let between = moments.windows(2).map(|pair| pair[0] + pair[0].duration_until(pair[1]) / 2);
    let second = SignedDuration::from_secs(1);
    let around = moments.iter().flat_map(|at| [*at - second, *at, *at + second]);
    for at in between.chain(around).filter(|at| *at >= since) {
        let told = onsets.iter().rev().find(|(onset, _)| *onset <= at).map(|(_, offset)| *offset);
        assert_eq!(told, Some(i64::from(zone.offset(at).seconds())), "{zone} at {at}:\n{text}");
    }
}

#[test]
fn every_zone_of_the_database_is_told_as_it_is() {
    let database = TimeZoneDatabase::bundled();
    let zones: Vec<Zone> = database.available().filter_map(|name| Zone::named(name.as_str()).ok()).collect();
    assert!(zones.len() > 500);
    for zone in zones.iter().filter(|zone| **zone != Zone::utc()) {
        check_offsets(zone, "1895-03-04T05:06:07Z");
        check_offsets(zone, "2026-11-21T00:00:00Z");
    }
}

#[test]
fn posix_zones_are_told_as_they_are() {
    for rules in
        ["<+0130>-1:30<+0230>,M3.5.0,M10.5.0/3", "<-03>3", "LMT5:10:20LDT,J60/2,J300/2", "AAA3BBB,M2.5.0,M12.5.6/30"]
    {
        check_offsets(&Zone::posix(rules).unwrap(), "2026-11-21T00:00:00Z");
    }
}

/// The observances that are written, each as its lines without BEGIN, END and TZNAME, shortened.
fn check(zone: &str, since: &str, expected: &[&str]) {
    let text = timezone(&Zone::restore(zone).unwrap(), since);
    let told = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        match name {
            "DTSTART" | "RRULE" | "RDATE" | "TZOFFSETFROM" | "TZOFFSETTO" => Some(value.to_owned()),
            _ => None,
        }
    };
    let found = text.split("BEGIN:").skip(2).map(|observance| {
        let values: Vec<String> = observance.lines().skip(1).filter_map(told).collect();
        format!("{} {}", &observance[..3], values.join(" "))
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn yearly_changes_are_rules() {
    check(
        "America/New_York",
        "2026-07-01T00:00:00Z",
        &[
            "DAY 20260308T020000 FREQ=YEARLY;BYMONTH=3;BYDAY=2SU -0500 -0400",
            "STA 20261101T020000 FREQ=YEARLY;BYMONTH=11;BYDAY=1SU -0400 -0500",
        ],
    );
    check(
        "Europe/Berlin",
        "2026-01-01T00:00:00Z",
        &[
            "STA 20251026T030000 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU +0200 +0100",
            "DAY 20260329T020000 FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU +0100 +0200",
        ],
    );
    // Sunday on or after the second; and one that ended.
    check(
        "America/Santiago",
        "2024-01-01T00:00:00Z",
        &[
            "DAY 20230903T000000 FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=SU -0400 -0300",
            "STA 20240407T000000 FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=SU -0300 -0400",
        ],
    );
    check(
        "America/Sao_Paulo",
        "2016-01-01T00:00:00Z",
        &[
            "DAY 20151018T000000 FREQ=YEARLY;BYMONTH=10;BYDAY=3SU;UNTIL=20171015T030000Z -0300 -0200",
            "STA 20160221T000000 FREQ=YEARLY;BYMONTH=2;BYDAY=3SU;UNTIL=20190217T020000Z -0200 -0300",
            "DAY 20181104T000000 -0300 -0200",
        ],
    );
    // The day after the last Thursday may be in the next month.
    check(
        "Africa/Cairo",
        "2026-01-01T00:00:00Z",
        &[
            "STA 20251031T000000 FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=26,27,28,29,30,31;BYDAY=FR +0300 +0200",
            "DAY 20260424T000000 FREQ=YEARLY;BYMONTH=4;BYDAY=-1FR +0200 +0300",
            "STA 20301101T000000 FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=1;BYDAY=FR +0300 +0200",
        ],
    );
}

#[test]
fn other_changes_are_dates() {
    check("Asia/Kathmandu", "2026-01-01T00:00:00Z", &["STA 19860101T000000 +0530 +0545"]);
    // Local mean time ended long ago, and not on a whole minute.
    check("Asia/Dubai", "2026-01-01T00:00:00Z", &["STA 19700101T040000 +0400 +0400"]);
    check(
        "Asia/Dubai",
        "1900-01-01T00:00:00Z",
        &["STA 19000101T034112 +034112 +034112", "STA 19200101T000000 +034112 +0400"],
    );
    check(
        "Africa/Casablanca",
        "2025-01-01T00:00:00Z",
        &[
            "DAY 20240414T020000 20240414T020000 20250406T020000 20260322T020000 +0000 +0100",
            "STA 20250223T030000 20250223T030000 20260215T030000 20260920T020000 +0100 +0000",
        ],
    );
}

#[test]
fn a_zone_is_told_once_and_before_it_is_used() {
    let mut series = recurring(timed("2026-03-02T10:00:00", 60, "Asia/Tokyo"), &["RRULE:FREQ=DAILY"]);
    let moved = timed("2026-03-04T10:00:00", 60, "Asia/Seoul").details;
    series.overrides.insert("2026-03-03T10:00:00".parse().unwrap(), moved);
    let others = [timed("2026-03-02T10:00:00", 60, "UTC"), days("2026-03-02", "2026-03-03")];
    let events = [series.clone(), others[0].clone(), others[1].clone(), series];
    let text = calendar(&HEADER, &events);
    let marks = lines(&text).into_iter().filter(|line| line.starts_with("TZID:") || line == "BEGIN:VEVENT");
    let vevent = "BEGIN:VEVENT";
    let expected = ["TZID:Asia/Tokyo", "TZID:Asia/Seoul", vevent, vevent, vevent, vevent, vevent, vevent];
    assert_eq!(marks.collect::<Vec<_>>(), expected);
}

#[test]
fn only_places_say_where_they_are() {
    let location = |zone: &str| {
        let text = timezone(&Zone::restore(zone).unwrap(), "2026-01-01T00:00:00Z");
        text.lines().find(|line| line.starts_with("X-LIC-LOCATION")).map(str::to_owned)
    };
    assert_eq!(location("Asia/Tokyo").as_deref(), Some("X-LIC-LOCATION:Asia/Tokyo"));
    assert_eq!(location("<+0530>-5:30"), None);
}
