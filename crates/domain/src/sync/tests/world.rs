//! Two sides in memory, and what carries out a plan between them, with answers that get lost.

use super::*;
use crate::event::Pattern;
use crate::sync::remote::{Field, Original, Part};

/// A copy at the provider.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) item: Item,
    /// The occurrences that differ, each an item of its own.
    pub(super) parts: BTreeMap<Original, Item>,
}

/// A provider that counts its changes: the count is etag and cursor.
#[derive(Debug, Default)]
pub(super) struct Remote {
    pub(super) kept: BTreeMap<String, Kept>,
    changed: BTreeMap<String, u64>,
    count: u64,
    /// Cursors before this are gone.
    floor: u64,
    pub(super) writes: usize,
}

impl Remote {
    fn mark(&mut self, item: &mut Item, now: Timestamp) {
        self.count += 1;
        item.etag = Some(self.count.to_string());
        item.updated = Some(now);
        self.changed.insert(item.id.clone(), self.count);
    }

    pub(super) fn put(&mut self, mut item: Item, now: Timestamp) -> Item {
        self.mark(&mut item, now);
        let parts = self.kept.remove(&item.id).map(|kept| kept.parts).unwrap_or_default();
        self.kept.insert(item.id.clone(), Kept { item: item.clone(), parts });
        item
    }

    pub(super) fn put_part(&mut self, series: &str, at: Original, facts: Option<Facts>, now: Timestamp) -> Item {
        let mut item = Item {
            id: format!("{series}_{at:?}"),
            etag: None,
            updated: None,
            origin: None,
            uid: None,
            content: Content::Part(Part { series: series.to_owned(), original: at, facts }),
        };
        self.mark(&mut item, now);
        self.kept.get_mut(series).unwrap().parts.insert(at, item.clone());
        item
    }

    pub(super) fn remove(&mut self, id: &str, now: Timestamp) {
        let Some(kept) = self.kept.get(id) else { return };
        if kept.item.content != Content::Deleted {
            let item = Item { content: Content::Deleted, ..kept.item.clone() };
            self.put(item, now);
            self.kept.get_mut(id).unwrap().parts.clear();
        }
    }

    pub(super) fn forget_cursors(&mut self) {
        self.floor = self.count + 1;
    }

    /// What changed since, or all that is there.
    fn told(&self, since: Option<u64>) -> (Vec<Item>, bool) {
        let since = since.filter(|since| *since >= self.floor);
        let all = self.kept.values().flat_map(|kept| kept.parts.values().chain([&kept.item]));
        let told = all.filter(|item| match since {
            Some(since) => self.changed[&item.id] > since,
            None => item.content != Content::Deleted,
        });
        (told.cloned().collect(), since.is_none())
    }

    pub(super) fn live(&self) -> impl Iterator<Item = &Kept> {
        self.kept.values().filter(|kept| kept.item.content != Content::Deleted)
    }
}

/// Both sides, and what is remembered of them.
#[derive(Default)]
pub(super) struct World {
    pub(super) events: HashMap<EventId, Event>,
    pub(super) remote: Remote,
    pairs: HashMap<EventId, Pair>,
    cursor: Option<u64>,
    minute: i64,
    made: u8,
    /// Lose the answer of every so many-th write, and stop there.
    pub(super) lose: Option<usize>,
    /// Refuse all writes after so many.
    pub(super) fail: Option<usize>,
}

/// The sync stopped in the middle.
#[derive(Debug)]
pub(super) struct Stopped;

impl World {
    pub(super) fn now(&mut self) -> Timestamp {
        self.minute += 1;
        at(self.minute)
    }

    pub(super) fn next(&mut self) -> u8 {
        self.made += 1;
        self.made
    }

    pub(super) fn edit(&mut self, id: EventId, change: impl FnOnce(&mut Event)) {
        let now = self.now();
        let event = self.events.get_mut(&id).unwrap();
        change(event);
        (event.updated_at, event.version) = (now, event.version + 1);
    }

    pub(super) fn move_all(event: &mut Event, minutes: i64) {
        let span = &event.details.span;
        let start = span.starts_at() + SignedDuration::from_mins(minutes);
        let span = Span::timed(start, start + SignedDuration::from_hours(1), span.zone.clone()).unwrap();
        let details = Details { span, ..event.details.clone() };
        event.change_all(details, Pattern::Follow).unwrap();
    }

    /// What a disconnect and a new link leave behind.
    pub(super) fn relink(&mut self) {
        self.pairs.clear();
        self.cursor = None;
    }

    /// One sync: what it did here, and the number of writes there.
    pub(super) fn sync(&mut self) -> Result<(usize, usize), Stopped> {
        let before = self.remote.writes;
        let (items, complete) = self.remote.told(self.cursor);
        let next = self.remote.count;
        let plan = decide(Input {
            kind: ProviderKind::Google,
            writable: true,
            mirror: false,
            complete,
            confirmed: true,
            total: self.pairs.len(),
            pairs: self.pairs.values().cloned().collect(),
            events: self.events.clone(),
            items,
            rounded: &rounded,
        });
        let mut done = 0;
        let (mut pushes, mut spare) = (Vec::new(), 0_u128);
        for decision in plan.decisions {
            let mut id = || {
                spare += 1;
                uuid::Uuid::from_u128(spare)
            };
            let event = match &decision.here {
                Here::Nothing => decision.event,
                Here::Make { copy, uid } => {
                    let mut made = event(self.next(), "", None, 0);
                    copy.write_to(&mut made, &mut id).unwrap();
                    made.uid = uid.clone().unwrap_or(made.uid);
                    made.updated_at = self.now();
                    self.events.insert(made.id, made.clone());
                    Some(made.id)
                }
                Here::Change(copy) | Here::Restore(copy) => {
                    self.edit(decision.event.unwrap(), |event| {
                        copy.write_to(event, &mut id).unwrap();
                        event.deleted_at = None;
                    });
                    decision.event
                }
                Here::Delete => {
                    let now = self.now();
                    self.edit(decision.event.unwrap(), |event| event.deleted_at = Some(now));
                    decision.event
                }
            };
            done += usize::from(decision.here != Here::Nothing);
            let event = event.unwrap();
            match &decision.remember {
                Remember::AsItIs => {}
                Remember::Nothing => drop(self.pairs.remove(&event)),
                Remember::This { .. } => {
                    let pair = decision.pair(&self.events[&event]).unwrap();
                    self.pairs.insert(event, pair);
                }
            }
            if decision.there != There::Nothing {
                pushes.push((event, decision));
            }
        }
        self.cursor = Some(next);
        for (event, decision) in pushes {
            self.push(event, &decision)?;
        }
        Ok((done, self.remote.writes - before))
    }

    /// A write there: it may be refused, or made and its answer lost.
    fn write<T>(&mut self, write: impl FnOnce(&mut Remote) -> T) -> Result<T, Stopped> {
        if let Some(left) = &mut self.fail {
            *left = left.checked_sub(1).ok_or(Stopped)?;
        }
        let answer = write(&mut self.remote);
        self.remote.writes += 1;
        if self.lose.is_some_and(|every| self.remote.writes.is_multiple_of(every)) { Err(Stopped) } else { Ok(answer) }
    }

    fn push(&mut self, id: EventId, decision: &Decision) -> Result<(), Stopped> {
        let now = self.now();
        if decision.there == There::Delete {
            self.write(|remote| remote.remove(decision.remote.as_ref().unwrap(), now))?;
            self.pairs.remove(&id);
            return Ok(());
        }
        let event = self.events[&id].clone();
        let copy = Copy::of(&event);
        let mut seen = if let There::Change { fields, .. } = &decision.there {
            let mut seen = Seen::before(&self.pairs[&id]);
            if !fields.is_empty() {
                let mut item = self.remote.kept[&seen.remote].item.clone();
                let Content::Whole(whole) = &mut item.content else { panic!("{item:?}") };
                let sent = copy.to_whole();
                for field in fields {
                    whole.facts.take(*field, &rounded(sent.facts.clone()));
                    if *field == Field::Recurrence {
                        whole.recurrence.clone_from(&sent.recurrence);
                    }
                }
                item.origin = Some(id);
                seen.tell(&self.write(|remote| remote.put(item, now))?);
            }
            seen
        } else {
            let whole = copy.to_whole();
            let item = Item {
                id: copy_id(id),
                etag: None,
                updated: None,
                origin: Some(id),
                uid: Some(event.uid.clone()),
                content: Content::Whole(Whole { facts: rounded(whole.facts), ..whole }),
            };
            Seen::of(&self.write(|remote| remote.put(item, now))?).unwrap()
        };
        let (parts, strays) = match &decision.there {
            There::Change { parts, strays, .. } => (parts.iter().copied().collect(), strays.clone()),
            _ => (copy.parts.iter().filter(|(_, part)| part.is_some()).map(|(at, _)| *at).collect::<Vec<_>>(), vec![]),
        };
        for part in strays {
            self.write(|remote| {
                remote.kept.get_mut(&seen.remote).unwrap().parts.retain(|_, item| item.id != part.id);
            })?;
            seen.forget(&part.id);
        }
        for at in parts {
            let facts = copy.part(at).map(rounded);
            seen.tell(&self.write(|remote| remote.put_part(&seen.remote, at, facts, now))?);
        }
        self.pairs.insert(id, seen.pair(id, event.version, copy));
        Ok(())
    }

    /// Both sides hold the same, none twice.
    pub(super) fn check(&self) {
        let live: Vec<&Event> = self.events.values().filter(|event| event.deleted_at.is_none()).collect();
        assert_eq!(live.len(), self.remote.live().count(), "{live:#?}\n{:#?}", self.remote.kept);
        for event in live {
            let pair = self.pairs.get(&event.id).unwrap_or_else(|| panic!("no pair: {event:#?}"));
            let kept = &self.remote.kept[&pair.remote];
            let mut there = Seen::of(&kept.item).unwrap();
            kept.parts.values().for_each(|item| there.tell(item));
            there.copy.drop_strays(None);
            let (here, there) = (Copy::of(event), there.copy.settled());
            let sent = Copy { facts: rounded(here.facts.clone()), ..here.clone() };
            assert!(sent.changes(&there).is_empty(), "{sent:#?}\n{there:#?}");
            let all = here.parts.keys().chain(there.parts.keys());
            for at in all {
                let (ours, theirs) = (here.part(*at).map(rounded), there.part(*at).map(rounded));
                assert_eq!(ours, theirs, "{at:?} of {event:#?}\n{there:#?}");
            }
        }
    }
}
