//! What a Frist becomes, who may verify it, and what a check of the history notices.

use jiff::SignedDuration;

use super::record::{Audit, EntryHash, Finding, Head, KeptRecord};
use super::*;
use crate::deadline::{Period, Region, Rule, TriggerKind, Unit};
use crate::event::{Details, Length, Reminder};
use crate::id::{ReminderId, uuid_v7};

const ANN: UserId = UserId(Uuid::from_u128(1));
const BEA: UserId = UserId(Uuid::from_u128(2));
const CHAIN: ChainId = ChainId(Uuid::from_u128(3));

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn span(end: &str) -> Span {
    Span::timed(at(end), at(end), Zone::named("Europe/Berlin").unwrap()).unwrap()
}

fn event(title: &str, end: &str) -> Event {
    let made = at("2026-03-01T12:00:00Z");
    let random = [u8::try_from(title.len()).unwrap(); 10];
    Event {
        id: EventId(uuid_v7(made, random)),
        calendar: CalendarId(Uuid::from_u128(4)),
        uid: title.to_owned(),
        details: Details::new(title, span(end)),
        recurrence: None,
        overrides: std::collections::BTreeMap::new(),
        course_id: None,
        case_id: None,
        sequence: 0,
        created_by: ANN,
        updated_by: ANN,
        created_at: made,
        updated_at: made,
        deleted_at: None,
        version: 1,
    }
}

/// Ann's, verified by Bea.
fn verified(event: &Event) -> State {
    let verification = Some(Verification { by: BEA, at: at("2026-03-02T12:00:00Z") });
    State { verification, assignee: Some(BEA), ..State::of(event, CHAIN) }
}

/// A month from the hearing's day, two weeks of pre-deadline.
fn basis(hearing: &Event) -> Basis {
    let terms = Terms {
        trigger: deadline::Trigger { kind: TriggerKind::Event, date: day_of(hearing) },
        period: Period::new(1, Unit::Months).unwrap(),
        rule: Rule::of(Region::Berlin),
        pre_deadlines: vec![Period::new(2, Unit::Weeks).unwrap()],
    };
    Basis { event: Some(hearing.id), terms }
}

#[test]
fn a_frist_follows_its_event() {
    let event = event("Reply", "2026-04-15T21:59:00Z");
    let state = verified(&event);
    assert_eq!(state.following(&event), state, "of an event that says the same nothing comes");

    let mut renamed = event.clone();
    (renamed.details.title, renamed.case_id) = ("Answer".to_owned(), Some(Uuid::from_u128(9)));
    renamed.details.reminders.push(Reminder { id: ReminderId(Uuid::nil()), minutes_before: 60, kept: vec![] });
    renamed.updated_by = BEA;
    let expected = State { title: "Answer".into(), case: renamed.case_id, reminders: vec![60], ..verified(&event) };
    assert_eq!(state.following(&renamed), expected, "another title ends no verification");

    let elsewhere = Event {
        details: Details { span: event.details.span.in_zone(Zone::utc()), ..event.details.clone() },
        ..event.clone()
    };
    assert!(state.following(&elsewhere).verification.is_some(), "the same instant is the same deadline");

    let mut moved = event.clone();
    (moved.details.span, moved.updated_by) = (span("2026-04-16T21:59:00Z"), BEA);
    let followed = state.following(&moved);
    assert_eq!((followed.verification, followed.set_by, followed.assignee), (None, BEA, Some(BEA)));

    let deleted = Event { deleted_at: Some(at("2026-03-03T12:00:00Z")), ..event.clone() };
    let gone = state.following(&deleted);
    assert_eq!(gone, State { deleted: true, ..state.clone() });
    assert_eq!(gone.following(&event), state, "restored, it is as it was");
}

#[test]
fn whole_days_end_at_night() {
    let mut event = event("Reply", "2026-04-15T21:59:00Z");
    let day = civil::date(2026, 4, 15);
    event.details.span = Span::all_day(day, civil::date(2026, 4, 17), Zone::named("Europe/Berlin").unwrap()).unwrap();
    assert_eq!(event.details.span.length, Length::Days(2));
    assert_eq!(State::of(&event, CHAIN).deadline(), at("2026-04-15T21:59:00Z"));
}

#[test]
fn it_is_open_until_its_time() {
    let event = event("Reply", "2026-04-15T21:59:00Z");
    let state = State::of(&event, CHAIN);
    let second = SignedDuration::from_secs(1);
    for (now, status) in [
        (state.deadline() - second, Status::Open),
        (state.deadline(), Status::Open),
        (state.deadline() + second, Status::Expired),
    ] {
        assert_eq!(state.status(now), status, "{now}");
        assert_eq!(verified(&event).status(now), Status::Verified);
    }
}

#[test]
fn a_second_person_verifies() {
    let event = event("Reply", "2026-04-15T21:59:00Z");
    let other = UserId(Uuid::from_u128(5));
    let frist = |state| Frist::made(&event, state).frist;
    let may = |state, who| frist(state).may_verify(who, at("2026-03-03T12:00:00Z"));
    let open = || State::of(&event, CHAIN);
    assert_eq!(may(open(), ANN), Err(CannotVerify::Creator));
    assert_eq!(may(open(), BEA), Ok(()));
    assert_eq!(may(State { set_by: BEA, ..open() }, BEA), Err(CannotVerify::SetDeadline));
    assert_eq!(may(State { set_by: BEA, ..open() }, ANN), Err(CannotVerify::Creator));
    assert_eq!(may(verified(&event), BEA), Ok(()), "their own verification stands");
    assert_eq!(may(verified(&event), other), Err(CannotVerify::Verified));
    let late = at("2026-04-16T00:00:00Z");
    assert_eq!(frist(open()).may_verify(BEA, late), Err(CannotVerify::Expired));
    assert_eq!(frist(verified(&event)).may_verify(BEA, late), Ok(()));
}

#[test]
fn what_is_computed_moves_with_its_event() {
    let hearing = event("Hearing", "2026-03-02T09:00:00Z");
    let (computed, reminders) = basis(&hearing).compute(&Zone::named("Europe/Berlin").unwrap()).unwrap();
    assert_eq!(computed.starts_at(), at("2026-04-02T21:59:00Z"));
    // Thursday, 19 March, at nine; the clocks change in between.
    assert_eq!(reminders, [14 * 24 * 60 + 13 * 60 + 59]);

    let mut reply = event("Reply", "2026-04-02T21:59:00Z");
    reply.details.span = computed;
    let state = State { basis: Some(basis(&hearing)), reminders: vec![reminders[0], 60], ..verified(&reply) };
    assert_eq!(state.recomputed(&hearing), None, "it has not moved");
    assert_eq!(state.recomputed(&reply), None, "it is not computed from this one");

    let mut later = event("Hearing", "2026-03-03T09:00:00Z");
    later.updated_by = BEA;
    let moved = state.recomputed(&later).unwrap().unwrap();
    // 3 April is Good Friday, and Monday the 6th Easter.
    assert_eq!(moved.deadline(), at("2026-04-07T21:59:00Z"));
    assert_eq!((moved.verification, moved.set_by), (None, BEA));
    assert_eq!(moved.reminders[0], 60, "reminders of its own stay");
    assert_eq!(moved.reminders.len(), 2);
    assert_eq!(Deed::between(Some(&state), &moved), Deed::Recomputed);
    assert_eq!(State { locked: true, ..state.clone() }.recomputed(&later), None, "what a court set stays");

    // From another day to the same end: nobody's verification is undone by that.
    let weekend = event("Hearing", "2026-03-04T09:00:00Z");
    let on_monday = State { verification: state.verification, ..moved };
    let same = on_monday.recomputed(&weekend).unwrap().unwrap();
    assert_eq!((same.deadline(), same.verification), (on_monday.deadline(), state.verification));
}

#[test]
fn a_deadline_that_is_said_is_not_computed_any_more() {
    let hearing = event("Hearing", "2026-03-02T09:00:00Z");
    let mut reply = event("Reply", "2026-04-02T21:59:00Z");
    let state = State { basis: Some(basis(&hearing)), ..State::of(&reply, CHAIN) };
    reply.details.span = span("2026-04-01T21:59:00Z");
    assert_eq!(state.following(&reply).basis, None);
}

#[test]
fn deeds_are_told_apart() {
    let event = event("Reply", "2026-04-15T21:59:00Z");
    let open = State::of(&event, CHAIN);
    let deleted = State { deleted: true, ..open.clone() };
    for (before, after, deed) in [
        (None, &open, Deed::Created),
        (Some(&open), &verified(&event), Deed::Verified),
        (Some(&verified(&event)), &open, Deed::Changed),
        (Some(&open), &deleted, Deed::Deleted),
        (Some(&deleted), &open, Deed::Restored),
    ] {
        assert_eq!(Deed::between(before, after), deed);
    }
}

/// The history of two Fristen, of which the first has three entries, and what they say then.
fn history() -> (Vec<KeptRecord>, Vec<Frist>) {
    let (one, two) = (event("One", "2026-04-15T21:59:00Z"), event("Number two", "2026-04-15T21:59:00Z"));
    let first = Frist::made(&one, State::of(&one, CHAIN));
    let second = first.frist.changed(verified(&one), BEA, at("2026-03-02T12:00:00Z")).unwrap();
    let third =
        second.frist.changed(State { locked: true, ..verified(&one) }, ANN, at("2026-03-03T12:00:00Z")).unwrap();
    let other = Frist::made(&two, State::of(&two, CHAIN));
    let fristen = vec![third.frist.clone(), other.frist.clone()];
    let records = [first, second, other, third].map(|write| write.record());
    (chained(records.to_vec()), fristen)
}

/// These entries with their right hashes.
fn chained(records: Vec<Record>) -> Vec<KeptRecord> {
    let mut hash = EntryHash::default();
    let kept = |(seq, record): (i64, Record)| {
        let text = format!("{record:?}");
        hash = hash.then(&text);
        KeptRecord { seq, frist: record.frist, text, hash, record: Ok(record) }
    };
    (1..).zip(records).map(kept).collect()
}

fn end(entries: &[KeptRecord]) -> Head {
    entries.last().map_or(Head::default(), |last| Head { seq: last.seq, hash: last.hash })
}

fn check(entries: Vec<KeptRecord>, fristen: &[Frist], head: Head, known: Option<Head>) -> Vec<Finding> {
    let mut audit = Audit::new(known);
    for entry in entries {
        audit.entry(entry);
    }
    for frist in fristen {
        audit.frist(frist, &frist.state);
    }
    audit.finish(head)
}

#[test]
fn a_history_that_nobody_touched_fits() {
    let (entries, fristen) = history();
    let head = end(&entries);
    let known = Head { seq: 2, hash: entries[1].hash };
    assert_eq!(check(entries, &fristen, head, Some(known)), []);
    assert_eq!(check(vec![], &[], Head::default(), None), []);
}

#[test]
fn each_tampering_is_found_where_it_is() {
    type Tampering = fn(&mut Vec<KeptRecord>, &mut Vec<Frist>);
    let cases: [(Tampering, Option<i64>, &str); 8] = [
        (|entries, _| entries[1].text.push(' '), Some(2), "its hash does not fit"),
        (|entries, _| drop(entries.remove(1)), Some(3), "some are missing"),
        (|entries, _| drop(entries.pop()), None, "the history ends with entry 3"),
        (|entries, _| entries.swap(1, 2), Some(3), "some are missing"),
        (|entries, _| entries[2].frist = entries[0].frist, Some(3), "tells of"),
        (|_, fristen| fristen[0].state.verification = None, None, "what its last entry says"),
        (|_, fristen| drop(fristen.remove(1)), None, "it has a history, and is gone"),
        (|entries, _| entries[3].record = Err("EOF".into()), Some(4), "cannot be read: EOF"),
    ];
    for (tampering, seq, told) in cases {
        let (mut entries, mut fristen) = history();
        let head = end(&entries);
        tampering(&mut entries, &mut fristen);
        let findings = check(entries, &fristen, head, None);
        assert!(findings.iter().any(|it| it.seq == seq && it.what.contains(told)), "{told}: {findings:?}");
    }
}

#[test]
fn a_history_written_anew_is_told_by_the_end_that_was_noted() {
    let (entries, fristen) = history();
    let known = Head { seq: 2, hash: entries[1].hash };
    let mut records: Vec<Record> = entries.into_iter().map(|entry| entry.record.unwrap()).collect();
    records[1].at = at("2026-03-02T11:00:00Z");
    let forged = chained(records);
    let head = end(&forged);
    assert_eq!(check(forged.clone(), &fristen, head, None), [], "in itself it fits");
    let findings = check(forged, &fristen, head, Some(known));
    assert!(matches!(&findings[..], [Finding { seq: Some(2), what, .. }] if what.contains("noted")), "{findings:?}");
    let cut = check(vec![], &[], Head::default(), Some(known));
    assert!(matches!(&cut[..], [Finding { what, .. }] if what.contains("ends before")), "{cut:?}");
}

#[test]
fn an_end_is_noted_and_read_back() {
    let (entries, _) = history();
    let head = end(&entries);
    assert_eq!(head.to_string().parse(), Ok(head));
    let digits = head.hash.to_string();
    for bad in [
        "",
        "4",
        &digits,
        "4:",
        &format!("-1:{digits}"),
        &format!("4:{}", &digits[1..]),
        &format!("4:é{}", &digits[2..]),
    ] {
        assert!(bad.parse::<Head>().is_err(), "{bad}");
    }
}
