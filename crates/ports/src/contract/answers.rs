//! Kept answers, and settings.

use futures_util::future::join_all;
use uuid::Uuid;

use super::fixtures::{at, later, now};
use super::{AnyStore, assert_duplicate, assert_stale, refused, write};
use crate::{Answer, Change, Changes, Unique};

fn answer(caller: &str, key: &str) -> Answer {
    Answer {
        caller: caller.to_owned(),
        key: key.to_owned(),
        fingerprint: [7; 32],
        created_at: now(),
        lease: later(30),
        response: None,
    }
}

/// The first use of a key is kept; whoever holds its lease writes the answer; old ones are forgotten.
pub async fn answers(store: AnyStore) {
    let store = &store;
    let caller = Uuid::new_v4().to_string();
    let first = answer(&caller, "schlüssel \"1\"");
    assert_eq!(store.find_answer(&caller, &first.key).await.unwrap(), None);
    let racing = join_all((0..20).map(|_| store.commit(Changes::new().and(Change::InsertAnswer(first.clone()))))).await;
    assert_eq!(racing.iter().filter(|outcome| outcome.is_ok()).count(), 1, "one is the first");
    for outcome in racing.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_duplicate(outcome, Unique::Answer);
    }
    assert_eq!(store.find_answer(&caller, &first.key).await.unwrap(), Some(first.clone()));
    assert_eq!(store.find_answer("somebody else", &first.key).await.unwrap(), None);

    // The lease ran out, somebody takes over; the one who had it is too late.
    let taken = Answer { lease: later(90), ..first.clone() };
    write(store, [Change::UpdateAnswer { answer: taken.clone(), expected: first.lease }]).await;
    let late = Answer { response: Some((500, vec![])), ..first.clone() };
    assert_stale(&refused(store, [Change::UpdateAnswer { answer: late, expected: first.lease }]).await);
    let done = Answer { response: Some((201, vec![0, 255, b'\'', 0])), ..taken.clone() };
    write(store, [Change::UpdateAnswer { answer: done.clone(), expected: taken.lease }]).await;
    assert_eq!(store.find_answer(&caller, &first.key).await.unwrap(), Some(done));
    let unknown = answer(&caller, "never used");
    let lease = unknown.lease;
    assert_stale(&refused(store, [Change::UpdateAnswer { answer: unknown, expected: lease }]).await);

    let forget = Change::RemoveAnswer { caller: caller.clone(), key: first.key.clone() };
    write(store, [forget.clone()]).await;
    assert_eq!(store.find_answer(&caller, &first.key).await.unwrap(), None);
    write(store, [forget]).await;

    let old = Answer { created_at: at("2001-01-01T00:00:00Z"), ..answer(&caller, "old") };
    let edge = Answer { created_at: at("2001-01-02T00:00:00Z"), ..answer(&caller, "edge") };
    write(store, [Change::InsertAnswer(old), Change::InsertAnswer(edge.clone())]).await;
    write(store, [Change::RemoveAnswersBefore(edge.created_at)]).await;
    assert_eq!(store.find_answer(&caller, "old").await.unwrap(), None);
    assert_eq!(store.find_answer(&caller, "edge").await.unwrap(), Some(edge), "what was made then is not before");
}

/// A setting is made once, by one of those who try at once.
pub async fn settings(store: AnyStore) {
    let store = &store;
    let key = format!("setting-{}", Uuid::new_v4());
    assert_eq!(store.find_setting(&key).await.unwrap(), None);
    let insert = |n: u8| Changes::new().and(Change::InsertSetting { key: key.clone(), value: vec![0, n, 255] });
    let racing = join_all((0..20).map(|n| store.commit(insert(n)))).await;
    let mut winners = (0..).zip(&racing).filter(|(_, outcome)| outcome.is_ok());
    let winner = winners.next().expect("one gets through").0;
    assert!(winners.next().is_none(), "only one gets through");
    for outcome in racing.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_duplicate(outcome, Unique::Setting);
    }
    assert_eq!(store.find_setting(&key).await.unwrap(), Some(vec![0, winner, 255]));
}
