//! Any bytes are read without a panic, the same in pieces as in one, and every VEVENT is accounted for.
#![no_main]

use kalends_domain::time::Zone;
use kalends_ical::{Limits, ReadCalendar, ReadError, Reader, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let whole = read(bytes, Zone::utc(), Limits::default());
    assert_eq!(whole, in_pieces(bytes));
    if let Ok(read) = whole {
        let skipped = read.skipped.iter().filter(|it| it.component == "VEVENT").count();
        let taken: usize = read.events.iter().map(|event| event.vevents).sum();
        assert_eq!(read.vevents, taken + skipped);
    }
});

/// Each piece is as long as its first byte says, so that the bytes alone repeat a failure.
fn in_pieces(mut bytes: &[u8]) -> Result<ReadCalendar, ReadError> {
    let mut reader = Reader::new(Zone::utc(), Limits::default());
    while let Some(first) = bytes.first() {
        let (piece, rest) = bytes.split_at(bytes.len().min(1 + usize::from(first % 32)));
        reader.push(piece)?;
        bytes = rest;
    }
    reader.finish()
}
