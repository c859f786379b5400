//! What people and CI run: `cargo xtask <task>`.
//!
//! To add a task, write a module with a `run(&[String]) -> Outcome` and give it a line in [`TASKS`].
#![allow(clippy::print_stdout, reason = "a command speaks on standard output")]

mod bench;
mod browser;
mod ci;
mod failure;
mod npm;
mod openapi;
mod oracles;
mod postgres;
mod readme;
mod shell;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use failure::Outcome;

/// A task's name, what it does, and how it is run with the arguments that follow its name.
type Task = (&'static str, &'static str, fn(&[String]) -> Outcome);

const TASKS: &[Task] = &[
    (
        "test",
        "every test, with a throwaway Postgres; more arguments go to `cargo test`; --durable: fsync on",
        test::run,
    ),
    ("ci", "all that CI checks: fmt, clippy, docs, licences, tidy, test, the README", ci::run),
    ("tidy", "the rules of the house: crate arrows, module docs, file sizes, migrations, openapi.json", tidy::run),
    ("openapi", "writes crates/api/openapi.json anew from the built server", openapi::run),
    ("readme", "runs the README's own commands; --release: to the letter, with a release build", readme::run),
    (
        "bench",
        "the figures, each next to what it is compared with; `recurrence`, `sqlite`, `throughput`, …: some of them",
        bench::run,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        usage();
        return ExitCode::FAILURE;
    };
    let Some((_, _, task)) = TASKS.iter().find(|(task, ..)| task == name) else {
        eprintln!("xtask: there is no task `{name}`\n");
        usage();
        return ExitCode::FAILURE;
    };
    match task(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask {name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn usage() {
    eprintln!("cargo xtask <task>");
    for (name, purpose, _) in TASKS {
        eprintln!("  {name:8} {purpose}");
    }
}
