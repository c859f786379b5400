//! Switzerland: the national day, and what all twenty-six cantons keep. The commonest days of some cantons are partial;
//! there are more, such as the Genevan fast.

use super::table::{Day, Row};

const SOME: &str = "in some cantons";

pub(super) const TABLE: &[Row] = &[
    Row::new(Day::Fixed(1, 1), "Neujahr"),
    Row::new(Day::Fixed(1, 2), "Berchtoldstag").partial(SOME),
    Row::new(Day::Fixed(1, 6), "Heilige Drei Könige").partial(SOME),
    Row::new(Day::Fixed(3, 19), "Josefstag").partial(SOME),
    Row::new(Day::Easter(-2), "Karfreitag").partial(SOME),
    Row::new(Day::Easter(1), "Ostermontag").partial(SOME),
    Row::new(Day::Fixed(5, 1), "Tag der Arbeit").partial(SOME),
    Row::new(Day::Easter(39), "Auffahrt"),
    Row::new(Day::Easter(50), "Pfingstmontag").partial(SOME),
    Row::new(Day::Easter(60), "Fronleichnam").partial(SOME),
    // Art. 110 Abs. 3 BV, in force from July 1994.
    Row::new(Day::Fixed(8, 1), "Bundesfeier").since(1994),
    Row::new(Day::Fixed(8, 15), "Mariä Himmelfahrt").partial(SOME),
    Row::new(Day::Fixed(11, 1), "Allerheiligen").partial(SOME),
    Row::new(Day::Fixed(12, 8), "Mariä Empfängnis").partial(SOME),
    Row::new(Day::Fixed(12, 25), "Weihnachten"),
    Row::new(Day::Fixed(12, 26), "Stephanstag").partial(SOME),
];
