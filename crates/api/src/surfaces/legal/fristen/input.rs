//! What callers say of a Frist.

use std::cell::Cell;

use kalends_app::{Computation, Due, FristFields, TriggerDay};
use kalends_domain::deadline::TriggerKind;
use kalends_domain::event::{REMINDER_MINUTES_MAX, REMINDERS_MAX};
use kalends_domain::id::{CalendarId, ChainId, EventId, UserId};
use serde_json::Value;
use utoipa::ToSchema;

use super::terms;
use crate::fields::{Fields, Spot};
use crate::read::{boolean, checked, date, integer, list, moment, object, own_uuid, parsed, word};
use crate::surfaces::legal::id::{FristId, typed};

/// Most characters in a title.
pub(super) const TITLE_MAX: usize = 255;

/// The day from which a period runs: one of `date`, `event_id` and `frist_id`.
#[derive(ToSchema)]
#[schema(as = FristTriggerFrom)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // documentation
pub(crate) struct TriggerBody {
    /// What happened on that day; `date` where it is left out, and `event` where an event or a Frist is named.
    #[schema(inline, value_type = super::terms::TriggerName, required = false, example = "service")]
    kind: Option<String>,
    /// The day, where it happened.
    #[schema(value_type = String, required = false, format = Date, example = "2026-01-30")]
    date: Option<String>,
    /// An event that the caller sees, on whose day it happens. When it moves, the deadline does.
    #[schema(value_type = String, required = false)]
    event_id: Option<String>,
    /// A Frist that the caller sees. When its deadline moves, this one does.
    #[schema(value_type = String, required = false)]
    frist_id: Option<String>,
}

/// The documentation of what any Frist may have said of it.
macro_rules! frist_body {
    ($(#[$about:meta])* $name:ident { $($own:tt)* }) => {
        #[derive(utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$about])*
        #[allow(dead_code)] // documentation
        pub(crate) struct $name {
            $($own)*
            /// The day from which the period runs, where the deadline is to be computed.
            #[schema(value_type = super::input::TriggerBody, required = false)]
            trigger: Option<super::input::TriggerBody>,
            /// How long the period is.
            #[schema(value_type = super::terms::PeriodJson, required = false)]
            period: Option<super::terms::PeriodJson>,
            /// How it is counted.
            #[schema(value_type = super::terms::RuleJson, required = false)]
            rule: Option<super::terms::RuleJson>,
            /// How long before a computed deadline a reminder is wanted, each (Vorfristen): at nine on that day, or on the
            /// last working day before it.
            #[schema(max_items = 10)]
            pre_deadlines: Option<Vec<super::terms::PeriodJson>>,
            /// The case to which it belongs: a UUID of the caller's own.
            #[schema(example = "550e8400-e29b-41d4-a716-446655440000")]
            case_id: Option<uuid::Uuid>,
            /// Who sees to it: somebody who shares the calendar. They are mailed.
            #[schema(example = "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e")]
            assigned_to: Option<String>,
            /// Whether the deadline stays when what it was computed from moves, because a court set it.
            #[schema(value_type = bool, required = false, default = false)]
            locked: Option<bool>,
            /// When to be reminded, in minutes before the deadline, 0 to 10080.
            #[schema(max_items = 50, example = json!([1440]))]
            reminders: Option<Vec<u32>>,
            /// The IANA zone of the deadline. Without it: of a typed one the caller's, where its clocks show the offset that
            /// was written, else one of that offset alone; of a computed one its region's.
            #[schema(value_type = String, required = false, example = "Europe/Berlin")]
            timezone: Option<String>,
        }
    };
}
pub(super) use frist_body;

/// Reads when it is due: typed or computed, not both. `None` where nothing is said.
pub(super) fn due(f: &mut Fields) -> Option<Option<Due>> {
    let (said, computed) = (Cell::new(false), Cell::new(false));
    let noted = |note: &Cell<bool>| note.set(true);
    let typed = f.change("deadline", |value, spot| {
        noted(&said);
        moment(value, spot)
    });
    let computation = Computation {
        trigger: f.change("trigger", |value, spot| {
            noted(&computed);
            trigger(value, spot)
        }),
        period: f.change("period", |value, spot| {
            noted(&computed);
            terms::period(value, spot)
        }),
        rule: f.change("rule", |value, spot| {
            noted(&computed);
            terms::rule(value, spot)
        }),
        pre_deadlines: f
            .nullable("pre_deadlines", |value, spot| {
                noted(&computed);
                terms::pre_deadlines(value, spot)
            })
            .map(Option::unwrap_or_default),
    };
    match (said.get(), computed.get()) {
        (true, true) => {
            f.problem("deadline", "cannot be said together with what it is to be computed from");
            Some(None)
        }
        (true, false) => Some(typed.map(Due::Typed)),
        (false, true) => Some(Some(Due::Computed(Box::new(computation)))),
        (false, false) => None,
    }
}

/// Reads what else may be said, but for the title.
pub(super) fn fields(f: &mut Fields) -> FristFields {
    FristFields {
        calendar: f.change("calendar_id", parsed::<CalendarId>),
        title: None,
        case: f.nullable("case_id", own_uuid),
        chain: f.change("chain_id", typed::<ChainId>),
        assignee: f.nullable("assigned_to", typed::<UserId>),
        locked: f.change("locked", boolean),
        reminders: f
            .nullable("reminders", list(REMINDERS_MAX, integer(0..=REMINDER_MINUTES_MAX)))
            .map(Option::unwrap_or_default),
    }
}

fn trigger(value: Value, spot: &Spot) -> Option<(TriggerKind, TriggerDay)> {
    object(|f| {
        let kind = f.optional("kind", word(TriggerKind::ALL, TriggerKind::as_str));
        let date = f.optional("date", checked(date)).map(TriggerDay::Date);
        let event = f.optional("event_id", typed::<EventId>).map(TriggerDay::Event);
        let frist = f.optional("frist_id", typed::<FristId>).map(|FristId(id)| TriggerDay::Event(id));
        let said: Vec<TriggerDay> = [date, event, frist].into_iter().flatten().collect();
        let [day] = said[..] else {
            f.problem("date", "is required, or else one of event_id and frist_id");
            return None;
        };
        let usual = if let TriggerDay::Date(_) = day { TriggerKind::Date } else { TriggerKind::Event };
        Some((kind.unwrap_or(usual), day))
    })(value, spot)
}
