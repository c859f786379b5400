//! The process-wide table of time zones.
//!
//! Zones come from the rules compiled into the program unless the binary picks a newer table at its start. It is
//! one table for the whole process, because two answers to "when is nine in Havana" would be one too many.

use std::sync::OnceLock;

use jiff::tz::TimeZoneDatabase;

struct Database {
    zones: TimeZoneDatabase,
    description: String,
}

static DATABASE: OnceLock<Database> = OnceLock::new();

/// A table of zones was already chosen, or already used, so it can no longer be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time zone database is already in use")]
pub struct DatabaseInUse;

/// Makes `zones` the table behind every [`Zone`](super::Zone) of this process.
///
/// `description` is shown to whoever runs the server, for example `2026f, /usr/share/zoneinfo`. Call it once,
/// before the first zone is looked up.
///
/// # Errors
///
/// [`DatabaseInUse`] when a table was chosen before, or a zone was already looked up.
pub fn use_database(zones: TimeZoneDatabase, description: impl Into<String>) -> Result<(), DatabaseInUse> {
    DATABASE.set(Database { zones, description: description.into() }).map_err(|_| DatabaseInUse)
}

/// Says which table is in use: what [`use_database`] was told, else `bundled`.
pub fn database_description() -> &'static str {
    &database().description
}

/// The names of all zones in use, in order, without those that are no place's clock: for a list to choose from.
///
/// ```
/// let names = kalends_domain::time::zone_names();
/// assert!(names.iter().any(|name| name == "Europe/Berlin") && names.iter().any(|name| name == "UTC"));
/// assert!(names.iter().all(|name| name == "UTC" || name.contains('/')));
/// ```
pub fn zone_names() -> Vec<String> {
    let places = ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
    let is_place = |name: &str| name.split_once('/').is_some_and(|(region, _)| places.contains(&region));
    let available = zones().available().map(|name| name.to_string());
    let mut names: Vec<_> = available.filter(|name| name == "UTC" || is_place(name)).collect();
    names.sort_unstable();
    names
}

pub(super) fn zones() -> &'static TimeZoneDatabase {
    &database().zones
}

fn database() -> &'static Database {
    DATABASE.get_or_init(|| Database { zones: TimeZoneDatabase::bundled(), description: "bundled".to_owned() })
}
