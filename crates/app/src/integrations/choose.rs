//! Which of an account's calendars are synced, and with which here.

use std::collections::HashSet;

use kalends_domain::access::{Action, Actor, Decision, decide};
use kalends_domain::id::CalendarId;
use kalends_domain::problem::Problems;
use kalends_domain::sync::remote::RemoteCalendar;
use kalends_domain::sync::{Integration, LINKS_MAX, Link, ProviderKind};
use kalends_ports::{Change, Changes, StoreError};

use super::callback::new_link;
use super::soon::sync_soon;
use crate::calendars::{Home, inserted};
use crate::{App, Context, NewCalendar, Result, settled};

/// A calendar of the account, and whether it is synced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedCalendar {
    /// The calendar there.
    pub remote: RemoteCalendar,
    /// Its link, when it is synced.
    pub link: Option<Link>,
}

/// A calendar to sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenCalendar {
    /// The provider's id of the calendar there.
    pub remote: String,
    /// The calendar here. Without one it is the one with which it is synced already; else the default one for the
    /// account's own calendar, and a new one for any other.
    pub calendar: Option<CalendarId>,
}

impl App {
    /// The calendars of the caller's account.
    pub async fn list_remote_calendars(&self, actor: &Actor, kind: ProviderKind) -> Result<Vec<OfferedCalendar>> {
        let mut integration = self.integration_of(actor, kind).await?;
        let remotes = self.remote_calendars(&mut integration).await?;
        self.with_choice(&integration, remotes).await
    }

    /// Syncs these calendars of the caller's account and no others. Events stay on both sides of a link that ends.
    pub async fn choose_calendars(
        &self,
        cx: &Context,
        actor: &Actor,
        kind: ProviderKind,
        chosen: Vec<ChosenCalendar>,
    ) -> Result<Vec<OfferedCalendar>> {
        if chosen.len() > LINKS_MAX {
            return Err(Problems::one("calendars", format!("must have at most {LINKS_MAX} items")).into());
        }
        settled(async || {
            let mut integration = self.integration_of(actor, kind).await?;
            let remotes = self.remote_calendars(&mut integration).await?;
            let changes = self.choose(cx, actor, &integration, &remotes, &chosen).await?;
            let stale = |error| match error {
                StoreError::Duplicate(_) => StoreError::Stale,
                other => other,
            };
            self.ports.commit.commit(changes).await.map_err(stale)?;
            self.with_choice(&integration, remotes).await
        })
        .await
    }

    async fn remote_calendars(&self, integration: &mut Integration) -> Result<Vec<RemoteCalendar>> {
        let provider = self.provider(integration.provider)?;
        let list = |access| async move { provider.list_calendars(&access).await };
        let mut remotes = self.asked(integration, list).await?;
        // Those that show feeds begin and end with them.
        let links = self.ports.integrations.list_links(integration.id).await?;
        remotes.retain(|remote| !links.iter().any(|link| link.mirror && link.remote == remote.id));
        Ok(remotes)
    }

    async fn with_choice(
        &self,
        integration: &Integration,
        remotes: Vec<RemoteCalendar>,
    ) -> Result<Vec<OfferedCalendar>> {
        let links = self.ports.integrations.list_links(integration.id).await?;
        let link = |remote: &RemoteCalendar| links.iter().find(|link| link.remote == remote.id).cloned();
        Ok(remotes.into_iter().map(|remote| OfferedCalendar { link: link(&remote), remote }).collect())
    }

    async fn choose(
        &self,
        cx: &Context,
        actor: &Actor,
        integration: &Integration,
        remotes: &[RemoteCalendar],
        chosen: &[ChosenCalendar],
    ) -> Result<Changes> {
        let mut links = self.ports.integrations.list_links(integration.id).await?;
        links.retain(|link| !link.mirror);
        let (mut problems, mut changes) = (Problems::default(), Changes::new());
        let (mut seen, mut taken) = (HashSet::new(), HashSet::new());
        let mut inserts = Vec::new();
        // Whatever happens meanwhile to the account is noticed.
        let same = Integration { version: integration.version + 1, ..integration.clone() };
        changes = changes.and(Change::UpdateIntegration { integration: same, expected: integration.version });
        for (index, want) in chosen.iter().enumerate() {
            let field = |name: &str| format!("calendars[{index}].{name}");
            let Some(remote) = remotes.iter().find(|remote| remote.id == want.remote) else {
                problems.add(field("id"), "is no calendar of the linked account");
                continue;
            };
            if !seen.insert(want.remote.as_str()) {
                problems.add(field("id"), "is named twice");
                continue;
            }
            let known = links.iter().find(|link| link.remote == want.remote);
            let calendar = match (want.calendar, known) {
                (Some(calendar), _) => {
                    let view = self.ports.calendars.find_calendar(calendar, actor.user).await?;
                    match decide(view.map(|view| view.membership.role), Action::Write) {
                        Decision::Allowed => {}
                        Decision::Hidden => problems.add(field("calendar_id"), "is no calendar of yours"),
                        Decision::Forbidden => {
                            problems.add(field("calendar_id"), "is a calendar that you may only read");
                        }
                    }
                    calendar
                }
                (None, Some(known)) => known.calendar,
                (None, None) if remote.primary => {
                    let Home { calendar, made, .. } = self.default_calendar(cx, actor.user).await?;
                    inserts.extend(made.0);
                    calendar
                }
                (None, None) => {
                    let name: String = remote.name.chars().filter(|c| !c.is_control()).take(80).collect();
                    let name = if name.trim().is_empty() { integration.provider.title().to_owned() } else { name };
                    let color = remote.color.as_deref().and_then(|color| color.parse().ok());
                    let new = NewCalendar { name, color };
                    let calendar = self.new_calendar(cx, CalendarId(cx.id()), actor.user, new);
                    inserts.extend(inserted(&calendar));
                    calendar.id
                }
            };
            if !taken.insert(calendar) {
                problems.add(field("calendar_id"), "is synced with another calendar of the account");
            }
            if known.is_some_and(|known| known.calendar == calendar) {
                continue;
            }
            let link = new_link(cx, integration, remote, calendar);
            let soon = sync_soon(cx, link.id);
            inserts.extend([Change::InsertLink(link), soon]);
        }
        problems.finish()?;
        let stays = |link: &&Link| {
            let wanted = chosen.iter().find(|want| want.remote == link.remote);
            wanted.is_some_and(|want| want.calendar.is_none_or(|calendar| calendar == link.calendar))
        };
        let ended = links.iter().filter(|link| !stays(link)).map(|link| Change::RemoveLink(link.id));
        Ok(changes.and_all(ended).and_all(inserts))
    }
}
