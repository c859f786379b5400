//! Any line is a rule or an error, and a rule expands in order and within its budget.
#![no_main]

use kalends_domain::recurrence::{Anchor, Budget, Recurrence, Rule, Window};
use kalends_domain::time::{Zone, civil};
use libfuzzer_sys::fuzz_target;

/// Zones that change their clocks at midnight, by half an hour, in Ramadan, never, or once by a day.
const ZONES: [&str; 5] =
    ["America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Etc/UTC", "Pacific/Apia"];

fuzz_target!(|line: &str| {
    let Ok(rule) = line.parse::<Rule>() else { return };
    for (number, zone) in ZONES.iter().enumerate() {
        let Ok(zone) = Zone::named(zone) else { return };
        let all_day = number % 2 == 0;
        let start = civil::date(2011, 12, 28).at(if all_day { 0 } else { 2 }, 0, 0, 0);
        let anchor = Anchor { start, zone, all_day };
        let budget = &mut Budget::new(10_000);
        let Ok(recurrence) = Recurrence::new(&anchor, vec![rule.clone()], vec![], vec![], budget) else { continue };
        let Ok(found) = recurrence.expand(&anchor, Window::ALL, 100, budget) else { continue };
        assert!(found.items.is_sorted_by(|a, b| a.start < b.start), "{line}");
        let spelled: Rule = rule.to_string().parse().expect("a printed rule is a rule");
        assert_eq!(spelled, rule);
    }
});
