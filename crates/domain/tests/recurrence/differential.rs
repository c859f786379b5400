//! The same random rules, given to crate `rrule`.
//!
//! It is an oracle, not a law: where we differ on purpose, the difference is a test below, and the generator stays
//! clear of it. Rules are compared in UTC, for that crate loses and doubles instances where clocks change.

use crate::harness::{anchor, first, strict};
use rrule::RRuleSet;

/// A generator whose rules are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        // A linear congruential generator: plain, and random enough for this.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn number(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below(u64::try_from(high - low + 1).unwrap())).unwrap()
    }

    fn part(&mut self, name: &str, low: i64, high: i64, negative: bool) -> String {
        let mut list = Vec::new();
        for _ in 0..=self.below(3) {
            let number = self.number(low, high);
            list.push(if negative && self.chance(35) { -number } else { number }.to_string());
        }
        list.sort_unstable();
        list.dedup();
        format!(";{name}={}", list.join(","))
    }

    fn weekdays(&mut self, numbers: i64) -> String {
        let mut list = Vec::new();
        for _ in 0..=self.below(3) {
            let day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][usize::try_from(self.below(7)).unwrap()];
            let nth = self.number(1, numbers.max(1)) * if self.chance(40) { -1 } else { 1 };
            list.push(if numbers > 0 { format!("{nth}{day}") } else { day.to_owned() });
        }
        list.sort_unstable();
        list.dedup();
        format!(";BYDAY={}", list.join(","))
    }

    fn rule(&mut self) -> String {
        let freq = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"][usize::try_from(self.below(5)).unwrap()];
        let mut rule = format!("FREQ={freq}");
        let mut parts = 0;
        let mut add = |rule: &mut String, part: String| {
            rule.push_str(&part);
            parts += 1;
        };
        if self.chance(40) {
            rule.push_str(";INTERVAL=");
            rule.push_str(&self.number(2, 5).to_string());
        }
        let yearly = freq == "YEARLY";
        let month = self.chance(30);
        if month {
            add(&mut rule, self.part("BYMONTH", 1, 12, false));
        }
        let year_day = (yearly || freq == "HOURLY") && self.chance(20);
        if year_day {
            add(&mut rule, self.part("BYYEARDAY", 1, 366, true));
        }
        if freq != "WEEKLY" && (!yearly || month) && self.chance(30) {
            add(&mut rule, self.part("BYMONTHDAY", 1, 31, true));
        }
        if self.chance(40) {
            let numbers = match freq {
                "MONTHLY" if self.chance(50) => 5,
                "YEARLY" if self.chance(50) => {
                    if month {
                        5
                    } else {
                        50
                    }
                }
                _ => 0,
            };
            add(&mut rule, self.weekdays(numbers));
        }
        if freq != "HOURLY" && self.chance(20) {
            add(&mut rule, self.part("BYHOUR", 0, 23, false));
        }
        if self.chance(20) {
            add(&mut rule, self.part("BYMINUTE", 0, 59, false));
        }
        if parts > 0 && freq != "WEEKLY" && self.chance(20) {
            rule.push_str(&self.part("BYSETPOS", 1, 4, true));
        }
        if self.chance(25) {
            rule.push_str(";WKST=SU");
        }
        rule
    }
}

fn theirs(rule: &str, start: &str, limit: u16) -> Option<Vec<String>> {
    let text = format!("DTSTART:{start}Z\nRRULE:{rule}");
    let set: RRuleSet = text.parse().ok()?;
    let found = set.all(limit);
    let complete = found.dates.len() == usize::from(limit);
    let show = |date: &chrono::DateTime<rrule::Tz>| date.format("%Y-%m-%dT%H:%M:%S").to_string();
    // It gives up on long stretches without an instance; then there is nothing to compare.
    complete.then(|| found.dates.iter().map(show).collect())
}

fn ours(rule: &str, start: &str, limit: usize) -> Vec<String> {
    let anchor = anchor(start, "UTC");
    let series = strict(&anchor, &[rule]);
    first(&series, &anchor, limit).iter().map(|it| it.civil.to_string()).collect()
}

#[test]
fn random_rules_agree() {
    let mut dice = Dice(5545);
    let mut compared = 0;
    for _ in 0..1500 {
        let rule = dice.rule();
        let (year, month) = (dice.number(1995, 2030), dice.number(1, 12));
        let start = format!("{year}{month:02}{:02}T{:02}3000", dice.number(1, 28), dice.number(0, 23));
        let ours = ours(&rule, &start, 12);
        // Sparse rules take that crate seconds.
        let soon = |last: &String| last[..4].parse().is_ok_and(|last: i64| last < year + 8);
        if !ours.get(11).is_some_and(soon) {
            continue;
        }
        let Some(theirs) = theirs(&rule, &start, 12) else {
            continue;
        };
        assert_eq!(ours, theirs, "{rule} from {start}");
        compared += 1;
    }
    assert!(compared > 800, "only {compared} rules were comparable");
}

/// They differ on this rule, and this is what we say.
#[track_caller]
fn differs(rule: &str, start: &str, expected: &[&str]) {
    assert_eq!(ours(rule, start, expected.len()), expected);
    let limit = u16::try_from(expected.len()).unwrap();
    assert_ne!(theirs(rule, start, limit).unwrap_or_default(), expected, "no longer a difference");
}

/// Ours is libical's reading; theirs is any month.
#[test]
fn difference_day_of_month_without_month() {
    differs("FREQ=YEARLY;BYMONTHDAY=3", "19970902T090000", &["1997-09-03T09:00:00", "1998-09-03T09:00:00"]);
}

/// Ours is libical's reading; theirs is all seven days.
#[test]
fn difference_numbered_week_without_weekday() {
    differs("FREQ=YEARLY;BYWEEKNO=20", "19970902T090000", &["1998-05-12T09:00:00", "1999-05-18T09:00:00"]);
}

/// Ours is the sum of both; theirs asks for both at once.
#[test]
fn difference_weekdays_with_and_without_numbers() {
    differs("FREQ=MONTHLY;BYDAY=3MO,FR", "20240101T090000", &["2024-01-05T09:00:00", "2024-01-12T09:00:00"]);
}

/// The RFC's week begins with WKST; theirs, the first time, with DTSTART.
#[test]
fn difference_positions_in_the_first_week() {
    differs("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", "20240103T090000", &["2024-01-08T09:00:00"]);
}

/// 2022-01-01 ends week 52 of 2021; theirs forgets the days that the new year holds.
#[test]
fn difference_last_week_in_january() {
    differs(
        "FREQ=YEARLY;BYWEEKNO=52;BYDAY=SA,SU;BYMONTH=1",
        "20211201T090000",
        &["2022-01-01T09:00:00", "2022-01-02T09:00:00"],
    );
}
