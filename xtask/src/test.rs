//! `cargo xtask test`: every test there is, on both stores.

use crate::failure::{Failure, Outcome};
use crate::postgres::{self, Postgres};
use crate::workspace::{Workspace, cargo};
use crate::{browser, oracles, shell};

/// The path of the server that black-box tests start.
pub(crate) const SERVER: &str = "KALENDS_BIN";

/// How the tests went.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    ignored: u64,
    /// What failed, by name.
    failures: Vec<String>,
}

impl Tally {
    /// Takes in a line of what `cargo test` prints.
    fn read(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
        }
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        for count in counts.split([';', '.']) {
            let mut words = count.split_whitespace();
            let (Some(number), Some(what)) = (words.next(), words.next()) else {
                continue;
            };
            let number = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }

    /// The line that closes a run.
    pub(crate) fn closing(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }

    /// Whether all is well, said with the names of what is not.
    pub(crate) fn verdict(&self) -> Outcome {
        if self.failed == 0 {
            return Ok(());
        }
        Err(Failure::new(format!("tests failed:\n  {}", self.failures.join("\n  "))))
    }
}

/// The task.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let tally = tally(arguments)?;
    println!("{}", tally.closing());
    tally.verdict()
}

/// Builds everything, runs the tests and counts them.
pub(crate) fn tally(arguments: &[String]) -> Outcome<Tally> {
    let durable = arguments.iter().any(|argument| argument == "--durable");
    let workspace = Workspace::load()?;
    let server = workspace.build()?;
    // Before the database: what fails here leaves nothing behind.
    let oracles = oracles::obtain(&workspace.root, &workspace.target);
    let browser = browser::obtain(&workspace.root, &workspace.target);
    let postgres = Postgres::obtain(durable)?;

    let mut command = cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]).current_dir(&workspace.root);
    command.args(arguments.iter().filter(|argument| *argument != "--durable"));
    command.env(postgres::VARIABLE, &postgres.url).env(SERVER, &server);
    if let Some(programs) = &postgres.programs {
        command.env(postgres::PROGRAMS, programs);
    }
    if let Ok(oracles) = &oracles {
        command.env(oracles::VARIABLE, oracles);
    }
    if let Ok(browser) = &browser {
        command.envs(browser.iter().map(|(name, value)| (name, value)));
    }
    let mut tally = Tally::default();
    let ran = shell::tee(&mut command, |line| tally.read(line));
    postgres.stop();

    if !ran? && tally.failed == 0 {
        tally.failed = 1;
        tally.failures.push("`cargo test` itself, which did not come to its end".to_owned());
    }
    if let Err(failure) = oracles {
        println!("NOT compared with the programs of others: {failure}");
    }
    if let Err(failure) = browser {
        println!("NOT looked at the pages in a browser: {failure}");
    }
    if tally.ignored > 0 {
        println!("{} ignored", tally.ignored);
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally_of(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        tally
    }

    #[test]
    fn counts_of_all_binaries_add_up() {
        let tally = tally_of(&[
            "running 3 tests",
            "test one ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.25s",
        ]);
        assert_eq!((tally.passed, tally.failed, tally.ignored), (5, 1, 1));
        assert_eq!(tally.closing(), "5 passed, 1 failed");
    }

    #[test]
    fn what_failed_is_named() {
        let tally = tally_of(&[
            "test auth::login::on_sqlite ... FAILED",
            "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
        ]);
        let said = tally.verdict().expect_err("a test failed").to_string();
        assert!(said.contains("auth::login::on_sqlite"), "{said}");
    }
}
