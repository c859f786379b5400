//! Slots, tested from outside: cases, and a comparison with a check of every single minute.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "booking/harness.rs"]
mod harness;

#[path = "booking/cases.rs"]
mod cases;
#[path = "booking/event.rs"]
mod event;
#[path = "booking/free_busy.rs"]
mod free_busy;
#[path = "booking/group.rs"]
mod group;
#[path = "booking/oracle.rs"]
mod oracle;
#[path = "booking/zones.rs"]
mod zones;
