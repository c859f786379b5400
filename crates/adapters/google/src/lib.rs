//! Calendars at Google (Calendar API, version 3), as the port [`kalends_ports::Provider`] has them.
//!
//! `provider` makes the calls. `read` turns what Google tells into our words and `write` our words into what Google takes;
//! both are pure. `shown` says what of an event Google can hold. `wire` has Google's field names.
//!
//! # How our own copies are known
//!
//! Google lets us choose an event's id, so that of a copy follows from the event ([`kalends_domain::sync::copy_id`]): a
//! write that is repeated meets itself. And each copy carries a private extended property with the event's id, which
//! what was adopted gets too.
#![deny(missing_docs)]

mod color;
mod failure;
mod provider;
mod read;
mod shown;
#[cfg(test)]
mod tests;
mod text;
mod wire;
mod write;

pub use provider::{Google, GoogleSettings};
