//! What to do on either side, and why.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::ProviderKind;
use super::copy::Copy;
use super::groups::{Groups, latest};
use super::merge::{Lost, Merged, Side, merge, overrule};
use super::pair::{Pair, PartRef, Seen};
use super::remote::{Content, Facts, Field, Fields, Item, Original};
use crate::event::Event;
use crate::id::EventId;

/// Fewer copies than this are deleted however many of them it concerns.
const HELD_ABOVE: usize = 10;

/// All that one sync knows.
#[allow(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Input<'i> {
    /// Who keeps the other side.
    pub kind: ProviderKind,
    /// Whether the other side may be written.
    pub writable: bool,
    /// Whether the other side only shows what is here.
    pub mirror: bool,
    /// Whether the items are all that there is, not only what changed.
    pub complete: bool,
    /// Whether a deletion of most of a calendar was asked for again.
    pub confirmed: bool,
    /// How many pairs there are, whether given here or not.
    pub total: usize,
    /// The pairs of which an item tells, or whose event changed; all of them when `complete`.
    pub pairs: Vec<Pair>,
    /// The calendar's events, deleted ones too, as far as they belong to a pair, are named by an item, or have no pair.
    /// The event of a pair that is not here has left the calendar.
    pub events: HashMap<EventId, Event>,
    /// What the provider told. Of two with one id the later one holds.
    pub items: Vec<Item>,
    /// What the provider makes of our facts.
    pub rounded: &'i (dyn Fn(Facts) -> Facts + Sync),
}

/// What to do here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Here {
    /// Nothing.
    Nothing,
    /// Make an event, with this UID if the calendar has none such.
    Make {
        /// What it holds.
        copy: Copy,
        /// Its name between calendars, as the provider says it.
        uid: Option<String>,
    },
    /// Make the event hold this.
    Change(Copy),
    /// Delete the event.
    Delete,
    /// Bring the deleted event back, holding this.
    Restore(Copy),
}

/// What to do at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum There {
    /// Nothing.
    Nothing,
    /// Make a copy of the event.
    Insert,
    /// Tell what changed.
    Change {
        /// Of the whole.
        fields: Fields,
        /// Which occurrences.
        parts: BTreeSet<Original>,
        /// Occurrences that the series has no more.
        strays: Vec<PartRef>,
    },
    /// Delete the copy.
    Delete,
}

/// What becomes of the pair, once this side is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remember {
    /// It stays as it is, or there is none.
    AsItIs,
    /// It is this, but for what this side holds then.
    This {
        /// What the provider holds.
        seen: Box<Seen>,
        /// Whether this copy was known before, as this event's.
        known: bool,
    },
    /// It ends.
    Nothing,
}

/// What to do about one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The event; `None` when it is to be made.
    pub event: Option<EventId>,
    /// The provider's id, where there is one.
    pub remote: Option<String>,
    /// What it is called.
    pub title: String,
    /// What to do here; first.
    pub here: Here,
    /// What to do there; afterwards.
    pub there: There,
    /// What to remember in between.
    pub remember: Remember,
    /// What changes.
    pub fields: Fields,
    /// What gives way. It goes into the event's history.
    pub lost: Vec<Lost>,
    /// Why, in words.
    pub reason: String,
}

/// Deletions that wait until the sync is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Where they would be made.
    pub side: Side,
    /// How many.
    pub deletions: usize,
    /// Of how many copies.
    pub of: usize,
}

/// What one sync does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order of their execution.
    pub decisions: Vec<Decision>,
    /// What it does not do.
    pub held: Vec<Held>,
    /// What cannot be read, with the reason.
    pub unreadable: Vec<(String, String)>,
}

/// Decides.
pub fn decide(input: Input<'_>) -> Plan {
    Deciding::new(input).run()
}

/// What the provider says of one thing.
enum Theirs {
    Unchanged,
    Deleted(Option<Timestamp>),
    Now(Box<Seen>),
}

struct Deciding<'i> {
    input: Input<'i>,
    plan: Plan,
}

impl<'i> Deciding<'i> {
    fn new(input: Input<'i>) -> Self {
        Self { input, plan: Plan::default() }
    }

    fn run(mut self) -> Plan {
        let items = latest(std::mem::take(&mut self.input.items));
        let pairs = std::mem::take(&mut self.input.pairs);
        for item in &items {
            if let Content::Unreadable(reason) = &item.content {
                self.plan.unreadable.push((item.id.clone(), reason.clone()));
            }
        }
        let mut groups = Groups::of(&items, &pairs);
        let mut bound: HashSet<EventId> = HashSet::new();
        for pair in &pairs {
            let told = groups.of_pair.remove(pair.remote.as_str()).unwrap_or_default();
            let theirs = self.theirs(pair, &told, &groups);
            // A copy that is gone leaves its event free for another that says it is its copy.
            let replaced = matches!(theirs, Theirs::Deleted(_)) && groups.origins.contains(&pair.event);
            if replaced {
                self.forget(pair, "its copy was replaced by another");
                continue;
            }
            bound.insert(pair.event);
            if self.input.mirror {
                self.mirrored(pair, theirs);
            } else {
                self.pair(pair, theirs);
            }
        }
        for told in std::mem::take(&mut groups.new) {
            let Some(seen) = told.seen() else { continue };
            let event = self.match_of(told.whole, &bound);
            match event {
                Some(event) => drop(bound.insert(event)),
                // What somebody put there beside what is shown is theirs.
                None if self.input.mirror => continue,
                None => {}
            }
            self.unpaired(event, seen, told.whole);
        }
        let mut new: Vec<&Event> =
            self.input.events.values().filter(|it| it.deleted_at.is_none() && !bound.contains(&it.id)).collect();
        new.sort_by_key(|event| event.id);
        if self.input.writable {
            let made: Vec<Decision> = new.into_iter().map(|event| Self::insert(event, "new here")).collect();
            self.plan.decisions.extend(made);
        }
        self.hold();
        self.plan
    }

    fn theirs<'a>(&self, pair: &Pair, told: &[&'a Item], groups: &Groups<'a>) -> Theirs {
        let whole = told.iter().find(|item| item.id == pair.remote).copied();
        if let Some(item) = whole {
            if matches!(item.content, Content::Unreadable(_)) {
                return Theirs::Unchanged;
            }
            if item.content == Content::Deleted || Seen::of(item).is_none() {
                return Theirs::Deleted(item.updated);
            }
        }
        // It stood for itself while its series was not told; now it is an occurrence of that.
        if groups.absorbed.contains(pair.remote.as_str()) {
            return Theirs::Deleted(None);
        }
        if self.input.complete && whole.is_none() {
            return if pair.refused.is_some() { Theirs::Unchanged } else { Theirs::Deleted(None) };
        }
        let same = |item: &&Item| {
            let known = if item.id == pair.remote {
                Some(&pair.etag)
            } else {
                pair.parts.values().find(|part| part.id == item.id).map(|part| &part.etag)
            };
            known.is_some_and(|etag| etag.is_some() && *etag == item.etag)
        };
        let fewer = self.input.complete && pair.parts.values().any(|known| !told.iter().any(|it| it.id == known.id));
        if told.iter().all(same) && !fewer {
            return Theirs::Unchanged;
        }
        let mut seen = Seen::before(pair);
        for item in
            told.iter().filter(|item| item.id == pair.remote).chain(told.iter().filter(|it| it.id != pair.remote))
        {
            seen.tell(item);
        }
        if self.input.complete {
            seen.only(told);
        }
        seen.copy = seen.copy.settled();
        Theirs::Now(Box::new(seen))
    }

    /// Decides about an event that has a copy.
    fn pair(&mut self, pair: &Pair, theirs: Theirs) {
        let name = self.input.kind.title();
        let event = self.input.events.get(&pair.event).cloned();
        let base = &pair.base;
        let Some(event) = event else {
            // Moved to another calendar, or gone for good.
            match theirs {
                Theirs::Deleted(_) => self.forget(pair, "gone on both sides"),
                _ => self.delete_there(pair, None, None, Vec::new(), "no longer in this calendar"),
            }
            return;
        };
        let here = Copy::of(&event);
        let ours_changed = pair.version != event.version && here != base.here;
        match (event.deleted_at, theirs) {
            (Some(_), Theirs::Deleted(_)) => self.forget(pair, "deleted on both sides"),
            (Some(at), theirs) => {
                if let Theirs::Now(seen) = theirs
                    && seen.copy != base.there
                {
                    if seen.updated.is_some_and(|updated| updated > at) || !self.input.writable {
                        let reason = format!("deleted here, and changed at {name} later");
                        let copy = seen.copy.clone();
                        self.take(&event, Here::Restore(copy), *seen, Field::ALL.into(), Vec::new(), reason);
                    } else {
                        let reason = format!("changed at {name}, and deleted here later");
                        let lost = Lost { side: Side::There, part: None, field: None, value: summary(&seen.copy) };
                        self.delete_there(pair, Some(&event), Some(*seen), vec![lost], &reason);
                    }
                } else if pair.version == event.version {
                    // It was decided before that this deletion stays here.
                } else if pair.refused.is_some() {
                    self.forget(pair, "deleted here before it was sent");
                } else {
                    self.delete_there(pair, Some(&event), None, Vec::new(), "deleted here");
                }
            }
            (None, Theirs::Deleted(at)) => {
                if ours_changed && at.is_none_or(|at| event.updated_at > at) && self.input.writable {
                    let reason = format!("deleted at {name}, and changed here later");
                    let insert = Self::insert(&event, &reason);
                    self.plan.decisions.push(Decision { remember: Remember::Nothing, ..insert });
                } else {
                    let lost = Lost { side: Side::Here, part: None, field: None, value: summary(&here) };
                    let lost = if ours_changed { vec![lost] } else { Vec::new() };
                    let (decision, reason) = (Self::blank(Some(&event), &pair.remote), format!("deleted at {name}"));
                    let (here, remember) = (Here::Delete, Remember::Nothing);
                    self.plan.decisions.push(Decision { here, remember, lost, reason, ..decision });
                }
            }
            (None, Theirs::Unchanged) if pair.refused.is_some() && ours_changed && self.input.writable => {
                let insert = Self::insert(&event, "changed here after it was refused");
                self.plan.decisions.push(Decision { remember: Remember::Nothing, ..insert });
            }
            (None, Theirs::Unchanged) if pair.version == event.version => {}
            (None, theirs) => {
                let seen = if let Theirs::Now(seen) = theirs { *seen } else { Seen::before(pair) };
                let theirs_changed = seen.copy != base.there;
                let later = match seen.updated {
                    Some(updated) if updated > event.updated_at => Side::There,
                    _ => Side::Here,
                };
                let merged = merge(Some(base), &here, &seen.copy, later, self.input.rounded);
                let reason = match (ours_changed, theirs_changed) {
                    (true, true) => format!("changed here and at {name}; {} is later", told(later, name)),
                    (false, true) => format!("changed at {name}"),
                    _ => "changed here".to_owned(),
                };
                self.merged(&event, seen, true, merged, reason);
            }
        }
    }

    /// Decides about an event that is only shown there: it is there what it is here.
    fn mirrored(&mut self, pair: &Pair, theirs: Theirs) {
        let name = self.input.kind.title();
        let event = self.input.events.get(&pair.event).filter(|event| event.deleted_at.is_none()).cloned();
        let Some(event) = event else {
            match theirs {
                Theirs::Deleted(_) => self.forget(pair, "gone on both sides"),
                _ if pair.refused.is_some() => self.forget(pair, "gone here before it was sent"),
                _ => self.delete_there(pair, None, None, Vec::new(), "deleted here"),
            }
            return;
        };
        let again = |reason: &str| Decision { remember: Remember::Nothing, ..Self::insert(&event, reason) };
        match theirs {
            Theirs::Deleted(_) => {
                let insert = again(&format!("deleted at {name}, where it is only shown"));
                self.plan.decisions.push(insert);
            }
            Theirs::Unchanged if pair.version == event.version => {}
            Theirs::Unchanged if pair.refused.is_some() => {
                let insert = again("changed here after it was refused");
                self.plan.decisions.push(insert);
            }
            theirs => {
                let (seen, reason) = match theirs {
                    Theirs::Now(seen) => (*seen, format!("changed at {name}, where it is only shown")),
                    _ => (Seen::before(pair), "changed here".to_owned()),
                };
                let merged = overrule(&pair.base, &Copy::of(&event), &seen.copy, self.input.rounded);
                self.merged(&event, seen, true, merged, reason);
            }
        }
    }

    /// Decides about what is there and has no pair yet.
    fn unpaired(&mut self, event: Option<EventId>, seen: Seen, item: &Item) {
        let name = self.input.kind.title();
        let Some(event) = event.and_then(|id| self.input.events.get(&id)).cloned() else {
            let decision = Decision { title: seen.copy.facts.title.clone(), ..Self::blank(None, &seen.remote) };
            let made = Decision {
                here: Here::Make { copy: seen.copy.clone(), uid: item.uid.clone() },
                fields: Field::ALL.into(),
                remember: Remember::This { seen: Box::new(seen), known: false },
                reason: format!("new at {name}"),
                ..decision
            };
            self.plan.decisions.push(made);
            return;
        };
        if let Some(at) = event.deleted_at {
            let later_here = self.input.mirror || seen.updated.is_none_or(|updated| at >= updated);
            if self.input.writable && later_here {
                let (decision, reason) = (Self::blank(Some(&event), &seen.remote), "deleted here".to_owned());
                let remember = Remember::This { seen: Box::new(seen), known: false };
                self.plan.decisions.push(Decision { there: There::Delete, remember, reason, ..decision });
            } else {
                let copy = seen.copy.clone();
                let reason = format!("deleted here, and changed at {name} later");
                self.take(&event, Here::Restore(copy), seen, Field::ALL.into(), Vec::new(), reason);
            }
            return;
        }
        let later_there = !self.input.mirror && seen.updated.is_some_and(|updated| updated > event.updated_at);
        let later = if later_there { Side::There } else { Side::Here };
        let mut merged = merge(None, &Copy::of(&event), &seen.copy, later, self.input.rounded);
        if self.input.mirror {
            merged.lost.clear();
        }
        let reason = if item.origin == Some(event.id) { "our own copy, found again" } else { "the same UID" };
        self.merged(&event, seen, false, merged, reason.to_owned());
    }

    /// Both sides take what they lack.
    fn merged(&mut self, event: &Event, seen: Seen, known: bool, merged: Merged, reason: String) {
        let here = if merged.takes() { Here::Change(merged.copy.clone()) } else { Here::Nothing };
        let there = if merged.pushes() && self.input.writable {
            let strays = seen.parts.iter().filter(|(at, _)| {
                merged.pushed.iter().any(|it| matches!(it, Field::Time | Field::Recurrence))
                    && !merged.copy.parts.contains_key(at)
                    && !merged.copy.is_instance(**at, &mut crate::recurrence::Budget::default())
            });
            let strays = strays.map(|(_, part)| part.clone()).collect();
            let parts = merged.parts_pushed.iter().copied();
            let parts = parts.filter(|at| merged.copy.is_instance(*at, &mut crate::recurrence::Budget::default()));
            There::Change { fields: merged.pushed.clone(), parts: parts.collect(), strays }
        } else {
            There::Nothing
        };
        let mut fields: Fields = merged.taken.union(&merged.pushed).copied().collect();
        if !merged.parts_taken.is_empty() || !merged.parts_pushed.is_empty() {
            fields.insert(Field::Recurrence);
        }
        let decision = Self::blank(Some(event), &seen.remote);
        let remember = Remember::This { seen: Box::new(seen), known };
        self.plan.decisions.push(Decision { here, there, remember, fields, lost: merged.lost, reason, ..decision });
    }

    fn take(&mut self, event: &Event, here: Here, seen: Seen, fields: Fields, lost: Vec<Lost>, reason: String) {
        let decision = Self::blank(Some(event), &seen.remote);
        let remember = Remember::This { seen: Box::new(seen), known: false };
        self.plan.decisions.push(Decision { here, remember, fields, lost, reason, ..decision });
    }

    fn insert(event: &Event, reason: &str) -> Decision {
        let blank = Decision { remote: None, ..Self::blank(Some(event), "") };
        Decision { there: There::Insert, fields: Field::ALL.into(), reason: reason.to_owned(), ..blank }
    }

    /// What was told meanwhile is remembered: the deletion may fail, and be taken back by then.
    fn delete_there(&mut self, pair: &Pair, event: Option<&Event>, told: Option<Seen>, lost: Vec<Lost>, reason: &str) {
        let mut decision = Self::blank(event, &pair.remote);
        decision.event = Some(pair.event);
        if event.is_none() {
            decision.title.clone_from(&pair.base.here.facts.title);
        }
        if self.input.writable && pair.refused.is_none() {
            decision.there = There::Delete;
            if let Some(seen) = told {
                decision.remember = Remember::This { seen: Box::new(seen), known: true };
            }
        } else if event.is_none() {
            decision.remember = Remember::Nothing;
        } else {
            // The deletion stays here; it is not looked at again.
            decision.remember = Remember::This { seen: Box::new(Seen::before(pair)), known: true };
        }
        self.plan.decisions.push(Decision { lost, reason: reason.to_owned(), ..decision });
    }

    fn forget(&mut self, pair: &Pair, reason: &str) {
        let mut decision = Self::blank(self.input.events.get(&pair.event), &pair.remote);
        decision.event = Some(pair.event);
        self.plan.decisions.push(Decision { remember: Remember::Nothing, reason: reason.to_owned(), ..decision });
    }

    fn blank(event: Option<&Event>, remote: &str) -> Decision {
        Decision {
            event: event.map(|event| event.id),
            remote: Some(remote.to_owned()),
            title: event.map(|event| event.details.title.clone()).unwrap_or_default(),
            here: Here::Nothing,
            there: There::Nothing,
            remember: Remember::AsItIs,
            fields: Fields::new(),
            lost: Vec::new(),
            reason: String::new(),
        }
    }

    /// The event that something new there is a copy of: by our mark, else by its UID.
    fn match_of(&self, item: &Item, bound: &HashSet<EventId>) -> Option<EventId> {
        let free = |event: &&Event| !bound.contains(&event.id);
        if let Some(event) = item.origin.and_then(|origin| self.input.events.get(&origin)).filter(free) {
            return Some(event.id);
        }
        let uid = item.uid.as_ref().filter(|_| matches!(item.content, Content::Whole(_)))?;
        let same = |event: &&Event| event.uid == *uid && event.deleted_at.is_none() && free(event);
        self.input.events.values().find(same).map(|event| event.id)
    }

    /// Keeps back what would delete most of a calendar.
    fn hold(&mut self) {
        if self.input.confirmed || self.input.total <= HELD_ABOVE {
            return;
        }
        for side in [Side::Here, Side::There] {
            let deletes = |decision: &Decision| match side {
                Side::Here => decision.here == Here::Delete,
                Side::There => decision.there == There::Delete,
            };
            let deletions = self.plan.decisions.iter().filter(|it| deletes(it)).count();
            if deletions * 2 > self.input.total {
                self.plan.held.push(Held { side, deletions, of: self.input.total });
                self.plan.decisions.retain(|it| !deletes(it));
            }
        }
    }
}

fn told(side: Side, name: &str) -> &str {
    if side == Side::Here { "here" } else { name }
}

/// What an event said, for its history.
fn summary(copy: &Copy) -> String {
    let mut text = format!("{}, {}", copy.facts.title, copy.facts.tell(Field::Time));
    for field in [Field::Location, Field::Description] {
        let value = copy.facts.tell(field);
        if !value.is_empty() {
            text.push_str(", ");
            text.push_str(&value);
        }
    }
    text
}

impl Decision {
    /// The pair once this side holds `event`. Of what is still to be sent, it remembers what the provider holds: only an
    /// event that says the same again has nothing to send. `None` where there is no pair.
    pub fn pair(&self, event: &Event) -> Option<Pair> {
        let Remember::This { seen, .. } = &self.remember else { return None };
        let mut here = Copy::of(event);
        let There::Change { fields, parts, .. } = &self.there else {
            let version = if self.there == There::Nothing { event.version } else { 0 };
            return Some(seen.as_ref().clone().pair(event.id, version, here));
        };
        for &field in fields {
            here.take(field, &seen.copy);
        }
        for &at in parts {
            here.take_part(at, &seen.copy);
        }
        Some(seen.as_ref().clone().pair(event.id, 0, here))
    }
}
