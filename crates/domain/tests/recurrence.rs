//! Recurrence, tested from outside: vectors, properties, and a comparison with crate `rrule`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "recurrence/harness.rs"]
mod harness;

#[path = "recurrence/bounds.rs"]
mod bounds;
#[path = "recurrence/calculator.rs"]
mod calculator;
#[path = "recurrence/counting.rs"]
mod counting;
#[path = "recurrence/differential.rs"]
mod differential;
#[path = "recurrence/parts.rs"]
mod parts;
#[path = "recurrence/properties.rs"]
mod properties;
#[path = "recurrence/readings.rs"]
mod readings;
#[path = "recurrence/rfc5545.rs"]
mod rfc5545;
#[path = "recurrence/sets.rs"]
mod sets;
#[path = "recurrence/text.rs"]
mod text;
#[path = "recurrence/zones.rs"]
mod zones;
