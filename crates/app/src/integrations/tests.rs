//! What is asked of providers, and what is committed, over mocked ports.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use kalends_domain::access::Role;
use kalends_domain::account::TokenHash;
use kalends_domain::event::Event;
use kalends_domain::id::{IntegrationId, LinkId, uuid_v7};
use kalends_domain::sync::remote::{Content, Facts, Item, RemoteCalendar};
use kalends_domain::sync::{Copy, Deed, Health, Integration, Link, LinkAttempt, ProviderKind, Sealed, Seen, copy_id};
use kalends_ports::{
    Change, Changes, ItemPage, MockProvider, NextPage, Page, ProviderError, ProviderSecret, Providers, StoreError,
    Tokens,
};

use super::Granted;
use crate::jobs::Undone;
use crate::testing::{Mocks, actor, event, key_actor, now, user, view};
use crate::{App, Error};

const KIND: ProviderKind = ProviderKind::Google;
const BACK: &str = "http://localhost:3019/integrations/google/callback";

fn with(mut mocks: Mocks, provider: MockProvider) -> App {
    mocks.providers = Providers::new().with(KIND, Arc::new(provider));
    mocks.app()
}

fn integration() -> Integration {
    Integration {
        id: IntegrationId(uuid_v7(now(), [21; 10])),
        user: user().id,
        provider: KIND,
        email: "ann@gmail.com".into(),
        access: Sealed(b"access".to_vec()),
        access_until: now() + SignedDuration::from_hours(1),
        refresh: Sealed(b"refresh".to_vec()),
        health: Health::Connected,
        last_synced_at: None,
        last_error: None,
        paused_until: None,
        created_at: now(),
        updated_at: now(),
        version: 1,
    }
}

fn link() -> Link {
    Link {
        id: LinkId(uuid_v7(now(), [22; 10])),
        integration: integration().id,
        remote: "ann@gmail.com".into(),
        name: "Ann".into(),
        primary: true,
        writable: true,
        mirror: false,
        calendar: view(Role::Owner).calendar.id,
        cursor: None,
        held: false,
        busy_until: None,
        synced_at: None,
        created_at: now(),
        version: 1,
    }
}

fn attempt() -> LinkAttempt {
    LinkAttempt {
        state: TokenHash([5; 32]),
        user: user().id,
        provider: KIND,
        verifier: Sealed(b"verifier".to_vec()),
        expires_at: now() + SignedDuration::from_mins(1),
    }
}

fn copy_of(event: &Event, etag: &str) -> Item {
    Item {
        id: copy_id(event.id),
        etag: Some(etag.into()),
        updated: Some(now()),
        origin: Some(event.id),
        uid: Some(event.uid.clone()),
        content: Content::Whole(Copy::of(event).to_whole()),
    }
}

fn foreign() -> Item {
    let mut made = event(false);
    made.details.title = "Theirs".into();
    Item { id: "foreign".into(), origin: None, uid: Some("foreign@google.com".into()), ..copy_of(&made, "f1") }
}

/// A store with one link, without pairs, and these events; what is committed goes where the test sees it.
fn store(mocks: &mut Mocks, events: Vec<Event>) -> Arc<Mutex<Vec<Changes>>> {
    let committed = Arc::new(Mutex::new(Vec::new()));
    let seen = committed.clone();
    mocks.commit.expect_commit().returning(move |changes| {
        seen.lock().unwrap().push(changes);
        Ok(())
    });
    mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Owner))));
    let none = |_, _| Ok(vec![]);
    mocks.events.expect_list_events_by_id().returning(|_, _| Ok(vec![]));
    mocks.events.expect_list_events_by_uid().returning(|_, _| Ok(vec![]));
    let store = &mut mocks.integrations;
    store.expect_find_integration().returning(|_, _| Ok(Some(integration())));
    store.expect_find_link().returning(|_| Ok(Some((link(), integration()))));
    store.expect_list_links().returning(|_| Ok(vec![link()]));
    store.expect_count_pairs().returning(|_| Ok(0));
    store.expect_list_pairs_by_event().returning(none);
    store.expect_list_pairs_changed().returning(|_, _, _| Ok(Page { items: vec![], more: false }));
    store.expect_list_events_unpaired().returning(move |_, _, _| Ok(Page { items: events.clone(), more: false }));
    committed
}

fn told(items: Vec<Item>) -> MockProvider {
    let mut provider = MockProvider::new();
    provider
        .expect_changes()
        .returning(move |_, _| Ok(ItemPage { items: items.clone(), next: NextPage::Done("next".into()) }));
    provider.expect_rounded().returning(|facts: Facts| facts);
    provider
}

fn flat(committed: &Mutex<Vec<Changes>>) -> Vec<Change> {
    committed.lock().unwrap().iter().flat_map(|changes| changes.0.clone()).collect()
}

#[tokio::test]
async fn linking_begins_with_a_secret_that_is_kept_hashed_and_sealed() {
    let mut mocks = Mocks::default();
    mocks.commit.expect_commit().times(1).returning(|changes| {
        assert!(matches!(&changes.0[..], [Change::RemoveLinkAttemptsBefore(_), Change::InsertLinkAttempt(attempt)]
            if attempt.user == user().id && attempt.expires_at == now() + SignedDuration::from_mins(10)
                && attempt.verifier.0 == b"token-2"));
        Ok(())
    });
    let mut provider = MockProvider::new();
    provider
        .expect_authorization_url()
        .returning(|ask| format!("https://x/?{}&{}&{}", ask.state, ask.challenge, ask.redirect_uri));
    let app = with(mocks, provider);
    let url = app.connect_provider(&app.context(), &actor(), KIND, BACK).await.unwrap();
    assert_eq!(url, format!("https://x/?token-1&challenge-token-2&{BACK}"));
}

#[tokio::test]
async fn what_is_not_set_up_is_not_offered() {
    let app = Mocks::default().app();
    let refused = app.connect_provider(&app.context(), &actor(), KIND, BACK).await;
    assert!(matches!(refused, Err(Error::Conflict(said)) if said.contains("Google")));
    let mut mocks = Mocks::default();
    mocks.policy.keeps_tokens = false;
    let app = with(mocks, MockProvider::new());
    let refused = app.connect_provider(&app.context(), &actor(), KIND, BACK).await;
    assert!(matches!(refused, Err(Error::Conflict(said)) if said.contains("ENCRYPTION_KEY")));
    let refused = app.connect_provider(&app.context(), &key_actor(&[]), KIND, BACK).await;
    assert!(matches!(refused, Err(Error::TokenOnly)));
}

fn granting() -> MockProvider {
    let mut provider = MockProvider::new();
    provider.expect_exchange().returning(|code, verifier, back| {
        assert_eq!((code.0.as_str(), verifier.0.as_str(), back), ("code", "verifier", BACK));
        let secret = |text: &str| ProviderSecret(text.into());
        let lifetime = SignedDuration::from_hours(1);
        Ok(Tokens { access: secret("access"), refresh: Some(secret("refresh")), lifetime })
    });
    provider.expect_account_email().returning(|_| Ok("ann@gmail.com".into()));
    provider.expect_list_calendars().returning(|_| {
        let calendar = |id: &str, primary| RemoteCalendar {
            id: id.into(),
            name: id.into(),
            primary,
            writable: true,
            zone: None,
            color: None,
        };
        Ok(vec![calendar("holidays", false), calendar("ann@gmail.com", true)])
    });
    provider
}

#[tokio::test]
async fn a_first_link_joins_the_accounts_own_calendar_and_the_default_one() {
    let mut mocks = Mocks::default();
    mocks.users.expect_find_user().returning(|_| Ok(Some(user())));
    mocks.calendars.expect_find_calendar().returning(|_, _| Ok(None));
    mocks.calendars.expect_find_deleted_calendar().returning(|_, _| Ok(None));
    mocks.integrations.expect_find_link_attempt().returning(|_| Ok(Some(attempt())));
    mocks.integrations.expect_find_integration().returning(|_, _| Ok(None));
    mocks.settings.expect_find_setting().returning(|_| Ok(None));
    let committed = Arc::new(Mutex::new(Vec::new()));
    let seen = committed.clone();
    mocks.commit.expect_commit().returning(move |changes| {
        seen.lock().unwrap().push(changes);
        Ok(())
    });
    let app = with(mocks, granting());
    let code = Granted::Code(ProviderSecret("code".into()));
    let linked = app.finish_linking(&app.context(), KIND, "state", code, BACK).await.unwrap();
    assert_eq!(linked.email, "ann@gmail.com");
    let changes = flat(&committed);
    let [
        Change::RemoveLinkAttempt(_),
        Change::InsertSetting { .. },
        Change::InsertIntegration(integration),
        Change::UpdateUser { .. },
        Change::InsertCalendar(calendar),
        Change::PutMembership(_),
        Change::InsertLink(link),
        Change::InsertJob(soon),
    ] = &changes[..]
    else {
        panic!("{changes:?}")
    };
    assert_eq!(calendar.name, "Personal");
    assert_eq!((link.calendar, link.remote.as_str()), (calendar.id, "ann@gmail.com"));
    assert_eq!(soon.payload, link.id.to_string());
    assert_eq!(integration.user, user().id);
}

#[tokio::test]
async fn a_state_is_good_once_for_its_provider_and_its_time() {
    let late = LinkAttempt { expires_at: now(), ..attempt() };
    let other = LinkAttempt { provider: ProviderKind::Microsoft, ..attempt() };
    for found in [None, Some(late), Some(other)] {
        let mut mocks = Mocks::default();
        mocks.integrations.expect_find_link_attempt().returning(move |_| Ok(found.clone()));
        let app = with(mocks, MockProvider::new());
        let code = Granted::Code(ProviderSecret("code".into()));
        let refused = app.finish_linking(&app.context(), KIND, "state", code, BACK).await;
        assert!(matches!(refused, Err(Error::Conflict(_))));
    }
    let mut mocks = Mocks::default();
    mocks.integrations.expect_find_link_attempt().returning(|_| Ok(Some(attempt())));
    mocks.commit.expect_commit().returning(|_| Err(StoreError::Stale));
    let app = with(mocks, MockProvider::new());
    let code = Granted::Code(ProviderSecret("code".into()));
    let refused = app.finish_linking(&app.context(), KIND, "state", code, BACK).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "somebody else brought it first");
}

#[tokio::test]
async fn what_was_not_granted_is_told_and_ends_the_attempt() {
    let mut mocks = Mocks::default();
    mocks.integrations.expect_find_link_attempt().returning(|_| Ok(Some(attempt())));
    mocks.commit.expect_commit().times(1).returning(|changes| {
        assert!(matches!(&changes.0[..], [Change::RemoveLinkAttempt(_)]));
        Ok(())
    });
    let app = with(mocks, MockProvider::new());
    let denied = Granted::Refused("access_denied".into());
    let refused = app.finish_linking(&app.context(), KIND, "state", denied, BACK).await;
    assert!(matches!(refused, Err(Error::Conflict(said)) if said.contains("access_denied")));
}

fn refreshing(outcome: impl Fn() -> Result<Tokens, ProviderError> + Send + Sync + 'static) -> MockProvider {
    let mut provider = MockProvider::new();
    provider.expect_refresh().returning(move |_| outcome());
    provider
}

#[tokio::test]
async fn an_account_whose_quota_is_used_up_is_left_alone() {
    let mut mocks = Mocks::default();
    let rests = Integration { paused_until: Some(now() + SignedDuration::from_secs(5)), ..integration() };
    mocks.integrations.expect_find_link().returning(move |_| Ok(Some((link(), rests.clone()))));
    // Neither is the provider asked, nor is anything written.
    let put_off = with(mocks, MockProvider::new()).sync_job(link().id).await;
    let Err(Undone::Later { after, .. }) = put_off else { panic!("{put_off:?}") };
    assert_eq!(after, Some(SignedDuration::from_secs(5)));
}

fn old() -> Integration {
    Integration { access_until: now() + SignedDuration::from_secs(30), ..integration() }
}

#[tokio::test]
async fn of_two_nodes_that_refresh_at_once_the_second_takes_what_the_first_got() {
    let mut mocks = Mocks::default();
    mocks.commit.expect_commit().times(1).returning(|_| Err(StoreError::Stale));
    mocks
        .integrations
        .expect_find_integration()
        .times(1)
        .returning(|_, _| Ok(Some(Integration { access: Sealed(b"winner".to_vec()), version: 2, ..integration() })));
    let app = with(
        mocks,
        refreshing(|| {
            let access = ProviderSecret("loser".into());
            Ok(Tokens { access, refresh: None, lifetime: SignedDuration::from_hours(1) })
        }),
    );
    let mut mine = old();
    assert_eq!(app.access(&mut mine).await.unwrap().0, "winner");
    assert_eq!(mine.version, 2);
}

#[tokio::test]
async fn a_permission_that_was_taken_back_is_written_down() {
    let mut mocks = Mocks::default();
    mocks.commit.expect_commit().times(1).returning(|changes| {
        assert!(matches!(&changes.0[..], [Change::UpdateIntegration { integration, expected: 1 }]
            if integration.health == Health::Unauthorized && integration.last_error.is_some()));
        Ok(())
    });
    let app = with(mocks, refreshing(|| Err(ProviderError::Unauthorized)));
    let mut mine = old();
    for _ in 0..2 {
        let refused = app.access(&mut mine).await;
        assert!(matches!(refused, Err(Error::Provider { error: ProviderError::Unauthorized, .. })));
    }
}

#[tokio::test]
async fn a_first_sync_goes_both_ways_and_is_remembered() {
    let mut mocks = Mocks::default();
    let committed = store(&mut mocks, vec![event(true)]);
    let mut provider = told(vec![foreign()]);
    provider.expect_insert().times(1).returning(|place, new| {
        assert_eq!((place.access.0.as_str(), place.calendar.as_str()), ("access", "ann@gmail.com"));
        assert_eq!(new.origin, event(true).id);
        Ok(copy_of(&event(true), "v1"))
    });
    let app = with(mocks, provider);
    let synced = app.sync_link(link().id, false).await.unwrap();
    assert_eq!((synced.here.created, synced.there.created, synced.failed), (1, 1, 0));
    let changes = flat(&committed);
    let made: Vec<_> =
        changes.iter().filter_map(|it| if let Change::InsertEvent(it) = it { Some(it) } else { None }).collect();
    assert!(matches!(made[..], [made] if made.details.title == "Theirs" && made.uid == "foreign@google.com"));
    let pairs: Vec<_> =
        changes.iter().filter_map(|it| if let Change::PutPair { pair, .. } = it { Some(pair) } else { None }).collect();
    assert_eq!(
        pairs.iter().map(|pair| pair.remote.as_str()).collect::<Vec<_>>(),
        ["foreign", &copy_id(event(true).id)]
    );
    assert!(pairs.iter().all(|pair| pair.version == 1));
    let Some(Change::UpdateLink { link, .. }) = changes.iter().rfind(|it| matches!(it, Change::UpdateLink { .. }))
    else {
        panic!("{changes:?}")
    };
    assert_eq!((link.cursor.as_deref(), link.busy_until, link.synced_at), (Some("next"), None, Some(now())));
    let deeds: Vec<_> =
        changes.iter().filter_map(|it| if let Change::InsertSyncLog(it) = it { Some(it.deed) } else { None }).collect();
    assert_eq!(deeds, [Deed::Created, Deed::Created]);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_found_again() {
    let mut mocks = Mocks::default();
    let committed = store(&mut mocks, vec![event(false)]);
    let mut provider = told(vec![]);
    provider.expect_insert().times(1).returning(|_, _| Err(ProviderError::Exists));
    provider.expect_find_copy().times(1).returning(|_, _| Ok(Some(copy_of(&event(false), "v1"))));
    provider.expect_update().times(1).returning(|_, update| {
        assert_eq!((update.id.as_str(), &update.etag), (copy_id(event(false).id).as_str(), &None));
        Ok(copy_of(&event(false), "v2"))
    });
    let app = with(mocks, provider);
    app.sync_link(link().id, false).await.unwrap();
    assert!(
        flat(&committed)
            .iter()
            .any(|it| matches!(it, Change::PutPair { pair, .. } if pair.etag.as_deref() == Some("v2")))
    );
}

#[tokio::test]
async fn what_a_provider_refuses_is_remembered_and_told() {
    let mut mocks = Mocks::default();
    let committed = store(&mut mocks, vec![event(false)]);
    let mut provider = told(vec![]);
    provider.expect_insert().returning(|_, _| Err(ProviderError::Rejected("too long".into())));
    let app = with(mocks, provider);
    let synced = app.sync_link(link().id, false).await.unwrap();
    assert_eq!((synced.there.created, synced.failed), (0, 1));
    let changes = flat(&committed);
    assert!(changes.iter().any(|it| matches!(it, Change::PutPair { pair, .. } if pair.refused.is_some())));
    assert!(changes.iter().any(|it| matches!(it, Change::InsertSyncLog(entry) if entry.deed == Deed::Failed)));
}

#[tokio::test]
async fn a_provider_that_does_not_answer_leaves_the_cursor_where_it_was_told() {
    let mut mocks = Mocks::default();
    let committed = store(&mut mocks, vec![event(false)]);
    let mut provider = MockProvider::new();
    let down = || ProviderError::Unavailable { reason: "no answer".into(), retry_after: None };
    provider.expect_changes().returning(move |_, _| Err(down()));
    let app = with(mocks, provider);
    let failed = app.sync_link(link().id, false).await;
    assert!(matches!(failed, Err(Error::Provider { error: ProviderError::Unavailable { .. }, .. })));
    let changes = flat(&committed);
    assert!(changes.iter().all(|it| !matches!(it, Change::UpdateLink { link, .. } if link.cursor.is_some())));
    assert!(changes.iter().any(|it| matches!(it, Change::UpdateIntegration { integration, .. }
        if integration.health == Health::Failing && integration.last_error.as_deref() == Some("Google cannot be reached: no answer"))));
    assert!(matches!(changes.iter().rfind(|it| matches!(it, Change::UpdateLink { .. })),
        Some(Change::UpdateLink { link, .. }) if link.busy_until.is_none()));
}

#[tokio::test]
async fn a_cursor_that_is_gone_starts_over() {
    let mut mocks = Mocks::default();
    mocks
        .integrations
        .expect_find_link()
        .returning(|_| Ok(Some((Link { cursor: Some("old".into()), ..link() }, integration()))));
    let committed = store(&mut mocks, vec![]);
    let mut provider = MockProvider::new();
    provider.expect_rounded().returning(|facts: Facts| facts);
    provider.expect_changes().times(2).returning(|_, cursor| match cursor.as_deref() {
        Some("old") => Err(ProviderError::CursorGone),
        None => Ok(ItemPage { items: vec![], next: NextPage::Done("new".into()) }),
        other => panic!("{other:?}"),
    });
    let app = with(mocks, provider);
    app.sync_link(link().id, false).await.unwrap();
    assert!(
        flat(&committed)
            .iter()
            .any(|it| matches!(it, Change::UpdateLink { link, .. } if link.cursor.as_deref() == Some("new")))
    );
}

#[tokio::test]
async fn a_dry_run_writes_nothing_on_either_side() {
    let mut mocks = Mocks::default();
    let committed = store(&mut mocks, vec![event(false)]);
    let app = with(mocks, told(vec![foreign()]));
    let synced = app.sync_now(&actor(), KIND, true).await.unwrap();
    assert_eq!((synced.here.created, synced.there.created), (1, 1));
    let told: Vec<_> = synced.planned.iter().map(|it| (it.title.as_str(), it.reason.as_str())).collect();
    assert_eq!(told, [("Theirs", "new at Google"), ("Lecture", "new here")]);
    assert!(committed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn two_do_not_sync_one_link_at_once() {
    let mut mocks = Mocks::default();
    let busy = Link { busy_until: Some(now() + SignedDuration::from_secs(1)), ..link() };
    mocks.integrations.expect_find_link().returning(move |_| Ok(Some((busy.clone(), integration()))));
    let app = with(mocks, MockProvider::new());
    assert!(matches!(app.sync_link(link().id, true).await, Err(Error::SyncRunning)));
    // Both saw it free, and the other was faster.
    let mut mocks = Mocks::default();
    mocks.integrations.expect_find_link().returning(|_| Ok(Some((link(), integration()))));
    mocks.commit.expect_commit().times(1).returning(|_| Err(StoreError::Stale));
    let app = with(mocks, MockProvider::new());
    assert!(matches!(app.sync_link(link().id, true).await, Err(Error::SyncRunning)));
}

#[tokio::test]
async fn unlinking_revokes_and_forgets() {
    let mut mocks = Mocks::default();
    let committed = store(&mut mocks, vec![]);
    let mut provider = MockProvider::new();
    provider.expect_revoke().times(1).returning(|token| {
        assert_eq!(token.0, "refresh");
        Ok(())
    });
    let app = with(mocks, provider);
    app.unlink(&app.context(), &actor(), KIND).await.unwrap();
    assert!(matches!(&flat(&committed)[..], [Change::RemoveIntegration(id)] if *id == integration().id));
}

#[tokio::test]
async fn an_account_whose_provider_is_down_stays_linked() {
    let mut mocks = Mocks::default();
    let committed = store(&mut mocks, vec![]);
    let mut provider = MockProvider::new();
    provider
        .expect_revoke()
        .returning(|_| Err(ProviderError::Unavailable { reason: "no answer".into(), retry_after: None }));
    let app = with(mocks, provider);
    assert!(app.unlink(&app.context(), &actor(), KIND).await.is_err());
    assert!(committed.lock().unwrap().is_empty());
}

#[test]
fn a_copy_that_was_made_says_what_was_sent() {
    let seen = Seen::of(&copy_of(&event(true), "v1")).unwrap();
    assert_eq!(seen.copy, Copy::of(&event(true)));
}
