//! `cargo xtask ci`: everything that has to hold before a change lands. Every step runs, whatever came of the one before.

use std::time::{Duration, Instant};

use crate::failure::{Failure, Outcome};
use crate::workspace::{Workspace, cargo};
use crate::{readme, shell, test, tidy};

/// What has run, and how it went.
#[derive(Default)]
struct Report {
    steps: Vec<(&'static str, Duration, bool)>,
}

impl Report {
    fn step<T>(&mut self, name: &'static str, step: impl FnOnce() -> Outcome<T>) -> Option<T> {
        println!("\n=== {name}");
        let since = Instant::now();
        let outcome = step();
        self.steps.push((name, since.elapsed(), outcome.is_ok()));
        outcome.inspect_err(|failure| eprintln!("{name}: {failure}")).ok()
    }

    fn print(&self) {
        println!("\n=== summary");
        for (name, took, went_well) in &self.steps {
            println!("{:6} {name:8} {:7.1} s", if *went_well { "ok" } else { "FAILED" }, took.as_secs_f64());
        }
    }

    fn failed(&self) -> Vec<&'static str> {
        self.steps.iter().filter(|(.., went_well)| !went_well).map(|(name, ..)| *name).collect()
    }
}

/// The task.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let mut report = Report::default();
    report.step("fmt", || shell::run(cargo().args(["fmt", "--all", "--check"])));
    report.step("deny", deny);
    report.step("clippy", || {
        shell::run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    report.step("doc", || {
        shell::run(cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
    });
    // What a person builds: the server's own features, without those that tests add.
    report.step("check", || shell::run(cargo().arg("check")));
    report.step("build", || Workspace::load()?.build());
    report.step("tidy", || tidy::run(&[]));
    // The domain is a crate of its own for others: what would be published builds by itself. `cargo publish --dry-run` does
    // the same and asks the registry, which must not be a reason to fail.
    report.step("package", || {
        shell::run(cargo().args(["package", "--offline", "--allow-dirty", "--package", "kalends-domain"]))
    });
    report.step("readme", || readme::run(&[]));
    let mut closing = "the tests did not run".to_owned();
    report.step("test", || {
        let tally = test::tally(&[])?;
        closing = tally.closing();
        tally.verdict()
    });
    report.print();

    let failed = report.failed();
    if failed.is_empty() {
        println!("{closing}");
        return Ok(());
    }
    Err(Failure::new(format!("failed: {}\n{closing}", failed.join(", "))))
}

/// Licences, bans and sources. Advisories need a network and a database that moves, so they are not a gate.
fn deny() -> Outcome {
    if shell::find("cargo-deny").is_none() {
        println!("cargo-deny is missing, installing it");
        shell::run(cargo().args(["install", "--locked", "cargo-deny"]))?;
    }
    shell::run(cargo().args(["deny", "--offline", "check", "licenses", "bans", "sources"]))
}
