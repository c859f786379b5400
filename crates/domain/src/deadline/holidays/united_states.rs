//! The United States: the federal holidays of 5 U.S.C. § 6103(a), and the days on which they are observed. Neither
//! Inauguration Day nor a day that a President sets aside once is among them.

use jiff::ToSpan;

use super::table::{self, Day, Row};
use super::{Holiday, Standing};
use crate::time::civil::{Date, Weekday};

const TABLE: &[Row] = &[
    Row::new(Day::Fixed(1, 1), "New Year's Day"),
    Row::new(Day::Nth(1, Weekday::Monday, 3), "Birthday of Martin Luther King, Jr."),
    Row::new(Day::Nth(2, Weekday::Monday, 3), "Washington's Birthday"),
    Row::new(Day::Nth(5, Weekday::Monday, -1), "Memorial Day"),
    Row::new(Day::Fixed(6, 19), "Juneteenth National Independence Day").since(2021),
    Row::new(Day::Fixed(7, 4), "Independence Day"),
    Row::new(Day::Nth(9, Weekday::Monday, 1), "Labor Day"),
    Row::new(Day::Nth(10, Weekday::Monday, 2), "Columbus Day"),
    Row::new(Day::Fixed(11, 11), "Veterans Day"),
    Row::new(Day::Nth(11, Weekday::Thursday, 4), "Thanksgiving Day"),
    Row::new(Day::Fixed(12, 25), "Christmas Day"),
];

/// The holidays, and the Fridays and Mondays in place of those on a Saturday or a Sunday. The New Year's Day of the
/// year after can be observed in this one.
pub(super) fn holidays(year: i16) -> Vec<Holiday> {
    let mut all = table::of_year(TABLE, year);
    let next = year.checked_add(1).map(|next| table::of_year(TABLE, next)).unwrap_or_default();
    let observed = all.iter().chain(&next).filter_map(observed).filter(|holiday| holiday.date.year() == year);
    let observed: Vec<Holiday> = observed.collect();
    all.extend(observed);
    all
}

/// The day in place of a holiday on a weekend (5 U.S.C. § 6103(b), Executive Order 11582).
fn observed(holiday: &Holiday) -> Option<Holiday> {
    let date: Option<Date> = match holiday.date.weekday() {
        Weekday::Saturday => holiday.date.checked_sub(1.day()).ok(),
        Weekday::Sunday => holiday.date.checked_add(1.day()).ok(),
        _ => None,
    };
    Some(Holiday { date: date?, standing: Standing::Observed, name: holiday.name })
}
