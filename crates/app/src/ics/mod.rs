//! iCalendar in and out: files, addresses and feeds.

mod export;
mod feed;
mod import;
mod merge;

pub use export::Export;
pub use import::Imported;
pub(crate) use merge::{Merger, uids};
