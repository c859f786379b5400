//! VTIMEZONEs as programs write them, and what they mean.

use kalends_domain::time::civil;

use super::{Meaning, Observance, meaning};

/// `from -> to` in ISO offsets, each begin, then the rules.
fn observance(offsets: &str, starts: &str, rules: &[&str]) -> Observance {
    let (from, to) = offsets.split_once(" -> ").unwrap();
    let mut walls = starts.split(' ').map(|wall| wall.parse::<civil::DateTime>().unwrap());
    Observance {
        start: walls.next().unwrap(),
        offset_from: seconds(from),
        offset_to: seconds(to),
        rules: rules.iter().map(|rule| rule.parse().unwrap()).collect(),
        dates: walls.collect(),
    }
}

fn seconds(offset: &str) -> i32 {
    let part = |range| offset.get::<std::ops::Range<usize>>(range).map_or(0, |digits| digits.parse::<i32>().unwrap());
    let length = part(1..3) * 3600 + part(3..5) * 60 + part(5..7);
    if offset.starts_with('-') { -length } else { length }
}

/// The zone's name, else `rules` or `nothing`.
fn check(observances: &[Observance], expected: &str) {
    let found = match meaning(observances.to_vec()) {
        Some(Meaning::Zone(zone)) => zone.name().to_owned(),
        Some(Meaning::Rules(_)) => "rules".to_owned(),
        None => "nothing".to_owned(),
    };
    assert_eq!(found, expected);
}

/// Two observances of one rule each, which begin at `winter` and `summer`.
fn pair(from: &str, to: &str, winter: (&str, &str), summer: (&str, &str)) -> [Observance; 2] {
    let rule = |rule: &str| format!("FREQ=YEARLY;{rule}");
    [
        observance(&format!("{to} -> {from}"), winter.0, &[&rule(winter.1)]),
        observance(&format!("{from} -> {to}"), summer.0, &[&rule(summer.1)]),
    ]
}

const EU_WINTER: &str = "BYMONTH=10;BYDAY=-1SU";
const EU_SUMMER: &str = "BYMONTH=3;BYDAY=-1SU";
const US_WINTER: &str = "BYMONTH=11;BYDAY=1SU";
const US_SUMMER: &str = "BYMONTH=3;BYDAY=2SU";

#[test]
fn outlook_writes_today_s_law_from_1601_on() {
    let eu = |from, to, hour| {
        let start = |hour: u8| format!("1601-01-01T{hour:02}:00:00");
        pair(from, to, (&start(hour + 1), EU_WINTER), (&start(hour), EU_SUMMER))
    };
    check(&eu("+0100", "+0200", 2), "Europe/Berlin");
    check(&eu("+0000", "+0100", 1), "Europe/London");
    check(&eu("+0200", "+0300", 3), "Europe/Athens");
    let us = |from, to| pair(from, to, ("1601-11-04T02:00:00", US_WINTER), ("1601-03-11T02:00:00", US_SUMMER));
    check(&us("-0500", "-0400"), "America/New_York");
    check(&us("-0600", "-0500"), "America/Chicago");
    check(&us("-0700", "-0600"), "America/Denver");
    check(&us("-0800", "-0700"), "America/Los_Angeles");
    // Until 2011, Newfoundland changed its clocks a minute after midnight.
    check(&us("-0330", "-0230"), "<-0330>3:30<-0230>,M3.2.0,M11.1.0");
}

#[test]
fn others_begin_where_the_law_or_the_calendar_does() {
    let berlin = |winter, summer| pair("+0100", "+0200", (winter, EU_WINTER), (summer, EU_SUMMER));
    check(&berlin("1970-10-25T03:00:00", "1970-03-29T02:00:00"), "Europe/Berlin");
    check(&berlin("1996-10-27T03:00:00", "1981-03-29T02:00:00"), "Europe/Berlin");
    check(&berlin("2025-10-26T03:00:00", "2026-03-29T02:00:00"), "Europe/Berlin");
    check(&berlin("2026-10-25T03:00:00", "2026-03-29T02:00:00"), "Europe/Berlin");
    // A DTSTART that no rule matches is no change.
    check(&berlin("2010-01-01T03:00:00", "2010-01-01T02:00:00"), "Europe/Berlin");
    let new_york = pair("-0500", "-0400", ("2007-11-04T02:00:00", US_WINTER), ("2007-03-11T02:00:00", US_SUMMER));
    check(&new_york, "America/New_York");
}

#[test]
fn the_southern_half_has_summer_over_new_year() {
    let april = |hour| (format!("2008-04-06T{hour}:00:00"), "BYMONTH=4;BYDAY=1SU");
    let south = |from, to, (start, rule): (String, &str), summer| pair(from, to, (&start, rule), summer);
    let october = ("2008-10-05T02:00:00", "BYMONTH=10;BYDAY=1SU");
    let september = ("2008-09-28T02:00:00", "BYMONTH=9;BYDAY=-1SU");
    check(&south("+1000", "+1100", april("03"), october), "Australia/Sydney");
    check(&south("+1030", "+1100", april("02"), october), "Australia/Lord_Howe");
    check(&south("+1200", "+1300", april("03"), september), "Pacific/Auckland");
    check(&south("+0400", "+0500", april("03"), october), "<+0400>-4<+0500>,M10.1.0,M4.1.0/3");
}

#[test]
fn standard_time_may_be_the_one_ahead() {
    // As the database has Ireland: IST is standard, and winter is what deviates.
    let irish = |start: &str, end: &str| {
        let rule = |rule: &str| format!("FREQ=YEARLY;{rule}");
        [
            observance("+0000 -> +0100", start, &[&rule("BYMONTH=3;BYDAY=-1SU")]),
            observance("+0100 -> +0000", end, &[&rule("BYMONTH=10;BYDAY=-1SU")]),
        ]
    };
    check(&irish("1996-03-31T01:00:00", "1996-10-27T02:00:00"), "Europe/London");
    check(&irish("1996-03-31T02:00:00", "1996-10-27T03:00:00"), "<+0000>0<+0100>,M3.5.0,M10.5.0/3");
}

#[test]
fn history_chooses_among_zones_of_today_s_law() {
    let us = |offsets: &str, start: &str, rule: &str| observance(offsets, start, &[&format!("FREQ=YEARLY;{rule}")]);
    let (to_summer, to_winter) = ("-0500 -> -0400", "-0400 -> -0500");
    let new_york = [
        us(to_winter, "1967-10-29T02:00:00", "BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z"),
        us(to_winter, "2007-11-04T02:00:00", US_WINTER),
        us(to_summer, "1967-04-30T02:00:00", "BYMONTH=4;BYDAY=-1SU;UNTIL=19730429T070000Z"),
        observance(to_summer, "1974-01-06T02:00:00 1975-02-23T02:00:00", &[]),
        us(to_summer, "1976-04-25T02:00:00", "BYMONTH=4;BYDAY=-1SU;UNTIL=19860427T070000Z"),
        us(to_summer, "1987-04-05T02:00:00", "BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z"),
        us(to_summer, "2007-03-11T02:00:00", US_SUMMER),
    ];
    check(&new_york, "America/New_York");
    // Indiana had no summer time before 2006.
    let indiana = [
        observance(to_winter, "1970-10-25T02:00:00", &[]),
        observance(to_summer, "1970-04-26T02:00:00 2006-04-02T02:00:00", &[]),
        observance(to_winter, "2006-10-29T02:00:00", &[]),
        us(to_winter, "2007-11-04T02:00:00", US_WINTER),
        us(to_summer, "2007-03-11T02:00:00", US_SUMMER),
    ];
    check(&indiana, "America/Indiana/Indianapolis");
    // India has kept its clocks since 1945.
    let kolkata = [
        observance("+055328 -> +0530", "1906-01-01T00:00:00", &[]),
        observance("+0530 -> +0630", "1941-10-01T00:00:00 1942-09-01T00:00:00", &[]),
        observance("+0630 -> +0530", "1942-05-15T00:00:00 1945-10-15T00:00:00", &[]),
    ];
    check(&kolkata, "Asia/Kolkata");
    // One change can be enough.
    check(&[observance("+1000 -> +1100", "2014-12-28T02:00:00", &[])], "Pacific/Bougainville");
}

#[test]
fn clocks_that_never_change_are_no_place_s() {
    let fixed = |offset: &str| [observance(&format!("{offset} -> {offset}"), "1970-01-01T00:00:00", &[])];
    check(&fixed("+0000"), "UTC");
    check(&fixed("+0100"), "Etc/GMT-1");
    check(&fixed("-0500"), "Etc/GMT+5");
    check(&fixed("+1400"), "Etc/GMT-14");
    check(&fixed("+0530"), "<+0530>-5:30");
    check(&fixed("-0741"), "<-0741>7:41");
    check(&fixed("+001930"), "<+001930>-0:19:30");
    check(&[observance("+0100 -> +0100", "1601-01-01T00:00:00", &["FREQ=YEARLY;BYMONTH=1"])], "Etc/GMT-1");
    check(&[observance("+0200 -> +0100", "1601-01-01T00:00:00", &[])], "Etc/GMT-1");
    check(&[observance("+0200 -> +0100", "1970-01-01T00:00:00", &[])], "Etc/GMT-1");
    check(&[observance("-0400 -> -0500", "1970-01-01T00:00:00", &[])], "Etc/GMT+5");
    check(&[observance("+0130 -> +0200", "2015-01-01T00:00:00", &[])], "Etc/GMT-2");
}

#[test]
fn laws_of_no_land_are_a_zone_of_their_own() {
    let nowhere =
        |winter, summer| pair("+0130", "+0230", ("1980-10-26T03:00:00", winter), ("1980-03-30T02:00:00", summer));
    check(&nowhere(EU_WINTER, EU_SUMMER), "<+0130>-1:30<+0230>,M3.5.0,M10.5.0/3");
    check(&nowhere("BYMONTH=10;BYDAY=4SU", "BYMONTH=3;BYDAY=1MO"), "<+0130>-1:30<+0230>,M3.1.1,M10.4.0/3");
    // The second Sunday, told by its dates.
    let second = "BYMONTH=9;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14";
    let told_by_dates = pair("+0130", "+0230", ("1980-09-14T03:00:00", second), ("1980-03-30T02:00:00", EU_SUMMER));
    check(&told_by_dates, "<+0130>-1:30<+0230>,M3.5.0,M9.2.0/3");
    let double = pair("-0130", "+0030", ("2020-10-25T00:30:00", EU_WINTER), ("2020-03-29T01:30:00", EU_SUMMER));
    check(&double, "<-0130>1:30<+0030>-0:30,M3.5.0/1:30,M10.5.0/0:30");
}

#[test]
fn what_a_zone_cannot_say_stays_rules() {
    // Fiji once had summer time from the Sunday after the 20th of October to that after the 17th of January.
    let fiji = pair(
        "+1200",
        "+1300",
        ("2014-01-19T02:00:00", "BYMONTH=1;BYMONTHDAY=18,19,20,21,22,23,24;BYDAY=SU"),
        ("2010-10-24T02:00:00", "BYMONTH=10;BYMONTHDAY=21,22,23,24,25,26,27;BYDAY=SU"),
    );
    check(&fiji, "rules");
    check(
        &pair("+0130", "+0230", ("1980-10-26T03:00:00", EU_WINTER), ("1980-03-21T02:00:00", "BYMONTH=3;BYMONTHDAY=21")),
        "rules",
    );
    // A law that ended, and one that began after others.
    let ended = "BYMONTH=10;BYDAY=-1SU;UNTIL=20301027T003000Z";
    check(&pair("+0130", "+0230", ("1980-10-26T03:00:00", ended), ("1980-03-30T02:00:00", EU_SUMMER)), "rules");
    let [winter, summer] =
        pair("+0130", "+0230", ("2000-10-29T03:00:00", EU_WINTER), ("2000-03-26T02:00:00", EU_SUMMER));
    check(&[observance("+0100 -> +0130", "1985-01-01T00:00:00", &[]), winter, summer], "rules");
    check(
        &[
            observance("+0100 -> +0200", "2026-03-29T02:00:00", &[]),
            observance("+0200 -> +0100", "2026-10-25T03:00:00", &[]),
        ],
        "rules",
    );
    // It begins too late to compare with anything.
    let late = pair("+0100", "+0200", ("2040-10-28T03:00:00", EU_WINTER), ("2040-03-25T02:00:00", EU_SUMMER));
    check(&late, "rules");
}

#[test]
fn rules_tell_instants() {
    let observances = vec![
        observance("+0100 -> +0200", "2026-03-29T02:00:00 2027-03-28T02:00:00", &[]),
        observance("+0200 -> +0100", "2026-10-25T03:00:00 2027-10-31T03:00:00", &[]),
    ];
    let Some(Meaning::Rules(rules)) = meaning(observances) else { panic!("a zone") };
    let at = |wall: &str, expected: &str| {
        assert_eq!(rules.resolve(wall.parse().unwrap()).to_string(), expected, "{wall}");
    };
    at("1950-07-01T12:00:00", "1950-07-01T11:00:00Z");
    at("2026-03-29T01:59:59", "2026-03-29T00:59:59Z");
    // A wall time that is never shown, and one shown twice.
    at("2026-03-29T02:30:00", "2026-03-29T01:30:00Z");
    at("2026-03-29T03:00:00", "2026-03-29T01:00:00Z");
    at("2026-10-25T02:30:00", "2026-10-25T00:30:00Z");
    at("2026-10-25T03:00:00", "2026-10-25T02:00:00Z");
    at("2027-07-01T12:00:00", "2027-07-01T10:00:00Z");
    at("2060-07-01T12:00:00", "2060-07-01T11:00:00Z");
    assert_eq!(rules.resolve(civil::DateTime::MIN), jiff::Timestamp::MIN);
    assert_eq!(rules.resolve(civil::DateTime::MAX), jiff::Timestamp::MAX);
}

#[test]
fn nonsense_means_nothing() {
    check(&[], "nothing");
    let every = |rule| [observance("+0100 -> +0200", "1970-01-01T00:00:00", &[rule])];
    check(&every("FREQ=SECONDLY"), "nothing");
    check(&every("FREQ=MINUTELY;COUNT=4000000000"), "nothing");
    check(&every("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;BYSETPOS=2"), "nothing");
    check(&[observance("+0100 -> +0200", "2060-01-01T00:00:00", &[])], "nothing");
    check(&[observance("+2400 -> +0200", "1970-01-01T00:00:00", &[])], "nothing");
    check(&[observance("+0200 -> -9999", "1970-01-01T00:00:00", &[])], "nothing");
    check(&vec![observance("+0100 -> +0200", "1970-01-01T00:00:00", &[]); 100_000], "nothing");
    check(&[observance("+0100 -> +0200", "-009999-01-01T00:00:00", &[])], "Etc/GMT-2");
}
