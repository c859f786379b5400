//! When something is: a wall time in a zone, and how long from there.

use jiff::{SignedDuration, Timestamp, civil};

use crate::time::{Fold, Zone};

/// Longest an event may be, in days.
const LONGEST_DAYS: i32 = 3_660;

/// How long something takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// So many seconds, whatever the clocks do meanwhile (RFC 5545 3.8.5.3: the exact duration
    /// applies to every occurrence).
    Exact(SignedDuration),
    /// So many whole days: an all-day event.
    Days(i32),
}

/// When something is. All-day spans begin at midnight and end at a later midnight of their zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The wall time of the start in `zone`.
    pub start: civil::DateTime,
    /// Which pass of that wall time, where the clocks are set back over it.
    pub fold: Fold,
    /// How long it takes.
    pub length: Length,
    /// Where the wall time holds.
    pub zone: Zone,
}

/// Why two times make no span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSpan {
    /// The end lies before the start.
    #[error("must not be before the start")]
    Inverted,
    /// It takes more than ten years.
    #[error("must be within ten years of the start")]
    TooLong,
    /// It lies outside the years 1 to 9998.
    #[error("must lie in the years 1 to 9998")]
    OutOfRange,
}

impl Span {
    /// From one instant to another (end exclusive), seen in a zone. They may be equal: iCalendar's
    /// events without an end take no time.
    pub fn timed(start: Timestamp, end: Timestamp, zone: Zone) -> Result<Self, InvalidSpan> {
        let length = end.duration_since(start);
        if length.is_negative() {
            return Err(InvalidSpan::Inverted);
        }
        if length > SignedDuration::from_hours(24 * i64::from(LONGEST_DAYS)) {
            return Err(InvalidSpan::TooLong);
        }
        let wall = in_range(zone.civil(start))?;
        in_range(zone.civil(end))?;
        Ok(Self { start: wall, fold: zone.fold_of(start), length: Length::Exact(length), zone })
    }

    /// From the midnight that begins `first` to the one that begins `end` (exclusive).
    pub fn all_day(first: civil::Date, end: civil::Date, zone: Zone) -> Result<Self, InvalidSpan> {
        let days = first.until(end).map_or(i32::MAX, |span| span.get_days());
        if days < 1 {
            return Err(InvalidSpan::Inverted);
        }
        if days > LONGEST_DAYS {
            return Err(InvalidSpan::TooLong);
        }
        in_range(end.to_datetime(civil::Time::midnight()))?;
        let start = in_range(first.to_datetime(civil::Time::midnight()))?;
        Ok(Self { start, fold: Fold::First, length: Length::Days(days), zone })
    }

    /// Whether it is made of whole days.
    pub fn is_all_day(&self) -> bool {
        matches!(self.length, Length::Days(_))
    }

    /// Whether it takes no time: it has a start and no end (RFC 5545 3.6.1, DTSTART without DTEND).
    pub fn is_moment(&self) -> bool {
        self.length == Length::Exact(SignedDuration::ZERO)
    }

    /// The same without fractions of a second, which no recurrence counts in (RFC 5545 3.3.5).
    #[must_use]
    pub fn in_whole_seconds(&self) -> Self {
        let whole = |at: civil::DateTime| at.with().subsec_nanosecond(0).build().unwrap_or(at);
        let length = match self.length {
            Length::Exact(length) => Length::Exact(SignedDuration::from_secs(length.as_secs())),
            days @ Length::Days(_) => days,
        };
        Self { start: whole(self.start), length, ..self.clone() }
    }

    /// The instant at which it begins.
    pub fn starts_at(&self) -> Timestamp {
        self.zone.resolve_fold(self.start, self.fold)
    }

    /// The instant at which it is over.
    pub fn ends_at(&self) -> Timestamp {
        self.end_of(self.start, self.starts_at())
    }

    /// The end of an occurrence of the same length that begins at `wall`, which is `instant`.
    pub(crate) fn end_of(&self, wall: civil::DateTime, instant: Timestamp) -> Timestamp {
        match self.length {
            Length::Exact(length) => instant.checked_add(length).unwrap_or(Timestamp::MAX),
            Length::Days(days) => {
                let end = wall.date().saturating_add(jiff::Span::new().days(days));
                self.zone.start_of_day(end)
            }
        }
    }

    /// More time than any occurrence of this length can take, on days of 25 hours too.
    pub(crate) fn longest(&self) -> SignedDuration {
        match self.length {
            Length::Exact(length) => length,
            Length::Days(days) => SignedDuration::from_hours(24 * i64::from(days) + 24),
        }
    }

    /// The same length from another wall time of the same zone.
    pub(crate) fn moved_to(&self, start: civil::DateTime) -> Self {
        Self { start, fold: Fold::First, ..self.clone() }
    }

    /// The same instants (or dates, when all-day) told in another zone.
    #[must_use]
    pub fn in_zone(&self, zone: Zone) -> Self {
        if self.is_all_day() {
            return Self { zone, ..self.clone() };
        }
        let at = self.starts_at();
        Self { start: zone.civil(at), fold: zone.fold_of(at), length: self.length, zone }
    }
}

fn in_range(wall: civil::DateTime) -> Result<civil::DateTime, InvalidSpan> {
    if (1..=9998).contains(&wall.year()) { Ok(wall) } else { Err(InvalidSpan::OutOfRange) }
}
