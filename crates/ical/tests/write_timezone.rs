//! Every VTIMEZONE that is written tells what its zone's clocks show, evaluated as RFC 5545, section 3.6.5, says.

use jiff::tz::TimeZoneDatabase;
use kalends_domain::event::{Details, Span};
use kalends_domain::recurrence::{Anchor, Budget, Limit, RDate, Recurrence, Rule, Until, Window};
use kalends_domain::time::{SignedDuration, Timestamp, Zone, civil::DateTime};
use kalends_ical::Writer;

mod common;

/// The VTIMEZONE that is written before an event in this zone.
fn timezone(zone: &Zone, since: &str) -> String {
    let since: Timestamp = since.parse().unwrap();
    let event = common::event(Details::new("", Span::timed(since, since, zone.clone()).unwrap()));
    let mut text = String::new();
    Writer::new(since).event(&event, &mut text);
    let end = text.find("BEGIN:VEVENT").unwrap();
    common::unfolded(&text[..end]).join("\n")
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
        check_offsets(zone, "1970-01-01T00:00:00Z");
        check_offsets(zone, "2026-11-21T00:00:00Z");
    }
}

#[test]
fn posix_zones_are_told_as_they_are() {
    for rules in
        ["<+0130>-1:30<+0230>,M3.5.0,M10.5.0/3", "<-03>3", "XXX5:10:20YYY,J60/2,J300/2", "AAA3BBB,M2.5.0,M12.5.6/30"]
    {
        check_offsets(&Zone::posix(rules).unwrap(), "2026-11-21T00:00:00Z");
    }
}

/// The lines between TZID and the end.
fn check(zone: &str, since: &str, expected: &str) {
    let text = timezone(&Zone::restore(zone).unwrap(), since);
    let lines: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("BEGIN:VTIMEZONE")).skip(1).collect();
    assert_eq!(lines[..lines.len() - 1].join("\n"), expected.split_whitespace().collect::<Vec<_>>().join("\n"));
}

#[test]
fn x() {
    for z in [
        "America/New_York",
        "Europe/Dublin",
        "Africa/Cairo",
        "Asia/Gaza",
        "Africa/Casablanca",
        "America/Nuuk",
        "Antarctica/Troll",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "<+0130>-1:30<+0230>,M3.5.0,M10.5.0/3",
        "XXX5:10:20YYY,J60/2,J300/2",
        "Asia/Dubai",
        "Asia/Tehran",
    ] {
        println!("{}\n", timezone(&Zone::restore(z).unwrap(), "2026-11-21T00:00:00Z"));
    }
    println!("{}\n", timezone(&Zone::restore("America/New_York").unwrap(), "1895-11-21T00:00:00Z"));
    println!("{}\n", timezone(&Zone::restore("Africa/Cairo").unwrap(), "1895-11-21T00:00:00Z"));
}
