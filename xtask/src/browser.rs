//! The browser that looks at the booking page: Debian's chromium, driven by playwright-core, in `target/browser`.

use std::path::{Path, PathBuf};

use crate::failure::Outcome;
use crate::{npm, shell};

/// The directory of what drives it, for tests; screenshots go there too.
const TOOLS: &str = "KALENDS_BROWSER";
/// The browser itself.
const CHROMIUM: &str = "KALENDS_CHROMIUM";

/// Installs what drives it where it is not there already, and answers with the variables that tests look for.
pub(crate) fn obtain(root: &Path, target: &Path) -> Outcome<[(&'static str, PathBuf); 2]> {
    let chromium = shell::need(&["chromium"], "apt-get install chromium")?;
    let dir = target.join("browser");
    npm::obtain(&root.join("tests/browser"), &dir)?;
    Ok([(TOOLS, dir), (CHROMIUM, chromium)])
}
