//! The public holidays of a region in a year, computed from tables of what its laws say.
//!
//! # How to add or change one
//!
//! A line in the table of its country, with the years in which it holds; then its date in the expected tables of
//! `tests`. A holiday that has moved is two lines.

mod austria;
mod france;
mod germany;
mod switzerland;
mod table;
#[cfg(test)]
mod tests;
mod united_states;

use std::ops::RangeInclusive;

use super::region::{Country, Region};
use crate::time::civil::Date;

/// The years whose holidays are known: from the first whole one of the sixteen German states, to one that no deadline
/// of today reaches.
pub const YEARS: RangeInclusive<i16> = 1991..=2150;

/// A year without known holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a year from {} to {}", YEARS.start(), YEARS.end())]
pub struct UnknownYear;

/// A day that is special in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holiday {
    /// When it is.
    pub date: Date,
    /// How far it counts.
    pub standing: Standing,
    /// What it is called there.
    pub name: &'static str,
}

/// How far a holiday counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A public holiday in the whole region.
    Public,
    /// Taken off in place of a public holiday on a weekend (5 U.S.C. § 6103(b)).
    Observed,
    /// Not a public holiday, yet no deadline ends on it: Good Friday in Austria.
    Court,
    /// A public holiday in a part of the region alone, or for some deadlines alone, said in these words. It is
    /// not counted: the place is not known, and too early a deadline does no harm.
    Partial(&'static str),
}

impl Holiday {
    /// Whether no deadline of the region ends on it.
    pub fn counts(&self) -> bool {
        !matches!(self.standing, Standing::Partial(_))
    }
}

/// The holidays of a region in a year of [`YEARS`], in order. Two can be on one day (1 May 2008 was Ascension Day).
///
/// 24 and 31 December are no public holidays in Germany, however many offices close.
///
/// ```
/// use kalends_domain::deadline::{Region, Standing, holidays};
///
/// let all = holidays(Region::Berlin, 2026)?;
/// assert_eq!((all[1].date.to_string().as_str(), all[1].name), ("2026-03-08", "Internationaler Frauentag"));
/// assert!(all.iter().all(|holiday| holiday.standing == Standing::Public));
/// # Ok::<(), kalends_domain::deadline::UnknownYear>(())
/// ```
pub fn holidays(region: Region, year: i16) -> Result<Vec<Holiday>, UnknownYear> {
    if !YEARS.contains(&year) {
        return Err(UnknownYear);
    }
    let mut all = match region.country() {
        Country::Germany => germany::holidays(region, year),
        Country::Austria => table::of_year(austria::TABLE, year),
        Country::Switzerland => table::of_year(switzerland::TABLE, year),
        Country::France => table::of_year(france::TABLE, year),
        Country::UnitedStates => united_states::holidays(year),
    };
    all.sort_unstable();
    Ok(all)
}
