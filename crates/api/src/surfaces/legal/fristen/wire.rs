//! A Frist on the wire.

use jiff::Timestamp;
use kalends_app::FristView;
use kalends_domain::deadline;
use kalends_domain::frist::{Basis, State, Status};
use kalends_domain::id::{ChainId, EventId, UserId};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::steps::{StepJson, told};
use super::terms::{PeriodJson, RuleJson};
use crate::surfaces::legal::Time;
use crate::surfaces::legal::id::{ChainRef, EventRef, FristId, FristRef, Typed, UserRef};

/// What a Frist says.
#[derive(Serialize, ToSchema)]
#[schema(as = FristState)]
pub(super) struct StateJson {
    /// What it is called.
    #[schema(example = "Statement of Defense")]
    title: String,
    /// When its time is over.
    #[schema(inline)]
    deadline: Time,
    /// The IANA zone of the deadline.
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    /// The calendar in which it stands.
    #[schema(example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
    calendar_id: Uuid,
    /// The case to which it belongs, in the caller's own naming.
    #[schema(required = true)]
    case_id: Option<Uuid>,
    /// The chain of Fristen that belong together.
    #[schema(inline, value_type = ChainRef)]
    chain_id: Typed<ChainId>,
    /// Who sees to it.
    #[schema(required = true, value_type = Option<String>, example = "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e")]
    assigned_to: Option<Typed<UserId>>,
    /// Whether a second person has verified it.
    verified: bool,
    /// Who has.
    #[schema(required = true, value_type = Option<String>)]
    verified_by: Option<Typed<UserId>>,
    /// When.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    verified_at: Option<Time>,
    /// Whether the deadline stays when what it was computed from moves, because a court set it.
    locked: bool,
    /// When to be reminded, in minutes before the deadline; those of the pre-deadlines are among them.
    reminders: Vec<u32>,
    /// Whether it is deleted.
    deleted: bool,
    /// What the deadline was computed from; null where it was typed.
    #[schema(required = true)]
    computed: Option<ComputedFrom>,
}

/// What a deadline was computed from.
#[derive(Serialize, ToSchema)]
#[schema(as = FristComputedFrom)]
pub(super) struct ComputedFrom {
    trigger: TriggerShown,
    period: PeriodJson,
    rule: RuleJson,
    /// How long before the deadline a reminder is, each (Vorfristen).
    pre_deadlines: Vec<PeriodJson>,
    /// How it came about, in order; where a single Frist is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    steps: Option<Vec<StepJson>>,
}

/// The day from which the period runs, as it was last known.
#[derive(Serialize, ToSchema)]
#[schema(as = FristTriggerShown)]
struct TriggerShown {
    /// What happened on that day: `date`, `event` or `service`.
    #[schema(value_type = super::terms::TriggerName, example = "event")]
    kind: &'static str,
    /// The day.
    #[schema(format = Date, example = "2026-03-15")]
    date: String,
    /// The event of whose day it runs; of a Frist, its event. Null where the day was said.
    #[schema(required = true, value_type = Option<String>, example = "evt_019cb3a20d007a3f8c1e2b9d4e5f6a70")]
    event_id: Option<Typed<EventId>>,
}

impl ComputedFrom {
    fn new(basis: &Basis, explained: bool) -> Self {
        let Basis { event, terms } = basis;
        let computed = deadline::compute(terms).ok().filter(|_| explained);
        Self {
            trigger: TriggerShown {
                kind: terms.trigger.kind.as_str(),
                date: terms.trigger.date.to_string(),
                event_id: event.map(Typed),
            },
            period: terms.period.into(),
            rule: (&terms.rule).into(),
            pre_deadlines: terms.pre_deadlines.iter().copied().map(PeriodJson::from).collect(),
            steps: computed.map(|deadline| told(terms, &deadline)),
        }
    }
}

impl StateJson {
    pub(super) fn new(state: &State, explained: bool) -> Self {
        Self {
            title: state.title.clone(),
            deadline: Time::in_zone(state.deadline(), &state.span.zone),
            timezone: state.span.zone.name().to_owned(),
            calendar_id: state.calendar.0,
            case_id: state.case,
            chain_id: Typed(state.chain),
            assigned_to: state.assignee.map(Typed),
            verified: state.verification.is_some(),
            verified_by: state.verification.map(|it| Typed(it.by)),
            verified_at: state.verification.map(|it| Time::utc(it.at)),
            locked: state.locked,
            reminders: state.reminders.clone(),
            deleted: state.deleted,
            computed: state.basis.as_ref().map(|basis| ComputedFrom::new(basis, explained)),
        }
    }
}

/// A legal deadline.
#[derive(Serialize, ToSchema)]
#[schema(as = Frist, example = example)]
pub(crate) struct FristJson {
    /// Its id: that of its event, with another prefix.
    #[schema(inline, value_type = FristRef)]
    id: Typed<FristId>,
    /// The event as which it stands in its calendar.
    #[schema(inline, value_type = EventRef)]
    event_id: Typed<EventId>,
    /// How it stands now.
    #[schema(value_type = StatusName)]
    status: &'static str,
    #[serde(flatten)]
    state: StateJson,
    /// Who made it.
    #[schema(inline, value_type = UserRef)]
    created_by: Typed<UserId>,
    /// When it was made.
    #[schema(inline)]
    created_at: Time,
    /// When it last changed.
    #[schema(inline)]
    updated_at: Time,
}

/// How a Frist stands: `open` until its time is over, `expired` then if nobody had verified it, `verified` once somebody
/// has.
#[derive(ToSchema)]
#[schema(as = FristStatus, rename_all = "lowercase", example = "open")]
#[allow(dead_code)] // documentation
pub(super) enum StatusName {
    Open,
    Verified,
    Expired,
}

/// A status in this surface's words.
pub(super) fn status_name(status: Status) -> &'static str {
    status.as_str()
}

impl FristJson {
    /// As a part of a list.
    pub(super) fn listed(view: &FristView, now: Timestamp) -> Self {
        Self::new(view, now, false)
    }

    /// By itself: a computed one is explained.
    pub(super) fn alone(view: &FristView, now: Timestamp) -> Self {
        Self::new(view, now, true)
    }

    fn new(FristView { frist, .. }: &FristView, now: Timestamp, explained: bool) -> Self {
        Self {
            id: Typed(FristId(frist.id)),
            event_id: Typed(frist.id),
            status: status_name(frist.state.status(now)),
            state: StateJson::new(&frist.state, explained),
            created_by: Typed(frist.created_by),
            created_at: Time::utc(frist.created_at),
            updated_at: Time::utc(frist.updated_at),
        }
    }
}

/// The Frist of the documentation.
pub(super) fn example() -> Value {
    json!({
        "id": "frist_019cb3a20d007a3f8c1e2b9d4e5f6a70",
        "event_id": "evt_019cb3a20d007a3f8c1e2b9d4e5f6a70",
        "status": "open",
        "title": "Statement of Defense",
        "deadline": "2026-04-15T23:59:00+02:00",
        "timezone": "Europe/Berlin",
        "calendar_id": "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10",
        "case_id": "550e8400-e29b-41d4-a716-446655440000",
        "chain_id": "chain_019cb3a20d017c5d8e2f3a4b5c6d7e8f",
        "assigned_to": "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e",
        "verified": false,
        "verified_by": null,
        "verified_at": null,
        "locked": false,
        "reminders": [10080],
        "deleted": false,
        "computed": null,
        "created_by": "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e",
        "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
    })
}
