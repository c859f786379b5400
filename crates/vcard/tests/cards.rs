//! What phones and address books export is read, and what is written reads again, here and elsewhere.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use kalends_domain::contact::Details;
use kalends_vcard::{Limits, ReadCard, ReadCards, ReadError, forget_formatted_name, read, write};
use proptest::prelude::*;

fn parsed(file: &[u8]) -> ReadCards {
    read(file, Limits::default()).unwrap()
}

/// The only card of a file with these lines.
fn card(lines: &str) -> ReadCard {
    let file = format!("BEGIN:VCARD\r\n{}\r\nEND:VCARD\r\n", lines.replace('\n', "\r\n"));
    let mut found = parsed(file.as_bytes());
    assert_eq!((found.cards.len(), &found.skipped), (1, &vec![]), "{file}");
    found.cards.remove(0)
}

fn written(uid: &str, details: &Details) -> String {
    write(uid, details, "2026-03-02T15:00:00.5Z".parse().unwrap())
}

/// The card's fields as `first|last|email|phone|company|notes`, and then what it keeps.
#[track_caller]
fn check(lines: &str, fields: &str, kept: &[&str]) {
    let found = card(lines);
    let Details { first_name, last_name, email, phone, company, notes, kept: found_kept } = found.details.clone();
    let found_fields = [first_name, last_name, email, phone, company, notes].map(Option::unwrap_or_default).join("|");
    assert_eq!(
        (found_fields.as_str(), found_kept.iter().map(String::as_str).collect::<Vec<_>>()),
        (fields, kept.to_vec())
    );
    // Whatever it was, once written it reads as the same for ever.
    let again = parsed(written(&found.uid, &found.details).as_bytes());
    assert_eq!(again.cards, [found]);
}

#[test]
fn names() {
    check("VERSION:4.0\nFN:Ann Lee\nN:Lee;Ann;;;", "Ann|Lee||||", &[]);
    check(
        "VERSION:3.0\nFN:Dr. Ann M. Lee\nN:Lee;Ann;Marie;Dr.;",
        "Ann|Lee||||",
        &["FN:Dr. Ann M. Lee", "N:;;Marie;Dr.;"],
    );
    check("VERSION:4.0\nFN:ACME\nN:;;;;", "ACME|||||", &[]);
    check("VERSION:4.0\nFN:Ann Lee", "Ann Lee|||||", &[]);
    check("VERSION:4.0\nFN:A,B O; Neil\nN:O\\; Neil;A\\,B;;;", "A,B|O; Neil||||", &[]);
    check("VERSION:4.0\nFN:山田太郎\nN:山田;太郎;;;", "太郎|山田||||", &["FN:山田太郎"]);
    check("VERSION:4.0\nEMAIL:ann@example.com", "||ann@example.com|||", &[]);
}

#[test]
fn of_several_the_preferred_or_the_first_is_the_field() {
    check(
        "VERSION:3.0\nFN:Ann\nTEL;TYPE=HOME:1\nTEL;TYPE=CELL,PREF:2\nEMAIL;TYPE=WORK:A@example.com\nEMAIL:b@example.com",
        "Ann||A@example.com|2||",
        &["EMAIL;TYPE=WORK:", "TEL;TYPE=CELL;PREF=1:", "TEL;TYPE=HOME:1", "EMAIL:b@example.com"],
    );
    check(
        "VERSION:4.0\nFN:Ann\nTEL;PREF=2:2\nTEL;PREF=1;VALUE=uri:tel:+1-555",
        "Ann|||+1-555||",
        &["TEL;PREF=1:", "TEL;PREF=2:2"],
    );
    check(
        "VERSION:4.0\nFN:Ann\nEMAIL:nobody\nEMAIL:ann@example.com\nTEL:none",
        "Ann||ann@example.com|||",
        &["EMAIL:nobody", "TEL:none"],
    );
    check(
        "VERSION:4.0\nFN:Ann\nORG:ACME\\; Sons;Sales\nNOTE:a\\nb\\,c\nNOTE:d",
        "Ann||||ACME; Sons|a\nb,c",
        &["ORG:;Sales", "NOTE:d"],
    );
}

#[test]
fn apple() {
    check(
        "VERSION:3.0\nPRODID:-//Apple Inc.//macOS 15//EN\nN:Lee;Ann;;;\nFN:Ann Lee\nORG:ACME;\n\
        item1.EMAIL;type=INTERNET;type=pref:ann@example.com\nitem1.X-ABLabel:_$!<Other>!$_\n\
        BDAY:1985-04-12\nREV:2026-01-01T00:00:00Z\nUID:6F-7",
        "Ann|Lee|ann@example.com||ACME|",
        &["item1.EMAIL;TYPE=INTERNET;PREF=1:", "item1.X-ABLabel:_$!<Other>!$_", "BDAY:19850412"],
    );
}

#[test]
fn google() {
    check(
        "VERSION:3.0\nFN:Ann Lee\nN:Lee;Ann;;;\nEMAIL;TYPE=INTERNET;TYPE=HOME:ann@example.com\nTEL;TYPE=CELL:+1 555\n\
        CATEGORIES:myContacts\nPHOTO:https://example.com/a.jpg",
        "Ann|Lee|ann@example.com|+1 555||",
        &["EMAIL;TYPE=INTERNET,HOME:", "TEL;TYPE=CELL:", "CATEGORIES:myContacts", "PHOTO:https://example.com/a.jpg"],
    );
}

#[test]
fn version_2_1() {
    check(
        "VERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen;;;\nTEL;CELL;PREF:1\nTEL;HOME;VOICE:2\n\
        NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:one=0D=0A=\ntwo=C3=A4",
        "Jürgen|Müller||1||one\ntwoä",
        &["TEL;TYPE=CELL;PREF=1:", "TEL;TYPE=HOME,VOICE:2"],
    );
}

#[test]
fn text_that_is_no_utf_8_is_latin_1() {
    let found = parsed(b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1:M\xfcller;J\xfcrgen\nEND:VCARD");
    assert_eq!(found.cards[0].details.last_name.as_deref(), Some("Müller"));
}

#[test]
fn folded_lines() {
    check("VERSION:3.0\nFN:An\n n\nNOTE:a\n  b\n\tc", "Ann|||||a bc", &[]);
}

#[test]
fn uids() {
    let uid = |line: &str| card(&format!("VERSION:4.0\nFN:Ann\n{line}")).uid;
    assert_eq!(uid("UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"), "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1");
    assert_eq!(uid("UID:urn:uuid:x"), "urn:uuid:x");
    assert_eq!(uid("UID:http://example.com/a\\,b"), "http://example.com/a,b");
    assert_eq!(uid("UID:"), uid("UID:"), "one that is made is made of the text");
    assert_ne!(uid("NOTE:a"), uid("NOTE:b"));
}

#[track_caller]
fn check_skipped(file: &str, line: usize, reason: &str) {
    let found = parsed(file.as_bytes());
    let skipped: Vec<_> = found.skipped.iter().map(|card| (card.line, card.reason.as_str())).collect();
    assert_eq!((skipped, found.cards.len()), (vec![(line, reason)], 0));
}

#[test]
fn cards_that_cannot_be_taken_are_told() {
    check_skipped("BEGIN:VCARD\nFN:a", 1, "breaks off: END:VCARD is missing");
    check_skipped("\n\nBEGIN:VCARD\nVERSION:4.0\nORG:ACME\nEND:VCARD", 3, "has no name, e-mail or phone");
    let long = format!("BEGIN:VCARD\nVERSION:4.0\nN:{};;;;\nEND:VCARD", "a".repeat(101));
    check_skipped(&long, 1, "the last name must be at most 100 characters long");
    let long = format!("BEGIN:VCARD\nVERSION:4.0\nFN:a\nUID:{}\nEND:VCARD", "a".repeat(1001));
    check_skipped(&long, 1, "UID: is longer than 1000 bytes");
}

#[test]
fn files_that_cannot_be_taken_are_refused() {
    let limits = Limits { bytes: 100, cards: 2, card: 30 };
    let one = "BEGIN:VCARD\nFN:a\nEND:VCARD\n";
    assert_eq!(read(&[b' '; 101], limits), Err(ReadError::TooLarge(100)));
    assert_eq!(read(one.repeat(3).as_bytes(), limits), Err(ReadError::TooManyCards { line: 7, most: 2 }));
    assert_eq!(read(b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", limits), Err(ReadError::NoCard));
    let large = one.replace("FN:a", "FN:aaaaa");
    assert_eq!(read(large.as_bytes(), limits).unwrap().skipped[0].reason, "is larger than 30 bytes");
}

#[test]
fn what_is_too_much_to_keep_is_left_out_and_told() {
    let photo = format!("PHOTO;ENCODING=b;TYPE=JPEG:{}", "/9j/".repeat(40_000));
    let file = format!("BEGIN:VCARD\nVERSION:3.0\nFN:Ann\n{photo}\nTITLE:Dr\nEND:VCARD\n");
    let found = parsed(file.as_bytes());
    assert_eq!(found.cards[0].details.kept, ["TITLE:Dr"]);
    assert!(found.warnings[0].message.starts_with("PHOTO was left out"), "{:?}", found.warnings);
}

#[test]
fn a_small_photo_is_kept() {
    let found = card("VERSION:3.0\nFN:Ann\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\n SkZJRg==");
    assert_eq!(found.details.kept, ["PHOTO;TYPE=JPEG:data:image/jpeg;base64\\,/9j/4AAQSkZJRg=="]);
}

#[test]
fn a_changed_name_is_not_called_by_its_old_one() {
    let mut found = card("VERSION:4.0\nFN:Dr. Ann Lee\nN:Lee;Ann;;Dr.;");
    assert!(written("7", &found.details).contains("FN:Dr. Ann Lee\r\nN:Lee;Ann;;Dr.;\r\n"));
    found.details.first_name = Some("Eve".to_owned());
    forget_formatted_name(&mut found.details);
    assert!(written("7", &found.details).contains("FN:Eve Lee\r\nN:Lee;Eve;;Dr.;\r\n"));
}

#[test]
fn nothing_outside_changes_what_stands_around_it() {
    for evil in [
        "FN:a\nX-A;B=\"c\nEND:VCARD",
        "FN:a\nX A:b",
        "FN:a\n.:b",
        "FN:a\nX;:b",
        "FN:a\nNOTE:x\\nEND:VCARD\\nBEGIN:VCARD\\nFN:y",
        "FN:a\nX-A;P=\"^n\\nEND:VCARD\":x",
        "FN:a\nBEGIN:VCALENDAR\nX:y",
        "FN:a\nX-ä:y\nX-\u{1}:z",
    ] {
        let file = format!("BEGIN:VCARD\r\n{}\r\nEND:VCARD\r\n", evil.replace('\n', "\r\n"));
        let found = parsed(file.as_bytes());
        for card in &found.cards {
            let text = written(&card.uid, &card.details);
            let begins = text.lines().filter(|line| line.starts_with("BEGIN:")).count();
            assert_eq!((begins, text.matches("\r\nEND:VCARD").count()), (1, 1), "{text}");
            assert_eq!(parsed(text.as_bytes()).cards, std::slice::from_ref(card), "{text}");
        }
    }
}

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(r#"[a-zA-Zäß太🐘,;:\\"'=.+ -]{0,90}[a-z1]"#.prop_map(|text: String| text.trim().to_owned()))
}

fn details() -> impl Strategy<Value = Details> {
    let fields = (text(), "[a-z]{1,9}", "[0-9 +()-]{0,30}1", text(), proptest::option::of("(?s).{0,200}x"));
    fields.prop_map(|(first_name, name, phone, company, notes)| Details {
        first_name,
        last_name: Some(name.clone()),
        email: Some(format!("{name}@Example.com")),
        phone: Some(phone.trim().to_owned()),
        company,
        notes: notes.map(|text: String| text.chars().filter(|c| !c.is_control() || *c == '\n').collect()),
        kept: vec![],
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(6), ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_as_it_was(details in details()) {
        let text = written("7", &details);
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])));
        let found = parsed(text.as_bytes());
        prop_assert_eq!(&found.cards, &vec![ReadCard { uid: "7".to_owned(), details }]);
        // Another reader sees one card too.
        let others: Vec<_> = ical::VcardParser::new(text.as_bytes()).collect();
        prop_assert!(matches!(&others[..], [Ok(_)]), "{}", text);
    }

    #[test]
    fn no_file_is_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let file = [b"BEGIN:VCARD\nFN:a\n".as_slice(), &bytes, b"\nEND:VCARD\n"].concat();
        for card in read(&file, Limits::default()).map(|found| found.cards).unwrap_or_default() {
            let text = written(&card.uid, &card.details);
            prop_assert_eq!(text.matches("\r\nEND:VCARD\r\n").count(), 1);
        }
    }

    #[test]
    fn no_lines_are_too_strange(lines in "((FN|N|TEL|EMAIL|ORG|NOTE|X-A|a\\.UID|PHOTO|BDAY)(;[A-Z]{0,5}(=[a-z\";,]{0,5})?){0,3}:[a-z1;,\\\\=:\"\\r\\n ]{0,20}\r\n){0,8}") {
        let file = format!("BEGIN:VCARD\r\nFN:Ann\r\n{lines}END:VCARD\r\n");
        for card in read(file.as_bytes(), Limits::default()).map(|found| found.cards).unwrap_or_default() {
            let text = written(&card.uid, &card.details);
            prop_assert_eq!(text.matches("\r\nEND:VCARD\r\n").count(), 1);
        }
    }
}
