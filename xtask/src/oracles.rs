//! What others have made and we compare with, in `target/oracles`: Python's icalendar and ical.js, Google's client with its
//! description of the Calendar API, and the types of Microsoft Graph.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Context, Failure, Outcome};
use crate::shell;

/// The directory that holds them, for tests and benches.
pub(crate) const VARIABLE: &str = "KALENDS_ORACLES";

/// Installs them where they are not there already, at the versions of `tests/oracles`.
pub(crate) fn obtain(root: &Path, target: &Path) -> Outcome<PathBuf> {
    let (wanted, dir) = (root.join("tests/oracles"), target.join("oracles"));
    let pins = ["requirements.txt", "package.json"];
    let current =
        |name: &&str| matches!((fs::read(wanted.join(name)), fs::read(dir.join(name))), (Ok(a), Ok(b)) if a == b);
    if pins.iter().all(current) {
        return Ok(dir);
    }
    for program in ["python3", "npm", "node"] {
        if shell::find(program).is_none() {
            return Err(Failure::new(format!(
                "{program} is missing: `apt-get install python3-venv nodejs npm` brings it on Debian"
            )));
        }
    }
    fs::create_dir_all(&dir).context(|| format!("cannot make {}", dir.display()))?;
    shell::run(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&dir))?;
    let requirements = wanted.join("requirements.txt");
    let mut pip = Command::new(dir.join("venv/bin/pip"));
    shell::run(pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(requirements))?;
    let copy = |name: &str| fs::copy(wanted.join(name), dir.join(name)).map(drop);
    copy("package.json").context(|| "cannot copy package.json".to_owned())?;
    shell::run(Command::new("npm").args(["install", "--silent", "--no-audit", "--no-fund"]).current_dir(&dir))?;
    // Last, so that half an installation is begun again.
    copy("requirements.txt").context(|| "cannot copy requirements.txt".to_owned())?;
    Ok(dir)
}
