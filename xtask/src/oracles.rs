//! What others have made and we compare with, in `target/oracles`: Python's icalendar and ical.js, Google's client with its
//! description of the Calendar API, the types of Microsoft Graph, and schemathesis, which tries every operation.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Context, Outcome};
use crate::{npm, shell};

/// The directory that holds them, for tests and benches.
pub(crate) const VARIABLE: &str = "KALENDS_ORACLES";

/// Installs them where they are not there already, at the versions of `tests/oracles`.
pub(crate) fn obtain(root: &Path, target: &Path) -> Outcome<PathBuf> {
    let (wanted, dir) = (root.join("tests/oracles"), target.join("oracles"));
    npm::obtain(&wanted, &dir)?;
    let (requirements, installed) = (wanted.join("requirements.txt"), dir.join("requirements.txt"));
    if shell::same(&requirements, &installed) {
        return Ok(dir);
    }
    shell::need(&["python3"], "apt-get install python3-venv")?;
    shell::run(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&dir))?;
    let mut pip = Command::new(dir.join("venv/bin/pip"));
    shell::run(pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&requirements))?;
    // Last, so that half an installation is begun again.
    fs::copy(&requirements, &installed).context(|| "cannot copy requirements.txt".to_owned())?;
    Ok(dir)
}
