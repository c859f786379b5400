//! `cargo xtask tidy`: the rules of the house, each enforced by a check that names the file and how to mend it.

mod arrows;
mod migrations;
mod sources;

use std::fmt;
use std::fs;
use std::path::Path;

use crate::failure::{Context, Failure, Outcome};
use crate::openapi;
use crate::workspace::Workspace;

/// Something that breaks a rule of the house.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Where, relative to the root.
    file: String,
    /// What the rule is, and how it is broken here.
    rule: String,
    /// What to do about it.
    mend: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    {}", self.file, self.rule, self.mend)
    }
}

/// The task. What needs no build is said first.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let workspace = Workspace::load()?;
    let files = rust_files(&workspace.root)?;
    let mut broken = said(&check_sources(&workspace, &files)?);
    broken += said(&migrations::check(&workspace.root.join("migrations"))?);
    broken += said(&arrows::check(&workspace.packages));
    broken += said(check_openapi(&workspace)?.as_slice());
    if broken > 0 {
        return Err(Failure::new(format!("{broken} to mend")));
    }
    println!("tidy: {} source files, {} crates, nothing to mend", files.len(), workspace.packages.len());
    Ok(())
}

/// Prints what was found and answers with how much it was.
fn said(violations: &[Violation]) -> usize {
    for violation in violations {
        println!("{violation}");
    }
    violations.len()
}

fn check_sources(workspace: &Workspace, files: &[String]) -> Outcome<Vec<Violation>> {
    let mut violations = Vec::new();
    for file in files {
        let text = fs::read_to_string(workspace.root.join(file)).context(|| format!("cannot read {file}"))?;
        violations.extend(sources::check(file, &text));
    }
    Ok(violations)
}

fn check_openapi(workspace: &Workspace) -> Outcome<Option<Violation>> {
    let printed = openapi::printed(workspace)?;
    let committed = fs::read_to_string(workspace.root.join(openapi::COMMITTED)).unwrap_or_default();
    let violation = Violation {
        file: openapi::COMMITTED.to_owned(),
        rule: "the committed document is not what the server describes itself as".to_owned(),
        mend: "run `cargo xtask openapi`, read the difference, and commit it",
    };
    Ok((printed != committed).then_some(violation))
}

/// Every Rust source of ours, relative to the root, in order.
fn rust_files(root: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    for room in ["crates", "tests", "xtask"] {
        collect(root, &root.join(room), &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn collect(root: &Path, dir: &Path, found: &mut Vec<String>) -> Outcome {
    let unreadable = || format!("cannot read {}", dir.display());
    for entry in fs::read_dir(dir).context(unreadable)? {
        let path = entry.context(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules" {
            collect(root, &path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).unwrap_or(&path);
            found.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}
