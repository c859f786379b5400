//! What an event holds, and what is kept as it came.

use kalends_domain::event::{Class, Details, Kind, Priority, Status, Transparency};

use crate::harness::{details, event};

#[test]
fn titles() {
    fn check(lines: &str, expected: &str) {
        assert_eq!(details(lines).title, expected, "{lines}");
    }
    check("", "(No title)");
    check("SUMMARY:", "(No title)");
    check("SUMMARY:\\n ", "(No title)");
    check("SUMMARY;LANGUAGE=en: Team\\, all\\nof it ", "Team, all of it");
    check("summary:a\\;b\\\\c\\\"d\\", "a;b\\c\"d\\");
    check("SUMMARY:a\u{1}b\u{7f}c\td", "a b c d");
}

#[test]
fn descriptions_and_locations() {
    let check = |lines: &str, description: Option<&str>, location: Option<&str>| {
        let found = details(lines);
        assert_eq!((found.description.as_deref(), found.location.as_deref()), (description, location), "{lines}");
    };
    check("DESCRIPTION:a\\n\\tb\tc\u{1}d", Some("a\n\\tb\tcd"), None);
    check("DESCRIPTION:\\n\nLOCATION: ", None, None);
    check("LOCATION:Room 1\\nFloor 2", None, Some("Room 1 Floor 2"));
    check("DESCRIPTION:Gr\n üße", Some("Grüße"), None);
}

#[test]
fn long_texts_are_cut() {
    fn check(name: &str, most: usize, read: impl Fn(&Details) -> &str) {
        let (series, warnings) = event(&format!("{name}:{}", "ä".repeat(most + 1)));
        assert_eq!(read(&series.details), "ä".repeat(most));
        assert_eq!(warnings, [format!("line 6: {name}: is cut to {most} characters")]);
    }
    check("SUMMARY", 20_000, |it| &it.title);
    check("DESCRIPTION", 20_000, |it| it.description.as_deref().unwrap());
    check("LOCATION", 1_000, |it| it.location.as_deref().unwrap());
}

#[test]
fn words() {
    fn check<T: std::fmt::Debug + PartialEq<U>, U: std::fmt::Debug>(
        lines: &str,
        read: impl Fn(Details) -> T,
        expected: U,
    ) {
        assert_eq!(read(details(lines)), expected, "{lines}");
    }
    for (word, expected) in [
        ("CONFIRMED", Status::Confirmed),
        ("tentative", Status::Tentative),
        ("CANCELLED", Status::Cancelled),
        ("NEEDS-ACTION", Status::Confirmed),
    ] {
        check(&format!("STATUS:{word}"), |it| it.status, expected);
    }
    for (word, expected) in [
        ("PUBLIC", Class::Public),
        ("private", Class::Private),
        ("CONFIDENTIAL", Class::Confidential),
        ("X-SECRET", Class::Private),
    ] {
        check(&format!("CLASS:{word}"), |it| it.class, expected);
    }
    check("", |it| it.class, Class::Public);
    check("TRANSP:TRANSPARENT", |it| it.transparency, Transparency::Transparent);
    check("TRANSP:OPAQUE", |it| it.transparency, Transparency::Opaque);
    for (number, expected) in [
        (0, None),
        (1, Some(Priority::High)),
        (4, Some(Priority::High)),
        (5, Some(Priority::Medium)),
        (6, Some(Priority::Low)),
        (9, Some(Priority::Low)),
    ] {
        check(&format!("PRIORITY:{number}"), |it| it.priority, expected);
    }
    check("COLOR:Tomato", |it| it.color, Some("tomato".to_owned()));
    check("URL:HTTPS://example.com/a?b;c,d", |it| it.url, Some("HTTPS://example.com/a?b;c,d".to_owned()));
}

#[test]
fn sequence_and_stamps() {
    for (lines, expected) in [("", 0), ("SEQUENCE:7", 7), ("SEQUENCE:-1", 0), ("SEQUENCE:99999999999", 0)] {
        assert_eq!(event(lines).0.sequence, expected, "{lines}");
    }
    let read = crate::harness::vevent(
        "DTSTART:20260102\nCREATED:20250101T000000Z\nLAST-MODIFIED:20250102T000000Z\nDTSTAMP:20250103T000000Z",
    );
    let stamps = (read.events[0].created, read.events[0].last_modified);
    assert_eq!(stamps.0.unwrap().to_string(), "2025-01-01T00:00:00Z");
    assert_eq!(stamps.1.unwrap().to_string(), "2025-01-02T00:00:00Z");
}

#[test]
fn categories() {
    fn check(lines: &str, kind: Kind, tags: &[&str]) {
        let found = details(lines);
        assert_eq!((found.kind, found.tags), (kind, tags.iter().map(|tag| (*tag).to_owned()).collect()), "{lines}");
    }
    check("", Kind::Event, &[]);
    check("CATEGORIES:a,b\\,c, a\nCATEGORIES:d,", Kind::Event, &["a", "b,c", "d"]);
    check("CATEGORIES:MEETING,work", Kind::Meeting, &["work"]);
    check("CATEGORIES:work,Study Session,exam", Kind::StudySession, &["work", "exam"]);
    check("CATEGORIES:EVENT,exam", Kind::Event, &["exam"]);
    check("CATEGORIES:study-session", Kind::StudySession, &[]);
    check(&format!("CATEGORIES:{}", "é".repeat(60)), Kind::Event, &[&"é".repeat(50)]);
    let many: Vec<String> = (0..51).map(|number| number.to_string()).collect();
    let (series, warnings) = event(&format!("CATEGORIES:{}", many.join(",")));
    assert_eq!(series.details.tags, many[..50]);
    assert_eq!(warnings, ["line 6: CATEGORIES: more than 50: \"50\" is left out"]);
}

#[test]
fn attachments() {
    fn check(line: &str, expected: (&str, Option<&str>, Option<&str>)) {
        let found = details(line).attachments.into_iter().next().unwrap();
        assert_eq!((found.url.as_str(), found.name.as_deref(), found.media_type.as_deref()), expected, "{line}");
    }
    check("ATTACH:https://example.com/a", ("https://example.com/a", None, None));
    check(
        "ATTACH;FMTTYPE=text/plain;FILENAME=\"a;b.txt\":http://example.com",
        ("http://example.com", Some("a;b.txt"), Some("text/plain")),
    );
    check("ATTACH;X-FILENAME=c.txt:https://example.com", ("https://example.com", Some("c.txt"), None));
}

#[test]
fn what_is_unknown_is_kept_as_it_came() {
    fn check(lines: &str) {
        let found = details(lines);
        assert_eq!(found.kept, lines.split('\n').collect::<Vec<_>>());
    }
    check("GEO:37.386013;-122.082932");
    check("x-Apple-structured-location;VALUE=URI;X-TITLE=\"a:b, c\":geo:1.5,2.5");
    check("X-A:a,b\\,c\\nd ;e");
    check("X-TAB:a\tb");
    check("COLOR:very red");
    check("URL:message:1234");
    check("ATTACH:cid:1234@example.com\nATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA");
    check("ORGANIZER;CN=A:mailto:a@example.com\nATTENDEE:urn:uuid:1\nATTENDEE:mailto:not an address");
    check("BEGIN:PARTICIPANT\nuid:1\nBEGIN:VLOCATION\nNAME:x\nEND:VLOCATION\nEND:PARTICIPANT\nX-B:2");
    assert_eq!(details("X-A:a\n b\u{1}\u{85}c").kept, ["X-A:abc"]);
    assert_eq!(details("URL:https://a.example/\u{1}b").url.as_deref(), Some("https://a.example/b"));
}

#[test]
fn what_is_kept_has_a_bound() {
    let long = "a".repeat(40_000);
    let (series, warnings) = event(&format!("X-A:{long}\nX-B:{long}\nX-C:short"));
    assert_eq!(series.details.kept.len(), 2);
    assert_eq!(warnings, ["line 7: X-B left out: an event keeps at most 65536 bytes of what it does not know"]);
}

#[test]
fn what_is_left_out_is_said() {
    fn check(lines: &str, expected: &[&str]) {
        assert_eq!(event(lines).1, expected, "{lines}");
    }
    check("SUMMARY:a\nSUMMARY:b", &["line 7: SUMMARY: stands here again, and is left out"]);
    check("PRIORITY:high", &["line 6: PRIORITY: must be a number from 0 to 9, and is left out"]);
    check("DURATION:PT1H", &["line 6: DURATION: goes not with DTEND, and is left out"]);
    check("EXRULE:FREQ=DAILY", &["line 6: EXRULE: is kept, but takes nothing out of the series"]);
    let many = "SUMMARY:a\n".repeat(50);
    let warnings = event(&many).1;
    assert_eq!((warnings.len(), warnings[20].as_str()), (21, "and 29 more"));
}
