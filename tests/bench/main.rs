//! Figures, each next to what a user would pick instead or to the ceiling, taken in one run.
//!
//! The two sides of a ratio are measured in turn, so that a machine which slows down slows both. Absolute times are for
//! orientation; the ratio of the medians is the figure.
#![allow(clippy::print_stdout, reason = "a table on standard output is all it is for")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a bench that cannot run should say so and stop")]

mod booking;
mod ceiling;
mod client;
mod feeds;
mod ical;
mod listing;
mod memory;
mod recurrence;
mod seed;
mod sync;
mod table;

use kalends_harness::Store;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    let mut table = table::Table::default();
    if wants("recurrence") {
        recurrence::run(&mut table);
    }
    for (name, store) in [("sqlite", Store::Sqlite), ("postgres", Store::Postgres)] {
        if wants(name) {
            listing::run(&mut table, name, store);
        }
        if wants(name) || wants("booking") {
            booking::run(&mut table, name, store);
        }
        if wants(name) || wants("ical") {
            ical::run(&mut table, name, store);
        }
        if wants(name) || wants("sync") {
            sync::run(&mut table, name, store);
        }
        if wants(name) || wants("feeds") {
            feeds::run(&mut table, name, store);
        }
    }
    table.print();
}
