//! What a Frist says, and the entries of its history.
//!
//! An entry is written once, and its hash goes over the very text: fields are written in the order in which they stand
//! here. A new field may be added at the end; old entries are never written again.

use jiff::{Timestamp, civil};
use kalends_domain::deadline::{Period, Rule, Terms, Trigger};
use kalends_domain::event::Span;
use kalends_domain::frist::{Basis, Deed, Record, State, Verification};
use kalends_domain::id::{CalendarId, ChainId, EventId, UserId};
use kalends_domain::time::{Fold, Zone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::details::LengthDoc;
use super::{Unreadable, is_default};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StateDoc {
    title: String,
    start: civil::DateTime,
    #[serde(default, skip_serializing_if = "is_default")]
    second_pass: bool,
    length: LengthDoc,
    zone: String,
    calendar: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    case: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reminders: Vec<u32>,
    #[serde(default, skip_serializing_if = "is_default")]
    deleted: bool,
    chain: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assignee: Option<Uuid>,
    set_by: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verification: Option<VerificationDoc>,
    #[serde(default, skip_serializing_if = "is_default")]
    locked: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basis: Option<BasisDoc>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct VerificationDoc {
    by: Uuid,
    at: Timestamp,
}

/// The day and the event from which a period runs, the period, and how it is counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct BasisDoc {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<Uuid>,
    trigger: String,
    date: civil::Date,
    period: PeriodDoc,
    region: String,
    start: String,
    direction: String,
    roll: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    local_holidays: Vec<civil::Date>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pre_deadlines: Vec<PeriodDoc>,
}

/// So many of a unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PeriodDoc(u16, String);

impl From<&State> for StateDoc {
    fn from(state: &State) -> Self {
        let Span { start, fold, length, zone } = &state.span;
        Self {
            title: state.title.clone(),
            start: *start,
            second_pass: *fold == Fold::Second,
            length: (*length).into(),
            zone: zone.name().to_owned(),
            calendar: state.calendar.0,
            case: state.case,
            reminders: state.reminders.clone(),
            deleted: state.deleted,
            chain: state.chain.0,
            assignee: state.assignee.map(|user| user.0),
            set_by: state.set_by.0,
            verification: state.verification.map(|it| VerificationDoc { by: it.by.0, at: it.at }),
            locked: state.locked,
            basis: state.basis.as_ref().map(BasisDoc::from),
        }
    }
}

impl StateDoc {
    /// What it says.
    pub(crate) fn read(self) -> Result<State, Unreadable> {
        let span = Span {
            start: self.start,
            fold: if self.second_pass { Fold::Second } else { Fold::First },
            length: self.length.into(),
            zone: Zone::restore(&self.zone)?,
        };
        Ok(State {
            title: self.title,
            span,
            calendar: CalendarId(self.calendar),
            case: self.case,
            reminders: self.reminders,
            deleted: self.deleted,
            chain: ChainId(self.chain),
            assignee: self.assignee.map(UserId),
            set_by: UserId(self.set_by),
            verification: self.verification.map(|it| Verification { by: UserId(it.by), at: it.at }),
            locked: self.locked,
            basis: self.basis.map(BasisDoc::read).transpose()?,
        })
    }
}

impl From<&Period> for PeriodDoc {
    fn from(period: &Period) -> Self {
        Self(period.value(), period.unit().as_str().to_owned())
    }
}

impl PeriodDoc {
    fn read(self) -> Result<Period, Unreadable> {
        let unit = parsed("unit", &self.1)?;
        Period::new(self.0, unit).map_err(|_| Unreadable::Field("period"))
    }
}

impl From<&Basis> for BasisDoc {
    fn from(Basis { event, terms }: &Basis) -> Self {
        let Terms { trigger, period, rule, pre_deadlines } = terms;
        Self {
            event: event.map(|id| id.0),
            trigger: trigger.kind.as_str().to_owned(),
            date: trigger.date,
            period: period.into(),
            region: rule.region.as_str().to_owned(),
            start: rule.start.as_str().to_owned(),
            direction: rule.direction.as_str().to_owned(),
            roll: rule.roll,
            local_holidays: rule.local_holidays.iter().copied().collect(),
            pre_deadlines: pre_deadlines.iter().map(PeriodDoc::from).collect(),
        }
    }
}

impl BasisDoc {
    fn read(self) -> Result<Basis, Unreadable> {
        let rule = Rule {
            region: parsed("region", &self.region)?,
            start: parsed("start", &self.start)?,
            direction: parsed("direction", &self.direction)?,
            roll: self.roll,
            local_holidays: self.local_holidays.into_iter().collect(),
        };
        let terms = Terms {
            trigger: Trigger { kind: parsed("trigger", &self.trigger)?, date: self.date },
            period: self.period.read()?,
            rule,
            pre_deadlines: self.pre_deadlines.into_iter().map(PeriodDoc::read).collect::<Result<_, _>>()?,
        };
        Ok(Basis { event: self.event.map(EventId), terms })
    }
}

fn parsed<T: std::str::FromStr>(field: &'static str, word: &str) -> Result<T, Unreadable> {
    word.parse().map_err(|_| Unreadable::Field(field))
}

/// An entry of the history.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RecordDoc {
    frist: Uuid,
    number: i64,
    at: Timestamp,
    actor: Uuid,
    deed: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<StateDoc>,
    after: StateDoc,
}

impl From<&Record> for RecordDoc {
    fn from(record: &Record) -> Self {
        Self {
            frist: record.frist.0,
            number: record.number,
            at: record.at,
            actor: record.actor.0,
            deed: record.deed.as_str().to_owned(),
            before: record.before.as_ref().map(StateDoc::from),
            after: StateDoc::from(&record.after),
        }
    }
}

impl TryFrom<RecordDoc> for Record {
    type Error = Unreadable;

    fn try_from(doc: RecordDoc) -> Result<Self, Unreadable> {
        let deed = Deed::ALL.into_iter().find(|deed| deed.as_str() == doc.deed);
        Ok(Self {
            frist: EventId(doc.frist),
            number: doc.number,
            at: doc.at,
            actor: UserId(doc.actor),
            deed: deed.ok_or(Unreadable::Field("deed"))?,
            before: doc.before.map(StateDoc::read).transpose()?,
            after: doc.after.read()?,
        })
    }
}
