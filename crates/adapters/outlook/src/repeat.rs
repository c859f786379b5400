//! Recurrence: Outlook's patterns and ranges, and the rules of RFC 5545 that say the same.

use jiff::civil::{Date, Weekday};
use kalends_domain::event::Span;
use kalends_domain::recurrence::{Budget, ByDay, Freq, Limit, Recurrence, Rule, Until};
use serde_json::{Map, Value, json};

use crate::wire;

const DAYS: [(&str, &str, Weekday); 7] = [
    ("monday", "MO", Weekday::Monday),
    ("tuesday", "TU", Weekday::Tuesday),
    ("wednesday", "WE", Weekday::Wednesday),
    ("thursday", "TH", Weekday::Thursday),
    ("friday", "FR", Weekday::Friday),
    ("saturday", "SA", Weekday::Saturday),
    ("sunday", "SU", Weekday::Sunday),
];
const INDEXES: [(&str, i16); 5] = [("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("last", -1)];
/// Every month has these days. Where a month lacks a later one, Outlook takes its last day, and RFC 5545 none.
const EVERY_MONTH_HAS: u8 = 28;

/// The rule of a pattern. A reader goes on after "it ".
pub(crate) fn rule(recurrence: &wire::Recurrence) -> Result<Rule, String> {
    let odd = || "recurs in a way that is not understood".to_owned();
    let text = text(&recurrence.pattern, &recurrence.range).ok_or_else(odd)?;
    text.parse().map_err(|_| odd())
}

fn text(pattern: &wire::Pattern, range: &wire::Range) -> Option<String> {
    let days = || {
        let short = |name: &String| DAYS.iter().find(|(known, ..)| known == name).map(|(_, short, _)| *short);
        let days: Option<Vec<&str>> = pattern.days_of_week.as_ref()?.iter().map(short).collect();
        days.filter(|days| !days.is_empty()).map(|days| days.join(","))
    };
    let positioned = || {
        let index = pattern.index.as_deref().unwrap_or("first");
        let (_, position) = INDEXES.iter().find(|(known, _)| *known == index)?;
        Some(format!("BYDAY={};BYSETPOS={position}", days()?))
    };
    let day = || match pattern.day_of_month? {
        day @ 1..=EVERY_MONTH_HAS => Some(format!("BYMONTHDAY={day}")),
        day @ 29..=31 => {
            let days: Vec<String> = (EVERY_MONTH_HAS..=day).map(|day| day.to_string()).collect();
            Some(format!("BYMONTHDAY={};BYSETPOS=-1", days.join(",")))
        }
        _ => None,
    };
    let rule = match pattern.kind.as_str() {
        "daily" => "FREQ=DAILY".to_owned(),
        "weekly" => {
            let first = pattern.first_day_of_week.as_deref().unwrap_or("sunday");
            let (_, first, _) = DAYS.iter().find(|(known, ..)| *known == first)?;
            format!("FREQ=WEEKLY;BYDAY={};WKST={first}", days()?)
        }
        "absoluteMonthly" => format!("FREQ=MONTHLY;{}", day()?),
        "relativeMonthly" => format!("FREQ=MONTHLY;{}", positioned()?),
        "absoluteYearly" => format!("FREQ=YEARLY;BYMONTH={};{}", pattern.month?, day()?),
        "relativeYearly" => format!("FREQ=YEARLY;BYMONTH={};{}", pattern.month?, positioned()?),
        _ => return None,
    };
    let limit = match range.kind.as_str() {
        "noEnd" => String::new(),
        "numbered" => format!(";COUNT={}", range.number_of_occurrences?),
        "endDate" => format!(";UNTIL={}", range.end_date.as_deref()?.parse::<Date>().ok()?.strftime("%Y%m%d")),
        _ => return None,
    };
    Some(format!("{rule};INTERVAL={}{limit}", pattern.interval.unwrap_or(1)))
}

/// The pattern and range of a recurrence, without its EXDATEs. Refused, in words that follow "Outlook cannot ", where
/// there are none.
pub(crate) fn patterned(recurrence: &Recurrence, span: &Span) -> Result<Value, String> {
    let [bounded] = recurrence.rules() else { return Err("repeat by several rules".to_owned()) };
    if !recurrence.rdates().is_empty() {
        return Err("add single dates to a series".to_owned());
    }
    let anchor = span.anchor();
    let own = Recurrence::restore(recurrence.rules().to_vec(), Vec::new(), Vec::new()).with_dtstart_always(false);
    if !matches!(own.instance_at(&anchor, span.starts_at(), &mut Budget::default()), Ok(Some(_))) {
        return Err("begin a series where its rule has no occurrence".to_owned());
    }
    let rule = bounded.rule();
    let mut pattern = pattern(rule, span.start.date()).ok_or_else(|| format!("repeat by {}", rule.text()))?;
    pattern.insert("interval".to_owned(), json!(rule.interval()));
    let first = span.start.date().to_string();
    let range = match rule.limit() {
        Limit::Count(count) => json!({"type": "numbered", "startDate": first, "numberOfOccurrences": count}),
        Limit::Until(until) => json!({"type": "endDate", "startDate": first, "endDate": last(until, span).to_string()}),
        Limit::Endless => json!({"type": "noEnd", "startDate": first}),
    };
    Ok(json!({"pattern": pattern, "range": range}))
}

fn pattern(rule: &Rule, first: Date) -> Option<Map<String, Value>> {
    let others = [rule.by_second().len(), rule.by_minute().len(), rule.by_hour().len(), rule.by_year_day().len()];
    if others.iter().any(|&count| count > 0) || !rule.by_week_no().is_empty() {
        return None;
    }
    let name = |day: Weekday| DAYS.iter().find(|(.., known)| *known == day).map(|(name, ..)| *name);
    let plain: Vec<&ByDay> = rule.by_day().iter().filter(|it| it.nth.is_none()).collect();
    let days = || plain.iter().map(|it| name(it.day)).collect::<Option<Vec<_>>>();
    let made = match rule.freq() {
        Freq::Daily if rule.by_day().is_empty() && is_bare(rule) => json!({"type": "daily"}),
        Freq::Weekly if plain.len() == rule.by_day().len() && is_bare(rule) => {
            let days = if plain.is_empty() { vec![name(first.weekday())?] } else { days()? };
            json!({"type": "weekly", "daysOfWeek": days, "firstDayOfWeek": name(rule.week_start())?})
        }
        Freq::Monthly if rule.by_month().is_empty() => on(rule, first, "absoluteMonthly", "relativeMonthly")?,
        Freq::Yearly => {
            let month = match rule.by_month() {
                [] if rule.by_day().is_empty() => u8::try_from(first.month()).ok()?,
                [month] => *month,
                _ => return None,
            };
            let mut made = on(rule, first, "absoluteYearly", "relativeYearly")?;
            made["month"] = json!(month);
            made
        }
        _ => return None,
    };
    made.as_object().cloned()
}

/// Without parts that choose days of a month or a year.
fn is_bare(rule: &Rule) -> bool {
    rule.by_month().is_empty() && rule.by_month_day().is_empty() && rule.by_set_pos().is_empty()
}

/// A day of the month, or a day of the week by its place in the month.
fn on(rule: &Rule, first: Date, absolute: &str, relative: &str) -> Option<Value> {
    let index = |wanted: i16| INDEXES.iter().find(|(_, known)| *known == wanted).map(|(name, _)| *name);
    let name = |day: Weekday| DAYS.iter().find(|(.., known)| *known == day).map(|(name, ..)| *name);
    let day = |day: i8| json!({"type": absolute, "dayOfMonth": day});
    let fits = |day: i8| (1..=EVERY_MONTH_HAS.cast_signed()).contains(&day);
    match (rule.by_day(), rule.by_month_day(), rule.by_set_pos()) {
        ([], [], []) => Some(first.day()).filter(|it| fits(*it)).map(day),
        ([], [-1], []) => Some(day(31)),
        ([], [it], []) => Some(*it).filter(|it| fits(*it)).map(day),
        // The last of the 28th to this day: what a later day means to Outlook.
        ([], [28, .., last @ 29..=31], [-1]) if rule.by_month_day().len() == usize::from(last.cast_unsigned()) - 27 => {
            Some(day(*last))
        }
        ([one], [], []) => {
            Some(json!({"type": relative, "index": index(one.nth?.into())?, "daysOfWeek": [name(one.day)?]}))
        }
        (days, [], [position]) if !days.is_empty() && days.iter().all(|it| it.nth.is_none()) => {
            let names = days.iter().map(|it| name(it.day)).collect::<Option<Vec<_>>>()?;
            Some(json!({"type": relative, "index": index(*position)?, "daysOfWeek": names}))
        }
        _ => None,
    }
}

/// The last day on which an occurrence may begin.
fn last(until: Until, span: &Span) -> Date {
    let wall = match until {
        Until::Date(date) => return date,
        Until::Local(wall) => wall,
        Until::Utc(at) => span.zone.civil(at),
    };
    if span.is_all_day() || wall.time() >= span.start.time() {
        wall.date()
    } else {
        wall.date().yesterday().unwrap_or(wall.date())
    }
}
