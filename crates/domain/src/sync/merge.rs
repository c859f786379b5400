//! Two sides of one event, made one: field by field, against what was last seen on each.

use std::collections::BTreeSet;

use super::copy::Copy;
use super::remote::{Facts, Field, Fields, Original};

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Here.
    Here,
    /// At the provider.
    There,
}

impl Side {
    /// The name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::There => "there",
        }
    }
}

impl std::str::FromStr for Side {
    type Err = crate::access::UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = [Self::Here, Self::There].into_iter().find(|side| side.as_str() == text);
        found.ok_or(crate::access::UnknownName("here, there"))
    }
}

/// What was last seen on each side, when both said the same. Two copies, because a provider may keep less than we do:
/// each side is compared with itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Here.
    pub here: Copy,
    /// At the provider.
    pub there: Copy,
}

/// A value that gave way to a later one. It is kept in the event's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Whose it was.
    pub side: Side,
    /// The occurrence, where it is not of the whole event.
    pub part: Option<Original>,
    /// Which field; `None` when the event, or the occurrence, was deleted or changed as a whole.
    pub field: Option<Field>,
    /// What it said.
    pub value: String,
}

/// What both sides should hold, and what each lacks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Merged {
    /// What both should hold.
    pub(super) copy: Copy,
    /// What changed there, and comes here.
    pub(super) taken: Fields,
    /// What changed here, and goes there.
    pub(super) pushed: Fields,
    /// Occurrences that come here.
    pub(super) parts_taken: BTreeSet<Original>,
    /// Occurrences that go there.
    pub(super) parts_pushed: BTreeSet<Original>,
    /// What gave way.
    pub(super) lost: Vec<Lost>,
}

impl Merged {
    /// Whether this side has something to take.
    pub(super) fn takes(&self) -> bool {
        !self.taken.is_empty() || !self.parts_taken.is_empty()
    }

    /// Whether the provider has something to take.
    pub(super) fn pushes(&self) -> bool {
        !self.pushed.is_empty() || !self.parts_pushed.is_empty()
    }
}

/// What is compared as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Keep,
    Take,
    Push,
    Both,
}

fn turn(here: bool, there: bool) -> Turn {
    match (here, there) {
        (false, false) => Turn::Keep,
        (false, true) => Turn::Take,
        (true, false) => Turn::Push,
        (true, true) => Turn::Both,
    }
}

/// Fields that only make sense together: the rule goes with the start.
const SCHEDULE: [Field; 2] = [Field::Time, Field::Recurrence];

/// Merges what is here with what is there. Without a base (a copy is adopted) whatever differs counts as changed on both
/// sides. What both changed goes to `later`. `rounded` is what the provider makes of our facts.
pub(super) fn merge(
    base: Option<&Base>,
    here: &Copy,
    there: &Copy,
    later: Side,
    rounded: &dyn Fn(Facts) -> Facts,
) -> Merged {
    let mut merged = Merged {
        copy: here.clone(),
        taken: Fields::new(),
        pushed: Fields::new(),
        parts_taken: BTreeSet::new(),
        parts_pushed: BTreeSet::new(),
        lost: Vec::new(),
    };
    let ours = base.map_or_else(|| Field::ALL.into(), |base| here.changes(&base.here));
    let theirs = base.map_or_else(|| Field::ALL.into(), |base| there.changes(&base.there));
    let expected = Copy { facts: rounded(here.facts.clone()), ..here.clone() };
    let disagree = expected.changes(there);

    let single = Field::ALL.into_iter().filter(|field| !SCHEDULE.contains(field)).map(|field| vec![field]);
    for fields in single.chain([SCHEDULE.to_vec()]) {
        let any = |changed: &Fields| fields.iter().any(|field| changed.contains(field));
        let turn = match turn(any(&ours), any(&theirs)) {
            Turn::Both if !any(&disagree) => Turn::Keep,
            Turn::Both => {
                let (side, loser) = if later == Side::Here { (Side::There, there) } else { (Side::Here, here) };
                for &field in fields.iter().filter(|field| disagree.contains(field)) {
                    merged.lost.push(Lost { side, part: None, field: Some(field), value: loser.tell(field) });
                }
                if later == Side::Here { Turn::Push } else { Turn::Take }
            }
            other => other,
        };
        match turn {
            Turn::Take => {
                for &field in fields.iter().filter(|field| disagree.contains(field)) {
                    merged.copy.take(field, there);
                    merged.taken.insert(field);
                }
            }
            Turn::Push => {
                merged.pushed.extend(fields.iter().filter(|field| ours.contains(field) && disagree.contains(field)));
            }
            Turn::Keep | Turn::Both => {}
        }
    }
    merge_parts(base, here, there, later, rounded, &mut merged);
    // Where the series moved, whatever differs from it is told anew.
    if SCHEDULE.iter().any(|field| merged.pushed.contains(field)) {
        let changed = merged.copy.parts.keys().copied();
        merged.parts_pushed.extend(changed);
    }
    merged
}

/// What the provider lacks of an event that it only shows: what changed here since it was last told, and whatever else
/// it holds differently. The latter is not asked of `base`, because what was to be put back may not have got through.
pub(super) fn overrule(base: &Base, here: &Copy, there: &Copy, rounded: &dyn Fn(Facts) -> Facts) -> Merged {
    let expected = Copy { facts: rounded(here.facts.clone()), ..here.clone() };
    let mut pushed: Fields = here.changes(&base.here).union(&expected.changes(there)).copied().collect();
    let parts = here.parts.keys().chain(there.parts.keys()).chain(base.here.parts.keys()).copied();
    let differs = |at: &Original| here.part(*at) != base.here.part(*at) || !agree(here, there, *at, rounded);
    let mut parts_pushed: BTreeSet<Original> = parts.filter(differs).collect();
    if SCHEDULE.iter().any(|field| pushed.contains(field)) {
        pushed.extend(SCHEDULE);
        parts_pushed.extend(here.parts.keys());
    }
    let (taken, parts_taken) = (Fields::new(), BTreeSet::new());
    Merged { copy: here.clone(), taken, pushed, parts_taken, parts_pushed, lost: Vec::new() }
}

/// Merges the occurrences that differ from their series on either side. What counts is what an occurrence holds, whether
/// it says so itself or has it from its series: when a series changes, on one side an occurrence may follow, and on the
/// other stay behind.
fn merge_parts(
    base: Option<&Base>,
    here: &Copy,
    there: &Copy,
    later: Side,
    rounded: &dyn Fn(Facts) -> Facts,
    merged: &mut Merged,
) {
    let mut all: BTreeSet<Original> = here.parts.keys().chain(there.parts.keys()).copied().collect();
    // Each side as it is once the series itself is the same on both.
    let ours = Copy { parts: here.parts.clone(), ..merged.copy.clone() };
    let mut theirs = there.clone();
    let sent = Copy { facts: rounded(here.facts.clone()), ..here.clone() };
    merged.pushed.iter().for_each(|field| theirs.take(*field, &sent));
    let uneven = !merged.pushed.is_empty() || !merged.taken.is_empty();
    if let Some(base) = base {
        all.extend(base.here.parts.keys().chain(base.there.parts.keys()));
    }
    for at in all {
        let differs = |now: &Copy, base: Option<&Copy>| base.is_none_or(|base| now.part(at) != base.part(at));
        let turn = match turn(differs(here, base.map(|it| &it.here)), differs(there, base.map(|it| &it.there))) {
            _ if agree(&ours, &theirs, at, rounded) => Turn::Keep,
            Turn::Keep if uneven && agree(here, there, at, rounded) => {
                if merged.pushed.is_empty() {
                    Turn::Take
                } else {
                    Turn::Push
                }
            }
            Turn::Both => {
                let (side, loser) = if later == Side::Here { (Side::There, there) } else { (Side::Here, here) };
                let value = match loser.part(at) {
                    Some(facts) => format!("{} at {}", facts.title, facts.tell(Field::Time)),
                    None => "cancelled".to_owned(),
                };
                merged.lost.push(Lost { side, part: Some(at), field: None, value });
                if later == Side::Here { Turn::Push } else { Turn::Take }
            }
            other => other,
        };
        match turn {
            Turn::Take => {
                merged.copy.take_part(at, there);
                merged.parts_taken.insert(at);
            }
            Turn::Push => drop(merged.parts_pushed.insert(at)),
            Turn::Keep | Turn::Both => {}
        }
    }
    let moved = SCHEDULE.iter().any(|field| merged.taken.contains(field));
    merged.copy.drop_strays((!moved).then_some(here));
    // What the series has no more is not taken either.
    merged.parts_taken.retain(|at| merged.copy.parts.get(at) != here.parts.get(at));
}

/// Whether an occurrence is the same on both sides, as far as the provider can hold it.
fn agree(here: &Copy, there: &Copy, at: Original, rounded: &dyn Fn(Facts) -> Facts) -> bool {
    match (here.part(at), there.part(at)) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => rounded(ours).changes(&theirs).is_empty(),
        _ => false,
    }
}
