//! Accounts at providers, links, pairs, and what syncs did.

use kalends_domain::calendar::Calendar;
use kalends_domain::event::{Event, recurrence};
use kalends_domain::id::{EventId, HistoryId, IntegrationId, LinkId, SyncLogId, UserId};
use kalends_domain::sync::remote::Original;
use kalends_domain::sync::{
    Base, Copy, Deed, Health, HistoryEntry, Integration, Link, LinkAttempt, Pair, PartRef, ProviderKind, Sealed, Side,
    SyncLogEntry, copy_id,
};
use uuid::Uuid;

use super::fixtures::{at, event, later, now, stored_calendar, stored_user, token};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, PageRequest, Unique};

fn integration(user: UserId, provider: ProviderKind) -> Integration {
    Integration {
        id: IntegrationId(Uuid::now_v7()),
        user,
        provider,
        email: "ünal@example.com".to_owned(),
        access: Sealed(vec![0, 1, 255]),
        access_until: later(3_600),
        refresh: Sealed(vec![2; 100]),
        health: Health::Connected,
        last_synced_at: None,
        last_error: None,
        paused_until: None,
        created_at: now(),
        updated_at: now(),
        version: 1,
    }
}

fn link(integration: &Integration, calendar: &Calendar, remote: &str) -> Link {
    Link {
        id: LinkId(Uuid::now_v7()),
        integration: integration.id,
        remote: remote.to_owned(),
        name: "Работа".to_owned(),
        primary: true,
        writable: true,
        mirror: false,
        calendar: calendar.id,
        cursor: None,
        held: false,
        busy_until: None,
        synced_at: None,
        created_at: now(),
        version: 1,
    }
}

fn meeting(calendar: &Calendar, title: &str) -> Event {
    event(calendar, title, at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"))
}

fn pair(event: &Event) -> Pair {
    let here = Copy::of(event);
    Pair {
        event: event.id,
        remote: copy_id(event.id),
        etag: Some("\"v1\"".to_owned()),
        version: event.version,
        parts: [].into(),
        base: Base { there: here.clone(), here },
        refused: None,
    }
}

async fn stored_link(store: &AnyStore) -> (Integration, Calendar, Link) {
    let ann = stored_user(store).await;
    let home = stored_calendar(store, ann.id).await;
    let account = integration(ann.id, ProviderKind::Google);
    let link = link(&account, &home, "primary@example.com");
    write(store, [Change::InsertIntegration(account.clone()), Change::InsertLink(link.clone())]).await;
    (account, home, link)
}

fn all<K>() -> PageRequest<K> {
    PageRequest { after: None, limit: 100 }
}

/// One account per person and provider; what changed is as it was written, and goes with all that hangs on it.
pub async fn integrations(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let google = integration(ann.id, ProviderKind::Google);
    let outlook = integration(ann.id, ProviderKind::Microsoft);
    write(store, [Change::InsertIntegration(outlook.clone()), Change::InsertIntegration(google.clone())]).await;
    assert_eq!(store.list_integrations(ann.id).await.unwrap(), [google.clone(), outlook.clone()]);
    assert_eq!(store.find_integration(ann.id, ProviderKind::Google).await.unwrap(), Some(google.clone()));
    let second = integration(ann.id, ProviderKind::Google);
    assert_duplicate(&refused(store, [Change::InsertIntegration(second)]).await, Unique::Integration);
    assert_duplicate(&refused(store, [Change::InsertIntegration(google.clone())]).await, Unique::Id);

    let changed = Integration {
        email: "ann@example.com".to_owned(),
        access: Sealed(vec![9]),
        access_until: later(9),
        refresh: Sealed(vec![8]),
        health: Health::Unauthorized,
        last_synced_at: Some(later(1)),
        last_error: Some("it refuses".to_owned()),
        paused_until: Some(later(7)),
        updated_at: later(2),
        version: 2,
        ..google.clone()
    };
    let update = Change::UpdateIntegration { integration: changed.clone(), expected: 1 };
    write(store, [update.clone()]).await;
    assert_eq!(store.find_integration(ann.id, ProviderKind::Google).await.unwrap(), Some(changed));
    // Of two nodes that refresh a token at once, one loses.
    assert_stale(&refused(store, [update]).await);

    write(store, [Change::RemoveIntegrationsOf(ann.id)]).await;
    assert_eq!(store.list_integrations(ann.id).await.unwrap(), []);
}

/// What was asked can be answered once.
pub async fn link_attempts(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let attempt = |seconds| LinkAttempt {
        state: token(),
        user: ann.id,
        provider: ProviderKind::Microsoft,
        verifier: Sealed(vec![1, 2, 3]),
        expires_at: later(seconds),
    };
    let (first, old) = (attempt(600), attempt(-600));
    write(store, [Change::InsertLinkAttempt(first.clone()), Change::InsertLinkAttempt(old.clone())]).await;
    assert_eq!(store.find_link_attempt(first.state).await.unwrap(), Some(first.clone()));
    assert_eq!(store.find_link_attempt(token()).await.unwrap(), None);
    write(store, [Change::RemoveLinkAttemptsBefore(now())]).await;
    assert_eq!(store.find_link_attempt(old.state).await.unwrap(), None);
    write(store, [Change::RemoveLinkAttempt(first.state)]).await;
    assert_stale(&refused(store, [Change::RemoveLinkAttempt(first.state)]).await);
}

/// Links are each one calendar's on both sides, are found by either, and are due when they were synced long ago.
pub async fn links(store: AnyStore) {
    let store = &store;
    let (account, home, first) = stored_link(store).await;
    let other = stored_calendar(store, account.user).await;
    assert_eq!(store.find_link(first.id).await.unwrap(), Some((first.clone(), account.clone())));
    assert_eq!(store.find_link(LinkId(Uuid::now_v7())).await.unwrap(), None);
    let taken = link(&account, &other, &first.remote);
    assert_duplicate(&refused(store, [Change::InsertLink(taken)]).await, Unique::Link);
    let taken_here = link(&account, &home, "another");
    assert_duplicate(&refused(store, [Change::InsertLink(taken_here)]).await, Unique::Link);
    let nowhere = Link { calendar: kalends_domain::id::CalendarId(Uuid::now_v7()), ..link(&account, &other, "x") };
    assert_missing(&refused(store, [Change::InsertLink(nowhere)]).await);
    let second = link(&account, &other, "work");
    write(store, [Change::InsertLink(second.clone())]).await;
    assert_eq!(store.list_links(account.id).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(store.list_links_of(other.id).await.unwrap(), std::slice::from_ref(&second));

    let changed = Link {
        name: "Work".to_owned(),
        primary: false,
        writable: false,
        mirror: true,
        cursor: Some("opaque".to_owned()),
        held: true,
        busy_until: Some(later(60)),
        synced_at: Some(later(5)),
        version: 2,
        ..second.clone()
    };
    let update = Change::UpdateLink { link: changed.clone(), expected: 1 };
    write(store, [update.clone()]).await;
    assert_eq!(store.list_links_of(other.id).await.unwrap(), std::slice::from_ref(&changed));
    assert_stale(&refused(store, [update]).await);

    let due = async |seconds| -> Vec<LinkId> {
        let found = store.list_links_due(later(seconds), 1_000).await.unwrap();
        found.into_iter().filter(|id| [first.id, second.id].contains(id)).collect()
    };
    assert_eq!(due(5).await, [first.id], "one that was never synced is due");
    assert_eq!(due(6).await, [first.id, second.id]);
    assert_eq!(store.list_links_due(later(6), 1).await.unwrap().len(), 1);
    let failing = Integration { health: Health::Failing, version: 2, ..account.clone() };
    let before = store.count_syncs().await.unwrap();
    assert!(before.oldest.is_some_and(|oldest| oldest <= first.created_at), "the first was never synced");
    write(store, [Change::UpdateIntegration { integration: failing, expected: 1 }]).await;
    let counted = store.count_syncs().await.unwrap();
    assert_eq!((counted.good, counted.failing), (before.good - 1, before.failing + 1));
    let refused = Integration { health: Health::Unauthorized, version: 3, ..account.clone() };
    write(store, [Change::UpdateIntegration { integration: refused, expected: 2 }]).await;
    assert_eq!(due(6).await, [], "an account that must be linked again is not tried");
    let counted = store.count_syncs().await.unwrap();
    assert_eq!((counted.failing, counted.stopped), (before.failing, before.stopped + 1));

    write(store, [Change::RemoveLink(first.id)]).await;
    assert_eq!(store.list_links(account.id).await.unwrap(), [changed]);
}

/// A pair comes back as it was put, by whatever it is looked for, and tells which events changed since.
pub async fn pairs(store: AnyStore) {
    let store = &store;
    let (account, home, link) = stored_link(store).await;
    let other = stored_calendar(store, account.user).await;
    let events = [meeting(&home, "A"), meeting(&home, "B"), meeting(&home, "C"), meeting(&home, "D")];
    write(store, events.iter().cloned().map(Change::InsertEvent)).await;
    let [a, b, c, d] = &events;
    let unpaired = async || -> Vec<EventId> {
        let found = store.list_events_unpaired(link.id, home.id, all()).await.unwrap();
        found.items.iter().map(|event| event.id).collect()
    };
    assert_eq!(unpaired().await, [a.id, b.id, c.id, d.id]);
    let first = PageRequest { after: Some(a.id), limit: 2 };
    let found = store.list_events_unpaired(link.id, home.id, first).await.unwrap();
    assert_eq!((found.items, found.more), (vec![b.clone(), c.clone()], true));

    // Everything that a pair can hold.
    let mut series = a.clone();
    let span = series.details.span.clone();
    series.recurrence = Some(recurrence(&span, vec!["FREQ=DAILY;COUNT=9".parse().unwrap()], vec![], vec![]).unwrap());
    let mut rich = pair(&series);
    let here = &mut rich.base.here;
    here.parts.insert(Original::At(at("2026-03-03T12:00:00Z")), None);
    here.parts.insert(Original::Day("2026-03-04".parse().unwrap()), Some(here.facts.clone()));
    rich.base.there.facts.color = Some("tomato".to_owned());
    rich.base.there.facts.reminders = vec![5, 10];
    let part = PartRef { id: "part".to_owned(), etag: None };
    rich.parts = [(Original::At(at("2026-03-03T12:00:00Z")), part)].into();
    rich.refused = Some("too long".to_owned());
    let put = |pair: &Pair| Change::PutPair { link: link.id, pair: pair.clone() };
    write(store, [put(&rich), put(&pair(b)), put(&pair(c))]).await;
    assert_eq!(unpaired().await, [d.id]);
    assert_eq!(store.list_pairs_by_event(link.id, vec![a.id, d.id]).await.unwrap(), [rich.clone()]);
    assert_eq!(
        store.list_pairs_by_remote(link.id, vec![copy_id(a.id), "a\0".to_owned()]).await.unwrap(),
        [rich.clone()]
    );
    assert_eq!(store.list_pairs_by_remote(LinkId(Uuid::now_v7()), vec![copy_id(a.id)]).await.unwrap(), []);
    assert_eq!(store.count_pairs(link.id).await.unwrap(), 3);
    let page = store.list_pairs(link.id, PageRequest { after: Some(a.id), limit: 1 }).await.unwrap();
    assert_eq!((page.items, page.more), (vec![pair(b)], true));
    let twin = Pair { event: d.id, ..pair(b) };
    assert_duplicate(&refused(store, [put(&twin)]).await, Unique::Link);

    // A pair is replaced; what changed, left or went is told.
    let simple = pair(a);
    write(store, [put(&simple)]).await;
    assert_eq!(store.list_pairs_by_event(link.id, vec![a.id]).await.unwrap(), [simple]);
    let changed = async || store.list_pairs_changed(link.id, home.id, all()).await.unwrap().items;
    assert_eq!(changed().await, []);
    let deleted = Event { deleted_at: Some(later(1)), version: 2, ..b.clone() };
    let moved = Event { calendar: other.id, ..c.clone() };
    let ghost = Pair { event: EventId(Uuid::now_v7()), remote: "ghost".to_owned(), ..pair(d) };
    write(
        store,
        [
            Change::UpdateEvent { event: deleted.clone(), expected: 1 },
            Change::UpdateEvent { event: moved, expected: 1 },
            put(&ghost),
        ],
    )
    .await;
    assert_eq!(changed().await, [pair(b), pair(c), ghost]);
    let found = store.list_events_by_id(home.id, vec![b.id, c.id]).await.unwrap();
    assert_eq!(found, [deleted], "deleted ones too, of this calendar alone");

    let remove = Change::RemovePair { link: link.id, event: a.id };
    write(store, [remove.clone(), remove]).await;
    assert_eq!(store.list_pairs_by_event(link.id, vec![a.id]).await.unwrap(), []);
    write(store, [Change::RemoveIntegration(account.id)]).await;
    assert_eq!(store.count_pairs(link.id).await.unwrap(), 0);
    assert_eq!(store.find_link(link.id).await.unwrap(), None);
}

/// Logs and histories are told from their end, and a log keeps no more than it should.
pub async fn sync_logs(store: AnyStore) {
    let store = &store;
    let (account, home, _) = stored_link(store).await;
    let event = meeting(&home, "A");
    let entry = |n: i64| SyncLogEntry {
        id: SyncLogId(Uuid::now_v7()),
        integration: account.id,
        at: later(n),
        side: if n == 0 { Side::Here } else { Side::There },
        deed: Deed::Updated,
        event: (n == 0).then_some(event.id),
        remote: (n == 0).then(|| "remote".to_owned()),
        title: format!("Ünal {n}"),
        fields: if n == 0 { vec![] } else { vec!["title".to_owned(), "time".to_owned()] },
        reason: "changed here".to_owned(),
    };
    let entries: Vec<SyncLogEntry> = (0..5).map(entry).collect();
    write(store, entries.iter().cloned().map(Change::InsertSyncLog)).await;
    let page = store.list_sync_log(account.id, PageRequest { after: None, limit: 2 }).await.unwrap();
    assert_eq!((page.items, page.more), (vec![entries[4].clone(), entries[3].clone()], true));
    let rest = store.list_sync_log(account.id, PageRequest { after: Some(entries[3].id), limit: 9 }).await.unwrap();
    assert_eq!(rest.items, [entries[2].clone(), entries[1].clone(), entries[0].clone()]);
    write(store, [Change::TrimSyncLog { integration: account.id, keep: 5 }]).await;
    assert_eq!(store.list_sync_log(account.id, all()).await.unwrap().items.len(), 5);
    write(store, [Change::TrimSyncLog { integration: account.id, keep: 2 }]).await;
    let left = store.list_sync_log(account.id, all()).await.unwrap().items;
    assert_eq!(left, [entries[4].clone(), entries[3].clone()]);

    let lost = |n: i64| HistoryEntry {
        id: HistoryId(Uuid::now_v7()),
        event: event.id,
        at: later(n),
        source: "google".to_owned(),
        field: (n == 0).then(|| "title".to_owned()),
        value: format!("Old {n}"),
        reason: "changed on both sides".to_owned(),
    };
    let (first, second) = (lost(0), lost(1));
    write(store, [Change::InsertHistory(first.clone()), Change::InsertHistory(second.clone())]).await;
    let page = store.list_history(event.id, PageRequest { after: None, limit: 1 }).await.unwrap();
    assert_eq!((page.items, page.more), (vec![second.clone()], true));
    let page = store.list_history(event.id, PageRequest { after: Some(second.id), limit: 1 }).await.unwrap();
    assert_eq!((page.items, page.more), (vec![first], false));
}
