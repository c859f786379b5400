//! What a deadline is computed from: as it is sent, and as it is shown.

use jiff::civil::Date;
use kalends_domain::deadline::{
    Direction, LOCAL_HOLIDAYS_MAX, PRE_DEADLINES_MAX, Period, Region, Rule, Start, Terms, Trigger, TriggerKind, Unit,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::fields::{Fields, Spot};
use crate::read::{boolean, checked, date, integer, list, object, parsed, word};

/// A word of a fixed set, documented by the set.
macro_rules! named {
    ($($name:ident of $set:ty;)+) => {$(
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let names = <$set>::ALL.iter().map(|one| one.as_str());
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

named! {
    TriggerName of TriggerKind;
    UnitName of Unit;
    RegionName of Region;
    StartName of Start;
    DirectionName of Direction;
}

/// The day from which a period runs.
#[derive(Serialize, ToSchema)]
#[schema(as = FristTrigger)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerJson {
    /// What happened on that day: nothing but the date, an event, or a document was served (Zustellung). It changes
    /// what the steps say, and no date.
    #[schema(inline, value_type = TriggerName, example = "service")]
    kind: &'static str,
    /// The day, where it happened.
    #[schema(format = Date, example = "2026-01-30")]
    date: String,
}

/// A length of time; at most a hundred years.
#[derive(Serialize, ToSchema)]
#[schema(as = FristPeriod)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeriodJson {
    /// How many.
    #[schema(minimum = 1, maximum = 36_525, example = 1)]
    value: u16,
    /// Of what. Days are those of the calendar.
    #[schema(inline, value_type = UnitName, example = "months")]
    unit: &'static str,
}

/// How a deadline is counted.
#[derive(Serialize, ToSchema)]
#[schema(as = FristRule)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleJson {
    /// Whose law and whose holidays: a German state, Germany (what holds in all states), Austria, Switzerland (what
    /// holds in all cantons), France, or the United States (federal).
    #[schema(inline, value_type = RegionName, example = "DE-BE")]
    region: &'static str,
    /// Whether the day of the trigger is part of the period: `day_itself` where the beginning of that day is what
    /// counts (§ 187 Abs. 2 BGB), such as a lease from 1 April on.
    #[schema(inline, value_type = StartName, required = false, default = "day_after", example = "day_after")]
    start: &'static str,
    /// `after`: within the period after the trigger. `before`: at least the period before it, known for Germany and the
    /// United States.
    #[schema(inline, value_type = DirectionName, required = false, default = "after", example = "after")]
    direction: &'static str,
    /// Whether an end on a Saturday, Sunday or holiday moves to the next working day, or to the one before where the
    /// direction is `before`.
    #[schema(required = false, default = true, example = true)]
    roll: bool,
    /// Days that are holidays where the court is, and not in the whole region, such as the Friedensfest in Augsburg.
    #[schema(required = false, max_items = 50, example = json!([]))]
    local_holidays: Vec<String>,
}

impl From<Trigger> for TriggerJson {
    fn from(Trigger { kind, date }: Trigger) -> Self {
        Self { kind: kind.as_str(), date: date.to_string() }
    }
}

impl From<Period> for PeriodJson {
    fn from(period: Period) -> Self {
        Self { value: period.value(), unit: period.unit().as_str() }
    }
}

impl From<&Rule> for RuleJson {
    fn from(rule: &Rule) -> Self {
        Self {
            region: rule.region.as_str(),
            start: rule.start.as_str(),
            direction: rule.direction.as_str(),
            roll: rule.roll,
            local_holidays: rule.local_holidays.iter().map(Date::to_string).collect(),
        }
    }
}

/// Reads `trigger`, `period`, `rule` and `pre_deadlines`, of which the first three must be there.
pub(super) fn terms(f: &mut Fields) -> Option<Terms> {
    let trigger = f.required("trigger", trigger);
    let period = f.required("period", self::period);
    let rule = f.required("rule", rule);
    let pre_deadlines = f.optional("pre_deadlines", pre_deadlines).unwrap_or_default();
    Some(Terms { trigger: trigger?, period: period?, rule: rule?, pre_deadlines })
}

fn trigger(value: Value, spot: &Spot) -> Option<Trigger> {
    object(|f| {
        let kind = f.required("kind", word(TriggerKind::ALL, TriggerKind::as_str));
        let date = f.required("date", checked(date));
        Some(Trigger { kind: kind?, date: date? })
    })(value, spot)
}

pub(super) fn period(value: Value, spot: &Spot) -> Option<Period> {
    object(|f| {
        let value = f.required("value", integer(1..=Unit::Days.most()));
        let unit = f.required("unit", word(Unit::ALL, Unit::as_str));
        Period::new(value?, unit?).map_err(|error| f.problem("value", error.to_string())).ok()
    })(value, spot)
}

pub(super) fn rule(value: Value, spot: &Spot) -> Option<Rule> {
    object(|f| {
        let region = f.required("region", parsed::<Region>);
        let start = f.optional("start", word(Start::ALL, Start::as_str));
        let direction = f.optional("direction", word(Direction::ALL, Direction::as_str));
        let roll = f.optional("roll", boolean);
        let local = f.optional("local_holidays", list(LOCAL_HOLIDAYS_MAX, checked(date)));
        let usual = Rule::of(region?);
        Some(Rule {
            start: start.unwrap_or(usual.start),
            direction: direction.unwrap_or(usual.direction),
            roll: roll.unwrap_or(usual.roll),
            local_holidays: local.unwrap_or_default().into_iter().collect(),
            ..usual
        })
    })(value, spot)
}

pub(super) fn pre_deadlines(value: Value, spot: &Spot) -> Option<Vec<Period>> {
    list(PRE_DEADLINES_MAX, period)(value, spot)
}
