//! What a deadline is computed from: the day of which the period runs, looked up and checked.

use kalends_domain::access::{Action, Actor};
use kalends_domain::deadline::{Period, Rule, Terms, Trigger, TriggerKind};
use kalends_domain::event::{Span, TimeInput};
use kalends_domain::frist::{Basis, CHAIN_MAX, DEPTH_MAX, day_of};
use kalends_domain::id::EventId;
use kalends_domain::problem::Problems;
use kalends_domain::time::{Zone, civil};

use super::typed_span;
use crate::{App, Error, Result, require};

/// When a Frist is due, as a caller says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Typed: an instant, or a day, which ends at 23:59.
    Typed(TimeInput),
    /// To be computed.
    Computed(Box<Computation>),
}

/// A deadline to be computed. What is `None` is as in the computation before, if there was one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Computation {
    /// From which day, and what happened on it.
    pub trigger: Option<(TriggerKind, TriggerDay)>,
    /// How long.
    pub period: Option<Period>,
    /// Counted how.
    pub rule: Option<Rule>,
    /// How long before the deadline a reminder is wanted, each (Vorfristen).
    pub pre_deadlines: Option<Vec<Period>>,
}

impl Computation {
    /// With what it does not say taken from the one before.
    fn complete(&self, before: Option<&Basis>) -> std::result::Result<(TriggerDay, Terms), Problems> {
        let known = before.map(|basis| &basis.terms);
        let from = |basis: &Basis| basis.event.map_or(TriggerDay::Date(basis.terms.trigger.date), TriggerDay::Event);
        let trigger = self.trigger.or_else(|| before.map(|basis| (basis.terms.trigger.kind, from(basis))));
        let period = self.period.or_else(|| known.map(|terms| terms.period));
        let rule = self.rule.clone().or_else(|| known.map(|terms| terms.rule.clone()));
        let pre_deadlines = self.pre_deadlines.clone().or_else(|| known.map(|terms| terms.pre_deadlines.clone()));
        let mut problems = Problems::default();
        let trigger = problems.check("trigger", trigger.ok_or("is required"));
        let period = problems.check("period", period.ok_or("is required"));
        let rule = problems.check("rule", rule.ok_or("is required"));
        let (Some((kind, day)), Some(period), Some(rule)) = (trigger, period, rule) else { return Err(problems) };
        // The day of an event is looked up.
        let date = if let TriggerDay::Date(date) = day { date } else { civil::Date::default() };
        let trigger = Trigger { kind, date };
        Ok((day, Terms { trigger, period, rule, pre_deadlines: pre_deadlines.unwrap_or_default() }))
    }
}

/// The day from which a period runs, as a caller says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerDay {
    /// This day.
    Date(civil::Date),
    /// The day on which this event begins; when it moves, the deadline does. A Frist is named by the id of its event.
    Event(EventId),
}

/// A deadline with what it was computed from.
pub(super) struct Dated {
    pub(super) span: Span,
    pub(super) basis: Option<Basis>,
    /// The reminders of its pre-deadlines.
    pub(super) reminders: Vec<u32>,
}

impl App {
    /// The deadline of the Frist `id`, in a zone. What is computed from an event is computed from one that the caller
    /// sees, and not from the Frist itself, however many others stand between.
    pub(super) async fn dated(
        &self,
        actor: &Actor,
        id: EventId,
        due: &Due,
        before: Option<&Basis>,
        zone: Zone,
    ) -> Result<Dated> {
        let computation = match due {
            Due::Typed(at) => {
                return Ok(Dated { span: typed_span(*at, zone)?, basis: None, reminders: Vec::new() });
            }
            Due::Computed(computation) => computation,
        };
        let (day, terms) = computation.complete(before)?;
        let basis = match day {
            TriggerDay::Date(_) => Basis { event: None, terms },
            TriggerDay::Event(from) => {
                // What it was computed from before stays, whether this caller sees that event or not.
                let kept = before.filter(|basis| basis.event == Some(from)).map(|basis| basis.terms.trigger.date);
                let day = match kept {
                    Some(day) => day,
                    None => self.trigger_day(actor, id, from).await?,
                };
                Basis { event: Some(from), terms }.on(day)
            }
        };
        let (span, reminders) =
            basis.compute(&zone).map_err(|error| Problems::one(error.field(), error.to_string()))?;
        Ok(Dated { span, basis: Some(basis), reminders })
    }

    async fn trigger_day(&self, actor: &Actor, id: EventId, from: EventId) -> Result<civil::Date> {
        let bad = |message: &str| Error::from(Problems::one("trigger", message));
        if from == id {
            return Err(bad("names this very Frist"));
        }
        let seen = self.ports.events.find_event(from, actor.user).await?;
        let seen = seen.filter(|seen| require(seen.role, Action::Read, "event").is_ok());
        let Some(seen) = seen else { return Err(bad("names no event or Frist")) };
        self.check_descent(id, from).await?;
        Ok(day_of(&seen.event))
    }

    /// What `from` is computed from, over however many, is not `id`, and not too far away; and not too much is computed
    /// from it.
    async fn check_descent(&self, id: EventId, from: EventId) -> Result<()> {
        let mut at = from;
        for depth in 1..=DEPTH_MAX {
            let about = self.ports.fristen.list_fristen_about(vec![at]).await?;
            if depth == 1 {
                let others = about.iter().filter(|(frist, _)| frist.id != at && frist.id != id).count();
                if others >= CHAIN_MAX {
                    return Err(
                        Problems::one("trigger", format!("has {CHAIN_MAX} Fristen computed from it already")).into()
                    );
                }
            }
            let basis = about.into_iter().find(|(frist, _)| frist.id == at).and_then(|(frist, _)| frist.state.basis);
            match basis.and_then(|basis| basis.event) {
                None => return Ok(()),
                Some(before) if before == id => {
                    return Err(Problems::one("trigger", "is computed from this very Frist").into());
                }
                Some(before) => at = before,
            }
        }
        Err(Problems::one("trigger", format!("is computed over more than {DEPTH_MAX} others")).into())
    }

    /// The zone of a new deadline: the one that is said; else of a typed one a zone that shows what was written, and
    /// of a computed one that of its region; else the caller's.
    pub(super) async fn frist_zone(&self, actor: &Actor, due: &Due, said: Option<&Zone>) -> Result<Zone> {
        if let Some(zone) = said {
            return Ok(zone.clone());
        }
        let user = self.ports.users.find_user(actor.user).await?.ok_or(Error::InvalidCredential)?;
        Ok(match due {
            Due::Typed(at) => at.zone(&user.timezone),
            Due::Computed(computation) => {
                let region = computation.rule.as_ref().and_then(|rule| rule.region.zone_name());
                let region = region.and_then(|name| Zone::named(name).ok());
                region.unwrap_or(user.timezone)
            }
        })
    }
}
