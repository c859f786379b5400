//! A recurrence calculator: iCalendar text in, iCalendar text out.

use crate::time::{Timestamp, Zone, civil::Time};

use super::{
    budget::Budget,
    expand::Window,
    property::{self, exdates, rdates, rrule},
    set::{Anchor, Recurrence},
    value::{self, Value},
};

/// How many instances an answer has when nothing else is asked for.
pub const DEFAULT_LIMIT: usize = 1000;

/// A question: the times of one series, written as in iCalendar.
#[derive(Debug, Clone, Copy, Default)]
pub struct Question<'q> {
    /// DTSTART: `19970902T090000`, `19970902T090000Z` or `19970902`; its parameters may stand before it.
    pub dtstart: &'q str,
    /// The IANA name of its zone; none for UTC and for floating times.
    pub tzid: Option<&'q str>,
    /// RRULE values.
    pub rrule: &'q [String],
    /// RDATE values, with their parameters if they have any: `;VALUE=DATE:19970902`.
    pub rdate: &'q [String],
    /// EXDATE values, likewise.
    pub exdate: &'q [String],
    /// The first start wanted.
    pub from: Option<&'q str>,
    /// The first start no longer wanted.
    pub to: Option<&'q str>,
    /// How many at most; [`DEFAULT_LIMIT`] when none.
    pub limit: Option<usize>,
    /// Whether DTSTART is an instance even where no rule matches it; yes when none.
    pub dtstart_always: Option<bool>,
}

/// The answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The starts of the instances in the form of DTSTART: wall times in its zone, with `Z` in UTC, or dates.
    pub instances: Vec<String>,
    /// Whether there are more.
    pub truncated: bool,
}

/// Answers a question, or says in a sentence why it cannot.
///
/// ```
/// use kalends_domain::recurrence::{Budget, calculator::{Question, answer}};
///
/// let question = Question {
///     dtstart: "19970902T090000",
///     tzid: Some("America/New_York"),
///     rrule: &["FREQ=WEEKLY;BYDAY=TU,TH".to_owned()],
///     exdate: &["19970904T090000".to_owned()],
///     limit: Some(2),
///     ..Question::default()
/// };
/// let answer = answer(&question, &mut Budget::default())?;
/// assert_eq!(answer.instances, ["19970902T090000", "19970909T090000"]);
/// assert!(answer.truncated);
/// # Ok::<(), String>(())
/// ```
pub fn answer(question: &Question<'_>, budget: &mut Budget) -> Result<Answer, String> {
    let (anchor, form) = anchor(question)?;
    let rules = question
        .rrule
        .iter()
        .map(|line| rrule(line))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    let mut added = Vec::new();
    for line in question.rdate {
        added.extend(rdates(line, &anchor).map_err(|error| error.to_string())?);
    }
    let mut removed = Vec::new();
    for line in question.exdate {
        removed.extend(exdates(line, &anchor).map_err(|error| error.to_string())?);
    }
    let instant = |name: &str, text: Option<&str>| {
        text.map(|text| bound(text, &anchor).map_err(|error| format!("{name}: {error}"))).transpose()
    };
    let window = Window { from: instant("from", question.from)?, to: instant("to", question.to)? };
    let always = question.dtstart_always.unwrap_or(true);
    let recurrence =
        Recurrence::counting(&anchor, rules, added, removed, always, budget).map_err(|error| error.to_string())?;
    let limit = question.limit.unwrap_or(DEFAULT_LIMIT);
    let found = recurrence.expand(&anchor, window, limit, budget).map_err(|error| error.to_string())?;
    let text = |start: Timestamp| match form {
        Form::Utc => value::utc(start),
        Form::Local => value::local(anchor.zone.civil(start)),
        Form::Date => value::date(anchor.zone.civil(start).date()),
    };
    Ok(Answer {
        instances: found.items.iter().map(|instance| text(instance.start)).collect(),
        truncated: found.truncated,
    })
}

/// How the times of an answer are written.
#[derive(Clone, Copy)]
enum Form {
    Utc,
    Local,
    Date,
}

fn anchor(question: &Question<'_>) -> Result<(Anchor, Form), String> {
    let (parameters, text) = property::split("DTSTART", question.dtstart).map_err(|error| error.to_string())?;
    let zone = match question.tzid.or(parameters.tzid()) {
        Some(name) => Zone::named(name).map_err(|error| format!("tzid: {error}"))?,
        None => Zone::utc(),
    };
    let value = Value::parse(text.trim()).map_err(|error| format!("dtstart: {error}"))?;
    let (start, form) = match value {
        Value::Date(date) => (date.to_datetime(Time::midnight()), Form::Date),
        Value::Local(local) => (local, Form::Local),
        // An instant recurs in UTC, unless a zone is named for it.
        Value::Utc(instant) => (zone.civil(instant), Form::Utc),
    };
    let all_day = matches!(form, Form::Date);
    let anchor = Anchor {
        start,
        // Days have no clock, and so no zone; without one none can be skipped.
        zone: if all_day { Zone::utc() } else { zone },
        all_day,
    };
    Ok((anchor, form))
}

fn bound(text: &str, anchor: &Anchor) -> Result<Timestamp, String> {
    Ok(match Value::parse(text.trim())? {
        Value::Date(date) => anchor.zone.resolve(date.to_datetime(Time::midnight())),
        Value::Local(local) => anchor.zone.resolve(local),
        Value::Utc(instant) => instant,
    })
}
