//! What is checked inside a store whose schema is this program's. Nothing is written.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kalends_ports::{QueueState, StoreError, SyncHealth};
use kalends_store::Options;
use tokio::time::timeout;

use super::{Check, PATIENCE};
use crate::keys::{self, Sealing};
use crate::settings::Settings;

/// A worker looks every second, and one that is busy does not take so long.
const OVERDUE: SignedDuration = SignedDuration::from_mins(5);

/// Opens the store and looks.
pub(super) async fn look(settings: &Settings, now: Timestamp) -> Vec<Check> {
    let few = Options { postgres_connections: 1, sqlite_readers: 1, ..settings.store.clone() };
    let connected = timeout(PATIENCE, kalends_store::connect(settings.database.url(), &few)).await;
    let store = match connected {
        Ok(Ok(store)) => store,
        Ok(Err(error)) => return vec![Check::fail("store", error.to_string(), settings.database.what_to_check())],
        Err(_) => return vec![slow(PATIENCE)],
    };
    let looks = async {
        let sealing = keys::sealing(settings, store.as_ref()).await;
        let lost = |error: keys::KeysError| {
            Check::fail("encryption", error.to_string(), "restore the key from a backup, or the store")
        };
        let sealing = sealing.map_or_else(lost, |found| sealed(settings, found));
        let mut all = vec![sealing];
        all.extend(told(store.count_jobs().await, |state| queue(state, now)));
        all.extend(told(store.count_syncs().await, |state| syncs(state, now)));
        all.extend(told(store.count_feed_syncs().await, |state| feeds(state, now)));
        all
    };
    timeout(PATIENCE, looks).await.unwrap_or_else(|_| vec![slow(PATIENCE)])
}

fn slow(patience: Duration) -> Check {
    let message = format!("no answer within {} s", patience.as_secs());
    Check::fail("store", message, "look at what else the database is doing, and at its disk")
}

fn told<T>(told: Result<T, StoreError>, look: impl FnOnce(T) -> Vec<Check>) -> Vec<Check> {
    let silent = |error: StoreError| vec![Check::fail("store", error.to_string(), "look at the database's own log")];
    told.map_or_else(silent, look)
}

/// Whether what was encrypted can be read.
fn sealed(settings: &Settings, found: Sealing) -> Check {
    let what = "encryption";
    let mend = match settings.database.key_file() {
        Some(path) => format!(
            "set ENCRYPTION_KEY to the key that was used, or bring {} back from a backup; without it the accounts must be \
             linked again",
            path.display()
        ),
        None => "set ENCRYPTION_KEY to the key that was used; without it the accounts must be linked again".to_owned(),
    };
    match found {
        Sealing::Nothing => Check::ok(what, "nothing is encrypted yet that must be kept"),
        Sealing::Good => Check::ok(what, "the key opens what was encrypted"),
        Sealing::Lost => Check::fail(what, "the key with which tokens of linked accounts were encrypted is gone", mend),
        Sealing::Another => {
            Check::fail(what, "the key is not the one with which tokens of linked accounts were encrypted", mend)
        }
    }
}

fn queue(state: QueueState, now: Timestamp) -> Vec<Check> {
    let what = "queue";
    let mut all = Vec::new();
    let age = state.next.map_or(SignedDuration::ZERO, |next| now.duration_since(next));
    if age > OVERDUE {
        let message = format!("the first job has been due for {} min: nobody does them", age.as_mins());
        let mend = "start `kalends serve` without --no-worker, or `kalends worker`; if one runs, look at its log";
        all.push(Check::warn(what, message, mend));
    }
    if state.dead > 0 {
        let mend = "`kalends jobs list --dead` says why, `kalends jobs retry` and `drop` decide";
        all.push(Check::warn(what, format!("{} jobs were given up", state.dead), mend));
    }
    if all.is_empty() {
        all.push(Check::ok(what, format!("{} jobs wait, {} are being done", state.waiting, state.running)));
    }
    all
}

fn syncs(state: SyncHealth, now: Timestamp) -> Vec<Check> {
    let what = "syncs";
    if state == SyncHealth::default() {
        return Vec::new();
    }
    let mut all = Vec::new();
    if state.stopped > 0 {
        let message = format!("{} linked accounts are not accepted any more", state.stopped);
        all.push(Check::warn(what, message, "their owners must link them again; GET /integrations shows it to them"));
    }
    if state.failing > 0 {
        let message = format!("the last sync of {} linked accounts failed", state.failing);
        all.push(Check::warn(what, message, "`kalends jobs list` says why and when they are tried again"));
    }
    if all.is_empty() {
        let message =
            format!("{} linked accounts, the last sync of each at most {} min ago", state.good, age(state, now));
        all.push(Check::ok(what, message));
    }
    all
}

fn feeds(state: SyncHealth, now: Timestamp) -> Vec<Check> {
    let what = "feeds";
    if state == SyncHealth::default() {
        return Vec::new();
    }
    vec![if state.failing > 0 {
        let message = format!("the last sync of {} of {} feeds failed", state.failing, state.good + state.failing);
        Check::warn(what, message, "GET /feeds says why to whom they belong; they are tried again")
    } else {
        Check::ok(what, format!("{} feeds, the last sync of each at most {} min ago", state.good, age(state, now)))
    }]
}

/// How many minutes ago the sync was for which one waits longest.
fn age(state: SyncHealth, now: Timestamp) -> i64 {
    state.oldest.map_or(0, |oldest| now.duration_since(oldest).as_mins().max(0))
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::cli::RawSettings;

    fn now() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn states(checks: &[Check]) -> Vec<State> {
        checks.iter().map(|check| check.state).collect()
    }

    #[test]
    fn a_queue_that_nobody_works_on_is_told() {
        let queue = |dead, minutes: Option<i64>| {
            let next = minutes.map(|ago| now() - SignedDuration::from_mins(ago));
            states(&queue(QueueState { waiting: 1, running: 0, dead, next }, now()))
        };
        assert_eq!(queue(0, None), [State::Ok]);
        assert_eq!(queue(0, Some(4)), [State::Ok]);
        assert_eq!(queue(0, Some(-60)), [State::Ok]);
        assert_eq!(queue(0, Some(6)), [State::Warn]);
        assert_eq!(queue(2, Some(6)), [State::Warn, State::Warn]);
        assert_eq!(queue(2, None), [State::Warn]);
    }

    #[test]
    fn accounts_that_are_not_synced_are_told() {
        let syncs = |good, failing, stopped| {
            let oldest = Some(now() - SignedDuration::from_mins(3));
            states(&syncs(SyncHealth { good, failing, stopped, oldest }, now()))
        };
        assert_eq!(syncs(3, 0, 0), [State::Ok]);
        assert_eq!(syncs(3, 1, 0), [State::Warn]);
        assert_eq!(syncs(3, 1, 1), [State::Warn, State::Warn]);
        assert_eq!(super::syncs(SyncHealth::default(), now()), []);
    }

    #[test]
    fn feeds_that_fail_are_told() {
        let feeds = |good, failing| states(&feeds(SyncHealth { good, failing, stopped: 0, oldest: None }, now()));
        assert_eq!(feeds(3, 0), [State::Ok]);
        assert_eq!(feeds(3, 1), [State::Warn]);
        assert_eq!(feeds(0, 0), []);
    }

    #[test]
    fn a_key_that_is_lost_or_another_fails_with_a_way_out() {
        for (url, way) in [("sqlite:///var/lib/k.db", "/var/lib/k.db.key"), ("postgres://h/d", "set ENCRYPTION_KEY")] {
            let raw = RawSettings { database_url: url.to_owned(), ..RawSettings::default() };
            let settings = Settings::parse(&raw).unwrap();
            for found in [Sealing::Lost, Sealing::Another] {
                let told = sealed(&settings, found);
                assert!(told.state == State::Fail && told.to_string().contains(way), "{told}");
            }
            assert_eq!(sealed(&settings, Sealing::Nothing).state, State::Ok);
            assert_eq!(sealed(&settings, Sealing::Good).state, State::Ok);
        }
    }
}
