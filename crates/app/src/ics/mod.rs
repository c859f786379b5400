//! iCalendar in and out: files, addresses and feeds.

mod export;
mod feed;
mod import;
mod merge;
mod tokens;

pub use export::Export;
pub use import::Imported;
pub(crate) use merge::{Merger, uids};
pub use tokens::{IcalFeed, MadeIcalToken};
