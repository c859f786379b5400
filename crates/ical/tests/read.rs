//! Reading iCalendar text, tested from outside.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "read/harness.rs"]
mod harness;

#[path = "read/alarms.rs"]
mod alarms;
#[path = "read/bounds.rs"]
mod bounds;
#[path = "read/details.rs"]
mod details;
#[path = "read/files.rs"]
mod files;
#[path = "read/oracle.rs"]
mod oracle;
#[path = "read/people.rs"]
mod people;
#[path = "read/properties.rs"]
mod properties;
#[path = "read/recurring.rs"]
mod recurring;
#[path = "read/round_trip.rs"]
mod round_trip;
#[path = "read/series.rs"]
mod series;
#[path = "read/times.rs"]
mod times;
