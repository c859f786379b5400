//! A named set of rules for what clocks show.

use std::{fmt, hash, iter, sync::Arc};

use jiff::{
    SignedDuration, Timestamp, civil,
    tz::{AmbiguousOffset, Offset, TimeZone},
};

/// No zone has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone {name:?}")]
pub struct UnknownZone {
    /// The name as given, cut to the length a name can have.
    pub name: String,
}

/// Which pass of a wall time that happens twice is meant.
///
/// In New York on 2026-11-01 the clock shows 01:30 once in summer time ([`First`](Fold::First)) and an hour later
/// once in standard time ([`Second`](Fold::Second)). Any other wall time is its own first pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Fold {
    /// The earlier of the two.
    #[default]
    First,
    /// The later of the two.
    Second,
}

/// An IANA time zone: the rules that turn instants into wall times and back.
///
/// Cheap to clone. Two zones are equal when their names are.
///
/// ```
/// use kalends_domain::time::{Fold, Zone, civil::date};
///
/// let zone = Zone::named("America/New_York")?;
/// // A wall time that never happens reads with the offset before the gap …
/// let never = date(2026, 3, 8).at(2, 30, 0, 0);
/// assert_eq!(zone.resolve(never).to_string(), "2026-03-08T07:30:00Z");
/// // … and one that happens twice is the first, unless the second is asked for.
/// let twice = date(2026, 11, 1).at(1, 30, 0, 0);
/// assert_eq!(zone.resolve(twice).to_string(), "2026-11-01T05:30:00Z");
/// assert_eq!(zone.resolve_fold(twice, Fold::Second).to_string(), "2026-11-01T06:30:00Z");
/// # Ok::<(), kalends_domain::time::UnknownZone>(())
/// ```
#[derive(Clone)]
pub struct Zone {
    /// Only for rules that are in no database; the others know their own name.
    custom: Option<Arc<str>>,
    rules: TimeZone,
}

/// No IANA name is longer than 40 bytes or so; anything past this is not looked up.
const LONGEST_NAME: usize = 64;

/// Entries of a zone directory, or jiff's own, that are not a place's clock.
const NOT_PLACES: [&str; 4] = ["localtime", "posixrules", "factory", "etc/unknown"];

/// A change of a zone's clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The instant of the change: the first at which the new time is shown.
    pub at: Timestamp,
    /// How far local time was from UTC until then, east positive.
    pub before: Offset,
    /// How far it is from then on.
    pub after: Offset,
    /// Whether the zone's rules call it daylight saving time from then on.
    pub dst: bool,
    /// What local time is called from then on, for example `EST` or `+0545`.
    pub abbreviation: String,
}

impl Transition {
    /// What clocks would show at the change if they went on as before.
    pub fn wall(&self) -> civil::DateTime {
        self.before.to_datetime(self.at)
    }
}

/// The instant a wall time names, and how far later wall times can lie before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolved {
    pub(crate) instant: Timestamp,
    /// No wall time after this one resolves to an instant before `floor`.
    pub(crate) floor: Timestamp,
    /// The clock never shows this wall time.
    pub(crate) in_gap: bool,
}

impl Zone {
    /// The zone with this IANA name, found without regard to case and spelled as the database spells it.
    ///
    /// # Errors
    ///
    /// [`UnknownZone`] for a name that is not in the database. POSIX rule strings and names that mean "the zone of
    /// this machine" are never in it.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone { name: name.chars().take(LONGEST_NAME).collect() };
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/_+-".contains(&b);
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(plain) {
            return Err(unknown());
        }
        let lower = name.to_ascii_lowercase();
        let variant = lower.starts_with("posix/") || lower.starts_with("right/");
        if variant || NOT_PLACES.contains(&lower.as_str()) {
            return Err(unknown());
        }
        let rules = super::database::zones().get(name).map_err(|_| unknown())?;
        if rules.is_unknown() || rules.iana_name().is_none() {
            return Err(unknown());
        }
        Ok(Self { custom: None, rules })
    }

    /// The zone that a POSIX TZ string describes, for rules that no IANA zone has; its name is that string.
    ///
    /// ```
    /// use kalends_domain::time::{Zone, civil::date};
    ///
    /// let zone = Zone::posix("<+0130>-1:30<+0230>,M3.5.0,M10.5.0/3")?;
    /// assert_eq!(zone.resolve(date(2026, 7, 1).at(12, 0, 0, 0)).to_string(), "2026-07-01T09:30:00Z");
    /// assert_eq!(Zone::restore(zone.name())?, zone);
    /// # Ok::<(), kalends_domain::time::UnknownZone>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`UnknownZone`] for anything else.
    pub fn posix(rules: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone { name: rules.chars().take(LONGEST_NAME).collect() };
        if rules.len() > LONGEST_NAME {
            return Err(unknown());
        }
        Ok(Self::from_rules(rules, TimeZone::posix(rules).map_err(|_| unknown())?))
    }

    /// The zone of this [`name`](Self::name), as it was stored: one of the database, or a POSIX one.
    ///
    /// # Errors
    ///
    /// [`UnknownZone`] for a name that is neither.
    pub fn restore(name: &str) -> Result<Self, UnknownZone> {
        Self::named(name).or_else(|unknown| Self::posix(name).map_err(|_| unknown))
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { custom: None, rules: TimeZone::UTC }
    }

    /// A zone whose rules come from elsewhere than the database, such as a VTIMEZONE of one's own.
    ///
    /// Its name is taken as given. It equals any other zone of that name, so name it apart from the IANA ones.
    pub fn from_rules(name: &str, rules: TimeZone) -> Self {
        Self { custom: Some(name.into()), rules }
    }

    /// The name in its canonical spelling, for example `Europe/Berlin`.
    pub fn name(&self) -> &str {
        self.custom.as_deref().or_else(|| self.rules.iana_name()).unwrap_or("UTC")
    }

    /// The instant at which this zone's clocks show `wall`.
    ///
    /// RFC 5545, section 3.3.5: a wall time in a gap is read with the offset before the gap; one that happens twice
    /// is its first pass. Beyond the range of [`Timestamp`] (the last days of the year 9999) it saturates.
    pub fn resolve(&self, wall: civil::DateTime) -> Timestamp {
        self.resolved(wall).instant
    }

    /// The instant at which this zone's clocks show `wall` for the first or the second time.
    ///
    /// Where the wall time does not happen twice, `fold` makes no difference.
    pub fn resolve_fold(&self, wall: civil::DateTime, fold: Fold) -> Timestamp {
        match self.rules.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Fold { after, .. } if fold == Fold::Second => at_offset(wall, after),
            _ => self.resolve(wall),
        }
    }

    /// What this zone's clocks show at `instant`.
    pub fn civil(&self, instant: Timestamp) -> civil::DateTime {
        self.rules.to_datetime(instant)
    }

    /// Whether `instant` is the first or the second time that its wall time is shown.
    pub fn fold_of(&self, instant: Timestamp) -> Fold {
        match self.rules.to_ambiguous_timestamp(self.civil(instant)).offset() {
            AmbiguousOffset::Fold { after, .. } if after == self.offset(instant) => Fold::Second,
            _ => Fold::First,
        }
    }

    /// The first instant of `day`: midnight, or the end of the gap where the clock jumps over midnight.
    pub fn start_of_day(&self, day: civil::Date) -> Timestamp {
        let midnight = self.resolved(day.to_datetime(civil::Time::midnight()));
        if !midnight.in_gap {
            return midnight.instant;
        }
        let after = midnight.instant.saturating_add(jiff::SignedDuration::from_nanos(1));
        let jump = after.ok().and_then(|after| self.rules.preceding(after).next());
        jump.map_or(midnight.instant, |jump| jump.timestamp())
    }

    /// How far local time is from UTC at `instant`, east positive.
    pub fn offset(&self, instant: Timestamp) -> Offset {
        self.rules.to_offset(instant)
    }

    /// What local time is called at `instant`, for example `EST`, or `+0545` where it has no name.
    pub fn abbreviation(&self, instant: Timestamp) -> String {
        self.rules.to_offset_info(instant).abbreviation().to_owned()
    }

    /// How the clocks stand at `from`, told as the last change until then, and every later change in order.
    ///
    /// Where the clocks never changed until `from`, a change at `from` that changes nothing stands first. A zone that
    /// changes its clocks every year does so to the year 9999.
    ///
    /// ```
    /// use kalends_domain::time::Zone;
    ///
    /// let zone = Zone::named("America/New_York")?;
    /// let changes: Vec<_> = zone.transitions("2026-07-01T00:00:00Z".parse()?).take(2).collect();
    /// assert_eq!(changes[0].wall().to_string(), "2026-03-08T02:00:00");
    /// assert_eq!((changes[1].at.to_string().as_str(), &*changes[1].abbreviation), ("2026-11-01T06:00:00Z", "EST"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn transitions(&self, from: Timestamp) -> impl Iterator<Item = Transition> {
        let second = SignedDuration::from_secs(1);
        let later = |at: Timestamp| at.checked_add(second).unwrap_or(Timestamp::MAX);
        let now = self.rules.to_offset_info(from);
        let at = self.rules.preceding(later(from)).map(|it| it.timestamp()).find(|at| *at <= from).unwrap_or(from);
        let first = Transition {
            at,
            before: self.offset(at.checked_sub(second).unwrap_or(Timestamp::MIN)),
            after: now.offset(),
            dst: now.dst().is_dst(),
            abbreviation: now.abbreviation().to_owned(),
        };
        let mut following = self.rules.following(from);
        iter::successors(Some(first), move |last| {
            // Rules that end without saying how they go on repeat their last change.
            let next = following.next().filter(|next| next.timestamp() > last.at)?;
            Some(Transition {
                at: next.timestamp(),
                before: last.after,
                after: next.offset(),
                dst: next.dst().is_dst(),
                abbreviation: next.abbreviation().to_owned(),
            })
        })
    }

    /// Whether local time here is always as far from UTC.
    pub(crate) fn is_fixed(&self) -> bool {
        self.rules.to_fixed_offset().is_ok()
    }

    pub(crate) fn resolved(&self, wall: civil::DateTime) -> Resolved {
        let (offset, floor, in_gap) = match self.rules.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => (offset, offset, false),
            AmbiguousOffset::Gap { before, after } => (before, after, true),
            AmbiguousOffset::Fold { before, .. } => (before, before, false),
        };
        Resolved { instant: at_offset(wall, offset), floor: at_offset(wall, floor), in_gap }
    }
}

fn at_offset(wall: civil::DateTime, offset: Offset) -> Timestamp {
    offset.to_timestamp(wall).unwrap_or(if wall.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl hash::Hash for Zone {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first three transitions: when, from and to which offset, under which name, with a star for summer time.
    fn check(zone: &str, from: &str, expected: &[&str]) {
        let zone = Zone::restore(zone).unwrap();
        let told = |it: Transition| {
            format!("{} {} {} {}{}", it.at, it.before, it.after, it.abbreviation, if it.dst { "*" } else { "" })
        };
        let found: Vec<String> = zone.transitions(from.parse().unwrap()).take(3).map(told).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn transitions_begin_with_the_last_one() {
        let edt = "2026-03-08T07:00:00Z -05 -04 EDT*";
        let est = "2026-11-01T06:00:00Z -04 -05 EST";
        let next = ["2027-03-14T07:00:00Z -05 -04 EDT*", "2027-11-07T06:00:00Z -04 -05 EST"];
        check("America/New_York", "2026-10-31T00:00:00Z", &[edt, est, next[0]]);
        check("America/New_York", "2026-11-01T05:59:59.5Z", &[edt, est, next[0]]);
        check("America/New_York", "2026-11-01T06:00:00Z", &[est, next[0], next[1]]);
        check(
            "<+0130>-1:30<+0230>,M3.5.0,M10.5.0",
            "2026-01-01T00:00:00Z",
            &[
                "2025-10-25T23:30:00Z +02:30 +01:30 +0130",
                "2026-03-29T00:30:00Z +01:30 +02:30 +0230*",
                "2026-10-24T23:30:00Z +02:30 +01:30 +0130",
            ],
        );
    }

    #[test]
    fn transitions_end_where_the_rules_do() {
        check("Asia/Kathmandu", "2026-01-01T00:00:00Z", &["1985-12-31T18:30:00Z +05:30 +05:45 +0545"]);
        check(
            "Pacific/Apia",
            "2020-12-01T00:00:00Z",
            &["2020-09-26T14:00:00Z +13 +14 +14*", "2021-04-03T14:00:00Z +14 +13 +13"],
        );
        check("UTC", "2026-01-01T00:00:00Z", &["2026-01-01T00:00:00Z +00 +00 UTC"]);
        check("Etc/GMT-3", "2026-01-01T00:00:00Z", &["2026-01-01T00:00:00Z +03 +03 +03"]);
    }
}
