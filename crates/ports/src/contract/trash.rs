//! What was deleted and can be restored.

use jiff::Timestamp;
use kalends_domain::access::Role;
use kalends_domain::calendar::Calendar;
use kalends_domain::contact::Contact;
use kalends_domain::event::Event;
use kalends_domain::id::UserId;

use super::fixtures::{at, calendar, contact, event, later, membership, now, stored_calendar, stored_user};
use super::{AnyStore, write};
use crate::{Change, PageRequest, TrashFilter, Trashed, TrashedKind};

const ALL: [TrashedKind; 3] = [TrashedKind::Calendar, TrashedKind::Event, TrashedKind::Contact];

async fn list(store: &AnyStore, user: UserId, kinds: &[TrashedKind], since: Timestamp) -> Vec<Trashed> {
    let filter = TrashFilter { user, kinds: kinds.to_vec(), since };
    store.list_trash(filter, PageRequest { after: None, limit: 100 }).await.unwrap().items
}

fn deleted_event(calendar: &Calendar, title: &str, at_second: i64) -> (Change, Trashed) {
    let event = event(calendar, title, at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"));
    let event = Event { deleted_at: Some(later(at_second)), ..event };
    let trashed = Trashed {
        kind: TrashedKind::Event,
        id: event.id.0,
        name: title.to_owned(),
        calendar: Some(calendar.id),
        deleted_at: later(at_second),
    };
    (Change::InsertEvent(event), trashed)
}

fn deleted_calendar(owner: UserId, name: &str, at_second: i64) -> (Change, Trashed) {
    let calendar = Calendar { deleted_at: Some(later(at_second)), name: name.to_owned(), ..calendar(owner) };
    let trashed = Trashed {
        kind: TrashedKind::Calendar,
        id: calendar.id.0,
        name: name.to_owned(),
        calendar: None,
        deleted_at: later(at_second),
    };
    (Change::InsertCalendar(calendar), trashed)
}

fn deleted_contact(owner: UserId, name: &str, at_second: i64) -> (Change, Trashed) {
    let contact = Contact { deleted_at: Some(later(at_second)), ..contact(owner, name) };
    let trashed = Trashed {
        kind: TrashedKind::Contact,
        id: contact.id.0,
        name: name.to_owned(),
        calendar: None,
        deleted_at: later(at_second),
    };
    (Change::InsertContact(contact), trashed)
}

/// The trash lists what a person may restore, the latest first, in pages.
pub async fn trash(store: AnyStore) {
    let store = &store;
    let [ann, bea, cid] = [stored_user(store).await, stored_user(store).await, stored_user(store).await];
    let home = stored_calendar(store, ann.id).await;
    let join = |user, role| Change::PutMembership(membership(home.id, user, role));
    write(store, [join(bea.id, Role::Editor), join(cid.id, Role::Viewer)]).await;
    let kept = event(&home, "Kept", at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"));
    let hers = Contact { deleted_at: Some(later(1)), ..contact(cid.id, "hers") };
    write(store, [Change::InsertEvent(kept), Change::InsertContact(contact(ann.id, "Kept"))]).await;
    write(store, [Change::InsertContact(hers)]).await;

    let mut all = Vec::new();
    for (change, trashed) in [
        deleted_event(&home, "a", 10),
        deleted_calendar(ann.id, "b", 20),
        deleted_event(&home, "c", 30),
        // Four at the same instant are ordered by their ids.
        deleted_event(&home, "d", 40),
        deleted_calendar(ann.id, "e", 40),
        deleted_event(&home, "f", 40),
        deleted_contact(ann.id, "h", 40),
        deleted_contact(ann.id, "i", 45),
        deleted_event(&home, "g", 50),
    ] {
        write(store, [change]).await;
        all.push(trashed);
    }
    // Nobody restores an event without its calendar.
    let (gone, in_it) = {
        let calendar = stored_calendar(store, ann.id).await;
        let (change, _) = deleted_event(&calendar, "inside", 60);
        let gone = Calendar { deleted_at: Some(later(70)), version: 2, ..calendar };
        (gone, change)
    };
    write(store, [in_it, Change::UpdateCalendar { calendar: gone.clone(), expected: 1 }]).await;
    all.push(Trashed {
        kind: TrashedKind::Calendar,
        id: gone.id.0,
        name: gone.name.clone(),
        calendar: None,
        deleted_at: later(70),
    });
    all.sort_by_key(|trashed| std::cmp::Reverse((trashed.deleted_at, trashed.id)));

    assert_eq!(list(store, ann.id, &ALL, now()).await, all);
    let of = |kind| all.iter().filter(|trashed| trashed.kind == kind).cloned().collect::<Vec<_>>();
    assert_eq!(list(store, ann.id, &[TrashedKind::Calendar], now()).await, of(TrashedKind::Calendar));
    assert_eq!(list(store, ann.id, &[TrashedKind::Event], now()).await, of(TrashedKind::Event));
    assert_eq!(list(store, ann.id, &[TrashedKind::Contact], now()).await, of(TrashedKind::Contact));
    assert_eq!(list(store, ann.id, &[], now()).await, Vec::new());
    let late: Vec<_> = all.iter().filter(|trashed| trashed.deleted_at >= later(40)).cloned().collect();
    assert_eq!(list(store, ann.id, &ALL, later(40)).await, late, "from that instant on, it included");
    assert_eq!(list(store, bea.id, &ALL, now()).await, of(TrashedKind::Event), "an editor restores events");
    assert_eq!(list(store, cid.id, &ALL[..2], now()).await, Vec::new(), "a viewer restores nothing");
    let own: Vec<String> = list(store, cid.id, &ALL, now()).await.into_iter().map(|trashed| trashed.name).collect();
    assert_eq!(own, ["hers"], "but what is their own");

    for limit in [1, 2, 3, 8] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let filter = TrashFilter { user: ann.id, kinds: ALL.to_vec(), since: now() };
            let page = store.list_trash(filter, PageRequest { after, limit }).await.unwrap();
            assert!(page.items.len() <= limit);
            after = page.items.last().map(|trashed| (trashed.deleted_at, trashed.id));
            found.extend(page.items);
            if !page.more {
                break;
            }
        }
        assert_eq!(found, all, "in pages of {limit}");
    }
}
