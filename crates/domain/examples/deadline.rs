//! Computes a deadline on the command line: `cargo run -p kalends-domain --example deadline -- DE-BE 2026-01-30 1 months`.
#![allow(clippy::print_stdout)]

use std::error::Error;

use kalends_domain::deadline::{Period, Rule, Terms, Trigger, TriggerKind, compute};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [region, date, value, unit] = arguments.as_slice() else {
        return Err("say a region, a date, a number and days, weeks, months or years".into());
    };
    let terms = Terms {
        trigger: Trigger { kind: TriggerKind::Service, date: date.parse()? },
        period: Period::new(value.parse()?, unit.parse()?)?,
        rule: Rule::of(region.parse()?),
        pre_deadlines: vec![],
    };
    let deadline = compute(&terms)?;
    for step in &deadline.steps {
        println!("{}  {:?}  {}", step.date, step.what, step.source.unwrap_or_default());
    }
    println!("{}", deadline.date);
    Ok(())
}
