//! vCard text (RFC 6350) to contacts and back. Pure: no I/O, no clock, no store.
//!
//! [`read`] takes what phones and address books export, in version 2.1, 3.0 or 4.0; [`write()`] writes 4.0, which all of them
//! read. What a contact has no field for is kept beside its fields, and written back.
//!
//! ```
//! use kalends_vcard::{Limits, read, write};
//!
//! let file = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:7\r\nN:Lee;Ann;;Dr.;\r\nFN:Dr. Ann Lee\r\nTEL;TYPE=CELL:112\r\nEND:VCARD\r\n";
//! let card = &read(file.as_bytes(), Limits::default())?.cards[0];
//! assert_eq!(card.details.first_name.as_deref(), Some("Ann"));
//! let text = write(&card.uid, &card.details, "2026-03-02T15:00:00Z".parse()?);
//! assert!(text.contains("VERSION:4.0\r\n") && text.contains("N:Lee;Ann;;Dr.;\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How to add the next property
//!
//! Give it a field in `kalends_domain::contact` if the model should hold it; without one it is kept already. Then take it
//! in `card.rs`, write it in `write.rs`, and let the round trip in `tests/` see it.
#![deny(missing_docs)]

mod card;
mod read;
mod write;

pub use read::{Limits, ReadCard, ReadCards, ReadError, Skipped, Warning, read};
pub use write::{forget_formatted_name, write};
