//! All that one sync must know: what the provider tells, and what is remembered.

use std::collections::{HashMap, HashSet};

use kalends_domain::event::Event;
use kalends_domain::id::EventId;
use kalends_domain::sync::remote::{Content, Item};
use kalends_domain::sync::{Integration, Link, Pair};
use kalends_ports::{NextPage, PageRequest, Place, ProviderError};

use crate::{App, Error, Result};

/// Most pages, and most items, that one sync takes in.
const PAGES_MAX: usize = 2_000;
const ITEMS_MAX: usize = 200_000;
/// Rows that are read at once.
const ROWS: usize = 1_000;

/// What the provider told.
pub(super) struct Pulled {
    pub(super) items: Vec<Item>,
    /// Whether that is all there is, not only what changed.
    pub(super) complete: bool,
    /// Where the next sync goes on.
    pub(super) cursor: String,
}

/// What is remembered of it.
pub(super) struct Known {
    pub(super) pairs: Vec<Pair>,
    pub(super) total: usize,
    pub(super) events: HashMap<EventId, Event>,
}

impl App {
    /// Everything that changed there since the last sync; everything at all where the provider has forgotten when that
    /// was.
    pub(super) async fn pull(&self, link: &Link, integration: &mut Integration) -> Result<Pulled> {
        let kind = integration.provider;
        let provider = self.provider(kind)?.clone();
        let (mut cursor, mut complete) = (link.cursor.clone(), link.cursor.is_none());
        let mut items = Vec::new();
        for _ in 0..PAGES_MAX {
            let page = |access| {
                let place = Place { access, calendar: link.remote.clone() };
                let (provider, cursor) = (&provider, cursor.clone());
                async move { provider.changes(&place, cursor).await }
            };
            match self.asked(integration, page).await {
                Ok(page) => {
                    items.extend(page.items);
                    if items.len() > ITEMS_MAX {
                        break;
                    }
                    match page.next {
                        NextPage::More(next) => cursor = Some(next),
                        NextPage::Done(cursor) => return Ok(Pulled { items, complete, cursor }),
                    }
                }
                Err(Error::Provider { error: ProviderError::CursorGone, .. }) if cursor.is_some() => {
                    (cursor, complete) = (None, true);
                    items.clear();
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::Conflict(format!("the calendar at {} has more events than can be synced", kind.title())))
    }

    /// The pairs and events of which the items tell, and those that changed here.
    pub(super) async fn known(&self, link: &Link, pulled: &Pulled) -> Result<Known> {
        let (store, items) = (&self.ports.integrations, &pulled.items);
        let total = store.count_pairs(link.id).await?;
        let mut pairs: HashMap<EventId, Pair> = HashMap::new();
        let mut keep = |found: Vec<Pair>| pairs.extend(found.into_iter().map(|pair| (pair.event, pair)));
        let mut remotes: HashSet<&str> = HashSet::new();
        for item in items {
            remotes.insert(&item.id);
            if let Content::Part(part) = &item.content {
                remotes.insert(&part.series);
            }
        }
        let named = if pulled.complete || total == 0 {
            Vec::new()
        } else {
            store.list_pairs_by_remote(link.id, remotes.iter().map(|&id| id.to_owned()).collect()).await?
        };
        let known: HashSet<&str> = named.iter().map(|pair| pair.remote.as_str()).collect();
        // What is told by its id alone may be an occurrence, and whose is only known by looking at all pairs.
        let nameless = |item: &Item| item.content == Content::Deleted && !known.contains(item.id.as_str());
        if total > 0 && (pulled.complete || items.iter().any(nameless)) {
            keep(self.all_pairs(link).await?);
        } else {
            keep(named);
            let mut after = None;
            loop {
                let request = PageRequest { after, limit: ROWS };
                let page = store.list_pairs_changed(link.id, link.calendar, request).await?;
                after = page.items.last().map(|pair| pair.event);
                keep(page.items);
                if !page.more {
                    break;
                }
            }
            let origins = items.iter().filter_map(|item| item.origin).collect();
            keep(store.list_pairs_by_event(link.id, origins).await?);
        }
        let events = self.known_events(link, items, &pairs).await?;
        let ids = events.keys().copied().filter(|id| !pairs.contains_key(id)).collect();
        let more = if total > 0 { store.list_pairs_by_event(link.id, ids).await? } else { Vec::new() };
        pairs.extend(more.into_iter().map(|pair| (pair.event, pair)));
        let mut pairs: Vec<Pair> = pairs.into_values().collect();
        pairs.sort_by_key(|pair| pair.event);
        Ok(Known { pairs, total, events })
    }

    async fn known_events(
        &self,
        link: &Link,
        items: &[Item],
        pairs: &HashMap<EventId, Pair>,
    ) -> Result<HashMap<EventId, Event>> {
        let mut ids: HashSet<EventId> = pairs.keys().copied().collect();
        ids.extend(items.iter().filter_map(|item| item.origin));
        let mut events = self.ports.events.list_events_by_id(link.calendar, ids.into_iter().collect()).await?;
        let uids: HashSet<String> = items.iter().filter_map(|item| item.uid.clone()).collect();
        events.extend(self.ports.events.list_events_by_uid(link.calendar, uids.into_iter().collect()).await?);
        let mut after = None;
        loop {
            let request = PageRequest { after, limit: ROWS };
            let page = self.ports.integrations.list_events_unpaired(link.id, link.calendar, request).await?;
            after = page.items.last().map(|event| event.id);
            events.extend(page.items);
            if !page.more {
                break;
            }
        }
        Ok(events.into_iter().map(|event| (event.id, event)).collect())
    }

    async fn all_pairs(&self, link: &Link) -> Result<Vec<Pair>> {
        let (mut pairs, mut after) = (Vec::new(), None);
        loop {
            let page = self.ports.integrations.list_pairs(link.id, PageRequest { after, limit: ROWS }).await?;
            after = page.items.last().map(|pair| pair.event);
            pairs.extend(page.items);
            if !page.more {
                return Ok(pairs);
            }
        }
    }
}
