//! Austria: the thirteen public holidays of the Feiertagsruhegesetz 1957, and Good Friday for deadlines. The days of the
//! Länder's patron saints are no public holidays.

use super::Standing;
use super::table::{Day, Row};

pub(super) const TABLE: &[Row] = &[
    Row::new(Day::Fixed(1, 1), "Neujahr"),
    Row::new(Day::Fixed(1, 6), "Heilige Drei Könige"),
    // § 126 Abs. 2 ZPO and BGBl. Nr. 254/1983: no deadline ends on it.
    Row::new(Day::Easter(-2), "Karfreitag").standing(Standing::Court),
    Row::new(Day::Easter(1), "Ostermontag"),
    Row::new(Day::Fixed(5, 1), "Staatsfeiertag"),
    Row::new(Day::Easter(39), "Christi Himmelfahrt"),
    Row::new(Day::Easter(50), "Pfingstmontag"),
    Row::new(Day::Easter(60), "Fronleichnam"),
    Row::new(Day::Fixed(8, 15), "Mariä Himmelfahrt"),
    Row::new(Day::Fixed(10, 26), "Nationalfeiertag"),
    Row::new(Day::Fixed(11, 1), "Allerheiligen"),
    Row::new(Day::Fixed(12, 8), "Mariä Empfängnis"),
    Row::new(Day::Fixed(12, 24), "Heiliger Abend").partial("for deadlines under § 33 Abs. 3 AVG"),
    Row::new(Day::Fixed(12, 25), "Christtag"),
    Row::new(Day::Fixed(12, 26), "Stefanitag"),
];
