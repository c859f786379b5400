//! Fristen, and the history of them.

use futures_util::future::join_all;
use jiff::Timestamp;
use kalends_domain::access::Role;
use kalends_domain::calendar::Calendar;
use kalends_domain::event::{Event, Length, Reminder};
use kalends_domain::frist::record::{Audit, Finding, Head, KeptRecord};
use kalends_domain::frist::{Basis, Frist, FristWrite, State, Status, Verification};
use kalends_domain::id::{CalendarId, ChainId, EventId, ReminderId, UserId};
use uuid::Uuid;

use super::fixtures::{at, basis, event, later, membership, now, stored_calendar, stored_user};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, Changes, FristFilter, PageRequest, SeenFrist, Unique};

/// An event with a case and a pre-deadline, and a new Frist of it with everything that a Frist may have.
fn frist(calendar: &Calendar, title: &str, due: Timestamp) -> (Event, FristWrite) {
    let mut event = event(calendar, title, due, due);
    event.case_id = Some(Uuid::now_v7());
    event.details.reminders =
        vec![Reminder { id: ReminderId(Uuid::now_v7()), minutes_before: 10_080, kept: Vec::new() }];
    let state = State::of(&event, ChainId(Uuid::now_v7()));
    let write = Frist::made(&event, state);
    (event, write)
}

fn changed(frist: &Frist, change: impl FnOnce(&mut State)) -> FristWrite {
    let mut state = frist.state.clone();
    change(&mut state);
    frist.changed(state, frist.created_by, later(5)).expect("the state is another")
}

async fn stored(store: &AnyStore, calendar: &Calendar, title: &str, due: Timestamp) -> (Event, Frist) {
    let (event, made) = frist(calendar, title, due);
    write(store, [Change::InsertEvent(event.clone()), Change::WriteFrist(made.clone())]).await;
    (event, made.frist)
}

async fn found(store: &AnyStore, id: EventId, viewer: UserId) -> Option<SeenFrist> {
    store.find_frist(id, viewer).await.unwrap()
}

/// All entries of one Frist, or of all, read in pages.
async fn records(store: &AnyStore, of: Option<EventId>) -> Vec<KeptRecord> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.list_frist_records(of, PageRequest { after, limit: 7 }).await.unwrap();
        after = page.items.last().map(|entry| entry.seq);
        all.extend(page.items);
        if !page.more {
            return all;
        }
    }
}

/// A Frist is written whole, found with its event, and changes from version to version.
pub async fn fristen(store: AnyStore) {
    let store = &store;
    let [ann, bea] = [stored_user(store).await.id, stored_user(store).await.id];
    let home = stored_calendar(store, ann).await;
    let (event, made) = frist(&home, "Klageerwiderung", at("2026-12-15T22:59:00.123456Z"));
    let insert = [Change::InsertEvent(event.clone()), Change::WriteFrist(made.clone())];
    assert_missing(&refused(store, insert[1..].to_vec()).await);
    write(store, insert.clone()).await;
    let seen = |frist: &Frist, event: &Event, role| SeenFrist { frist: frist.clone(), event: event.clone(), role };
    assert_eq!(found(store, event.id, ann).await, Some(seen(&made.frist, &event, Some(Role::Owner))));
    assert_eq!(found(store, event.id, bea).await, Some(seen(&made.frist, &event, None)));
    assert_eq!(found(store, EventId(Uuid::now_v7()), ann).await, None);
    assert_duplicate(&refused(store, insert.clone()).await, Unique::Id);
    assert_duplicate(&refused(store, insert[1..].to_vec()).await, Unique::Id);

    // Every field changes, and back.
    let full = changed(&made.frist, |state| {
        "Überschrift \"zwei\"".clone_into(&mut state.title);
        state.span = super::fixtures::event(&home, "x", later(0), later(60)).details.span;
        state.span.length = Length::Days(2);
        state.case = None;
        state.reminders = vec![60, 1_440];
        state.deleted = true;
        state.chain = ChainId(Uuid::now_v7());
        state.assignee = Some(bea);
        state.set_by = bea;
        state.verification = Some(Verification { by: bea, at: later(3) });
        state.locked = true;
        state.basis = Some(Basis { event: Some(event.id), ..basis() });
    });
    write(store, [Change::WriteFrist(full.clone())]).await;
    let deleted = found(store, event.id, ann).await.expect("a deleted one is found");
    assert_eq!(deleted.frist, full.frist);
    assert_stale(&refused(store, [Change::WriteFrist(full.clone())]).await);
    let back = full.frist.changed(made.frist.state.clone(), ann, later(9)).unwrap();
    write(store, [Change::WriteFrist(back.clone())]).await;
    assert_eq!(found(store, event.id, ann).await.unwrap().frist, back.frist);
    let dated = changed(&back.frist, |state| state.basis = Some(basis()));
    write(store, [Change::WriteFrist(dated.clone())]).await;
    assert_eq!(found(store, event.id, ann).await.unwrap().frist, dated.frist);

    let gone = Calendar { deleted_at: Some(later(9)), version: 2, ..home.clone() };
    write(store, [Change::UpdateCalendar { calendar: gone, expected: 1 }]).await;
    assert_eq!(found(store, event.id, ann).await, None, "what is in a deleted calendar is not found");
    let all = store.list_all_fristen(PageRequest { after: Some(EventId(Uuid::nil())), limit: 10_000 }).await.unwrap();
    let kept = all.items.iter().find(|kept| kept.frist == dated.frist).expect("but it counts among all");
    assert!(kept.calendar_deleted, "which tell that it is there");
}

/// Lists are in the order of the deadlines, and hold what the filter says.
pub async fn frist_lists(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await.id;
    let [home, other] = [stored_calendar(store, ann).await, stored_calendar(store, ann).await];
    let days = ["2026-12-03", "2026-12-01", "2026-12-02", "2026-12-02", "2026-12-04"];
    let mut all = Vec::new();
    for (n, day) in days.into_iter().enumerate() {
        let calendar = if n == 4 { &other } else { &home };
        all.push(stored(store, calendar, day, at(&format!("{day}T12:00:00Z"))).await);
    }
    let filter = || FristFilter {
        calendars: vec![home.id, other.id],
        status: None,
        now: at("2026-12-02T12:00:00Z"),
        case: None,
        assignee: None,
        chain: None,
        from: None,
        before: None,
    };
    let sorted = |mut which: Vec<EventId>| {
        which.sort_by_key(|id| all.iter().find(|(event, _)| event.id == *id).map(|(_, f)| (f.state.deadline(), f.id)));
        which
    };
    let ids = |which: &[usize]| sorted(which.iter().map(|&n| all[n].0.id).collect());
    let list = async |filter: FristFilter| {
        let page = store.list_fristen(filter.clone(), PageRequest { after: None, limit: 10 }).await.unwrap();
        let ids: Vec<EventId> = page.items.iter().map(|(frist, event)| (frist.id, event.id).0).collect();
        assert_eq!(store.count_fristen(filter).await.unwrap(), ids.len());
        ids
    };
    assert_eq!(list(filter()).await, ids(&[0, 1, 2, 3, 4]));
    assert_eq!(list(FristFilter { calendars: vec![other.id], ..filter() }).await, ids(&[4]));
    assert_eq!(list(FristFilter { calendars: vec![], ..filter() }).await, []);

    // In pages, of which none loses one of two with the same deadline.
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = store.list_fristen(filter(), PageRequest { after, limit: 1 }).await.unwrap();
        after = page.items.last().map(|(frist, _)| (frist.state.deadline(), frist.id));
        paged.extend(page.items.into_iter().map(|(frist, _)| frist.id));
        if !page.more {
            break;
        }
    }
    assert_eq!(paged, ids(&[0, 1, 2, 3, 4]));

    let verify = |state: &mut State| state.verification = Some(Verification { by: ann, at: now() });
    let verified = changed(&all[2].1, verify);
    let assigned = changed(&all[0].1, |state| state.assignee = Some(ann));
    let deleted = changed(&all[3].1, |state| state.deleted = true);
    write(store, [verified.clone(), assigned, deleted].map(Change::WriteFrist)).await;
    assert_eq!(list(filter()).await, ids(&[0, 1, 2, 4]), "a deleted one is in no list");
    for (status, which) in [(Status::Open, &[0, 4][..]), (Status::Expired, &[1]), (Status::Verified, &[2])] {
        assert_eq!(list(FristFilter { status: Some(status), ..filter() }).await, ids(which), "{status:?}");
    }
    let at_its_time = FristFilter { status: Some(Status::Open), now: at("2026-12-01T12:00:00Z"), ..filter() };
    assert_eq!(list(at_its_time).await, ids(&[0, 1, 4]), "at its very time it is still open");
    assert_eq!(list(FristFilter { assignee: Some(ann), ..filter() }).await, ids(&[0]));
    assert_eq!(list(FristFilter { case: all[4].0.case_id, ..filter() }).await, ids(&[4]));
    assert_eq!(list(FristFilter { case: Some(Uuid::now_v7()), ..filter() }).await, []);
    assert_eq!(list(FristFilter { chain: Some(all[1].1.state.chain), ..filter() }).await, ids(&[1]));
    let from = FristFilter { from: Some(at("2026-12-02T12:00:00Z")), ..filter() };
    assert_eq!(list(from).await, ids(&[0, 2, 4]), "from is inclusive");
    let before = FristFilter { before: Some(at("2026-12-02T12:00:00Z")), ..filter() };
    assert_eq!(list(before).await, ids(&[1]), "before is exclusive");

    // What hangs together.
    let basis = Basis { event: Some(all[1].0.id), ..basis() };
    let computed = changed(&verified.frist, |state| state.basis = Some(basis));
    write(store, [Change::WriteFrist(computed)]).await;
    let about = async |which: &[usize]| {
        let ids = which.iter().map(|&n| all[n].0.id).chain([EventId(Uuid::now_v7())]).collect();
        let found = store.list_fristen_about(ids).await.unwrap();
        let mut ids: Vec<EventId> = found.into_iter().map(|(frist, event)| (frist.id, event.id).0).collect();
        ids.sort_unstable();
        ids
    };
    let by_id = |which: &[usize]| {
        let mut ids = ids(which);
        ids.sort_unstable();
        ids
    };
    assert_eq!(about(&[1]).await, by_id(&[1, 2]));
    assert_eq!(about(&[1, 2, 3]).await, by_id(&[1, 2, 3]), "each once, a deleted one too");
    assert_eq!(store.list_fristen_about(Vec::new()).await.unwrap(), Vec::new());

    // What a calendar takes along, and brings back.
    let within = async |calendars: Vec<CalendarId>, deleted: bool| {
        let found = store.list_fristen_in(calendars, deleted).await.unwrap();
        let mut ids: Vec<EventId> = found.into_iter().map(|(frist, event)| (frist.id, event.id).0).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(within(vec![home.id], false).await, by_id(&[0, 1, 2]));
    assert_eq!(within(vec![home.id, other.id], false).await, by_id(&[0, 1, 2, 4]));
    assert_eq!(within(vec![home.id, other.id], true).await, by_id(&[3]));
    assert_eq!(within(Vec::new(), false).await, []);
}

/// However many there are in a calendar, it takes along all.
pub async fn fristen_of_a_calendar(store: AnyStore) {
    let store = &store;
    let home = stored_calendar(store, stored_user(store).await.id).await;
    let many: Vec<_> = (0..1_100).map(|n| frist(&home, &n.to_string(), at("2026-12-05T12:00:00Z"))).collect();
    let changes =
        many.iter().flat_map(|(event, made)| [Change::InsertEvent(event.clone()), Change::WriteFrist(made.clone())]);
    write(store, changes).await;
    let mut found: Vec<EventId> =
        store.list_fristen_in(vec![home.id], false).await.unwrap().into_iter().map(|(frist, _)| frist.id).collect();
    found.sort_unstable();
    let mut made: Vec<EventId> = many.iter().map(|(event, _)| event.id).collect();
    made.sort_unstable();
    assert_eq!(found, made);
}

/// Each write is an entry, tied to the one before; what is not committed is none.
pub async fn frist_history(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await.id;
    let home = stored_calendar(store, ann).await;
    let (event, made) = stored(store, &home, "First", at("2026-12-01T12:00:00Z")).await;
    let first = changed(&made, |state| state.locked = true);
    write(store, [Change::WriteFrist(first.clone())]).await;
    let (other, _) = stored(store, &home, "Other", at("2026-12-01T12:00:00Z")).await;
    let before = store.find_frist_head().await.unwrap();
    assert_stale(&refused(store, [Change::WriteFrist(first.clone())]).await);
    assert_eq!(store.find_frist_head().await.unwrap(), before, "what was refused is in no history");

    let mine = records(store, Some(event.id)).await;
    let numbers: Vec<i64> = mine.iter().map(|entry| entry.record.as_ref().unwrap().number).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(mine[1].record, Ok(first.record()));
    assert_eq!(records(store, Some(other.id)).await.len(), 1);

    // Many at once: one chain, without a gap.
    let more: Vec<_> = (0..40).map(|n| frist(&home, &n.to_string(), at("2026-12-05T12:00:00Z"))).collect();
    let commits = more.iter().map(|(event, made)| {
        let two = [made.clone(), changed(&made.frist, |state| state.locked = true)];
        let insert = Changes::new().and(Change::InsertEvent(event.clone()));
        store.commit(insert.and_all(two.map(Change::WriteFrist)))
    });
    for outcome in join_all(commits).await {
        outcome.expect("who appends waits, and gets through");
    }
    let (findings, head) = audited(store, None).await;
    assert_eq!(findings, []);
    assert_eq!(audited(store, Some(before)).await.0, [], "the end that was noted is still a part of it");
    let forged = Head { hash: head.hash, ..before };
    assert_eq!(audited(store, Some(forged)).await.0.len(), 1);
}

/// A check of the whole history, and where it ends. What events say is left out: other groups change Fristen alone.
pub async fn audited(store: &AnyStore, known: Option<Head>) -> (Vec<Finding>, Head) {
    let mut audit = Audit::new(known);
    records(store, None).await.into_iter().for_each(|entry| audit.entry(entry));
    for kept in store.list_all_fristen(PageRequest { after: None, limit: 100_000 }).await.unwrap().items {
        audit.frist(&kept.frist, &kept.frist.state);
    }
    let head = store.find_frist_head().await.unwrap();
    (audit.finish(head), head)
}

/// Stores a Frist with an entry and a second, for tests of a store's own.
pub async fn stored_frist(store: &AnyStore) -> Frist {
    let owner = stored_user(store).await;
    let home = stored_calendar(store, owner.id).await;
    write(store, [Change::PutMembership(membership(home.id, owner.id, Role::Owner))]).await;
    let (_, made) = stored(store, &home, "A Frist", at("2026-12-01T12:00:00Z")).await;
    let locked = changed(&made, |state| state.locked = true);
    write(store, [Change::WriteFrist(locked.clone())]).await;
    locked.frist
}

/// What somebody who may write to the database might do to the history of [`stored_frist`], once nothing there refuses it
/// any more; each is noticed, and told in these words.
pub const TAMPERINGS: [(&str, &str); 7] = [
    ("update frist_history set entry = replace(entry, 'A Frist', 'B Frist') where seq = 1", "its hash does not fit"),
    ("delete from frist_history where seq = 1", "some are missing"),
    ("delete from frist_history where seq = 2", "the history ends with entry 1, and must with 2"),
    (
        "delete from frist_history where seq = 2; \
         update frist_history_end set seq = 1, hash = (select hash from frist_history where seq = 1)",
        "it does not say what its last entry says",
    ),
    ("update fristen set version = 3", "it does not say what its last entry says"),
    ("delete from fristen", "it has a history, and is gone"),
    ("delete from frist_history; update frist_history_end set seq = 0", "it has no history"),
];
