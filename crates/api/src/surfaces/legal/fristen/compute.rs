//! `POST /api/v1/calendar/fristen/compute`

use actix_web::post;
use kalends_domain::deadline::{self, Deadline, PreDeadline, Terms};
use kalends_domain::problem::Problems;
use kalends_domain::time::Zone;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::steps::{StepJson, told};
use super::terms::{PeriodJson, RuleJson, TriggerJson, terms};
use crate::answer::{Answer, ok};
use crate::extract::Json;
use crate::fields::{Fields, Read};
use crate::read;
use crate::surfaces::legal::{Reads, Time};

/// A deadline to compute.
#[derive(ToSchema)]
#[schema(as = ComputeFrist, example = asked)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // documentation
pub(crate) struct ComputeBody {
    /// The day from which the period runs.
    #[schema(inline)]
    trigger: TriggerJson,
    /// How long it is.
    #[schema(inline)]
    period: PeriodJson,
    /// How it is counted.
    #[schema(inline)]
    rule: RuleJson,
    /// How long before the deadline a reminder is wanted, each (Vorfristen).
    #[schema(max_items = 10)]
    pre_deadlines: Option<Vec<PeriodJson>>,
    /// The IANA zone in which the deadline's last day ends; that of the region where it has one, so it is needed for the
    /// United States alone.
    timezone: Option<String>,
}

/// The same, read and computed.
pub(crate) struct ComputeFrist {
    terms: Terms,
    deadline: Deadline,
    zone: Zone,
}

impl Read for ComputeFrist {
    fn read(f: &mut Fields) -> Option<Self> {
        let terms = terms(f);
        let zone = f.optional("timezone", |value, spot| Some(read::zone(value, spot)));
        let terms = terms?;
        let deadline = deadline::compute(&terms);
        let deadline = deadline.map_err(|error| f.problem(error.field(), error.to_string())).ok();
        let zone = match (zone, terms.rule.region.zone_name()) {
            (Some(given), _) => given,
            (None, Some(usual)) => Zone::named(usual).map_err(|error| f.problem("timezone", error.to_string())).ok(),
            (None, None) => {
                f.problem("timezone", format!("is required for {}, which has many", terms.rule.region));
                None
            }
        };
        Some(Self { terms, deadline: deadline?, zone: zone? })
    }
}

/// A computed deadline.
#[derive(Serialize, ToSchema)]
#[schema(as = ComputedFrist, example = example)]
struct ComputedJson {
    /// The last minute of the deadline, as a Frist has it.
    #[schema(inline)]
    deadline: Time,
    /// Its day, the last on which to act.
    #[schema(format = Date)]
    date: String,
    /// The IANA zone in which that day ends.
    timezone: String,
    /// What it was computed from.
    trigger: TriggerJson,
    period: PeriodJson,
    /// With what was left out.
    rule: RuleJson,
    /// How it came about, in order.
    steps: Vec<StepJson>,
    /// The reminders, in the order in which they were asked for.
    pre_deadlines: Vec<PreDeadlineJson>,
}

/// A reminder before a deadline (Vorfrist).
#[derive(Serialize, ToSchema)]
#[schema(as = PreFrist)]
struct PreDeadlineJson {
    /// How long before.
    period: PeriodJson,
    /// The working day of the region on which to be reminded.
    #[schema(format = Date, example = "2026-02-23")]
    date: String,
    /// The day so long before, where that is no working day and the reminder is on the last one before it.
    #[schema(required = true, format = Date)]
    moved_from: Option<String>,
}

impl From<PreDeadline> for PreDeadlineJson {
    fn from(PreDeadline { period, counted, date }: PreDeadline) -> Self {
        let moved_from = (counted != date).then(|| counted.to_string());
        Self { period: period.into(), date: date.to_string(), moved_from }
    }
}

impl From<ComputeFrist> for ComputedJson {
    fn from(ComputeFrist { terms, deadline, zone }: ComputeFrist) -> Self {
        Self {
            deadline: Time::in_zone(deadline.instant(&zone), &zone),
            date: deadline.date.to_string(),
            timezone: zone.name().to_owned(),
            trigger: terms.trigger.into(),
            period: terms.period.into(),
            rule: (&terms.rule).into(),
            steps: told(&terms, &deadline),
            pre_deadlines: deadline.pre_deadlines.into_iter().map(Into::into).collect(),
        }
    }
}

/// Compute a deadline.
///
/// Counts a period from a trigger as the law of a region does, and says each step with its source. Nothing is written.
/// Suspensions, days added for the post and fictions of service are not considered. Needs the scope `calendar:read`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    request_body = ComputeBody,
    responses((status = 200, description = "The deadline, and how it came about.", body = ComputedJson))
)]
#[post("/api/v1/calendar/fristen/compute")]
pub(crate) async fn compute_frist(_caller: Reads, Json(computed): Json<ComputeFrist>) -> Answer {
    Ok(ok(ComputedJson::from(computed)))
}

/// The body of the documentation.
fn asked() -> Value {
    json!({
        "trigger": {"kind": "service", "date": "2026-01-30"},
        "period": {"value": 1, "unit": "months"},
        "rule": {"region": "DE-BE"},
        "pre_deadlines": [{"value": 1, "unit": "weeks"}],
    })
}

/// The answer of the documentation: what that body gives.
fn example() -> Value {
    let Value::Object(body) = asked() else { return Value::Null };
    let computed = Fields::of_body(body, Problems::default()).finish::<ComputeFrist>();
    computed.ok().and_then(|computed| serde_json::to_value(ComputedJson::from(computed)).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    /// What is wrong with a body.
    fn refused(body: &Value) -> Vec<String> {
        read::<ComputeFrist>(&body.to_string()).err().unwrap_or_default()
    }

    /// The body of the documentation with other fields.
    fn with(fields: Value) -> Value {
        let mut body = asked();
        let Value::Object(fields) = fields else { panic!("{fields} has no fields") };
        body.as_object_mut().unwrap().extend(fields);
        body
    }

    #[test]
    fn the_documented_answer_is_what_its_body_gives() {
        let example = example();
        assert_eq!(
            (&example["deadline"], &example["date"]),
            (&json!("2026-03-02T23:59:00+01:00"), &json!("2026-03-02"))
        );
        assert_eq!(
            example["rule"],
            json!({
                "region": "DE-BE", "start": "day_after", "direction": "after", "roll": true, "local_holidays": [],
            })
        );
        let steps = example["steps"].as_array().unwrap();
        let kinds: Vec<_> = steps.iter().map(|step| step["step"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["trigger", "starts", "ends", "closed", "closed", "moves"]);
        assert_eq!(steps[2]["text"], "The period of 1 month ends on the month's last day, for the month is too short.");
        assert_eq!(steps[2]["source"], "§ 188 Abs. 3 BGB");
    }

    #[test]
    fn every_bad_field_is_named() {
        assert_eq!(refused(&json!({})), ["trigger is required", "period is required", "rule is required"]);
        assert_eq!(
            refused(&json!({
                "trigger": {"kind": "whim", "date": "2026-02-30"}, "period": {"value": 101, "unit": "years"},
                "rule": {"region": "DE-XX", "start": "now", "direction": 1, "roll": "no", "local_holidays": ["x"]},
                "pre_deadlines": [{"value": 0, "unit": "weeks"}], "timezone": "Mars", "time": 1,
            }))
            .iter()
            .map(|line| line.split(' ').next().unwrap())
            .collect::<Vec<_>>(),
            [
                "trigger.kind",
                "trigger.date",
                "period.value",
                "rule.region",
                "rule.start",
                "rule.direction",
                "rule.roll",
                "rule.local_holidays[0]",
                "pre_deadlines[0].value",
                "timezone",
                "time",
            ]
        );
    }

    #[test]
    fn what_cannot_be_computed_is_refused() {
        let rule = |rule| with(json!({"rule": rule}));
        assert_eq!(refused(&rule(json!({"region": "US"}))), ["timezone is required for US, which has many"]);
        assert_eq!(
            refused(&rule(json!({"region": "FR", "direction": "before"}))),
            ["rule.direction must be after here: before is known for Germany and the United States alone"]
        );
        assert_eq!(
            refused(&rule(json!({"region": "DE", "direction": "before", "start": "day_itself"}))),
            ["rule.start must be day_after where the direction is before"]
        );
        assert_eq!(
            refused(&with(json!({"trigger": {"kind": "date", "date": "1990-12-31"}}))),
            ["trigger.date must be in a year from 1991 to 2150"]
        );
        let century =
            json!({"trigger": {"kind": "date", "date": "2100-01-01"}, "period": {"value": 100, "unit": "years"}});
        assert_eq!(refused(&with(century)), ["period ends outside the years 1991 to 2150, whose holidays are known"]);
        let many = vec![json!({"value": 1, "unit": "days"}); 11];
        assert_eq!(refused(&with(json!({"pre_deadlines": many}))), ["pre_deadlines may have at most 10 entries"]);
    }
}
