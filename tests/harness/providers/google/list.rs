//! Lists, in pages: everything, or what changed since a sync token.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::super::call::Call;
use super::Refusal;
use super::event;
use super::state::{State, Stored};

const PAGE: usize = 250;
const PAGE_MAX: usize = 2_500;

/// What cannot be asked for together with a sync token, and what keeps one from being given.
const NOT_WITH_SYNC: [&str; 6] = ["iCalUID", "orderBy", "privateExtendedProperty", "q", "timeMin", "updatedMin"];

/// What this server does not do, so that nobody believes that it was done.
const NOT_HERE: [&str; 6] = ["fields", "orderBy", "q", "timeMin", "timeMax", "sharedExtendedProperty"];

/// Where a page begins, and where the whole list began and ends: changes are numbered, and a list goes through the events
/// in the order of their last change. What changes meanwhile stands after its end, and so in the next sync.
#[derive(Debug, Clone, Copy)]
struct Place {
    generation: u64,
    since: u64,
    after: u64,
    until: u64,
}

impl Place {
    fn parse(token: &str) -> Option<Self> {
        let mut numbers = token.strip_prefix("page-")?.split('-').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self { generation: next()?, since: next()?, after: next()?, until: next()? })
    }

    fn told(self) -> String {
        format!("page-{}-{}-{}-{}", self.generation, self.since, self.after, self.until)
    }
}

/// What of a list call this server does not do.
pub(super) fn not_here(call: &Call) -> Vec<String> {
    let mut not = Vec::new();
    not.extend(NOT_HERE.iter().filter(|name| call.parameter(name).is_some()).map(|name| (*name).to_owned()));
    if call.flag("singleEvents") {
        not.push("singleEvents".to_owned());
    }
    not.into_iter().map(|name| format!("the fake does not do {name}")).collect()
}

/// `events.list`.
pub(super) fn events(state: &mut State, call: &Call, calendar: &str, account: &str) -> Result<Value, Refusal> {
    let (generation, changes, most) = (state.generation, state.changes, state.page_max);
    let known = state.calendar(calendar, account)?;
    let token = call.parameter("syncToken");
    if let Some(name) = NOT_WITH_SYNC.iter().find(|name| token.is_some() && call.parameter(name).is_some()) {
        return Err(event::invalid(&format!("Sync token cannot be used with {name}.")));
    }
    let since = match token {
        Some(token) => synced(token, known_as(calendar, account), generation)?,
        None => 0,
    };
    let place = match call.parameter("pageToken") {
        Some(token) => Place::parse(token).filter(|place| place.generation == generation && place.since == since),
        None => Some(Place { generation, since, after: since, until: changes }),
    };
    let place = place.ok_or_else(|| event::invalid("Invalid page token value."))?;
    let filter = Filter::of(call, since > 0)?;
    let mut found: Vec<&Stored> = known.events.values().filter(|it| it.change <= place.until).collect();
    found.retain(|it| it.change > place.after && filter.takes(it));
    found.sort_by_key(|it| it.change);

    let size = limit(call).min(most);
    let mut page = json!({
        "kind": "calendar#events",
        "etag": format!("\"p{changes}\""),
        "summary": known.name,
        "updated": super::super::clock::told(super::super::clock::now()),
        "timeZone": known.zone.name(),
        "accessRole": if known.writable { "owner" } else { "reader" },
        "defaultReminders": [{"method": "popup", "minutes": 30}],
        "items": found.iter().take(size).map(|it| it.listed()).collect::<Vec<_>>(),
    });
    if found.len() > size {
        page["nextPageToken"] = Value::String(Place { after: found[size - 1].change, ..place }.told());
    } else if NOT_WITH_SYNC.iter().all(|name| call.parameter(name).is_none()) {
        page["nextSyncToken"] =
            Value::String(format!("sync-{generation}-{}-{}", place.until, known_as(calendar, account)));
    }
    Ok(page)
}

fn known_as<'a>(calendar: &'a str, account: &'a str) -> &'a str {
    if calendar == "primary" { account } else { calendar }
}

/// How far a sync token has seen. One that is too old is 410; one that was never given, 400.
fn synced(token: &str, calendar: &str, generation: u64) -> Result<u64, Refusal> {
    let mut parts = token.strip_prefix("sync-").into_iter().flat_map(|rest| rest.splitn(3, '-'));
    let mut next = || parts.next().and_then(|number| number.parse::<u64>().ok());
    let (Some(given), Some(until)) = (next(), next()) else { return Err(event::invalid("Invalid sync token value.")) };
    if parts.next() != Some(calendar) {
        return Err(event::invalid("Invalid sync token value."));
    }
    if given != generation {
        let message = "Sync token is no longer valid, a full sync is required.";
        return Err(Refusal::new(410, "fullSyncRequired", message));
    }
    Ok(until)
}

fn limit(call: &Call) -> usize {
    let asked = call.parameter("maxResults").and_then(|text| text.parse().ok());
    asked.unwrap_or(PAGE).clamp(1, PAGE_MAX)
}

struct Filter<'a> {
    deleted: bool,
    updated_min: Option<DateTime<Utc>>,
    uid: Option<&'a str>,
    properties: Vec<(&'a str, &'a str)>,
}

impl<'a> Filter<'a> {
    fn of(call: &'a Call, sync: bool) -> Result<Self, Refusal> {
        let updated_min = call.parameter("updatedMin").map(str::parse).transpose();
        let updated_min = updated_min.map_err(|_| event::invalid("Bad Request"))?;
        let properties = call.query.iter().filter(|(name, _)| name == "privateExtendedProperty");
        let properties = properties.map(|(_, pair)| pair.split_once('=')).collect::<Option<_>>();
        if sync && call.parameter("showDeleted") == Some("false") {
            return Err(event::invalid("Cannot hide deleted events in a sync."));
        }
        Ok(Self {
            deleted: sync || updated_min.is_some() || call.flag("showDeleted"),
            updated_min,
            uid: call.parameter("iCalUID"),
            properties: properties.ok_or_else(|| event::invalid("Bad Request"))?,
        })
    }

    fn takes(&self, stored: &Stored) -> bool {
        let text = |name: &str| stored.fields.get(name).and_then(Value::as_str);
        let private = stored.fields.get("extendedProperties").map(|it| &it["private"]);
        // A cancelled occurrence is told in any case: the series would be told wrongly without it.
        (!stored.is_cancelled() || self.deleted || stored.is_part())
            && self.updated_min.is_none_or(|min| event::updated(&stored.fields).is_some_and(|at| at >= min))
            && self.uid.is_none_or(|uid| text("iCalUID") == Some(uid))
            && self.properties.iter().all(|(name, value)| private.is_some_and(|it| it[*name] == *value))
    }
}

/// `events.instances`.
pub(super) fn instances(
    state: &mut State,
    call: &Call,
    calendar: &str,
    account: &str,
    id: &str,
) -> Result<Value, Refusal> {
    let known = state.calendar(calendar, account)?;
    let all = known.occurrences(id).ok_or_else(Refusal::not_found)?;
    let from: usize = call.parameter("pageToken").and_then(|token| token.parse().ok()).unwrap_or(0);
    let original = call.parameter("originalStart");
    let instant = |text: &str| text.parse::<DateTime<Utc>>().ok();
    let wanted = |it: &&Stored| {
        let told = it.fields.get("originalStartTime").and_then(|it| it["dateTime"].as_str().or(it["date"].as_str()));
        let same = |wanted: &str| {
            told == Some(wanted) || (told.and_then(instant).is_some_and(|at| Some(at) == instant(wanted)))
        };
        (!it.is_cancelled() || call.flag("showDeleted")) && original.is_none_or(same)
    };
    let found: Vec<&Stored> = all.iter().filter(wanted).collect();
    let size = limit(call);
    let mut page = json!({
        "kind": "calendar#events", "etag": "\"p0\"", "summary": known.name, "timeZone": known.zone.name(),
        "accessRole": "owner", "defaultReminders": [],
        "items": found.iter().skip(from).take(size).map(|it| Value::Object(it.fields.clone())).collect::<Vec<_>>(),
    });
    if found.len() > from + size {
        page["nextPageToken"] = json!((from + size).to_string());
    }
    Ok(page)
}
