//! Instants, wall times and the zones that join them.
//!
//! Two kinds of time never mix by accident here: a [`Timestamp`] is an instant (the same everywhere), a
//! [`civil::DateTime`] is what a clock on a wall shows (nowhere in particular). A [`Zone`] turns one into the other,
//! by the reading RFC 5545, section 3.3.5 gives for wall times that happen twice or never.
//!
//! ```
//! use kalends_domain::time::{Zone, civil::date};
//!
//! let zone = Zone::named("america/new_york")?;
//! let wall = date(2026, 7, 1).at(9, 0, 0, 0);
//! assert_eq!(zone.name(), "America/New_York");
//! assert_eq!(zone.resolve(wall).to_string(), "2026-07-01T13:00:00Z");
//! assert_eq!(zone.civil(zone.resolve(wall)), wall);
//! # Ok::<(), kalends_domain::time::UnknownZone>(())
//! ```

mod database;
mod zone;

pub use database::{DatabaseInUse, database_description, use_database, zone_names};
pub use jiff::{SignedDuration, Timestamp, civil, tz::Offset};
pub(crate) use zone::Resolved;
pub use zone::{Fold, Transition, UnknownZone, Zone};
