//! What the tests take from npm, at the versions of a committed `package.json`.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::{Context, Outcome};
use crate::shell;

const PINS: &str = "package.json";

/// Installs into `dir` what the `package.json` in `wanted` names, unless it is there already.
pub(crate) fn obtain(wanted: &Path, dir: &Path) -> Outcome {
    let (wanted, installed) = (wanted.join(PINS), dir.join(PINS));
    // npm's own note, written when all is there: half an installation is begun again.
    let whole = dir.join("node_modules/.package-lock.json").is_file();
    if whole && shell::same(&wanted, &installed) {
        return Ok(());
    }
    shell::need(&["node", "npm"], "apt-get install nodejs npm")?;
    fs::create_dir_all(dir).context(|| format!("cannot make {}", dir.display()))?;
    fs::copy(&wanted, &installed).context(|| format!("cannot copy {}", wanted.display()))?;
    shell::run(Command::new("npm").args(["install", "--silent", "--no-audit", "--no-fund"]).current_dir(dir))
}
