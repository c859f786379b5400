//! Fristen: deadlines that a second person verifies, and whose every change is on record.
//!
//! A Frist is an event and what only a Frist has: a chain, an assignee, a verification, and how its deadline was computed.
//! Both have one id. What the event says too (its title, when it is, where it stands, its case, its reminders, whether it
//! is deleted) is remembered here as the Frist last knew it; so whoever writes the event, in whatever way, the
//! difference is what became of the Frist ([`State::following`]).
//!
//! - [`State`]: all that the history of a Frist remembers. A write is a [`FristWrite`]: it cannot be had without the entry
//!   that it makes.
//! - [`record`]: the entries, how each is tied to the one before, and how a whole history is checked.

pub mod record;
#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil};
use uuid::Uuid;

use crate::deadline::{self, ComputeError, Terms};
use crate::event::{Event, Span};
use crate::id::{CalendarId, ChainId, EventId, UserId};
use crate::time::Zone;

pub use record::{Deed, Record};

/// Most Fristen that are computed from one event or Frist, and most in one chain.
pub const CHAIN_MAX: usize = 200;
/// How many times over a Frist may be computed from another that is computed itself.
pub const DEPTH_MAX: usize = 16;

/// A deadline with all that belongs to it. It has the id of its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frist {
    /// Its name, and its event's.
    pub id: EventId,
    /// What it says.
    pub state: State,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// How many entries its history has: each change is one. The ETag.
    pub version: i64,
}

/// What a Frist says; what its history remembers before and after each change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What it is called; the event's title.
    pub title: String,
    /// When it is; the event's. Wall time and zone, as in an event, so that another law of a zone moves no deadline's
    /// meaning.
    pub span: Span,
    /// The calendar that it stands in; the event's.
    pub calendar: CalendarId,
    /// The case that it belongs to, in the caller's own naming; the event's.
    pub case: Option<Uuid>,
    /// Pre-deadlines (Vorfristen), in minutes before the deadline; the event's reminders.
    pub reminders: Vec<u32>,
    /// Whether it is deleted; the event is, or the calendar with all that is in it.
    pub deleted: bool,
    /// The chain of Fristen that belong together.
    pub chain: ChainId,
    /// Who sees to it.
    pub assignee: Option<UserId>,
    /// Who last said, or moved, the deadline.
    pub set_by: UserId,
    /// That a second person found the deadline right.
    pub verification: Option<Verification>,
    /// Whether the deadline stays when what it was computed from moves: a court set it.
    pub locked: bool,
    /// What the deadline was computed from; none when somebody typed it.
    pub basis: Option<Basis>,
}

/// That somebody checked a deadline (Vier-Augen-Prinzip).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// What a deadline was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// The event, or the Frist, of whose day the period runs; when it moves, the deadline does. None where the day was said.
    pub event: Option<EventId>,
    /// The day as it was last known, the period, and how it is counted.
    pub terms: Terms,
}

impl Basis {
    /// The same from another day.
    #[must_use]
    pub fn on(&self, day: civil::Date) -> Self {
        let trigger = deadline::Trigger { date: day, ..self.terms.trigger };
        Self { event: self.event, terms: Terms { trigger, ..self.terms.clone() } }
    }

    /// When it is computed to be, and the reminders of its pre-deadlines: on each of their days at nine, when people
    /// come to work.
    pub fn compute(&self, zone: &Zone) -> Result<(Span, Vec<u32>), ComputeError> {
        let computed = deadline::compute(&self.terms)?;
        let end = computed.instant(zone);
        let span = Span::timed(end, end, zone.clone()).map_err(|_| ComputeError::Period)?;
        let mut minutes: Vec<u32> = Vec::new();
        for day in computed.pre_deadlines.iter().map(|pre| zone.resolve(pre.date.at(9, 0, 0, 0))) {
            let before = u32::try_from(end.duration_since(day).as_mins()).unwrap_or(0);
            if before > 0 && !minutes.contains(&before) {
                minutes.push(before);
            }
        }
        Ok((span, minutes))
    }
}

/// The day of an event, from which periods run: on which it begins.
pub fn day_of(event: &Event) -> civil::Date {
    event.details.span.start.date()
}

/// How a Frist stands at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Its time is not over, and nobody has verified it.
    Open,
    /// A second person has verified it, whether its time is over or not.
    Verified,
    /// Its time is over, and nobody had verified it.
    Expired,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Verified, Self::Expired];

    /// The name used in every API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Verified => "verified",
            Self::Expired => "expired",
        }
    }
}

/// Why somebody cannot verify a Frist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotVerify {
    /// They made it.
    Creator,
    /// They were the last to set its deadline.
    SetDeadline,
    /// Somebody else has verified it.
    Verified,
    /// Its time is over: what was missed stays so, unless its deadline is moved.
    Expired,
}

impl State {
    /// When its time is over: when its event begins; of whole days, at 23:59 of the first.
    pub fn deadline(&self) -> Timestamp {
        let Span { start, zone, .. } = &self.span;
        if self.span.is_all_day() {
            zone.resolve(start.date().to_datetime(civil::time(23, 59, 0, 0)))
        } else {
            self.span.starts_at()
        }
    }

    /// What a Frist says that is new.
    pub fn of(event: &Event, chain: ChainId) -> Self {
        Self {
            title: event.details.title.clone(),
            span: event.details.span.clone(),
            calendar: event.calendar,
            case: event.case_id,
            reminders: event.details.reminders.iter().map(|reminder| reminder.minutes_before).collect(),
            deleted: event.deleted_at.is_some(),
            chain,
            assignee: None,
            set_by: event.updated_by,
            verification: None,
            locked: false,
            basis: None,
        }
    }

    /// What it says once its event has become this, by the hand of whoever last changed the event.
    ///
    /// Another deadline is theirs: whatever verified the one before, or had computed it, holds no more.
    #[must_use]
    pub fn following(&self, event: &Event) -> Self {
        let new = Self::of(event, self.chain);
        let kept = Self { assignee: self.assignee, locked: self.locked, ..new };
        if kept.deadline() == self.deadline() {
            let basis = self.basis.clone();
            Self { set_by: self.set_by, verification: self.verification, basis, ..kept }
        } else {
            kept
        }
    }

    /// What it says when its event's time and reminders are computed anew, from the day of the event that it is computed
    /// from; none where that changes nothing, or it is locked, or it is not computed from this event.
    ///
    /// Whoever moved that event has moved this deadline, and a verification of the one before holds no more.
    pub fn recomputed(&self, from: &Event) -> Option<Result<Self, ComputeError>> {
        let basis = self.basis.as_ref().filter(|basis| !self.locked && basis.event == Some(from.id))?;
        let (new, zone) = (basis.on(day_of(from)), &self.span.zone);
        if new == *basis {
            return None;
        }
        let computed = new.compute(zone).map(|(span, reminders)| {
            let (_, old) = basis.compute(zone).unwrap_or((self.span.clone(), Vec::new()));
            let mut state = Self { span, basis: Some(new), ..self.clone() };
            state.reminders.retain(|minutes| !old.contains(minutes));
            state.reminders.extend(reminders);
            if state.deadline() != self.deadline() {
                state.verification = None;
                state.set_by = from.updated_by;
            }
            state
        });
        Some(computed)
    }

    /// How it stands at this time.
    pub fn status(&self, now: Timestamp) -> Status {
        match self.verification {
            Some(_) => Status::Verified,
            None if self.deadline() < now => Status::Expired,
            None => Status::Open,
        }
    }
}

impl Frist {
    /// A new Frist with its first entry.
    pub fn made(event: &Event, state: State) -> FristWrite {
        let frist = Self {
            id: event.id,
            state,
            created_by: event.created_by,
            created_at: event.created_at,
            updated_at: event.created_at,
            version: 1,
        };
        FristWrite { before: None, actor: event.created_by, frist }
    }

    /// The Frist with another state, and the entry of that; none when it is the same.
    pub fn changed(&self, state: State, actor: UserId, at: Timestamp) -> Option<FristWrite> {
        (state != self.state).then(|| {
            let frist = Self { state, updated_at: at, version: self.version + 1, ..self.clone() };
            FristWrite { before: Some(self.state.clone()), frist, actor }
        })
    }

    /// What becomes of it when its calendar is deleted, or brought back; none when it was deleted before, and stays so.
    pub fn with_calendar(&self, event: &Event, deleted: bool, actor: UserId, at: Timestamp) -> Option<FristWrite> {
        let deleted = deleted || event.deleted_at.is_some();
        self.changed(State { deleted, ..self.state.clone() }, actor, at)
    }

    /// Whether this person may verify it now.
    ///
    /// Neither whoever made it nor whoever last set its deadline: a second pair of eyes is another's. What this person
    /// verified already they may verify again; nothing comes of it.
    pub fn may_verify(&self, who: UserId, now: Timestamp) -> Result<(), CannotVerify> {
        if who == self.created_by {
            return Err(CannotVerify::Creator);
        }
        if who == self.state.set_by {
            return Err(CannotVerify::SetDeadline);
        }
        match self.state.verification {
            Some(Verification { by, .. }) if by == who => Ok(()),
            Some(_) => Err(CannotVerify::Verified),
            None if self.state.status(now) == Status::Expired => Err(CannotVerify::Expired),
            None => Ok(()),
        }
    }
}

/// A Frist to be written, and with it the entry of its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FristWrite {
    /// What it said before; none when it is new.
    pub before: Option<State>,
    /// The Frist as it is then; it replaces the version before its own.
    pub frist: Frist,
    /// Whose doing it is.
    pub actor: UserId,
}

impl FristWrite {
    /// The entry.
    pub fn record(&self) -> Record {
        Record {
            frist: self.frist.id,
            number: self.frist.version,
            at: self.frist.updated_at,
            actor: self.actor,
            deed: Deed::between(self.before.as_ref(), &self.frist.state),
            before: self.before.clone(),
            after: self.frist.state.clone(),
        }
    }
}
