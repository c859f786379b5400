//! Deadlines as the commentaries compute them, and what holds for all.

use super::*;
use crate::time::Zone;
use crate::time::civil::{Date, Weekday};
use Direction::Before;
use Start::DayItself;
use Unit::{Days, Months, Weeks, Years};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn terms(rule: Rule, trigger: &str, value: u16, unit: Unit) -> Terms {
    Terms {
        trigger: Trigger { kind: TriggerKind::Service, date: day(trigger) },
        period: Period::new(value, unit).unwrap(),
        rule,
        pre_deadlines: vec![],
    }
}

/// The deadline is on this day.
fn check(rule: Rule, trigger: &str, value: u16, unit: Unit, expected: &str) {
    let terms = terms(rule, trigger, value, unit);
    assert_eq!(compute(&terms).unwrap().date, day(expected), "{terms:?}");
}

fn of(region: &str) -> Rule {
    Rule::of(region.parse().unwrap())
}

fn itself(region: &str) -> Rule {
    Rule { start: DayItself, roll: false, ..of(region) }
}

fn before(region: &str) -> Rule {
    Rule { direction: Before, ..of(region) }
}

/// The steps after the trigger, one a line: date, what, source.
fn steps(terms: &Terms) -> Vec<String> {
    let found = compute(terms).unwrap();
    let line = |step: &Step| format!("{} {:?} {}", step.date, step.what, step.source.unwrap_or("-"));
    found.steps.iter().skip(1).map(line).collect()
}

#[test]
fn days_and_weeks() {
    check(of("DE-BE"), "2026-01-09", 1, Weeks, "2026-01-16"); // served on a Friday
    check(of("DE-BE"), "2026-01-09", 2, Weeks, "2026-01-23");
    check(of("DE-BE"), "2026-01-10", 1, Weeks, "2026-01-19"); // on a Saturday: rolled to Monday
    check(of("DE-BE"), "2026-01-12", 3, Days, "2026-01-15");
    check(of("DE-BE"), "2026-01-14", 3, Days, "2026-01-19");
    check(of("DE-BE"), "2025-03-24", 4, Weeks, "2025-04-22"); // Easter Monday
    check(of("DE-BE"), "2025-04-03", 15, Days, "2025-04-22"); // Good Friday: four days further
    check(of("DE-BE"), "2025-12-11", 2, Weeks, "2025-12-29"); // both Christmas days and a weekend
}

/// §§ 187 Abs. 1, 188 Abs. 2, 3 BGB.
#[test]
fn months_and_years() {
    check(of("DE"), "2025-01-31", 1, Months, "2025-02-28");
    check(of("DE"), "2024-01-31", 1, Months, "2024-02-29");
    check(of("DE"), "2024-01-30", 1, Months, "2024-02-29");
    check(of("DE"), "2025-02-28", 1, Months, "2025-03-28"); // not the month's last
    check(of("DE"), "2024-02-29", 1, Years, "2025-02-28");
    check(of("DE"), "2024-02-29", 4, Years, "2028-02-29");
    check(of("DE"), "2025-05-31", 6, Months, "2025-12-01"); // 30 November is a Sunday
    check(of("DE"), "2024-10-31", 4, Months, "2025-02-28");
    check(of("DE"), "1996-11-21", 30, Years, "2026-11-23"); // a Saturday
    check(of("DE"), "2025-12-15", 12, Months, "2026-12-15");
}

/// §§ 187 Abs. 2, 188 Abs. 2, 3 BGB: the end is the day before the one that matches.
#[test]
fn the_day_itself() {
    check(itself("DE"), "2026-04-01", 1, Years, "2027-03-31"); // a lease
    check(itself("DE"), "2023-01-01", 3, Years, "2025-12-31"); // limitation, § 199 BGB
    check(itself("DE"), "2008-02-29", 18, Years, "2026-02-28"); // an age
    check(itself("DE"), "2008-03-01", 18, Years, "2026-02-28");
    check(itself("DE"), "2026-03-01", 1, Months, "2026-03-31");
    check(itself("DE"), "2026-02-01", 1, Months, "2026-02-28");
    check(itself("DE"), "2026-01-29", 1, Months, "2026-02-28");
    check(itself("DE"), "2026-01-30", 1, Months, "2026-02-28");
    check(itself("DE"), "2026-01-31", 1, Months, "2026-02-28"); // not the 27th
    check(itself("DE"), "2024-01-31", 1, Months, "2024-02-29");
    check(itself("DE"), "2024-01-29", 1, Months, "2024-02-28");
    check(itself("DE"), "2026-03-02", 1, Weeks, "2026-03-08"); // Monday to Sunday
    check(itself("DE"), "2026-03-02", 1, Days, "2026-03-02");
    check(Rule { roll: true, ..itself("DE") }, "2026-03-02", 1, Weeks, "2026-03-09");
}

/// The same period ends on another day elsewhere.
#[test]
fn regions_differ() {
    for (region, expected) in
        [("DE-BE", "2026-01-06"), ("DE-BY", "2026-01-07"), ("AT", "2026-01-07"), ("FR", "2026-01-06")]
    {
        check(of(region), "2025-12-23", 2, Weeks, expected);
    }
    for (region, expected) in [("DE-SN", "2026-11-19"), ("DE-TH", "2026-11-18")] {
        check(of(region), "2026-11-04", 2, Weeks, expected);
    }
    // 24 and 31 December are working days, as many as there are who hold otherwise.
    check(of("DE-BY"), "2025-12-10", 2, Weeks, "2025-12-24");
    check(of("DE-BY"), "2025-12-17", 2, Weeks, "2025-12-31");
    check(of("AT"), "2026-03-20", 2, Weeks, "2026-04-07"); // Good Friday
    check(of("CH"), "2026-07-22", 10, Days, "2026-08-03"); // the national day, a Saturday
    check(of("CH"), "2022-01-26", 3, Months, "2022-04-26"); // BGE 150 III 367, without the court holidays
    check(of("FR"), "2026-01-31", 1, Months, "2026-03-02"); // 28 February is a Saturday
    check(of("US"), "2026-06-04", 30, Days, "2026-07-06"); // 4 July is a Saturday
    check(of("US"), "2026-06-12", 21, Days, "2026-07-06"); // 3 July stands for it
    check(of("US"), "2021-12-10", 21, Days, "2022-01-03"); // 31 December for the next New Year's Day
}

/// "At least": in Germany the whole period lies between, in the United States the day so long before is in time.
#[test]
fn before_the_trigger() {
    check(before("DE-BE"), "2026-05-15", 1, Weeks, "2026-05-07"); // Friday: Thursday of the week before
    check(before("DE-BE"), "2026-03-12", 3, Days, "2026-03-06"); // the 8th is a Sunday and a holiday
    check(before("DE-BE"), "2026-03-13", 3, Days, "2026-03-09");
    check(before("DE-BE"), "2026-04-15", 1, Weeks, "2026-04-07");
    check(before("DE-BE"), "2026-04-14", 1, Weeks, "2026-04-02"); // Easter Monday: back over four days
    check(before("DE-BE"), "2026-05-15", 1, Months, "2026-04-14");
    check(before("DE-BE"), "2026-03-31", 1, Months, "2026-02-27"); // matching 28 February, the day before
    check(before("DE-BE"), "2027-03-31", 1, Years, "2026-03-30");
    check(before("US"), "2026-07-20", 14, Days, "2026-07-06");
    check(before("US"), "2026-07-10", 7, Days, "2026-07-02"); // 3 July stands for the 4th
    check(before("US"), "2026-03-31", 1, Months, "2026-02-27"); // 28 February is a Saturday
}

#[test]
fn rolling_is_turned_off() {
    let off = Rule { roll: false, ..of("DE-BE") };
    check(off.clone(), "2026-01-10", 1, Weeks, "2026-01-17");
    check(Rule { direction: Before, ..off.clone() }, "2026-03-12", 3, Days, "2026-03-08");
    assert_eq!(
        steps(&terms(off, "2026-02-22", 2, Weeks))[2..],
        [r#"2026-03-08 NotRolled(Holiday { name: "Internationaler Frauentag", court: false }) -"#]
    );
}

#[test]
fn steps_tell_all_that_happened() {
    assert_eq!(
        steps(&terms(of("DE-BE"), "2025-03-18", 1, Months)),
        [
            "2025-03-19 Starts(DayAfter) § 187 Abs. 1 BGB",
            "2025-04-18 Ends(Matching) § 188 Abs. 2 BGB",
            r#"2025-04-18 Closed(Holiday { name: "Karfreitag", court: false }) § 193 BGB, § 222 Abs. 2 ZPO"#,
            "2025-04-19 Closed(Saturday) § 193 BGB, § 222 Abs. 2 ZPO",
            "2025-04-20 Closed(Sunday) § 193 BGB, § 222 Abs. 2 ZPO",
            r#"2025-04-21 Closed(Holiday { name: "Ostermontag", court: false }) § 193 BGB, § 222 Abs. 2 ZPO"#,
            "2025-04-22 Moves -",
        ]
    );
    assert_eq!(
        steps(&terms(of("DE-BE"), "2026-03-31", 1, Months)),
        [
            "2026-04-01 Starts(DayAfter) § 187 Abs. 1 BGB",
            "2026-04-30 Ends(MonthsLast) § 188 Abs. 3 BGB",
            "2026-04-30 Working -",
        ]
    );
    assert_eq!(
        steps(&terms(itself("DE"), "2026-01-30", 1, Months)),
        [
            "2026-01-30 Starts(DayItself) § 187 Abs. 2 BGB",
            "2026-02-28 Ends(MonthsLast) § 188 Abs. 3 BGB",
            "2026-02-28 NotRolled(Saturday) -",
        ]
    );
    assert_eq!(
        steps(&terms(itself("DE"), "2026-01-29", 1, Months))[1],
        "2026-02-28 Ends(DayBeforeMatching) § 188 Abs. 2 BGB"
    );
    assert_eq!(
        steps(&terms(of("AT"), "2026-03-20", 2, Weeks))[1..4],
        [
            "2026-04-03 Ends(Matching) § 902 Abs. 2 ABGB, § 125 Abs. 2 öZPO",
            r#"2026-04-03 Closed(Holiday { name: "Karfreitag", court: true }) § 126 Abs. 2 öZPO, Art. 5 EuFrÜb (BGBl. Nr. 254/1983)"#,
            "2026-04-04 Closed(Saturday) § 126 Abs. 2 öZPO, Art. 5 EuFrÜb (BGBl. Nr. 254/1983)",
        ]
    );
    assert_eq!(
        steps(&terms(before("US"), "2026-07-10", 7, Days)),
        [
            "2026-07-09 Starts(DayAfter) Fed. R. Civ. P. 6(a)(1)(A)",
            "2026-07-03 Ends(Counted) -",
            r#"2026-07-03 Closed(Holiday { name: "Independence Day", court: false }) Fed. R. Civ. P. 6(a)(5)"#,
            "2026-07-02 Moves -",
        ]
    );
}

/// No other law than the German says how a period ends whose first day counts.
#[test]
fn what_no_law_says_has_no_source() {
    for region in ["AT", "CH", "FR", "US"] {
        let found = compute(&terms(itself(region), "2026-03-02", 1, Months)).unwrap();
        assert!(found.date == day("2026-04-01") && found.steps.iter().all(|step| step.source.is_none()), "{region}");
        let usual = compute(&terms(of(region), "2026-03-02", 10, Days)).unwrap();
        assert!(usual.steps[1].source.is_some() && usual.steps[2].source.is_some(), "{region}");
    }
}

/// What holds in a part is told, and counts once somebody says that it holds there.
#[test]
fn local_holidays() {
    let augsburg = terms(of("DE-BY"), "2025-07-25", 2, Weeks); // 8 August, a Friday
    let told = r#"2025-08-08 Partial { name: "Augsburger Friedensfest", place: "in the city of Augsburg" } -"#;
    assert_eq!(steps(&augsburg)[2..], ["2025-08-08 Working -", told]);
    let rule = Rule { local_holidays: [day("2025-08-08")].into(), ..of("DE-BY") };
    assert_eq!(
        steps(&terms(rule, "2025-07-25", 2, Weeks))[2..],
        [
            "2025-08-08 Closed(LocalHoliday) § 193 BGB, § 222 Abs. 2 ZPO",
            "2025-08-09 Closed(Saturday) § 193 BGB, § 222 Abs. 2 ZPO",
            "2025-08-10 Closed(Sunday) § 193 BGB, § 222 Abs. 2 ZPO",
            "2025-08-11 Moves -",
        ]
    );
}

#[test]
fn pre_deadlines_move_back() {
    let periods = [(1, Weeks), (3, Days), (1, Months)].map(|(value, unit)| Period::new(value, unit).unwrap());
    let found =
        compute(&Terms { pre_deadlines: periods.to_vec(), ..terms(of("DE-BE"), "2026-04-13", 2, Weeks) }).unwrap();
    assert_eq!(found.date, day("2026-04-27"));
    let days: Vec<_> = found.pre_deadlines.iter().map(|pre| (pre.period, pre.counted, pre.date)).collect();
    assert_eq!(
        days,
        [
            (periods[0], day("2026-04-20"), day("2026-04-20")),
            (periods[1], day("2026-04-24"), day("2026-04-24")),
            (periods[2], day("2026-03-27"), day("2026-03-27")),
        ]
    );
    let found =
        compute(&Terms { pre_deadlines: periods.to_vec(), ..terms(of("DE-BE"), "2026-03-30", 2, Weeks) }).unwrap();
    let days: Vec<_> = found.pre_deadlines.iter().map(|pre| pre.date).collect();
    assert_eq!(days, [day("2026-04-02"), day("2026-04-10"), day("2026-03-13")]); // over Easter, over nothing
}

#[test]
fn the_last_minute() {
    let found = compute(&terms(of("DE-BE"), "2026-03-02", 1, Months)).unwrap();
    let at = |zone: &str| found.instant(&Zone::named(zone).unwrap()).to_string();
    assert_eq!((found.date, at("Europe/Berlin").as_str()), (day("2026-04-02"), "2026-04-02T21:59:00Z"));
    assert_eq!(at("America/New_York"), "2026-04-03T03:59:00Z");
}

#[test]
fn what_cannot_be_computed_names_its_field() {
    let error = |terms: &Terms| compute(terms).unwrap_err().field();
    assert_eq!(error(&terms(of("DE"), "1990-12-31", 1, Days)), "trigger.date");
    assert_eq!(error(&terms(of("DE"), "9999-12-31", 1, Days)), "trigger.date");
    assert_eq!(error(&terms(of("DE"), "2149-12-31", 2, Years)), "period");
    assert_eq!(error(&terms(before("DE"), "1991-01-15", 1, Months)), "period");
    // 31 December 2150 is a Thursday; a holiday there moves the deadline out.
    let rule = Rule { local_holidays: [day("2150-12-31")].into(), ..of("DE") };
    check(of("DE"), "2150-12-30", 1, Days, "2150-12-31");
    assert_eq!(error(&terms(rule, "2150-12-30", 1, Days)), "period");
    for region in ["AT", "CH", "FR"] {
        assert_eq!(error(&terms(before(region), "2026-03-02", 1, Weeks)), "rule.direction");
    }
    assert_eq!(error(&terms(Rule { start: DayItself, ..before("DE") }, "2026-03-02", 1, Weeks)), "rule.start");
    let pre = Terms { pre_deadlines: vec![Period::new(1, Years).unwrap()], ..terms(of("DE"), "1991-06-03", 1, Days) };
    assert_eq!(error(&pre), "period");
}

/// For every day of two years, every region and many periods: what every rolled deadline is.
#[test]
fn every_deadline_is_a_working_day_as_near_as_can_be() {
    let periods = [(1, Days), (1, Weeks), (10, Days), (2, Weeks), (1, Months), (3, Months), (1, Years)];
    let first = day("2024-01-01");
    for region in Region::ALL {
        let closed: Vec<Date> = (2022..=2027)
            .flat_map(|year| holidays(*region, year).unwrap())
            .filter(Holiday::counts)
            .map(|holiday| holiday.date)
            .collect();
        let working =
            |day: Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !closed.contains(&day);
        for trigger in first.series(jiff::Span::new().days(1)).take(731) {
            let mut last: Option<Date> = None;
            for (value, unit) in periods {
                let all = [Rule::of(*region), Rule { direction: Before, ..Rule::of(*region) }];
                for rule in all {
                    let roll = |roll| {
                        let rule = Rule { roll, ..rule.clone() };
                        compute(&terms(rule, &trigger.to_string(), value, unit)).map(|found| found.date)
                    };
                    let (Ok(rolled), Ok(end)) = (roll(true), roll(false)) else { continue };
                    assert!(working(rolled), "{region} {trigger} {value} {unit:?}: {rolled} is no working day");
                    if rule.direction == Before {
                        assert!(rolled <= end && end < trigger);
                        continue;
                    }
                    assert!(trigger < end && end <= rolled, "{region} {trigger} {value} {unit:?}");
                    let between = end.series(jiff::Span::new().days(1)).take_while(|day| *day < rolled);
                    assert!(between.into_iter().all(|day| !working(day)), "{region} {trigger}: {rolled} is too late");
                    assert!(matches!(unit, Days | Weeks) || end.day() == trigger.day() || end == end.last_of_month());
                    // A longer period never ends earlier.
                    assert!(last.is_none_or(|last| last <= rolled), "{region} {trigger}");
                    last = Some(rolled);
                }
            }
        }
    }
}
