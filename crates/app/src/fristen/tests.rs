//! What is committed: what follows from a change, who verifies first, and what nobody is told.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use kalends_domain::access::Role;
use kalends_domain::deadline::{Period, Region, Rule, Terms, Trigger, TriggerKind, Unit};
use kalends_domain::event::{Event, Kind, Span, TimeInput, Timing};
use kalends_domain::frist::{Basis, Deed, Frist, FristWrite, State, Verification, day_of};
use kalends_domain::id::{ChainId, EventId, JobId, UserId};
use kalends_domain::time::Zone;
use kalends_ports::{Change, Changes, Job, Lease, Mail, SeenFrist, StoreError};
use uuid::Uuid;

use super::mail::News;
use super::*;
use crate::testing::{Mocks, actor, event, now, seen, user, view};
use crate::{EventChange, Scope};

const BEA: UserId = UserId(Uuid::from_u128(2));
const CHAIN: ChainId = ChainId(Uuid::from_u128(3));

/// A deadline in April of an event with this number.
fn deadline(number: u128, title: &str) -> Event {
    let end = "2026-04-15T21:59:00Z".parse().unwrap();
    let mut event = event(false);
    event.id = EventId(Uuid::from_u128(number));
    event.details.title = title.to_owned();
    event.details.kind = Kind::Deadline;
    event.details.span = Span::timed(end, end, Zone::named("Europe/Berlin").unwrap()).unwrap();
    event
}

fn frist(event: &Event, change: impl FnOnce(&mut State)) -> Frist {
    let mut state = State::of(event, CHAIN);
    change(&mut state);
    Frist::made(event, state).frist
}

/// A month from the day of `from`.
fn month_from(from: &Event) -> Basis {
    let terms = Terms {
        trigger: Trigger { kind: TriggerKind::Event, date: day_of(from) },
        period: Period::new(1, Unit::Months).unwrap(),
        rule: Rule::of(Region::Berlin),
        pre_deadlines: Vec::new(),
    };
    Basis { event: Some(from.id), terms }
}

fn moved(event: &Event, days: i64) -> Event {
    let mut moved = event.clone();
    let at = event.details.span.starts_at() + SignedDuration::from_hours(24 * days);
    moved.details.span = Span::timed(at, at, event.details.span.zone.clone()).unwrap();
    (moved.version, moved.updated_by) = (event.version + 1, BEA);
    moved
}

fn updated(event: Event) -> Changes {
    let expected = event.version - 1;
    Changes::new().and(Change::UpdateEvent { event, expected })
}

/// Mocks in whose store there are these Fristen.
fn storing(all: Vec<(Frist, Event)>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.fristen.expect_list_fristen_about().returning(move |ids| {
        let about = |frist: &Frist| {
            let from = frist.state.basis.as_ref().and_then(|basis| basis.event);
            ids.contains(&frist.id) || from.is_some_and(|from| ids.contains(&from))
        };
        Ok(all.iter().filter(|(frist, _)| about(frist)).cloned().collect())
    });
    mocks
}

fn writes(changes: &Changes) -> Vec<&FristWrite> {
    changes
        .0
        .iter()
        .filter_map(|change| if let Change::WriteFrist(write) = change { Some(write) } else { None })
        .collect()
}

#[tokio::test]
async fn whoever_writes_the_event_writes_the_frist() {
    let event = deadline(10, "Reply");
    let app = storing(vec![(frist(&event, |_| ()), event.clone())]).app();
    let mut described = event.clone();
    (described.details.description, described.version) = (Some("Room 3".into()), 2);
    let changes = app.with_fristen(&app.context(), updated(described.clone())).await.unwrap();
    assert_eq!(changes, updated(described), "what a Frist does not say makes no entry");

    let changes = app.with_fristen(&app.context(), updated(moved(&event, 1))).await.unwrap();
    let [write] = writes(&changes)[..] else { panic!("{changes:?}") };
    assert_eq!((write.frist.version, write.frist.state.set_by, write.actor), (2, BEA, BEA));

    let gone = Event { deleted_at: Some(now()), version: 2, ..event };
    let changes = app.with_fristen(&app.context(), updated(gone)).await.unwrap();
    assert_eq!(writes(&changes)[0].record().deed, Deed::Deleted);
}

#[tokio::test]
async fn what_is_computed_moves_in_the_same_commit_however_far() {
    let hearing = deadline(10, "Hearing");
    let (first, second, locked) = (deadline(11, "First"), deadline(12, "Second"), deadline(13, "Locked"));
    let verified = |state: &mut State| state.verification = Some(Verification { by: BEA, at: now() });
    let stored = vec![
        (frist(&first, |state| (state.basis, ()) = (Some(month_from(&hearing)), verified(state))), first.clone()),
        (frist(&second, |state| state.basis = Some(month_from(&first))), second.clone()),
        (frist(&locked, |state| (state.basis, state.locked) = (Some(month_from(&hearing)), true)), locked.clone()),
    ];
    let app = storing(stored).app();
    let changes = app.with_fristen(&app.context(), updated(moved(&hearing, 1))).await.unwrap();
    let written = writes(&changes);
    let told: Vec<_> = written.iter().map(|write| (write.frist.id, write.record().deed)).collect();
    assert_eq!(told, [(first.id, Deed::Recomputed), (second.id, Deed::Recomputed)]);
    assert_eq!(written[0].frist.state.verification, None);
    let starts: Vec<String> = changes
        .0
        .iter()
        .filter_map(|change| match change {
            Change::UpdateEvent { event, .. } => Some(event.details.span.starts_at().to_string()),
            _ => None,
        })
        .collect();
    // From the 16th, a Saturday on 16 May, and Whit Monday nowhere near: then from the 18th, a Thursday in June.
    assert_eq!(starts, ["2026-04-16T21:59:00Z", "2026-05-18T21:59:00Z", "2026-06-18T21:59:00Z"]);
    let again = app.with_fristen(&app.context(), changes.clone()).await.unwrap();
    assert_eq!(again, changes, "what was followed to its end has nothing more to follow");
}

#[tokio::test]
async fn an_event_that_one_commit_writes_twice_over_is_written_once() {
    let (hearing, reply) = (deadline(10, "Hearing"), deadline(11, "Reply"));
    let stored = vec![(frist(&reply, |state| state.basis = Some(month_from(&hearing))), reply.clone())];
    let app = storing(stored).app();
    let mut renamed = reply.clone();
    (renamed.details.title, renamed.version) = ("Answer".into(), 2);
    let both = updated(moved(&hearing, 1)).and_all(updated(renamed).0);
    let changes = app.with_fristen(&app.context(), both).await.unwrap();
    let events: Vec<_> = changes
        .0
        .iter()
        .filter_map(|change| match change {
            Change::UpdateEvent { event, expected: 1 } if event.id == reply.id => Some(event),
            _ => None,
        })
        .collect();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].details.title, "Answer");
    let [write] = writes(&changes)[..] else { panic!("{changes:?}") };
    assert_eq!((write.frist.state.title.as_str(), write.frist.version), ("Answer", 2));
    assert_eq!(write.frist.state.following(events[0]), write.frist.state);
}

#[tokio::test]
async fn a_circle_in_the_store_ends() {
    let (one, two) = (deadline(10, "One"), deadline(11, "Two"));
    let stored = vec![
        (frist(&one, |state| state.basis = Some(month_from(&two))), one.clone()),
        (frist(&two, |state| state.basis = Some(month_from(&one))), two.clone()),
    ];
    let app = storing(stored).app();
    let changes = app.with_fristen(&app.context(), updated(moved(&one, 1))).await.unwrap();
    assert!(writes(&changes).len() <= 2, "{changes:?}");
}

#[tokio::test]
async fn an_event_use_case_goes_through_here() {
    let event = deadline(10, "Reply");
    let mut mocks = storing(vec![(frist(&event, |_| ()), event.clone())]);
    let stored = event.clone();
    mocks.events.expect_find_event().returning(move |_, _| Ok(Some(seen(stored.clone(), Some(Role::Editor)))));
    mocks.commit.expect_commit().times(1).returning(|changes| {
        assert_eq!(writes(&changes).len(), 1);
        Ok(())
    });
    let app = mocks.app();
    let start = TimeInput::Instant {
        at: "2026-04-17T21:59:00Z".parse().unwrap(),
        written: "2026-04-17T23:59:00".parse().unwrap(),
    };
    let change = EventChange { timing: Timing { start: Some(start), ..Timing::default() }, ..EventChange::default() };
    app.update_event(&app.context(), &actor(), event.id, None, Scope::All, change, None).await.unwrap();
}

/// A Frist of Bea's that the caller looks at, as each look finds it.
fn looked_at(looks: Vec<Frist>) -> Mocks {
    let mut mocks = Mocks::default();
    let looks = Mutex::new(looks.into_iter());
    mocks.fristen.expect_find_frist().returning(move |_, _| {
        let mut frist = looks.lock().unwrap().next().expect("no more looks");
        (frist.created_by, frist.state.set_by) = (BEA, BEA);
        Ok(Some(SeenFrist { frist, event: deadline(10, "Reply"), role: Some(Role::Editor) }))
    });
    mocks
}

#[tokio::test]
async fn of_two_who_verify_at_once_one_is_first() {
    let event = deadline(10, "Reply");
    let open = frist(&event, |_| ());
    let cem = UserId(Uuid::from_u128(5));
    let taken =
        Frist { version: 2, ..frist(&event, |state| state.verification = Some(Verification { by: cem, at: now() })) };
    let mut mocks = looked_at(vec![open, taken]);
    mocks.commit.expect_commit().times(1).returning(|changes| {
        assert!(matches!(&changes.0[..], [Change::WriteFrist(write)]
            if write.frist.version == 2 && write.frist.state.verification.is_some_and(|it| it.by == user().id)));
        Err(StoreError::Stale)
    });
    let app = mocks.app();
    let late = app.verify_frist(&app.context(), &actor(), event.id, None).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
}

#[tokio::test]
async fn nobody_verifies_a_deadline_that_they_have_not_seen() {
    let event = deadline(10, "Reply");
    let other = Frist { version: 2, ..frist(&moved(&event, 1), |_| ()) };
    let mut mocks = looked_at(vec![frist(&event, |_| ()), other]);
    mocks.commit.expect_commit().times(1).returning(|_| Err(StoreError::Stale));
    let app = mocks.app();
    let late = app.verify_frist(&app.context(), &actor(), event.id, None).await;
    assert!(matches!(late, Err(Error::Conflict(told)) if told.contains("look at it again")));
}

#[tokio::test]
async fn a_title_changed_meanwhile_is_no_reason_to_look_again() {
    let event = deadline(10, "Reply");
    let renamed = Frist { version: 2, ..frist(&event, |state| state.title = "Answer".into()) };
    let mut mocks = looked_at(vec![frist(&event, |_| ()), renamed]);
    let tries = Arc::new(Mutex::new(0));
    mocks.commit.expect_commit().times(2).returning(move |_| {
        let mut tries = tries.lock().unwrap();
        *tries += 1;
        if *tries == 1 { Err(StoreError::Stale) } else { Ok(()) }
    });
    let app = mocks.app();
    let verified = app.verify_frist(&app.context(), &actor(), event.id, None).await.unwrap();
    assert_eq!((verified.frist.version, verified.frist.state.title.as_str()), (3, "Answer"));
}

/// Runs the job of a mail to the caller about a Frist that is like this.
async fn mailed(news: News, change: impl FnOnce(&mut State), role: Option<Role>) -> Option<Mail> {
    let event = deadline(10, "Reply");
    let (frist, mut mocks) = (frist(&event, change), Mocks::default());
    let id = event.id;
    mocks
        .fristen
        .expect_find_frist()
        .returning(move |_, _| Ok(Some(SeenFrist { frist: frist.clone(), event: event.clone(), role })));
    mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Editor))));
    mocks.users.expect_find_user().returning(|_| Ok(Some(user())));
    let (tell, mails) = std::sync::mpsc::channel();
    mocks.mailer.expect_send().returning(move |mail| {
        tell.send(mail).unwrap();
        Ok(())
    });
    mocks.commit.expect_commit().times(1).returning(|_| Ok(()));
    let mail = FristMail { frist: id, reader: user().id, by: BEA, news };
    let job = Job::new(JobId(Uuid::from_u128(9)), FristMail::KIND, mail.to_string(), now());
    mocks.app().run_and_end(Job { lease: Some(Lease(Uuid::from_u128(7))), attempts: 1, ..job }).await.unwrap();
    mails.try_recv().ok()
}

#[tokio::test]
async fn who_is_given_a_frist_is_told_while_it_is_theirs() {
    let mine = |state: &mut State| state.assignee = Some(user().id);
    let mail = mailed(News::Assigned, mine, Some(Role::Viewer)).await.unwrap();
    assert_eq!(mail.subject, "Deadline for you: Reply, 15 April 2026, 23:59 (Europe/Berlin)");
    assert!(mail.text.contains("Nobody has verified it yet."), "{}", mail.text);
    assert!(mailed(News::Assigned, |_| (), Some(Role::Viewer)).await.is_none());
    assert!(mailed(News::Assigned, mine, None).await.is_none(), "who may not see it any more is told nothing");
    let deleted = |state: &mut State| (state.assignee, state.deleted) = (Some(user().id), true);
    assert!(mailed(News::Assigned, deleted, Some(Role::Viewer)).await.is_none());
    assert!(mailed(News::Unassigned, |_| (), Some(Role::Viewer)).await.is_some());
    assert!(mailed(News::Unassigned, mine, Some(Role::Viewer)).await.is_none(), "it was given back since");
}
