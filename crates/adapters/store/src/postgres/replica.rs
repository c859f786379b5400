//! A server that follows the first one, some moments or more behind it.
//!
//! Whoever has written must read what was written, on whatever node. So the replica is asked for nothing but the events of
//! calendars, and only when it has them all: every write to the events of a calendar moves the calendar's revision in the
//! same transaction, and the replica replays transactions whole and in their order. If it has come to the revision that the
//! primary has, it has every event that the primary had then. No node need remember anything, and a replica that
//! lags, fails or is away makes nothing wrong, only the primary busier.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::BoxFuture;
use kalends_ports::StoreError;
use tokio::time::timeout;

use super::backend::Conn;
use super::pool::Connections;
use crate::error::Fail;
use crate::schema::calendars;
use crate::types::DbId;

/// How long it is waited for: the primary would have answered long since.
const WAIT: Duration = Duration::from_secs(1);
/// After a failure it is left alone for this long.
const REST: Duration = Duration::from_secs(5);

/// Calendars and the revisions they are at.
pub(super) type Revisions = Vec<(DbId, i64)>;

/// The revisions of these calendars, of those that are there.
pub(super) async fn revisions(conn: &mut Conn, ids: &[DbId]) -> Result<Revisions, Fail> {
    let all = calendars::table.filter(calendars::id.eq_any(ids)).select((calendars::id, calendars::revision));
    Ok(all.load::<(DbId, i64)>(conn).await?)
}

/// The server, and whether it is worth asking.
pub(super) struct Replica {
    connections: Connections,
    /// Set while it fails.
    rests_until: Mutex<Option<Instant>>,
}

impl Replica {
    pub(super) fn new(connections: Connections) -> Self {
        Self { connections, rests_until: Mutex::new(None) }
    }

    /// Whether it has not failed just now.
    pub(super) fn may_be_asked(&self) -> bool {
        self.rests_until.lock().unwrap_or_else(PoisonError::into_inner).is_none_or(|until| until <= Instant::now())
    }

    /// Notes how it went, and tells when it goes otherwise than before.
    fn went(&self, failure: Option<String>) {
        let until = failure.is_some().then(|| Instant::now() + REST);
        let before = std::mem::replace(&mut *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner), until);
        match failure {
            Some(reason) if before.is_none() => tracing::warn!(reason, "the replica is not read from"),
            None if before.is_some() => tracing::info!("the replica is read from again"),
            _ => {}
        }
    }

    /// What a query about these calendars finds, if they are here at these revisions or later ones.
    pub(super) async fn read<T, F>(&self, ids: Arc<[DbId]>, needed: Revisions, query: Arc<F>) -> Option<T>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Conn) -> BoxFuture<'c, Result<T, Fail>> + Send + Sync + 'static,
    {
        let needed = Arc::new(needed);
        // On one connection, so that the query meets the server that was asked how far it is.
        let found = self.connections.read(move |conn| {
            let (ids, needed, query) = (ids.clone(), needed.clone(), query.clone());
            Box::pin(async move {
                let here = revisions(conn, &ids).await?;
                if has_all(&here, &needed) { query(conn).await.map(Some) } else { Ok(None) }
            })
        });
        let found = match timeout(WAIT, found).await {
            Ok(outcome) => outcome.and_then(|outcome| outcome.map_err(StoreError::from)),
            Err(_) => Err(StoreError::Unavailable(format!("it did not answer within {} s", WAIT.as_secs()))),
        };
        self.went(found.as_ref().err().map(ToString::to_string));
        found.ok().flatten()
    }
}

fn has_all(here: &Revisions, needed: &Revisions) -> bool {
    let here: HashMap<DbId, i64> = here.iter().copied().collect();
    needed.iter().all(|(id, revision)| here.get(id).is_some_and(|known| known >= revision))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_replica_has_all_when_no_calendar_is_behind_or_missing() {
        let revisions = |all: &[(u128, i64)]| -> Revisions {
            all.iter().map(|(id, revision)| (DbId(Uuid::from_u128(*id)), *revision)).collect()
        };
        let needed = revisions(&[(1, 5), (2, 0)]);
        for (here, expected) in [
            (&[(2, 0), (1, 5)][..], true),
            (&[(1, 6), (2, 1), (3, 0)], true),
            (&[(1, 4), (2, 0)], false),
            (&[(1, 5)], false),
            (&[], false),
        ] {
            assert_eq!(has_all(&revisions(here), &needed), expected, "{here:?}");
        }
        assert!(has_all(&revisions(&[]), &revisions(&[])));
    }
}
