//! Whatever the bytes: no panic, the same in pieces as in one, and no VEVENT lost.

use std::fmt::Write;

use kalends_ical::{Limits, ReadCalendar, ReadError, Reader, read};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::harness::home;

/// Small limits, so that they are met.
const LIMITS: Limits = Limits { bytes: 1 << 20, components: 40, depth: 4, line: 200 };

fn in_pieces(bytes: &[u8], cuts: &[Index]) -> Result<ReadCalendar, ReadError> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    cuts.sort_unstable();
    let mut reader = Reader::new(home(), LIMITS);
    let mut from = 0;
    for to in cuts.into_iter().chain([bytes.len()]) {
        reader.push(&bytes[from..to])?;
        from = to;
    }
    reader.finish()
}

fn check(bytes: &[u8], cuts: &[Index]) -> Result<(), TestCaseError> {
    let whole = read(bytes, home(), LIMITS);
    prop_assert_eq!(&whole, &in_pieces(bytes, cuts));
    if let Ok(read) = whole {
        let skipped = read.skipped.iter().filter(|it| it.component == "VEVENT").count();
        let taken: usize = read.events.iter().map(|event| event.vevents).sum();
        prop_assert_eq!(read.vevents, taken + skipped);
        for event in &read.events {
            prop_assert_eq!(event.vevents, usize::from(event.series.is_some()) + event.overrides.len());
        }
    }
    Ok(())
}

/// A line that may stand in a VEVENT, or seem so.
fn line() -> impl Strategy<Value = String> {
    let name = select(vec![
        "UID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "SUMMARY",
        "DESCRIPTION",
        "CATEGORIES",
        "ATTENDEE",
        "ATTACH",
        "TRIGGER",
        "ACTION",
        "SEQUENCE",
        "PRIORITY",
        "CREATED",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "X-WR-TIMEZONE",
        "X-A",
        "GEO",
        "summary",
    ]);
    let parameter = select(vec![
        "",
        "",
        "",
        ";VALUE=DATE",
        ";TZID=Europe/Berlin",
        ";TZID=\"Mine: a\"",
        ";CN=\"a:b\"",
        ";X=^n,\"y",
        ";;RELATED=END",
        ";RANGE=THISANDFUTURE",
        ";PARTSTAT=DECLINED",
    ]);
    let value = prop_oneof![
        select(vec![
            "1",
            "2",
            "20260102",
            "20260102T090000",
            "20260102T090000Z",
            "20260103T090000Z,20260104",
            "PT1H",
            "-PT15M",
            "P99999D",
            "FREQ=DAILY;COUNT=3",
            "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "FREQ=SECONDLY",
            "mailto:a@example.com",
            "https://example.com/a",
            "MEETING,a\\,b",
            "+0100",
            "-0330",
            "a\\nb\\;c",
            "99999999999999999999",
            "20260102T090000Z/PT1H",
            "00010101",
            "99991231T235959Z",
        ])
        .prop_map(str::to_owned),
        "[ -~äß\\\\,;:\"]{0,12}",
        "[a-z]{190,210}",
    ];
    (name, parameter, value).prop_map(|(name, parameter, value)| format!("{name}{parameter}:{value}"))
}

/// A component, and those within it; not all end.
fn component() -> impl Strategy<Value = String> {
    let name =
        || select(vec!["VEVENT", "VEVENT", "VEVENT", "VTODO", "VTIMEZONE", "VALARM", "STANDARD", "VCALENDAR", "x"]);
    let wrap = |name: &str, ended: bool, lines: &[String]| {
        let mut text = format!("BEGIN:{name}\n");
        for line in lines {
            let _ = writeln!(text, "{}", line.trim_end());
        }
        if ended { text + &format!("END:{name}\n") } else { text }
    };
    let leaf = (name(), prop::bool::weighted(0.95), prop::collection::vec(line(), 0..8));
    let leaf = leaf.prop_map(move |(name, ended, lines)| wrap(name, ended, &lines));
    leaf.prop_recursive(3, 12, 4, move |inner| {
        let part = prop_oneof![3 => line(), 2 => inner];
        (name(), prop::bool::weighted(0.95), prop::collection::vec(part, 0..6))
            .prop_map(move |(name, ended, parts)| wrap(name, ended, &parts))
    })
}

/// A file as a program might write it: with some way to end lines, and folds.
pub(super) fn file() -> impl Strategy<Value = Vec<u8>> {
    let breaks = select(vec!["\n", "\r\n", "\r", "\n\n", "\r\r\n"]);
    let fold = prop::option::of(5..80_usize);
    (prop::collection::vec(component(), 0..6), breaks, fold).prop_map(|(components, breaks, fold)| {
        let text = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", components.concat());
        let mut bytes = Vec::new();
        for line in text.lines() {
            for (number, piece) in line.as_bytes().chunks(fold.unwrap_or(usize::MAX)).enumerate() {
                bytes.extend_from_slice(if number > 0 { b" " } else { b"" });
                bytes.extend_from_slice(piece);
                bytes.extend_from_slice(breaks.as_bytes());
            }
        }
        bytes
    })
}

fn cuts() -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(2), ..ProptestConfig::default() })]

    #[test]
    fn written_files(file in file(), cuts in cuts()) {
        check(&file, &cuts)?;
    }

    #[test]
    fn damaged_files(
        mut file in file(),
        flips in prop::collection::vec((any::<Index>(), any::<u8>()), 1..8),
        length in any::<Index>(),
        cuts in cuts(),
    ) {
        for (at, byte) in flips {
            let at = at.index(file.len());
            file[at] = byte;
        }
        check(&file, &cuts)?;
        file.truncate(length.index(file.len()));
        check(&file, &cuts)?;
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), cuts in cuts()) {
        check(&bytes, &cuts)?;
        let within = [b"BEGIN:VEVENT\nDTSTART:20260102\n", bytes.as_slice(), b"\nEND:VEVENT\n"].concat();
        check(&within, &cuts)?;
    }
}
