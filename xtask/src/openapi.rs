//! `cargo xtask openapi`: the committed description of the API, made by the server itself.

use std::fs;
use std::process::Command;

use crate::failure::{Context, Outcome};
use crate::shell;
use crate::workspace::Workspace;

/// Where the document is kept, relative to the root.
pub(crate) const COMMITTED: &str = "crates/api/openapi.json";

/// The task.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let workspace = Workspace::load()?;
    let document = printed(&workspace)?;
    let path = workspace.root.join(COMMITTED);
    fs::write(&path, document).context(|| format!("cannot write {}", path.display()))?;
    println!("wrote {COMMITTED}");
    Ok(())
}

/// What the server, as the sources now are, says of itself.
pub(crate) fn printed(workspace: &Workspace) -> Outcome<String> {
    let server = workspace.build()?;
    shell::output(Command::new(server).arg("openapi"))
}
