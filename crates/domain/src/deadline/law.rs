//! Where each step is written, by country. Nothing stands here that the cited place does not say.

use super::compute::{ClosedBy, Ending, What};
use super::region::Country;
use super::terms::{Direction, Rule, Start, Unit};

/// Where the law of the rule's region says this of a period in this unit. Austria and Switzerland call their codes of
/// civil procedure "ZPO" too, so theirs say whose they are.
pub(super) fn source(rule: &Rule, unit: Unit, what: &What) -> Option<&'static str> {
    let country = rule.region.country();
    match *what {
        What::Starts(start) => starts(country, rule.direction, unit, start),
        // That the first day counts is written in the German code alone.
        What::Ends(_) if rule.start == Start::DayItself && country != Country::Germany => None,
        What::Ends(ending) => ends(country, rule.direction, unit, ending),
        What::Closed(by) => closed(country, rule.direction, by),
        What::Trigger(_) | What::Moves | What::Working | What::NotRolled(_) | What::Partial { .. } => None,
    }
}

fn starts(country: Country, direction: Direction, unit: Unit, start: Start) -> Option<&'static str> {
    match (country, direction, start) {
        (Country::Germany, Direction::After, Start::DayAfter) => Some("§ 187 Abs. 1 BGB"),
        (Country::Germany, Direction::After, Start::DayItself) => Some("§ 187 Abs. 2 BGB"),
        (Country::Germany, Direction::Before, _) => Some("§ 187 Abs. 1 BGB (by analogy)"),
        (Country::Austria, _, Start::DayAfter) => Some("§ 902 Abs. 1 ABGB, § 125 Abs. 1 öZPO"),
        (Country::Switzerland, _, Start::DayAfter) => match unit {
            Unit::Days => Some("Art. 77 Abs. 1 Ziff. 1 OR, Art. 142 Abs. 1 ZPO (CH)"),
            Unit::Weeks => Some("Art. 142 Abs. 1 ZPO (CH)"),
            // A period in months runs from the day of the event itself, to the day of its number (BGE 150 III 367).
            Unit::Months | Unit::Years => None,
        },
        (Country::France, _, Start::DayAfter) => Some("art. 641 CPC"),
        (Country::UnitedStates, _, Start::DayAfter) => Some("Fed. R. Civ. P. 6(a)(1)(A)"),
        _ => None,
    }
}

fn ends(country: Country, direction: Direction, unit: Unit, ending: Ending) -> Option<&'static str> {
    let missing = ending == Ending::MonthsLast;
    match (country, unit) {
        (Country::Germany, _) if direction == Direction::Before => Some("§ 188 BGB (by analogy)"),
        (Country::Germany, Unit::Days) => Some("§ 188 Abs. 1 BGB"),
        (Country::Germany, _) if missing => Some("§ 188 Abs. 3 BGB"),
        (Country::Germany, _) => Some("§ 188 Abs. 2 BGB"),
        (Country::Austria, Unit::Days) => Some("§ 902 Abs. 1 ABGB, § 125 Abs. 1 öZPO"),
        (Country::Austria, _) => Some("§ 902 Abs. 2 ABGB, § 125 Abs. 2 öZPO"),
        (Country::Switzerland, Unit::Days) => Some("Art. 77 Abs. 1 Ziff. 1 OR"),
        (Country::Switzerland, Unit::Weeks) => Some("Art. 77 Abs. 1 Ziff. 2 OR"),
        (Country::Switzerland, Unit::Months) => Some("Art. 77 Abs. 1 Ziff. 3 OR, Art. 142 Abs. 2 ZPO (CH)"),
        (Country::Switzerland, Unit::Years) => Some("Art. 77 Abs. 1 Ziff. 3 OR"),
        (Country::France, Unit::Weeks) => None,
        (Country::France, _) => Some("art. 641 CPC"),
        (Country::UnitedStates, Unit::Days) if direction == Direction::After => Some("Fed. R. Civ. P. 6(a)(1)(B), (C)"),
        (Country::UnitedStates, _) => None,
    }
}

fn closed(country: Country, direction: Direction, by: ClosedBy) -> Option<&'static str> {
    match (country, direction, by) {
        (Country::Germany, Direction::After, _) => Some("§ 193 BGB, § 222 Abs. 2 ZPO"),
        // Whether these move at all, and where to, the codes do not say.
        (Country::Germany, Direction::Before, _) => None,
        // The ABGB speaks of Sundays and holidays alone, the European Convention on the Calculation of Time-Limits of these.
        (Country::Austria, _, ClosedBy::Saturday | ClosedBy::Holiday { court: true, .. }) => {
            Some("§ 126 Abs. 2 öZPO, Art. 5 EuFrÜb (BGBl. Nr. 254/1983)")
        }
        (Country::Austria, ..) => Some("§ 903 ABGB, § 126 Abs. 2 öZPO"),
        (Country::Switzerland, _, ClosedBy::Saturday) => Some("SR 173.110.3, Art. 142 Abs. 3 ZPO (CH)"),
        (Country::Switzerland, ..) => Some("Art. 78 OR, Art. 142 Abs. 3 ZPO (CH)"),
        (Country::France, ..) => Some("art. 642 CPC"),
        (Country::UnitedStates, Direction::After, _) => Some("Fed. R. Civ. P. 6(a)(1)(C)"),
        (Country::UnitedStates, Direction::Before, _) => Some("Fed. R. Civ. P. 6(a)(5)"),
    }
}
