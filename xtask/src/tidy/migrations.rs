//! Each migration exists for both stores under the same name, and can be undone.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::failure::{Context, Outcome};
use crate::tidy::Violation;

const STORES: [&str; 2] = ["postgres", "sqlite"];

/// Checks `migrations/`.
pub(crate) fn check(root: &Path) -> Outcome<Vec<Violation>> {
    let mut names = Vec::new();
    let mut violations = Vec::new();
    for store in STORES {
        let found = directories(&root.join(store))?;
        for name in &found {
            let lacks = |file: &&str| !root.join(store).join(name).join(file).is_file();
            violations.extend(["up.sql", "down.sql"].iter().copied().filter(|file| lacks(file)).map(|file| {
                Violation {
                    file: format!("migrations/{store}/{name}"),
                    rule: format!("there is no {file}"),
                    mend: "write it: each migration goes up and comes down",
                }
            }));
        }
        names.push(found);
    }
    violations.extend(unpaired(&names[0], &names[1]));
    Ok(violations)
}

fn unpaired(postgres: &BTreeSet<String>, sqlite: &BTreeSet<String>) -> Vec<Violation> {
    let alone = |have: &BTreeSet<String>, lack: &BTreeSet<String>, there: &str, missing: &str| -> Vec<Violation> {
        let names = have.difference(lack);
        let violation = |name: &String| Violation {
            file: format!("migrations/{there}/{name}"),
            rule: format!("migrations/{missing} has none of this name"),
            mend: "write the other store's half under the same name",
        };
        names.map(violation).collect()
    };
    let [first, second] = STORES;
    let mut violations = alone(postgres, sqlite, first, second);
    violations.extend(alone(sqlite, postgres, second, first));
    violations
}

fn directories(dir: &Path) -> Outcome<BTreeSet<String>> {
    let unreadable = || format!("cannot read {}", dir.display());
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(dir).context(unreadable)? {
        let entry = entry.context(unreadable)?;
        if entry.path().is_dir() {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn the_same_names_on_both_sides_are_fine() {
        assert!(unpaired(&names(&["1_core", "2_tags"]), &names(&["1_core", "2_tags"])).is_empty());
    }

    #[test]
    fn a_name_on_one_side_only_is_said() {
        let violations = unpaired(&names(&["1_core"]), &names(&["1_core", "2_tags"]));
        let said: Vec<_> = violations.iter().map(|violation| violation.file.as_str()).collect();
        assert_eq!(said, ["migrations/sqlite/2_tags"]);
    }
}
