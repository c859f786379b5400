//! RRULE, RDATE and EXDATE (RFC 5545, section 3.8.5).

use std::collections::BTreeSet;

use jiff::{SignedDuration, civil::Date};
use kalends_domain::event::{DATES_MAX, Span};
use kalends_domain::recurrence::{Budget, ExDate, Limit, RDate, Recurrence, Rule, Until, Window};
use kalends_domain::time::{Zone, civil::DateTime};

use super::time::Form;

/// The RRULE, RDATE and EXDATE lines of a series that begins with `span`, unfolded and without line breaks, for whoever
/// takes them outside a file.
///
/// ```
/// use kalends_domain::event::{Span, recurrence};
/// use kalends_domain::time::Zone;
///
/// let zone = Zone::named("Europe/Berlin")?;
/// let span = Span::timed("2026-03-02T09:00:00Z".parse()?, "2026-03-02T10:00:00Z".parse()?, zone)?;
/// let series = recurrence(&span, vec!["FREQ=DAILY;UNTIL=20260304".parse()?], vec![], vec![])?;
/// assert_eq!(kalends_ical::recurrence_lines(&series, &span), ["RRULE:FREQ=DAILY;UNTIL=20260304T225959Z"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn recurrence_lines(series: &Recurrence, span: &Span) -> Vec<String> {
    let mut text = String::new();
    recurrence(series, span, &mut text);
    text.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

pub(super) fn recurrence(recurrence: &Recurrence, span: &Span, out: &mut String) {
    for bounded in recurrence.rules() {
        super::line::Line::new("RRULE").value(&until_as_dtstart(bounded.rule(), span).text(), out);
    }
    rdates(recurrence.rdates(), span, out);
    exdates(recurrence, span, out);
}

/// The rule with UNTIL as RFC 5545, section 3.3.10, has it: a date in a series of dates, else an instant in UTC.
fn until_as_dtstart(rule: &Rule, span: &Span) -> Rule {
    let Limit::Until(until) = rule.limit() else { return rule.clone() };
    let until = if span.is_all_day() {
        Until::Date(match until {
            Until::Date(date) => date,
            Until::Local(wall) => wall.date(),
            Until::Utc(at) => Zone::utc().civil(at).date(),
        })
    } else {
        Until::Utc(match until {
            Until::Date(date) => span.zone.resolve(date.at(23, 59, 59, 0)),
            Until::Local(wall) => span.zone.resolve(wall),
            Until::Utc(at) => at,
        })
    };
    rule.clone().with_limit(Limit::Until(until))
}

fn rdates(rdates: &[RDate], span: &Span, out: &mut String) {
    let form = Form::of(span);
    let (mut plain, mut periods) = (Vec::new(), Vec::new());
    // They are in order; of two with one start the last is the longer, which counts.
    for rdate in rdates.chunk_by(|a, b| a.start == b.start).filter_map(<[RDate]>::last) {
        let start = form.value(rdate.start);
        match rdate.length {
            Some(length) if !span.is_all_day() => periods.push(format!("{start}/{}", duration(length))),
            // A period has times, and a series of dates none.
            _ => plain.push(start),
        }
    }
    if !plain.is_empty() {
        form.line("RDATE").value(&plain.join(","), out);
    }
    if !periods.is_empty() {
        form.line("RDATE").param("VALUE", "PERIOD").value(&periods.join(","), out);
    }
}

/// EXDATE. Other readers match a value of it with a start of the series only, so a day of a timed series is told as the
/// starts that it has.
fn exdates(recurrence: &Recurrence, span: &Span, out: &mut String) {
    let mut starts = BTreeSet::new();
    let mut days = BTreeSet::new();
    let whole = Recurrence::restore(recurrence.rules().to_vec(), recurrence.rdates().to_vec(), Vec::new())
        .with_dtstart_always(recurrence.dtstart_always());
    let budget = &mut Budget::default();
    for exdate in recurrence.exdates() {
        match *exdate {
            ExDate::At(wall) => _ = starts.insert(wall),
            ExDate::Day(day) if span.is_all_day() => _ = starts.insert(day.to_datetime(span.start.time())),
            ExDate::Day(day) => match starts_on(day, &whole, span, budget) {
                Some(found) if starts.len() + found.len() <= DATES_MAX => starts.extend(found),
                _ => _ = days.insert(day.to_datetime(span.start.time())),
            },
        }
    }
    for (form, walls) in [(Form::of(span), starts), (Form::Date, days)] {
        if !walls.is_empty() {
            let values: Vec<String> = walls.into_iter().map(|wall| form.value(wall)).collect();
            form.line("EXDATE").value(&values.join(","), out);
        }
    }
}

/// The wall times of a day at which the series starts; none when there are too many to tell.
fn starts_on(day: Date, series: &Recurrence, span: &Span, budget: &mut Budget) -> Option<Vec<DateTime>> {
    // A time that the clocks jump over lies after the jump, and none was longer than 26 hours.
    let from = span.zone.start_of_day(day);
    let window = Window { from: Some(from), to: from.checked_add(SignedDuration::from_hours(24 + 26)).ok() };
    let found = series.expand(&span.anchor(), window, DATES_MAX, budget).ok().filter(|found| !found.truncated)?;
    Some(found.items.iter().map(|it| it.civil).filter(|wall| wall.date() == day).collect())
}

/// A DURATION (RFC 5545, section 3.3.6): in minutes where they suffice.
fn duration(length: SignedDuration) -> String {
    let seconds = length.as_secs();
    if seconds % 60 == 0 { format!("PT{}M", seconds / 60) } else { format!("PT{seconds}S") }
}
