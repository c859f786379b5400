//! Syncs that nobody waits for: of what was written here at once, of what was changed there from time to time.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use kalends_domain::id::{CalendarId, LinkId};
use kalends_ports::{Change, Changes, ProviderError};

use crate::jobs::{Task, Undone, enqueue, enqueue_at};
use crate::{App, Context, Error, Result};

/// Links that one look finds due.
const DUE_MAX: usize = 500;
/// How often is looked for links that are due, at least and at most.
const LOOKS: [SignedDuration; 2] = [SignedDuration::from_secs(1), SignedDuration::from_mins(1)];

/// The job that syncs a link, written in the commit that makes it necessary.
pub(crate) fn sync_soon(cx: &Context, link: LinkId) -> Change {
    enqueue(cx, &Task::Sync(link))
}

impl App {
    /// These changes, with a sync of each link of a calendar whose events they write.
    pub(crate) async fn with_syncs(&self, cx: &Context, changes: Changes) -> Result<Changes> {
        if self.ports.providers.kinds().next().is_none() {
            return Ok(changes);
        }
        let written = |change: &Change| match change {
            Change::TouchCalendar { id, .. } => Some(*id),
            _ => None,
        };
        let mut written: BTreeSet<_> = changes.0.iter().filter_map(written).collect();
        // What is deleted is carried nowhere.
        written.retain(|id| !changes.0.iter().any(|change| deletes(change, *id)));
        let mut syncs = Vec::new();
        for calendar in written {
            let links = self.ports.integrations.list_links_of(calendar).await?;
            syncs.extend(links.iter().map(|link| sync_soon(cx, link.id)));
        }
        Ok(changes.and_all(syncs))
    }

    /// The job of one link. What asking again cannot mend is written down with the account, and is no failure of the job.
    pub(crate) async fn sync_job(&self, link: LinkId) -> std::result::Result<Changes, Undone> {
        match self.sync_link(link, false).await {
            Ok(_) | Err(Error::NotFound(_) | Error::Forbidden(_)) => Ok(Changes::new()),
            Err(Error::Provider { error, provider }) => {
                let reason = format!("{} {error}", provider.title());
                match error {
                    ProviderError::RateLimited { retry_after } | ProviderError::Unavailable { retry_after, .. } => {
                        Err(Undone::Later { reason, after: retry_after })
                    }
                    ProviderError::CursorGone | ProviderError::Moved | ProviderError::Exists => {
                        Err(Undone::Later { reason, after: None })
                    }
                    ProviderError::Unauthorized
                    | ProviderError::Forbidden(_)
                    | ProviderError::NotFound
                    | ProviderError::Rejected(_) => Ok(Changes::new()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The look for links that are due, and the next look.
    pub(crate) async fn due_syncs(&self, cx: &Context) -> std::result::Result<Changes, Undone> {
        let interval = self.policy.sync_interval;
        let before = cx.now().checked_sub(interval).unwrap_or(Timestamp::MIN);
        let due = self.ports.integrations.list_links_due(before, DUE_MAX).await?;
        let [least, most] = LOOKS;
        let next = cx.now().checked_add((interval / 5).clamp(least, most)).unwrap_or(Timestamp::MAX);
        let syncs = due.into_iter().map(|link| sync_soon(cx, link));
        Ok(Changes::new().and_all(syncs).and(enqueue_at(cx, &Task::DueSyncs, next)))
    }
}

/// Whether a change deletes a calendar that is written in the same commit. Of an account that goes, all are its own.
fn deletes(change: &Change, calendar: CalendarId) -> bool {
    match change {
        Change::UpdateCalendar { calendar: gone, .. } => gone.id == calendar && gone.deleted_at.is_some(),
        Change::DeleteCalendarsOf { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kalends_domain::id::uuid_v7;
    use kalends_domain::sync::ProviderKind;
    use kalends_ports::{MockProvider, Providers};

    use super::*;
    use crate::testing::{Mocks, event, now};

    fn mocks() -> Mocks {
        let providers = Providers::new().with(ProviderKind::Google, Arc::new(MockProvider::new()));
        Mocks { providers, ..Mocks::default() }
    }

    fn link() -> LinkId {
        LinkId(uuid_v7(now(), [6; 10]))
    }

    #[tokio::test]
    async fn links_that_are_due_are_synced_and_the_next_look_is_soon() {
        let mut mocks = mocks();
        mocks.integrations.expect_list_links_due().times(1).returning(|before, _| {
            assert_eq!(before, now() - SignedDuration::from_mins(5));
            Ok(vec![link()])
        });
        let app = mocks.app();
        let changes = app.due_syncs(&app.context()).await.unwrap();
        assert!(matches!(&changes.0[..], [Change::InsertJob(sync), Change::InsertJob(look)]
            if sync.payload == link().to_string() && sync.run_at == now()
                && look.run_at == now() + SignedDuration::from_mins(1) && look.key.is_some()));
    }

    #[tokio::test]
    async fn without_a_provider_nothing_is_looked_up() {
        let app = Mocks::default().app();
        let touch = Change::TouchCalendar { id: event(false).calendar, expected: None, at: now() };
        let changes = Changes::new().and(touch);
        assert_eq!(app.with_syncs(&app.context(), changes.clone()).await.unwrap(), changes);
    }
}
