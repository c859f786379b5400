//! Lists: everything of a window, or what changed in it since a delta link; instances; and one event with what is asked for.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::super::call::Call;
use super::Refusal;
use super::event;
use super::state::{Calendar, State, Stored, oid};

const PAGE: usize = 10;
/// What an occurrence tells in a view: the rest is its series'.
const OF_OCCURRENCE: [&str; 5] = ["id", "seriesMasterId", "type", "start", "end"];

/// A window, and how far a list in it has come.
#[derive(Debug, Clone, Copy)]
struct Place {
    generation: u64,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    since: u64,
    until: u64,
    skip: usize,
}

impl Place {
    fn parse(token: &str) -> Option<Self> {
        let mut parts = token.split('_').map(|part| part.parse::<i64>().ok());
        let mut next = || parts.next().flatten();
        let (generation, from, to) = (next()?, next()?, next()?);
        let mut number = || next().and_then(|number| u64::try_from(number).ok());
        Some(Self {
            generation: generation.try_into().ok()?,
            from: DateTime::from_timestamp(from, 0)?,
            to: DateTime::from_timestamp(to, 0)?,
            since: number()?,
            until: number()?,
            skip: number()?.try_into().ok()?,
        })
    }

    fn told(self) -> String {
        let (from, to) = (self.from.timestamp(), self.to.timestamp());
        format!("{}_{from}_{to}_{}_{}_{}", self.generation, self.since, self.until, self.skip)
    }
}

fn window(call: &Call) -> Result<(DateTime<Utc>, DateTime<Utc>), Refusal> {
    let time = |name: &str| {
        let text = call.parameter(name).ok_or_else(|| event::bad("startDateTime and endDateTime are required."))?;
        text.parse::<DateTime<Utc>>().map_err(|_| event::bad("The time is not one."))
    };
    Ok((time("startDateTime")?, time("endDateTime")?))
}

/// `calendarView/delta`.
pub(super) fn delta(state: &mut State, call: &Call, id: &str, account: &str, base: &str) -> Result<Value, Refusal> {
    let (generation, changes, most) = (state.generation, state.changes, state.page_max);
    let zone = event::asked_zone(call.prefer.as_deref())?;
    let token = call.parameter("$skiptoken").or(call.parameter("$deltatoken"));
    let place = if let Some(token) = token {
        Place::parse(token).ok_or_else(|| Refusal::new(400, "SyncStateInvalid", "Badly formed token."))?
    } else {
        let (from, to) = window(call)?;
        Place { generation, from, to, since: 0, until: changes, skip: 0 }
    };
    if place.generation != generation {
        return Err(Refusal::new(410, "SyncStateNotFound", "The sync state generation is not found."));
    }
    let place = if call.parameter("$deltatoken").is_some() { Place { until: changes, ..place } } else { place };
    let known = state.calendar(id, account)?;
    let all = changed(known, place, zone);
    let size = page_size(call).min(most);
    let items: Vec<Value> = all.iter().skip(place.skip).take(size).cloned().collect();
    let url = |kind: &str, place: Place| format!("{base}{}?{kind}={}", call.path, place.told());
    let mut page = json!({"@odata.context": "events", "value": items});
    if all.len() > place.skip + size {
        let next = Place { skip: place.skip + size, ..place };
        page["@odata.nextLink"] = json!(url("$skiptoken", next));
    } else {
        let next = Place { since: place.until, skip: 0, ..place };
        page["@odata.deltaLink"] = json!(url("$deltatoken", next));
    }
    Ok(page)
}

/// What changed in a window: a series is told with all of its occurrences there.
fn changed(known: &Calendar, place: Place, zone: Tz) -> Vec<Value> {
    let mut found = Vec::new();
    let fresh = |change: u64| change > place.since && change <= place.until;
    for (id, stored) in known.events.iter().filter(|(_, it)| it.part.is_none() && fresh(it.change)) {
        if stored.series().is_none() {
            if stored.when().is_some_and(|when| when.start < place.to && when.end > place.from) {
                found.push(stored.told(zone));
            }
            continue;
        }
        let occurrences = known.occurrences(id, place.from, place.to);
        if !occurrences.is_empty() {
            found.push(stored.told(zone));
        }
        for (occurrence, is_changed) in occurrences {
            let mut told = occurrence.told(zone);
            if !is_changed {
                told["type"] = json!("occurrence");
                let fields = told.as_object_mut().expect("an object");
                fields.retain(|name, _| OF_OCCURRENCE.contains(&name.as_str()) || name == "@odata.etag");
            }
            found.push(told);
        }
    }
    if place.since > 0 {
        let gone = known.gone.iter().filter(|(_, change)| fresh(**change));
        found.extend(gone.map(|(id, _)| json!({"id": id, "@removed": {"reason": "deleted"}})));
    }
    found
}

fn page_size(call: &Call) -> usize {
    let told = call.prefer.as_deref().and_then(|it| it.split("odata.maxpagesize=").nth(1));
    let digits = told.map(|it| it.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
    digits.and_then(|it| it.parse().ok()).unwrap_or(PAGE).max(1)
}

/// `events`: all, in pages, or those that carry an extended property, which is the one filter that is known here.
pub(super) fn events(state: &mut State, call: &Call, id: &str, account: &str, base: &str) -> Result<Value, Refusal> {
    let zone = event::asked_zone(call.prefer.as_deref())?;
    let most = state.page_max;
    let Some(filter) = call.parameter("$filter") else {
        let known = state.calendar(id, account)?;
        let own: Vec<&Stored> = known.events.values().filter(|it| it.part.is_none()).collect();
        let number = |name: &str| call.parameter(name).and_then(|it| it.parse::<usize>().ok());
        let (top, skip) = (number("$top").unwrap_or(PAGE).min(most), number("$skip").unwrap_or(0));
        let items = own.iter().skip(skip).take(top).map(|it| expanded(it, known, call, zone));
        let mut page = json!({"@odata.context": "events", "value": items.collect::<Vec<_>>()});
        if own.len() > skip + top {
            let mut next = url::Url::parse(&format!("{base}{}", call.path)).expect("a URL");
            let kept = call.query.iter().filter(|(name, _)| name != "$skip");
            next.query_pairs_mut().extend_pairs(kept).append_pair("$skip", &(skip + top).to_string());
            page["@odata.nextLink"] = json!(next.as_str());
        }
        return Ok(page);
    };
    let quoted: Vec<&str> = filter.split('\'').skip(1).step_by(2).collect();
    let [property, value] = quoted.as_slice() else { return Err(event::bad("Invalid filter clause.")) };
    let shape = format!("singleValueExtendedProperties/Any(ep: ep/id eq '{property}' and ep/value eq '{value}')");
    if filter != shape {
        return Err(event::bad("Invalid filter clause."));
    }
    let known = state.calendar(id, account)?;
    let carries = |it: &&Stored| {
        let list = it.fields.get("singleValueExtendedProperties").and_then(Value::as_array);
        list.into_iter().flatten().any(|it| it["id"] == *property && it["value"] == *value)
    };
    let own = known.events.values().filter(|it| it.part.is_none());
    let found: Vec<Value> = own.filter(carries).map(|it| expanded(it, known, call, zone)).collect();
    Ok(json!({"@odata.context": "events", "value": found}))
}

/// One event, with what `$select` and `$expand` ask for beside the usual.
pub(super) fn one(known: &Calendar, stored: &Stored, call: &Call, zone: Tz) -> Value {
    let mut told = expanded(stored, known, call, zone);
    if let Some(select) = call.parameter("$select") {
        let wanted: Vec<&str> = select.split(',').collect();
        if let (Some(when), true) = (stored.when(), wanted.contains(&"cancelledOccurrences")) {
            let id = stored.fields["id"].as_str().unwrap_or_default();
            let days = stored.cancelled.iter().map(|start| oid(id, event::day_of(*start, when.zone)));
            told["cancelledOccurrences"] = json!(days.collect::<Vec<_>>());
        }
        let fields = told.as_object_mut().expect("an object");
        let expanded = ["exceptionOccurrences", "singleValueExtendedProperties", "id"];
        fields.retain(|name, _| {
            name.contains('@') || wanted.contains(&name.as_str()) || expanded.contains(&name.as_str())
        });
    }
    told
}

fn expanded(stored: &Stored, known: &Calendar, call: &Call, zone: Tz) -> Value {
    let mut told = stored.told(zone);
    let expand = call.parameter("$expand").unwrap_or_default();
    if expand.contains("singleValueExtendedProperties") {
        let property = expand.split('\'').nth(1).unwrap_or_default();
        let list = stored.fields.get("singleValueExtendedProperties").and_then(Value::as_array).cloned();
        let found: Vec<Value> = list.into_iter().flatten().filter(|it| it["id"] == property).collect();
        if !found.is_empty() {
            told["singleValueExtendedProperties"] = json!(found);
        }
    }
    if expand.contains("exceptionOccurrences") {
        let id = stored.fields["id"].as_str().unwrap_or_default();
        let parts: Vec<Value> = known.exceptions(id).into_iter().map(|it| it.told(zone)).collect();
        told["exceptionOccurrences"] = json!(parts);
    }
    told
}

/// `instances`.
pub(super) fn instances(known: &Calendar, id: &str, call: &Call, most: usize, base: &str) -> Result<Value, Refusal> {
    let (from, to) = window(call)?;
    let zone = event::asked_zone(call.prefer.as_deref())?;
    let all = known.occurrences(id, from, to);
    let top = call.parameter("$top").and_then(|it| it.parse().ok()).unwrap_or(PAGE).min(most);
    let skip: usize = call.parameter("$skip").and_then(|it| it.parse().ok()).unwrap_or(0);
    let told = |(stored, is_changed): &(Stored, bool)| {
        let mut told = stored.told(zone);
        if !is_changed {
            told["type"] = json!("occurrence");
        }
        told
    };
    let mut page = json!({"value": all.iter().skip(skip).take(top).map(told).collect::<Vec<_>>()});
    if all.len() > skip + top {
        let window =
            ["startDateTime", "endDateTime"].map(|name| format!("{name}={}", call.parameter(name).unwrap_or_default()));
        page["@odata.nextLink"] =
            json!(format!("{base}{}?{}&$top={top}&$skip={}", call.path, window.join("&"), skip + top));
    }
    Ok(page)
}
