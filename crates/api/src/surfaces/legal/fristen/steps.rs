//! How a deadline came about, told step by step.

use jiff::civil::Date;
use kalends_domain::deadline::{
    ClosedBy, Deadline, Direction, Ending, Period, Start, Step, Terms, TriggerKind, Unit, What,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A step of a computation.
#[derive(Serialize, ToSchema)]
#[schema(as = FristStep)]
pub(crate) struct StepJson {
    /// The day that it speaks of.
    #[schema(format = Date, example = "2026-02-28")]
    date: String,
    /// What is the matter with that day, for programs.
    #[schema(value_type = StepKind)]
    step: &'static str,
    /// The same, for people.
    #[schema(example = "It is a Saturday, on which no deadline ends.")]
    text: String,
    /// Where the law says so; null where no place is sure.
    #[schema(required = true, example = "§ 193 BGB, § 222 Abs. 2 ZPO")]
    source: Option<&'static str>,
    /// What the holiday on that day is called, if there is one.
    #[schema(required = true, example = json!(null))]
    holiday: Option<&'static str>,
}

/// What a step is about: the trigger, where the period starts and ends, days on which no deadline ends, where it moves
/// from them, a working day on which it stays, one that is none and on which it stays as the rule says, and a holiday
/// that holds in a part of the region and is not counted.
#[derive(ToSchema)]
#[schema(as = FristStepKind, rename_all = "snake_case")]
#[allow(dead_code)] // documentation
pub(crate) enum StepKind {
    Trigger,
    Starts,
    Ends,
    Closed,
    Moves,
    Working,
    NotRolled,
    Partial,
}

/// All steps of a deadline.
pub(super) fn told(terms: &Terms, deadline: &Deadline) -> Vec<StepJson> {
    deadline.steps.iter().map(|step| one(terms, step)).collect()
}

fn one(terms: &Terms, step: &Step) -> StepJson {
    let Step { date, what, source } = *step;
    let back = terms.rule.direction == Direction::Before;
    let weekday = date.strftime("%A");
    let (step, text) = match what {
        What::Trigger(kind) => ("trigger", trigger(kind).to_owned()),
        What::Starts(start) => ("starts", starts(start, back).to_owned()),
        What::Ends(ending) => ("ends", ends(terms.period, ending, date, back)),
        What::Closed(by) => ("closed", format!("{}, on which no deadline ends.", closed(by))),
        What::Moves if back => ("moves", format!("The deadline moves to this {weekday}, the last working day before.")),
        What::Moves => ("moves", format!("The deadline moves to this {weekday}, the next working day.")),
        What::Working => ("working", format!("It is a {weekday} and a working day: the deadline stays.")),
        What::NotRolled(by) => ("not_rolled", format!("{}, but the rule does not move the deadline.", closed(by))),
        What::Partial { name, place } => (
            "partial",
            format!("{name} is a holiday {place}. It is not counted; where it holds, name this day in local_holidays."),
        ),
    };
    StepJson { date: date.to_string(), step, text, source, holiday: holiday(what) }
}

fn trigger(kind: TriggerKind) -> &'static str {
    match kind {
        TriggerKind::Date => "The period is counted from this day.",
        TriggerKind::Event => "The event is on this day.",
        TriggerKind::Service => "The document is served on this day.",
    }
}

fn starts(start: Start, back: bool) -> &'static str {
    match start {
        Start::DayAfter if back => "The day of the trigger is not counted; the period is counted back from here.",
        Start::DayAfter => "The day of the trigger is not counted; the period begins here.",
        Start::DayItself => "The day of the trigger is counted; the period begins with it.",
    }
}

fn ends(period: Period, ending: Ending, date: Date, back: bool) -> String {
    let long = in_words(period);
    let how = match (ending, period.unit()) {
        (Ending::Counted, _) if back => format!("At least {long} lie between this day and the trigger"),
        (Ending::Counted, _) => format!("The period of {long} ends here"),
        (Ending::Matching, Unit::Weeks) => {
            format!("The period of {long} ends on the same weekday, a {}", date.strftime("%A"))
        }
        (Ending::Matching, _) => format!("The period of {long} ends on the day of the same number"),
        (Ending::DayBeforeMatching, Unit::Weeks) => {
            format!("The period of {long} ends on the day before the same weekday")
        }
        (Ending::DayBeforeMatching, _) => {
            format!("The period of {long} ends on the day before the one of the same number")
        }
        (Ending::MonthsLast, _) => {
            format!("The period of {long} ends on the month's last day, for the month is too short")
        }
    };
    if back { format!("{how}: it is the last on which to act.") } else { format!("{how}.") }
}

/// `1 month`, `10 days`.
fn in_words(period: Period) -> String {
    let unit = period.unit().as_str();
    let unit = if period.value() == 1 { unit.trim_end_matches('s') } else { unit };
    format!("{} {unit}", period.value())
}

fn closed(by: ClosedBy) -> String {
    match by {
        ClosedBy::Saturday => "It is a Saturday".to_owned(),
        ClosedBy::Sunday => "It is a Sunday".to_owned(),
        ClosedBy::Holiday { name, court: false } => format!("It is a public holiday, {name}"),
        ClosedBy::Holiday { name, court: true } => format!("It is {name}, which counts like a public holiday"),
        ClosedBy::LocalHoliday => "It is one of the local_holidays".to_owned(),
    }
}

fn holiday(what: What) -> Option<&'static str> {
    match what {
        What::Closed(ClosedBy::Holiday { name, .. })
        | What::NotRolled(ClosedBy::Holiday { name, .. })
        | What::Partial { name, .. } => Some(name),
        _ => None,
    }
}
