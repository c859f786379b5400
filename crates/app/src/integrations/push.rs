//! What a plan does at the provider. Each call can be made again: ids are ours where the provider lets us choose them, and
//! what was made and not remembered is found by its mark.

use kalends_domain::event::Event;
use kalends_domain::sync::remote::{Content, Facts, Field, Item};
use kalends_domain::sync::{Copy, Decision, Pair, Seen, There};
use kalends_ports::{ItemUpdate, NewItem, PartUpdate, Place, Provider, ProviderError};

/// What came of telling the provider.
pub(super) enum Pushed {
    /// It holds this now.
    Done(Box<Pair>),
    /// It is gone there.
    Gone,
    /// It will not take it, for this reason, before it changes here.
    Refused(Box<Pair>, String),
    /// Something changed there meanwhile: the next sync sees it.
    Later(String),
}

/// One calendar of a provider, to be written.
pub(super) struct Pusher<'p> {
    pub(super) provider: &'p dyn Provider,
    pub(super) place: Place,
}

impl Pusher<'_> {
    /// Tells the provider. `Err` where telling it anything else makes no sense now.
    pub(super) async fn push(
        &self,
        decision: &Decision,
        event: Option<&Event>,
        pair: Option<Pair>,
    ) -> Result<Pushed, ProviderError> {
        let outcome = match (&decision.there, event, pair.clone()) {
            (There::Delete, _, _) => {
                let id = decision.remote.as_deref().unwrap_or_default();
                self.provider.delete(&self.place, id, None).await.map(|()| Pushed::Gone)
            }
            (There::Insert, Some(event), _) => self.insert(event).await,
            (There::Change { .. }, Some(event), Some(pair)) => self.change(decision, event, pair).await,
            _ => return Ok(Pushed::Later("the event is gone".to_owned())),
        };
        let error = match outcome {
            Ok(pushed) => return Ok(pushed),
            Err(error) => error,
        };
        let reason = error.to_string();
        match error {
            ProviderError::Rejected(_) | ProviderError::Forbidden(_) => {
                let Some(event) = event else { return Ok(Pushed::Later(reason)) };
                Ok(Pushed::Refused(Box::new(refused(event, pair, &reason)), reason))
            }
            ProviderError::Moved | ProviderError::NotFound | ProviderError::Exists => Ok(Pushed::Later(reason)),
            other => Err(other),
        }
    }

    async fn insert(&self, event: &Event) -> Result<Pushed, ProviderError> {
        let copy = Copy::of(event);
        let new = NewItem { origin: event.id, uid: event.uid.clone(), whole: copy.to_whole() };
        let item = match self.provider.insert(&self.place, &new).await {
            // It was made before, and the answer was lost; or it was deleted there, and is wanted again.
            Err(ProviderError::Exists) => {
                let Some(known) = self.provider.find_copy(&self.place, event.id).await? else {
                    return Err(ProviderError::Exists);
                };
                let update = ItemUpdate {
                    id: known.id,
                    etag: None,
                    origin: event.id,
                    whole: new.whole,
                    fields: Field::ALL.into(),
                };
                self.provider.update(&self.place, &update).await?
            }
            other => other?,
        };
        let mut seen = said(&item)?;
        for (&at, part) in &copy.parts {
            if part.is_some() {
                let update = PartUpdate {
                    series: seen.remote.clone(),
                    original: at,
                    id: None,
                    etag: None,
                    origin: event.id,
                    facts: part.clone(),
                    fields: Field::ALL.into(),
                };
                seen.tell(&self.provider.update_part(&self.place, &update).await?);
            }
        }
        Ok(Pushed::Done(Box::new(seen.pair(event.id, event.version, copy))))
    }

    async fn change(&self, decision: &Decision, event: &Event, pair: Pair) -> Result<Pushed, ProviderError> {
        let There::Change { fields, parts, strays } = &decision.there else {
            return Ok(Pushed::Later("there is nothing to tell".to_owned()));
        };
        let (copy, mut seen) = (Copy::of(event), Seen::before(&pair));
        if !fields.is_empty() {
            let update = ItemUpdate {
                id: seen.remote.clone(),
                etag: seen.etag.clone(),
                origin: event.id,
                whole: copy.to_whole(),
                fields: fields.clone(),
            };
            seen.tell(&self.provider.update(&self.place, &update).await?);
        }
        for stray in strays {
            self.provider.delete(&self.place, &stray.id, None).await?;
            seen.forget(&stray.id);
        }
        for &at in parts {
            let facts = copy.part(at);
            let before = seen.copy.part(at);
            let changed = |facts: &Facts| before.as_ref().map_or_else(|| Field::ALL.into(), |it| facts.changes(it));
            let update = PartUpdate {
                series: seen.remote.clone(),
                original: at,
                id: seen.parts.get(&at).map(|part| part.id.clone()),
                etag: None,
                origin: event.id,
                fields: facts.as_ref().map_or_else(Default::default, changed),
                facts,
            };
            seen.tell(&self.provider.update_part(&self.place, &update).await?);
        }
        Ok(Pushed::Done(Box::new(seen.pair(event.id, event.version, copy))))
    }
}

/// What the provider holds after it took something.
fn said(item: &Item) -> Result<Seen, ProviderError> {
    let broken = |reason: &str| ProviderError::Unavailable { reason: reason.to_owned(), retry_after: None };
    match &item.content {
        Content::Deleted => Err(broken("what was written is told as deleted")),
        _ => Seen::of(item).ok_or_else(|| broken("what was written cannot be read")),
    }
}

/// The pair of an event that the provider does not take.
fn refused(event: &Event, pair: Option<Pair>, reason: &str) -> Pair {
    let here = Copy::of(event);
    match pair {
        // There is a copy; it stays as it is, until the event changes again.
        Some(pair) if pair.refused.is_none() => Pair { version: event.version, ..pair },
        _ => Pair {
            event: event.id,
            remote: kalends_domain::sync::copy_id(event.id),
            etag: None,
            version: event.version,
            parts: std::collections::BTreeMap::new(),
            base: kalends_domain::sync::Base { there: here.clone(), here },
            refused: Some(reason.to_owned()),
        },
    }
}
