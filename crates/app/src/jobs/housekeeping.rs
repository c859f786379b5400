//! Removing what is kept too long, once a day.

use jiff::{SignedDuration, Timestamp};
use kalends_ports::{Change, Changes};

use super::run::after;
use super::{Task, enqueue_at};
use crate::idempotency::KEPT;
use crate::{App, Context, Result};

const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// After a start there is more urgent work.
const AFTER_START: SignedDuration = SignedDuration::from_mins(10);
/// How long an expired refresh token is still known, for whoever asks what became of it.
const EXPIRED_SESSIONS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

impl App {
    /// Sees to it that housekeeping is done once a day from now on, and linked calendars are synced from time to time.
    /// Any number of nodes may call this, at any time.
    pub async fn begin_upkeep(&self) -> Result<()> {
        let cx = self.context();
        let housekeeping = enqueue_at(&cx, &Task::Housekeeping, after(cx.now(), AFTER_START));
        let offers = self.ports.providers.kinds().next().is_some();
        let syncs = offers.then(|| enqueue_at(&cx, &Task::DueSyncs, cx.now()));
        self.commit(&cx, Changes::new().and(housekeeping).and_all(syncs)).await
    }
}

/// What goes, and the next day's job.
pub(super) fn changes(cx: &Context) -> Changes {
    let before = |kept| cx.now().checked_sub(kept).unwrap_or(Timestamp::MIN);
    Changes::new()
        .and(Change::RemoveAnswersBefore(before(KEPT)))
        .and(Change::RemoveSessionsBefore(before(EXPIRED_SESSIONS_KEPT)))
        .and(enqueue_at(cx, &Task::Housekeeping, after(cx.now(), EVERY)))
}
