//! When an event is: DTSTART, DTEND, DURATION, RECURRENCE-ID and what makes it recur.

use jiff::{Timestamp, civil};
use kalends_domain::event::{InvalidSpan, Span, WRITE_BUDGET, recurrence_within};
use kalends_domain::recurrence::{Budget, Recurrence, Rule, Value, exdate, rdate};
use kalends_domain::time::Zone;

use super::component::{Property, Warnings};
use super::duration::Duration;
use super::outcome::OccurrenceId;
use super::text::short;
use super::zones::{Place, Zones};

/// Seconds in a day of 24 hours.
const DAY: i64 = 86_400;

/// Why a VEVENT is not taken.
pub(super) enum Failure {
    /// Nothing names this time zone yet; a VTIMEZONE further down may.
    Zone(String),
    /// What is wrong with it.
    Fault(String),
}

impl Failure {
    /// In words.
    pub(super) fn reason(self) -> String {
        match self {
            Self::Zone(reason) | Self::Fault(reason) => reason,
        }
    }
}

/// The lines that say when a VEVENT is.
#[derive(Default)]
pub(super) struct When<'c> {
    pub(super) dtstart: Option<Property<'c>>,
    pub(super) dtend: Option<Property<'c>>,
    pub(super) duration: Option<Property<'c>>,
    pub(super) recurrence_id: Option<Property<'c>>,
    pub(super) rrule: Vec<Property<'c>>,
    pub(super) rdate: Vec<Property<'c>>,
    pub(super) exdate: Vec<Property<'c>>,
}

/// A DATE or a DATE-TIME, and where it is.
struct Moment {
    value: Value,
    place: Place,
}

impl Moment {
    fn instant(&self) -> Timestamp {
        match self.value {
            Value::Date(date) => self.place.resolve(date.to_datetime(civil::Time::midnight())),
            Value::Local(wall) => self.place.resolve(wall),
            Value::Utc(instant) => instant,
        }
    }
}

/// How a VEVENT says where it ends.
enum End {
    At(Moment),
    After(Duration),
    Unsaid,
}

impl When<'_> {
    /// From its start to its end. The zone of dates and floating times is that of `zones`.
    pub(super) fn span(&self, zones: &mut Zones) -> Result<Span, Failure> {
        let Some(dtstart) = &self.dtstart else { return Err(Failure::Fault("DTSTART is missing".to_owned())) };
        let start = moment(dtstart, zones)?;
        let end = self.end(zones)?;
        let blamed = self.dtend.as_ref().or(self.duration.as_ref()).unwrap_or(dtstart);
        let span = match start.value {
            Value::Date(first) => days(first, &end, zones.local().clone()),
            _ => times(&start, &end),
        };
        span.map_err(|error| Failure::Fault(blamed.says(error)))
    }

    fn end(&self, zones: &mut Zones) -> Result<End, Failure> {
        if let Some(dtend) = &self.dtend {
            return moment(dtend, zones).map(End::At);
        }
        let Some(duration) = &self.duration else { return Ok(End::Unsaid) };
        let value = duration.line.value;
        match Duration::parse(value) {
            Some(lasts) if lasts.is_negative() => Err(Failure::Fault(duration.says("must not be negative"))),
            Some(lasts) => Ok(End::After(lasts)),
            None => Err(Failure::Fault(duration.says(format!("{:?} is not a duration such as PT1H30M", short(value))))),
        }
    }

    /// Which occurrence it is about, and whether about later ones too.
    pub(super) fn occurrence(&self, span: &Span, zones: &mut Zones) -> Result<Option<(OccurrenceId, bool)>, Failure> {
        let Some(line) = &self.recurrence_id else { return Ok(None) };
        let mut moment = moment(line, zones)?;
        if line.line.parameter("TZID").is_none() {
            moment.place = Place::Zone(span.zone.clone());
        }
        let id = match moment.value {
            Value::Date(day) => OccurrenceId::Day(day),
            _ => OccurrenceId::At(moment.instant()),
        };
        let range = line.line.parameter("RANGE").unwrap_or_default();
        Ok(Some((id, range.trim().eq_ignore_ascii_case("THISANDFUTURE"))))
    }

    /// When it recurs, if it does. A date that cannot be read is left out; a rule that cannot is a fault.
    pub(super) fn recurrence(
        &self,
        span: &Span,
        zones: &mut Zones,
        warnings: &mut Warnings,
        allowance: &mut u64,
    ) -> Result<Option<Recurrence>, Failure> {
        let mut rules = Vec::new();
        for line in &self.rrule {
            let rule = line.line.value.parse::<Rule>().map_err(|error| {
                let of_it_all = error.part == "RRULE";
                Failure::Fault(if of_it_all { line.says(error.message) } else { line.says(error) })
            })?;
            rules.push(rule);
        }
        let anchor = span.anchor();
        let rdates = dates(&self.rdate, zones, warnings, |value, zone| rdate(value, zone, &anchor))?;
        let Some(first) =
            self.rrule.first().or(self.rdate.first()).filter(|_| !(rules.is_empty() && rdates.is_empty()))
        else {
            return Ok(None);
        };
        if let Some(tzid) = self.custom(zones) {
            let what = format!("its time zone {:?} has the clocks of no known one, so it cannot recur", short(&tzid));
            return Err(Failure::Fault(first.says(what)));
        }
        let exdates = dates(&self.exdate, zones, warnings, |value, zone| exdate(value, zone, &anchor))?;
        let mut budget = Budget::new((*allowance).min(WRITE_BUDGET));
        let before = budget.left();
        let recurrence = recurrence_within(span, rules, rdates, exdates, &mut budget);
        *allowance -= before - budget.left();
        recurrence.map(Some).map_err(|error| Failure::Fault(first.says(error)))
    }

    /// The TZID of its start, where that names clocks that no zone has.
    fn custom(&self, zones: &mut Zones) -> Option<String> {
        let dtstart = self.dtstart.as_ref()?;
        let tzid = dtstart.line.parameter("TZID")?;
        let Moment { value: Value::Local(_), place: Place::Rules(_) } = moment(dtstart, zones).ok()? else {
            return None;
        };
        Some(tzid)
    }
}

/// A span of whole days; without an end it is one (RFC 5545 3.6.1).
fn days(first: civil::Date, end: &End, zone: Zone) -> Result<Span, String> {
    let end = match end {
        End::At(Moment { value: Value::Date(end), .. }) => Some(*end),
        End::At(Moment { value: Value::Local(end), .. }) if end.time() == civil::Time::midnight() => Some(end.date()),
        End::At(_) => return Err("is a time, but DTSTART is a date".to_owned()),
        End::After(lasts) if lasts.total() % DAY == 0 => {
            let days = jiff::Span::new().try_days(lasts.total() / DAY);
            days.and_then(|days| first.checked_add(days)).ok()
        }
        End::After(_) => return Err("must be whole days, since DTSTART is a date".to_owned()),
        End::Unsaid => Some(first),
    };
    // Some programs write the last day, where it is the first too, instead of the one after it.
    let end = end.map(|end| if end == first { first.tomorrow().unwrap_or(end) } else { end });
    let span = end.ok_or(InvalidSpan::OutOfRange).and_then(|end| Span::all_day(first, end, zone));
    span.map_err(|error| error.to_string())
}

/// A span of times; without an end it takes none (RFC 5545 3.6.1).
fn times(start: &Moment, end: &End) -> Result<Span, String> {
    let from = start.instant();
    let zone = match (&start.value, &start.place) {
        (Value::Local(_), Place::Zone(zone)) => zone.clone(),
        _ => Zone::utc(),
    };
    let to = match end {
        // A day ends where this event's clock says it does.
        End::At(Moment { value: Value::Date(end), .. }) => Some(zone.start_of_day(*end)),
        End::At(end) => Some(end.instant()),
        End::After(lasts) => lasts.after(from, &zone),
        End::Unsaid => Some(from),
    };
    let span = to.ok_or(InvalidSpan::OutOfRange).and_then(|to| Span::timed(from, to, zone));
    span.map_err(|error| error.to_string())
}

/// The values of RDATE or EXDATE lines.
fn dates<T, E: std::fmt::Display>(
    lines: &[Property<'_>],
    zones: &mut Zones,
    warnings: &mut Warnings,
    read: impl Fn(&str, &Zone) -> Result<T, E>,
) -> Result<Vec<T>, Failure> {
    let mut dates = Vec::new();
    for line in lines {
        let zone = match place(line, zones)? {
            Place::Zone(zone) => zone,
            Place::Rules(_) => return Err(Failure::Fault(line.says("its time zone has the clocks of no known one"))),
        };
        for value in line.line.value.split(',').map(spelled).filter(|value| !value.is_empty()) {
            match read(value, &zone) {
                Ok(date) => dates.push(date),
                Err(error) => warnings.add(|| format!("line {}: {error}; the value is left out", line.number)),
            }
        }
    }
    Ok(dates)
}

fn moment(property: &Property<'_>, zones: &mut Zones) -> Result<Moment, Failure> {
    let text = spelled(property.line.value);
    let mut value = Value::parse(text).or_else(|message| lenient(text).ok_or(message));
    // Some programs write a day as its midnight.
    if let Ok(Value::Local(wall)) = value {
        let is_date = || property.line.parameter("VALUE").is_some_and(|it| it.trim().eq_ignore_ascii_case("DATE"));
        if wall.time() == civil::Time::midnight() && is_date() {
            value = Ok(Value::Date(wall.date()));
        }
    }
    let value = value.map_err(|message| Failure::Fault(property.says(message)))?;
    let place = match value {
        Value::Local(_) => place(property, zones)?,
        _ => Place::Zone(zones.local().clone()),
    };
    Ok(Moment { value, place })
}

/// The zone of a line's TZID; the local one where it has none.
fn place(property: &Property<'_>, zones: &mut Zones) -> Result<Place, Failure> {
    let Some(tzid) = property.line.parameter("TZID") else { return Ok(Place::Zone(zones.local().clone())) };
    zones.place(&tzid).ok_or_else(|| Failure::Zone(property.says(format!("unknown time zone {:?}", short(&tzid)))))
}

/// A value without what does not belong to it: Google writes days as `20261121Z`.
fn spelled(text: &str) -> &str {
    let text = text.trim();
    if text.len() == "20261121Z".len() { text.trim_end_matches(['Z', 'z']) } else { text }
}

/// Dates as ISO 8601 has them elsewhere: with dashes and colons, without seconds or with parts of them, with an offset.
fn lenient(text: &str) -> Option<Value> {
    if text.contains('[') {
        return None;
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Timestamp::from_second(instant.as_second()).ok().map(Value::Utc);
    }
    if !text.contains(['T', 't']) {
        return text.parse().ok().map(Value::Date);
    }
    let wall: civil::DateTime = text.parse().ok()?;
    wall.with().subsec_nanosecond(0).build().ok().map(Value::Local)
}

/// The instant of a line in UTC form, such as CREATED.
pub(super) fn instant(property: &Property<'_>, zones: &mut Zones) -> Option<Timestamp> {
    moment(property, zones).ok().map(|moment| moment.instant())
}
