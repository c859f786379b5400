//! The core surface, from outside: what its document and the contract promise, on both stores.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

mod attendees;
mod auth;
mod availability;
mod booking;
mod booking_links;
mod booking_mail;
mod booking_page;
mod booking_races;
mod calendars;
mod contacts;
mod documents;
mod editing;
mod events;
mod garbage;
mod hostile;
mod ics;
mod idempotency;
mod keys;
mod listing;
mod reminders;
mod series;
mod sharing;
mod tokens;
mod trash;
mod users;
mod validation;
mod versions;
