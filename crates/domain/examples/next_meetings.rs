//! The next meetings of a team that meets on every other Tuesday, with one holiday left out: the hour in Berlin stays, the instant moves with the clocks.
//!
//! `cargo run -p kalends-domain --example next_meetings`
#![allow(clippy::print_stdout, reason = "an example shows something")]

use kalends_domain::recurrence::{Anchor, Budget, ExDate, Recurrence, Window};
use kalends_domain::time::Zone;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zone = Zone::named("Europe/Berlin")?;
    let first = Anchor { start: "2026-03-03T09:30:00".parse()?, zone: zone.clone(), all_day: false };
    // Whatever the rule says, no more than so many candidates are looked at: a rule may come from a stranger.
    let budget = &mut Budget::new(10_000);
    let rules = vec!["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU".parse()?];
    let holiday = ExDate::Day("2031-04-01".parse()?);
    let meetings = Recurrence::new(&first, rules, vec![], vec![holiday], budget)?;

    // Years later costs no more than tomorrow: the engine seeks.
    let from = Some("2031-03-20T00:00:00Z".parse()?);
    let next = meetings.expand(&first, Window { from, to: None }, 4, budget)?;
    for meeting in &next.items {
        println!("{}  is  {} in Berlin", meeting.start, zone.civil(meeting.start).strftime("%A, %d %B %Y, %H:%M"));
    }
    Ok(())
}
