//! Accounts, and what speaks for them.

use kalends_domain::account::User;
use kalends_domain::id::{FamilyId, UserId};
use uuid::Uuid;

use super::fixtures::{api_key, at, ical_token, later, now, session, stored_user, token, user};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, PageRequest, Unique};

fn changed(user: &User) -> Change {
    let expected = user.version;
    Change::UpdateUser { user: User { version: expected + 1, ..user.clone() }, expected }
}

/// Accounts are found as they were written, until they are deleted; an address is one account's at a time.
pub async fn accounts(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    assert_eq!(store.find_user(ann.id).await.unwrap().as_ref(), Some(&ann));
    assert_eq!(store.find_user_by_email(&ann.email).await.unwrap().as_ref(), Some(&ann));
    let nobody = user();
    assert_eq!(store.find_user(nobody.id).await.unwrap(), None);
    assert_eq!(store.find_user_by_email(&nobody.email).await.unwrap(), None);

    // Every field changes, and one that may be absent goes.
    let renamed = User {
        email: nobody.email.clone(),
        name: None,
        timezone: kalends_domain::time::Zone::utc(),
        free_busy_visibility: kalends_domain::account::FreeBusyVisibility::Nobody,
        password: kalends_domain::account::PasswordHash("other".to_owned()),
        updated_at: later(5),
        version: 2,
        ..ann.clone()
    };
    write(store, [Change::UpdateUser { user: renamed.clone(), expected: 1 }]).await;
    assert_eq!(store.find_user(ann.id).await.unwrap().as_ref(), Some(&renamed));
    assert_eq!(store.find_user_by_email(&ann.email).await.unwrap(), None);
    assert_stale(&refused(store, [Change::UpdateUser { user: renamed.clone(), expected: 1 }]).await);
    assert_stale(&refused(store, [changed(&nobody)]).await);

    let same_email = User { email: renamed.email.clone(), ..user() };
    assert_duplicate(&refused(store, [Change::InsertUser(same_email.clone())]).await, Unique::Email);
    // The same id tells more than the same address: this very account was written before.
    assert_duplicate(&refused(store, [Change::InsertUser(renamed.clone())]).await, Unique::Id);
    let bea = stored_user(store).await;
    let taken = User { email: renamed.email.clone(), ..bea.clone() };
    assert_duplicate(&refused(store, [changed(&taken)]).await, Unique::Email);

    let deleted = User { deleted_at: Some(later(9)), version: 3, ..renamed.clone() };
    write(store, [Change::UpdateUser { user: deleted.clone(), expected: 2 }]).await;
    assert_eq!(store.find_user(ann.id).await.unwrap(), None, "a deleted account is not found");
    assert_eq!(store.find_user_by_email(&deleted.email).await.unwrap(), None);
    write(store, [Change::InsertUser(same_email.clone())]).await;
    assert_eq!(store.find_user_by_email(&deleted.email).await.unwrap(), Some(same_email), "its address is free again");
    assert_duplicate(&refused(store, [Change::InsertUser(deleted)]).await, Unique::Id);
}

/// Refresh tokens and API keys are found by their hashes, and refused one by one, by family, and all at once.
pub async fn credentials(store: AnyStore) {
    sessions(&store).await;
    api_keys(&store).await;
    ical_tokens(&store).await;
    both_at_once(&store).await;
}

async fn sessions(store: &AnyStore) {
    let ann = stored_user(store).await;
    let family = FamilyId(Uuid::now_v7());
    let [first, second, other] = [family, family, FamilyId(Uuid::now_v7())].map(|family| session(ann.id, family));
    write(store, [&first, &second, &other].map(|session| Change::InsertSession(session.clone()))).await;
    assert_eq!(store.find_session(first.token).await.unwrap().as_ref(), Some(&first));
    assert_eq!(store.find_session(token()).await.unwrap(), None);
    assert_duplicate(&refused(store, [Change::InsertSession(first.clone())]).await, Unique::Id);
    let same_token = kalends_domain::account::Session { token: first.token, ..session(ann.id, family) };
    assert_duplicate(&refused(store, [Change::InsertSession(same_token)]).await, Unique::Other);
    let nobody = UserId(Uuid::now_v7());
    assert_missing(&refused(store, [Change::InsertSession(session(nobody, family))]).await);

    write(store, [Change::UseSession { id: first.id, at: later(1) }]).await;
    let used = store.find_session(first.token).await.unwrap().expect("a used token is found");
    assert_eq!(used.used_at, Some(later(1)));
    assert_stale(&refused(store, [Change::UseSession { id: first.id, at: later(2) }]).await);

    write(store, [Change::RevokeFamily { family, at: later(3) }]).await;
    for (token, revoked_at) in [(first.token, Some(later(3))), (second.token, Some(later(3))), (other.token, None)] {
        assert_eq!(store.find_session(token).await.unwrap().expect("it is there").revoked_at, revoked_at);
    }
    assert_stale(&refused(store, [Change::UseSession { id: second.id, at: later(4) }]).await);
    write(store, [Change::RevokeFamily { family, at: later(5) }]).await;
    let again = store.find_session(first.token).await.unwrap().expect("it is there");
    assert_eq!(again.revoked_at, Some(later(3)), "what is revoked was revoked then");

    let [old, edge] = ["2001-01-01T00:00:00Z", "2001-01-02T00:00:00Z"]
        .map(|expires| kalends_domain::account::Session { expires_at: at(expires), ..session(ann.id, family) });
    write(store, [&old, &edge].map(|session| Change::InsertSession(session.clone()))).await;
    write(store, [Change::RemoveSessionsBefore(edge.expires_at)]).await;
    assert_eq!(store.find_session(old.token).await.unwrap(), None);
    assert_eq!(store.find_session(edge.token).await.unwrap(), Some(edge), "what expires then has not expired before");
}

async fn api_keys(store: &AnyStore) {
    let ann = stored_user(store).await;
    let keys: Vec<_> = (0..5).map(|_| api_key(ann.id)).collect();
    write(store, keys.iter().cloned().map(Change::InsertApiKey)).await;
    assert_eq!(store.find_api_key(keys[0].token).await.unwrap(), Some((keys[0].clone(), ann.clone())));
    assert_eq!(store.find_api_key(token()).await.unwrap(), None);
    assert_duplicate(&refused(store, [Change::InsertApiKey(keys[0].clone())]).await, Unique::Id);

    let revoke = |user| Change::RevokeApiKey { id: keys[1].id, user, at: later(1) };
    let bea = stored_user(store).await;
    assert_stale(&refused(store, [revoke(bea.id)]).await);
    write(store, [revoke(ann.id)]).await;
    assert_eq!(store.find_api_key(keys[1].token).await.unwrap(), None, "a revoked key is not found");
    assert_stale(&refused(store, [revoke(ann.id)]).await);

    let mut left = keys.clone();
    left.remove(1);
    left.sort_by_key(|key| key.id);
    let first = store.list_api_keys(ann.id, PageRequest { after: None, limit: 3 }).await.unwrap();
    assert_eq!((first.items.as_slice(), first.more), (&left[..3], true));
    let rest = store.list_api_keys(ann.id, PageRequest { after: Some(left[2].id), limit: 3 }).await.unwrap();
    assert_eq!((rest.items.as_slice(), rest.more), (&left[3..], false));
    let exact = store.list_api_keys(ann.id, PageRequest { after: None, limit: 4 }).await.unwrap();
    assert!(!exact.more, "a page that holds all has no more after it");

    let deleted = User { deleted_at: Some(now()), version: 2, ..ann.clone() };
    write(store, [Change::UpdateUser { user: deleted, expected: 1 }]).await;
    assert_eq!(store.find_api_key(keys[0].token).await.unwrap(), None, "a deleted account's key is not found");
}

async fn ical_tokens(store: &AnyStore) {
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let mut tokens: Vec<_> = (0..3).map(|_| ical_token(ann.id)).collect();
    tokens.sort_by_key(|token| token.id);
    write(store, tokens.iter().cloned().map(Change::InsertIcalToken)).await;
    assert_eq!(store.find_ical_token(tokens[0].token).await.unwrap(), Some((tokens[0].clone(), ann.clone())));
    assert_eq!(store.find_ical_token(token()).await.unwrap(), None);
    assert_duplicate(&refused(store, [Change::InsertIcalToken(tokens[0].clone())]).await, Unique::Id);

    let revoke = |user| Change::RevokeIcalToken { id: tokens[1].id, user, at: later(1) };
    assert_stale(&refused(store, [revoke(bea.id)]).await);
    write(store, [revoke(ann.id)]).await;
    assert_eq!(store.find_ical_token(tokens[1].token).await.unwrap(), None, "a revoked token is not found");
    assert_stale(&refused(store, [revoke(ann.id)]).await);

    let first = store.list_ical_tokens(ann.id, PageRequest { after: None, limit: 1 }).await.unwrap();
    assert_eq!((first.items.as_slice(), first.more), (&tokens[..1], true));
    let rest = store.list_ical_tokens(ann.id, PageRequest { after: Some(tokens[0].id), limit: 1 }).await.unwrap();
    assert_eq!((rest.items.as_slice(), rest.more), (&tokens[2..], false));
    assert!(store.list_ical_tokens(bea.id, PageRequest { after: None, limit: 1 }).await.unwrap().items.is_empty());

    write(store, [Change::RevokeCredentialsOf { user: ann.id, at: later(2) }]).await;
    assert_eq!(store.find_ical_token(tokens[0].token).await.unwrap(), None, "it goes with all other credentials");
}

async fn both_at_once(store: &AnyStore) {
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let family = FamilyId(Uuid::now_v7());
    let (session, key) = (session(ann.id, family), api_key(ann.id));
    let others = api_key(bea.id);
    let new = [
        Change::InsertSession(session.clone()),
        Change::InsertApiKey(key.clone()),
        Change::InsertApiKey(others.clone()),
    ];
    write(store, new).await;
    write(store, [Change::RevokeCredentialsOf { user: ann.id, at: later(1) }]).await;
    let revoked = store.find_session(session.token).await.unwrap().expect("it is there");
    assert_eq!(revoked.revoked_at, Some(later(1)));
    assert_eq!(store.find_api_key(key.token).await.unwrap(), None);
    assert!(store.find_api_key(others.token).await.unwrap().is_some(), "nobody else's key is touched");
    // Nothing left to revoke is no mistake.
    write(store, [Change::RevokeCredentialsOf { user: ann.id, at: later(2) }]).await;
}
