//! `cargo xtask bench [recurrence|sqlite|postgres|booking|ical|sync|feeds]`: the figures, each next to what it is compared with.

use std::process::Command;

use crate::failure::Outcome;
use crate::postgres::{self, Postgres};
use crate::test::SERVER;
use crate::workspace::{Workspace, cargo};
use crate::{oracles, shell};

/// The task.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let workspace = Workspace::load()?;
    shell::run(cargo().args(["build", "--release", "--workspace"]).current_dir(&workspace.root))?;
    let built = workspace.target.join("release");
    let oracles = oracles::obtain(&workspace.root, &workspace.target)?;
    let postgres = Postgres::obtain(true)?;
    let mut bench = Command::new(built.join("kalends-bench"));
    bench.args(arguments).env(postgres::VARIABLE, &postgres.url).env(SERVER, built.join("kalends"));
    bench.env(oracles::VARIABLE, oracles);
    let outcome = shell::run(&mut bench);
    postgres.stop();
    outcome
}
