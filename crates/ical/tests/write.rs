//! What the writer writes: its text, its time zones, and what others read in it.
#![allow(clippy::unwrap_used)]

#[path = "write/harness.rs"]
mod harness;

#[path = "write/hostile.rs"]
mod hostile;
#[path = "write/readers.rs"]
mod readers;
#[path = "write/text.rs"]
mod text;
#[path = "write/timezone.rs"]
mod timezone;
