//! Calendars and who is in them.

use kalends_domain::access::Role;
use kalends_domain::calendar::{Calendar, CalendarView, Member, Membership, Seat};
use kalends_domain::id::{CalendarId, UserId};
use uuid::Uuid;

use super::fixtures::{at, calendar, later, membership, stored_calendar, stored_user};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, PageRequest, Unique};

async fn found(store: &AnyStore, calendar: &Calendar) -> Calendar {
    let view = store.find_calendar(calendar.id, calendar.owner).await.unwrap();
    view.expect("the owner sees the calendar").calendar
}

/// Calendars are seen by their members; their own fields and the writes to their events are counted apart.
pub async fn calendars(store: AnyStore) {
    let store = &store;
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let family = stored_calendar(store, ann.id).await;
    let view = CalendarView { calendar: family.clone(), membership: membership(family.id, ann.id, Role::Owner) };
    assert_eq!(store.find_calendar(family.id, ann.id).await.unwrap(), Some(view));
    assert_eq!(store.find_calendar(family.id, bea.id).await.unwrap(), None, "who is no member sees nothing");
    assert_eq!(store.find_deleted_calendar(family.id, ann.id).await.unwrap(), None);
    assert_duplicate(&refused(store, [Change::InsertCalendar(family.clone())]).await, Unique::Id);
    assert_missing(&refused(store, [Change::InsertCalendar(calendar(UserId(Uuid::now_v7())))]).await);

    let by_feed = async || store.find_calendar_by_feed(family.feed_token).await.unwrap();
    assert_eq!(by_feed().await, Some(family.clone()));
    assert_eq!(store.find_calendar_by_feed(super::fixtures::token()).await.unwrap(), None);

    // Two writes are a second apart, whatever they say; an update leaves what they left.
    write(store, [Change::TouchCalendar { id: family.id, expected: None, at: later(1) }]).await;
    write(store, [Change::TouchCalendar { id: family.id, expected: Some(1), at: later(1) }]).await;
    assert_stale(&refused(store, [Change::TouchCalendar { id: family.id, expected: Some(1), at: later(1) }]).await);
    let changed = Calendar {
        name: "Other".to_owned(),
        color: "#000000".parse().expect("a good colour"),
        is_public: true,
        feed_generation: 2,
        feed_token: super::fixtures::token(),
        updated_at: later(1),
        version: 2,
        revision: 77,
        touched_at: later(99),
        ..family.clone()
    };
    write(store, [Change::UpdateCalendar { calendar: changed.clone(), expected: 1 }]).await;
    assert_eq!(found(store, &family).await, Calendar { revision: 2, touched_at: later(2), ..changed.clone() });
    assert_stale(&refused(store, [Change::UpdateCalendar { calendar: changed.clone(), expected: 1 }]).await);
    assert_eq!(by_feed().await, None, "its token was replaced");

    let deleted =
        Calendar { deleted_at: Some(later(2)), version: 3, revision: 2, touched_at: later(2), ..changed.clone() };
    write(store, [Change::UpdateCalendar { calendar: deleted.clone(), expected: 2 }]).await;
    assert_eq!(store.find_calendar(family.id, ann.id).await.unwrap(), None);
    let view = store.find_deleted_calendar(family.id, ann.id).await.unwrap();
    assert_eq!(view.map(|view| view.calendar), Some(deleted.clone()));
    assert_eq!(store.find_deleted_calendar(family.id, bea.id).await.unwrap(), None);
    assert_eq!(store.find_calendar_by_feed(changed.feed_token).await.unwrap(), None, "it is deleted");
    assert_stale(&refused(store, [Change::TouchCalendar { id: family.id, expected: None, at: later(1) }]).await);
    assert_stale(
        &refused(store, [Change::TouchCalendar { id: CalendarId(Uuid::now_v7()), expected: None, at: later(1) }]).await,
    );
    let restored = Calendar { deleted_at: None, version: 4, ..deleted };
    write(store, [Change::UpdateCalendar { calendar: restored.clone(), expected: 3 }]).await;
    assert_eq!(found(store, &family).await, restored);
    all_of_an_owner(store).await;
}

async fn all_of_an_owner(store: &AnyStore) {
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let [first, second, others] = [
        stored_calendar(store, ann.id).await,
        stored_calendar(store, ann.id).await,
        stored_calendar(store, bea.id).await,
    ];
    let gone = Calendar { deleted_at: Some(later(1)), version: 2, ..second.clone() };
    write(store, [Change::UpdateCalendar { calendar: gone.clone(), expected: 1 }]).await;
    write(store, [Change::DeleteCalendarsOf { owner: ann.id, at: later(5) }]).await;
    let view = store.find_deleted_calendar(first.id, ann.id).await.unwrap().expect("it was deleted").calendar;
    assert_eq!((view.deleted_at, view.version), (Some(later(5)), 2));
    let view = store.find_deleted_calendar(second.id, ann.id).await.unwrap().expect("it was deleted before").calendar;
    assert_eq!(view, gone, "what was deleted before stays as it was");
    assert_eq!(found(store, &others).await, others);
}

/// Memberships are put, replaced and removed; calendars and members are listed in pages, roles all at once.
pub async fn memberships(store: AnyStore) {
    let store = &store;
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let family = stored_calendar(store, ann.id).await;
    let joined = Membership { color_theme: Some("coral".to_owned()), ..membership(family.id, bea.id, Role::Viewer) };
    write(store, [Change::PutMembership(joined.clone())]).await;
    assert_eq!(store.find_membership(family.id, bea.id).await.unwrap(), Some(joined.clone()));
    let raised = Membership { role: Role::Editor, color_theme: None, updated_at: later(3), ..joined.clone() };
    // Whoever was a member before has been one since then.
    write(store, [Change::PutMembership(Membership { created_at: later(3), ..raised.clone() })]).await;
    assert_eq!(store.find_membership(family.id, bea.id).await.unwrap(), Some(raised.clone()));
    let nobody = membership(family.id, UserId(Uuid::now_v7()), Role::Viewer);
    assert_missing(&refused(store, [Change::PutMembership(nobody)]).await);
    let nowhere = membership(CalendarId(Uuid::now_v7()), bea.id, Role::Viewer);
    assert_missing(&refused(store, [Change::PutMembership(nowhere)]).await);

    let mut members = [
        Member { membership: membership(family.id, ann.id, Role::Owner), email: ann.email.clone() },
        Member { membership: raised.clone(), email: bea.email.clone() },
    ];
    members.sort_by_key(|member| member.membership.user);
    let first = store.list_members(family.id, PageRequest { after: None, limit: 1 }).await.unwrap();
    assert_eq!((first.items.as_slice(), first.more), (&members[..1], true));
    let after = Some(members[0].membership.user);
    let rest = store.list_members(family.id, PageRequest { after, limit: 1 }).await.unwrap();
    assert_eq!((rest.items.as_slice(), rest.more), (&members[1..], false));

    let leave = || Change::RemoveMembership { calendar: family.id, user: bea.id };
    write(store, [leave()]).await;
    assert_eq!(store.find_membership(family.id, bea.id).await.unwrap(), None);
    assert_stale(&refused(store, [leave()]).await);
    calendar_lists(store).await;
    who_sees_what(store).await;
}

async fn who_sees_what(store: &AnyStore) {
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let [alone, both] = [stored_calendar(store, ann.id).await, stored_calendar(store, ann.id).await];
    write(store, [Change::PutMembership(membership(both.id, bea.id, Role::Viewer))]).await;
    assert_eq!(store.list_shared(vec![alone.id, both.id]).await.unwrap(), [both.id]);
    assert_eq!(store.list_shared(Vec::new()).await.unwrap(), []);

    assert_eq!(store.find_public_calendar(alone.id).await.unwrap(), None, "it is private");
    let public = Calendar { is_public: true, version: 2, ..alone.clone() };
    write(store, [Change::UpdateCalendar { calendar: public.clone(), expected: 1 }]).await;
    assert_eq!(store.find_public_calendar(alone.id).await.unwrap(), Some(public.clone()));
    let gone = Calendar { deleted_at: Some(later(1)), version: 3, ..public };
    write(store, [Change::UpdateCalendar { calendar: gone, expected: 2 }]).await;
    assert_eq!(store.find_public_calendar(alone.id).await.unwrap(), None, "it is deleted");
}

async fn calendar_lists(store: &AnyStore) {
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let mut views = Vec::new();
    for role in [Role::Viewer, Role::Editor, Role::Viewer] {
        let calendar = stored_calendar(store, ann.id).await;
        let membership = membership(calendar.id, bea.id, role);
        write(store, [Change::PutMembership(membership.clone())]).await;
        views.push(CalendarView { calendar, membership });
    }
    let unseen = stored_calendar(store, ann.id).await;
    let gone = stored_calendar(store, ann.id).await;
    write(store, [Change::PutMembership(membership(gone.id, bea.id, Role::Editor))]).await;
    let gone = Calendar { deleted_at: Some(later(1)), version: 2, ..gone };
    write(store, [Change::UpdateCalendar { calendar: gone, expected: 1 }]).await;
    views.sort_by_key(|view| view.calendar.id);

    let first = store.list_calendars(bea.id, PageRequest { after: None, limit: 2 }).await.unwrap();
    assert_eq!((first.items.as_slice(), first.more), (&views[..2], true));
    // What comes or goes before the reader's place moves nothing behind it.
    write(store, [Change::RemoveMembership { calendar: views[0].calendar.id, user: bea.id }]).await;
    let after = Some(views[1].calendar.id);
    let rest = store.list_calendars(bea.id, PageRequest { after, limit: 2 }).await.unwrap();
    assert_eq!((rest.items.as_slice(), rest.more), (&views[2..], false));

    let seat = |CalendarView { calendar, membership }: &CalendarView| Seat {
        calendar: calendar.id,
        owner: calendar.owner,
        role: membership.role,
        revision: calendar.revision,
        is_public: calendar.is_public,
    };
    let expected: Vec<_> = views[1..].iter().map(seat).collect();
    assert_eq!(store.list_seats(bea.id).await.unwrap(), expected);
    write(store, [Change::TouchCalendar { id: views[1].calendar.id, expected: None, at: at("2026-03-02T15:00:00Z") }])
        .await;
    let moved = store.list_seats(bea.id).await.unwrap();
    assert!(moved[0].revision > expected[0].revision && moved[1..] == expected[1..], "{moved:?}");

    write(store, [Change::RemoveMembershipsOf(bea.id)]).await;
    assert_eq!(store.list_seats(bea.id).await.unwrap(), Vec::new());
    assert!(store.find_calendar(unseen.id, ann.id).await.unwrap().is_some(), "nobody else leaves");
    write(store, [Change::RemoveMembershipsOf(bea.id)]).await;
}
