//! What is applied of the schema, and what is not.

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource};
use jiff::Timestamp;

/// The schema of a store, as `kalends doctor` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaStatus {
    /// The engine and its version.
    pub engine: String,
    /// What time the database thinks it is; none where it has no clock of its own.
    pub clock: Option<Timestamp>,
    /// The migrations that are applied, in order.
    pub applied: Vec<String>,
    /// The migrations of this program that are not, in order.
    pub pending: Vec<String>,
    /// Versions that are applied and that this program does not know: a later one was here.
    pub unknown: Vec<String>,
}

/// A migration of this program: its version and its whole name.
pub(crate) struct Known {
    version: String,
    name: String,
}

/// The migrations of this program, in order.
pub(crate) fn known<DB: Backend>(source: &impl MigrationSource<DB>) -> Result<Vec<Known>, String> {
    let migrations: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(|error| error.to_string())?;
    let known =
        |m: Box<dyn Migration<DB>>| Known { version: m.name().version().to_string(), name: m.name().to_string() };
    let mut all: Vec<Known> = migrations.into_iter().map(known).collect();
    all.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(all)
}

impl SchemaStatus {
    /// Compares what the program knows with the versions that the store has.
    pub(crate) fn new(engine: String, known: &[Known], applied: &[String]) -> Self {
        let is_applied = |k: &&Known| applied.contains(&k.version);
        let is_unknown = |version: &&String| !known.iter().any(|k| k.version == **version);
        Self {
            engine,
            clock: None,
            applied: known.iter().filter(is_applied).map(|k| k.name.clone()).collect(),
            pending: known.iter().filter(|k| !is_applied(k)).map(|k| k.name.clone()).collect(),
            unknown: applied.iter().filter(is_unknown).cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_applied_pending_and_unknown() {
        let known = |version: &str| Known { version: version.to_owned(), name: format!("{version}_x") };
        let status = SchemaStatus::new("E".to_owned(), &[known("1"), known("2")], &["1".to_owned(), "3".to_owned()]);
        assert_eq!(
            (status.applied, status.pending, status.unknown),
            (vec!["1_x".into()], vec!["2_x".into()], vec!["3".into()])
        );
    }
}
