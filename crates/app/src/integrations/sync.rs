//! One sync: pull, decide, write here, write there, and remember, so that it can stop anywhere and be done again.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;
use kalends_domain::access::{Action, Actor, Decision as Access, decide as access};
use kalends_domain::event::Event;
use kalends_domain::id::{EventId, LinkId, SyncLogId};
use kalends_domain::sync::{
    Decision, Deed, Health, Held, Integration, LOG_MAX, Link, Pair, Plan, ProviderKind, Remember, Side, SyncLogEntry,
    There, decide,
};
use kalends_ports::{Change, Changes, Place, ProviderError, StoreError};

use super::apply::{Writer, deed, deed_there};
use super::push::{Pushed, Pusher};
use super::read::{Known, Pulled};
use super::require_quota;
use crate::{App, Context, Error, Result};

/// How long others stay away from a link that is being synced, after its last sign of life.
const LEASE: SignedDuration = SignedDuration::from_mins(1);
/// Decisions that one commit carries out.
const BATCH: usize = 200;
/// Calls to a provider whose answers one commit remembers.
const ANSWERS: usize = 2;
/// How often a sync starts again because something changed under its hands.
const RUNS: usize = 8;

/// What happened on one side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncedSide {
    /// So many events were made.
    pub created: usize,
    /// So many were changed.
    pub updated: usize,
    /// So many were deleted.
    pub deleted: usize,
}

impl SyncedSide {
    fn count(&mut self, deed: Deed) {
        match deed {
            Deed::Created => self.created += 1,
            Deed::Updated => self.updated += 1,
            Deed::Deleted => self.deleted += 1,
            Deed::Adopted | Deed::Held | Deed::Failed => {}
        }
    }
}

/// What a sync did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// Here.
    pub here: SyncedSide,
    /// At the provider.
    pub there: SyncedSide,
    /// So many values gave way to later ones; they are in the history of their events.
    pub conflicts: usize,
    /// So many could not be written; the log says why.
    pub failed: usize,
    /// Deletions that wait until the sync is asked for again.
    pub held: Vec<Held>,
    /// What would be done, where it was only asked for.
    pub planned: Vec<SyncLogEntry>,
}

impl Synced {
    fn add(&mut self, other: Self) {
        for (side, more) in [(&mut self.here, other.here), (&mut self.there, other.there)] {
            side.created += more.created;
            side.updated += more.updated;
            side.deleted += more.deleted;
        }
        self.conflicts += other.conflicts;
        self.failed += other.failed;
        self.held.extend(other.held);
        self.planned.extend(other.planned);
    }
}

impl App {
    /// Syncs the caller's account now, or tells what that would do. Deletions that waited to be asked for again are made.
    pub async fn sync_now(&self, actor: &Actor, kind: ProviderKind, dry_run: bool) -> Result<Synced> {
        let integration = self.integration_of(actor, kind).await?;
        self.sync_account(&integration, dry_run).await
    }

    /// All links of an account.
    pub(crate) async fn sync_account(&self, integration: &Integration, dry_run: bool) -> Result<Synced> {
        let mut synced = Synced::default();
        for link in self.ports.integrations.list_links(integration.id).await? {
            let one = if dry_run { self.preview_link(&link).await } else { self.sync_link(link.id, true).await };
            synced.add(one?);
        }
        Ok(synced)
    }

    /// Syncs one link. `asked` says that a person asks, who thereby confirms deletions that were held before, and does not
    /// wait until the provider may be asked again.
    ///
    /// It may stop anywhere, and be called again: what is written here goes with what is remembered of it in one commit,
    /// and each call to a provider can be repeated. Of two at once, the second is told so by [`Error::SyncRunning`].
    pub async fn sync_link(&self, id: LinkId, asked: bool) -> Result<Synced> {
        // Its own moment, and ids of its own: a request that is repeated syncs anew.
        let cx = &self.context();
        let gone = || Error::NotFound("integration");
        let (mut link, mut integration) = self.ports.integrations.find_link(id).await?.ok_or_else(gone)?;
        if link.busy_until.is_some_and(|until| until > cx.now()) {
            return Err(Error::SyncRunning);
        }
        if !asked {
            require_quota(&integration, cx.now())?;
        }
        if let Err(error) = self.keep_link(&mut link, Changes::new(), true).await {
            return Err(match error {
                Error::Store(StoreError::Stale) => Error::SyncRunning,
                other => other,
            });
        }
        let confirmed = asked && link.held;
        let mut outcome = Ok(Synced::default());
        for _ in 0..RUNS {
            outcome = self.sync_once(cx, &mut link, &mut integration, confirmed).await;
            if !matches!(outcome, Err(Error::Store(StoreError::Stale | StoreError::Duplicate(_)))) {
                break;
            }
            // An event changed meanwhile, or the link itself did; then it is not ours any more.
            let (found, account) = self.ports.integrations.find_link(id).await?.ok_or_else(gone)?;
            if found.version != link.version {
                return Err(Error::SyncRunning);
            }
            (link, integration) = (found, account);
        }
        self.finish(&mut link, &outcome).await?;
        outcome
    }

    /// What a sync of this link would do. Nothing is written on either side.
    pub async fn preview_link(&self, link: &Link) -> Result<Synced> {
        let cx = &self.context();
        let (link, mut integration) =
            self.ports.integrations.find_link(link.id).await?.ok_or(Error::NotFound("integration"))?;
        let pulled = self.pull(&link, &mut integration).await?;
        let known = self.known(&link, &pulled).await?;
        let plan = self.plan(&link, &integration, pulled.items, pulled.complete, &known, link.held)?;
        let writer = Writer { cx, link: &link, integration: &integration, uids: HashSet::new() };
        let mut synced = Synced { held: plan.held.clone(), failed: plan.unreadable.len(), ..Synced::default() };
        for decision in &plan.decisions {
            synced.conflicts += decision.lost.len();
            for (side, deed) in [(Side::Here, deed(decision)), (Side::There, deed_there(decision))] {
                let Some(deed) = deed else { continue };
                let count = if side == Side::Here { &mut synced.here } else { &mut synced.there };
                count.count(deed);
                synced.planned.push(writer.entry(decision, decision.event, side, deed, decision.reason.clone()));
            }
        }
        Ok(synced)
    }

    fn plan(
        &self,
        link: &Link,
        integration: &Integration,
        items: Vec<kalends_domain::sync::remote::Item>,
        complete: bool,
        known: &Known,
        confirmed: bool,
    ) -> Result<Plan> {
        let provider = self.provider(integration.provider)?.clone();
        Ok(decide(kalends_domain::sync::Input {
            kind: integration.provider,
            writable: link.writable,
            mirror: link.mirror,
            complete,
            // Whoever mirrors a feed has held back what looked odd already.
            confirmed: confirmed || link.mirror,
            total: known.total,
            pairs: known.pairs.clone(),
            events: known.events.clone(),
            items,
            rounded: &move |facts| provider.rounded(facts),
        }))
    }

    async fn sync_once(
        &self,
        cx: &Context,
        link: &mut Link,
        integration: &mut Integration,
        confirmed: bool,
    ) -> Result<Synced> {
        let view = self.ports.calendars.find_calendar(link.calendar, integration.user).await?;
        // Of what is only shown there, nothing comes here.
        let needs = if link.mirror { Action::Read } else { Action::Write };
        match access(view.map(|view| view.membership.role), needs) {
            Access::Allowed => {}
            Access::Forbidden => return Err(Error::Forbidden("your role on the synced calendar is read-only")),
            Access::Hidden => return Err(Error::Conflict("the calendar that it is synced with is gone".to_owned())),
        }
        let pulled = self.pull(link, integration).await?;
        let known = self.known(link, &pulled).await?;
        let Pulled { items, complete, cursor } = pulled;
        let plan = self.plan(link, integration, items, complete, &known, confirmed)?;
        let mut synced = Synced { held: plan.held.clone(), ..Synced::default() };
        let account = integration.clone();
        let uids = known.events.values().filter(|it| it.deleted_at.is_none()).map(|it| it.uid.clone()).collect();
        let place = link.clone();
        let mut writer = Writer { cx, link: &place, integration: &account, uids };
        let pairs: HashMap<EventId, &Pair> = known.pairs.iter().map(|pair| (pair.event, pair)).collect();

        // Here, and what is remembered of it. The cursor moves with the last of it.
        let mut pushes = Vec::new();
        let mut changes = Changes::new().and_all(Self::told_apart(&writer, &plan, &mut synced));
        for batch in plan.decisions.chunks(BATCH) {
            for decision in batch {
                let event = decision.event.and_then(|id| known.events.get(&id));
                match writer.apply(decision, event) {
                    Ok(applied) => {
                        if let Some(deed) = deed(decision) {
                            synced.here.count(deed);
                        }
                        synced.conflicts += decision.lost.len();
                        changes = changes.and_all(applied.changes);
                        let stays = decision.remember == Remember::AsItIs;
                        let known = decision.event.filter(|_| stays).and_then(|id| pairs.get(&id));
                        let pair = applied.pair.or_else(|| known.map(|&pair| pair.clone()));
                        if decision.there != There::Nothing {
                            pushes.push((decision, applied.event, pair));
                        }
                    }
                    Err(reason) => {
                        synced.failed += 1;
                        let entry = writer.entry(decision, decision.event, Side::Here, Deed::Failed, reason);
                        changes = changes.and(Change::InsertSyncLog(entry));
                    }
                }
            }
            self.keep_link(link, once_touched(std::mem::take(&mut changes)), true).await?;
        }
        // Deletions that are held must be told again.
        if !plan.held.iter().any(|held| held.side == Side::Here) {
            link.cursor = Some(cursor);
        }
        link.held = !plan.held.is_empty();
        self.keep_link(link, changes, true).await?;
        self.push(&writer, link, integration, pushes, &mut synced).await?;
        Ok(synced)
    }

    /// Lines of the log about what is not done.
    fn told_apart(writer: &Writer<'_>, plan: &Plan, synced: &mut Synced) -> Vec<Change> {
        let cx = writer.cx;
        let entry = |side, deed, remote: Option<String>, reason| {
            Change::InsertSyncLog(SyncLogEntry {
                id: SyncLogId(cx.id()),
                integration: writer.integration.id,
                at: cx.now(),
                side,
                deed,
                event: None,
                remote,
                title: writer.link.name.clone(),
                fields: Vec::new(),
                reason,
            })
        };
        let held = plan.held.iter().map(|held| {
            let reason = format!("{} of {} would be deleted; sync again to do so", held.deletions, held.of);
            entry(held.side, Deed::Held, None, reason)
        });
        synced.failed += plan.unreadable.len();
        let unreadable = plan
            .unreadable
            .iter()
            .map(|(id, reason)| entry(Side::Here, Deed::Failed, Some(id.clone()), format!("it {reason}")));
        held.chain(unreadable).collect()
    }

    /// There, and what is remembered of it.
    async fn push(
        &self,
        writer: &Writer<'_>,
        link: &mut Link,
        integration: &mut Integration,
        pushes: Vec<(&Decision, Option<Event>, Option<Pair>)>,
        synced: &mut Synced,
    ) -> Result<()> {
        if pushes.is_empty() {
            return Ok(());
        }
        let provider = self.provider(integration.provider)?.clone();
        let calendar = link.remote.clone();
        let mut changes = Changes::new();
        let mut stopped = Ok(());
        for (index, (decision, event, pair)) in pushes.into_iter().enumerate() {
            if index > 0 && index % ANSWERS == 0 {
                self.keep_link(link, std::mem::take(&mut changes), true).await?;
            }
            let event = event.as_ref();
            let push = |access| {
                let place = Place { access, calendar: calendar.clone() };
                let (there, pair) = (Pusher { provider: provider.as_ref(), place }, pair.clone());
                Box::pin(async move { there.push(decision, event, pair).await })
            };
            let id = event.map(|event| event.id).or(decision.event);
            let entry = |deed, reason| Change::InsertSyncLog(writer.entry(decision, id, Side::There, deed, reason));
            match self.asked(integration, push).await {
                Ok(Pushed::Done(pair)) => {
                    let deed = deed_there(decision).unwrap_or(Deed::Updated);
                    synced.there.count(deed);
                    let put = Change::PutPair { link: link.id, pair: *pair };
                    changes = changes.and(put).and(entry(deed, decision.reason.clone()));
                }
                Ok(Pushed::Gone) => {
                    synced.there.count(Deed::Deleted);
                    let removed = id.map(|event| Change::RemovePair { link: link.id, event });
                    changes = changes.and_all(removed).and(entry(Deed::Deleted, decision.reason.clone()));
                }
                Ok(Pushed::Refused(pair, reason)) => {
                    synced.failed += 1;
                    let put = Change::PutPair { link: link.id, pair: *pair };
                    changes = changes.and(put).and(entry(Deed::Failed, reason));
                }
                Ok(Pushed::Later(reason)) => {
                    synced.failed += 1;
                    changes = changes.and(entry(Deed::Failed, reason));
                }
                Err(error) => {
                    stopped = Err(error);
                    break;
                }
            }
        }
        self.keep_link(link, changes, true).await?;
        stopped
    }

    /// Commits with the link, so that nobody else works on it, and renews the lease or ends it.
    async fn keep_link(&self, link: &mut Link, changes: Changes, busy: bool) -> Result<()> {
        let expected = link.version;
        let mut next = Link { version: expected + 1, ..link.clone() };
        next.busy_until = if busy { self.ports.clock.now().saturating_add(LEASE).ok() } else { None };
        let update = Change::UpdateLink { link: next.clone(), expected };
        // First the link: whoever lost it is told so, and not that a pair of it has nowhere to go.
        let changes = self.with_fristen(&self.context(), changes).await?;
        self.ports.commit.commit(Changes::new().and(update).and_all(changes.0)).await?;
        *link = next;
        Ok(())
    }

    /// Writes down how it went, and lets others work on the link again.
    async fn finish(&self, link: &mut Link, outcome: &Result<Synced>) -> Result<()> {
        let now = self.ports.clock.now();
        let told = match outcome {
            Ok(_) => Ok(()),
            Err(Error::Provider { error: ProviderError::Unauthorized, provider }) => {
                Err((Health::Unauthorized, format!("{} {}", provider.title(), ProviderError::Unauthorized)))
            }
            Err(error @ (Error::Provider { .. } | Error::Conflict(_) | Error::Forbidden(_))) => {
                Err((Health::Failing, error.to_string()))
            }
            Err(_) => Err((Health::Failing, "the server could not finish it".to_owned())),
        };
        if told.is_ok() {
            link.synced_at = Some(now);
        }
        for _ in 0..RUNS {
            let Some((_, account)) = self.ports.integrations.find_link(link.id).await? else { return Ok(()) };
            let expected = account.version;
            let mut changed = Integration { version: expected + 1, updated_at: now, ..account };
            match &told {
                Ok(()) => {
                    changed.last_synced_at = Some(now);
                    (changed.health, changed.last_error) = (Health::Connected, None);
                }
                Err((health, message)) => {
                    (changed.health, changed.last_error) = (*health, Some(message.clone()));
                }
            }
            let trim = Change::TrimSyncLog { integration: changed.id, keep: LOG_MAX };
            let update = Change::UpdateIntegration { integration: changed, expected };
            match self.keep_link(link, Changes::new().and(update).and(trim), false).await {
                Err(Error::Store(StoreError::Stale)) => {}
                other => return other,
            }
        }
        Ok(())
    }
}

/// A calendar is touched once in a commit, however many of its events are written.
fn once_touched(changes: Changes) -> Changes {
    let mut touched = HashSet::new();
    let keep = |change: &Change| match change {
        Change::TouchCalendar { id, .. } => touched.insert(*id),
        _ => true,
    };
    Changes(changes.0.into_iter().filter(keep).collect())
}
