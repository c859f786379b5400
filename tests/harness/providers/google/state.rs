//! The calendars that Google holds here, and what becomes of them.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::super::clock;
use super::super::dates::{self, Start};
use super::Refusal;
use super::discovery::Discovery;
use super::event::{self, Fields, READ_ONLY};

/// All that is held.
#[derive(Debug)]
pub(super) struct State {
    pub(super) calendars: BTreeMap<String, Calendar>,
    /// Counts every change; an event knows the number of its last one.
    pub(super) changes: u64,
    /// Sync tokens of an earlier one are too old.
    pub(super) generation: u64,
    /// The most that a page holds, whatever is asked for.
    pub(super) page_max: usize,
    pub(super) discovery: Option<Discovery>,
}

#[derive(Debug)]
pub(super) struct Calendar {
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) zone: Tz,
    pub(super) writable: bool,
    pub(super) events: BTreeMap<String, Stored>,
    pub(super) acl: Vec<Value>,
}

#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) change: u64,
    pub(super) fields: Fields,
}

impl Stored {
    pub(super) fn is_cancelled(&self) -> bool {
        self.fields.get("status").is_some_and(|status| status == "cancelled")
    }

    pub(super) fn is_part(&self) -> bool {
        self.fields.contains_key("recurringEventId")
    }

    fn etag(&self) -> &str {
        self.fields.get("etag").and_then(Value::as_str).unwrap_or_default()
    }

    /// As lists tell it: of what was deleted little is left.
    pub(super) fn listed(&self) -> Value {
        if !self.is_cancelled() {
            return Value::Object(self.fields.clone());
        }
        let kept = ["kind", "etag", "id", "status", "recurringEventId", "originalStartTime"];
        let part = self.fields.iter().filter(|(name, _)| kept.contains(&name.as_str()));
        Value::Object(part.map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}

impl State {
    /// The calendar of this id, if the account may see it. `primary` is the account's own.
    pub(super) fn calendar(&mut self, id: &str, account: &str) -> Result<&mut Calendar, Refusal> {
        let id = if id == "primary" { account } else { id };
        self.calendars.get_mut(id).filter(|calendar| calendar.owner == account).ok_or_else(Refusal::not_found)
    }

    pub(super) fn add(&mut self, id: &str, owner: &str, name: &str, zone: &str) -> Result<(), Refusal> {
        let zone = dates::zone(zone).ok_or_else(|| event::invalid("Invalid time zone."))?;
        let (owner, name, events) = (owner.to_owned(), name.to_owned(), BTreeMap::new());
        self.calendars.insert(id.to_owned(), Calendar { owner, name, zone, writable: true, events, acl: Vec::new() });
        Ok(())
    }

    /// An id as Google makes them.
    pub(super) fn made_id(&mut self) -> String {
        self.changes += 1;
        format!("made{:022}", self.changes)
    }

    pub(super) fn insert(&mut self, calendar: &str, account: &str, body: &Fields) -> Result<Value, Refusal> {
        let made = self.made_id();
        let known = self.writable(calendar, account)?;
        let mut fields = without_read_only(body);
        event::validate(&fields, known.zone)?;
        let id = match fields.get("id").and_then(Value::as_str) {
            Some(id) if fields.contains_key("iCalUID") => {
                return Err(event::invalid(&format!("Only one of id ({id}) and iCalUID can be given.")));
            }
            Some(id) => id.to_owned(),
            None => made,
        };
        let digit = |c: u8| c.is_ascii_digit() || (b'a'..=b'v').contains(&c);
        if !(5..=1024).contains(&id.len()) || !id.bytes().all(digit) {
            return Err(event::invalid("Invalid resource id value."));
        }
        if known.events.contains_key(&id) {
            return Err(Refusal::new(409, "duplicate", "The requested identifier already exists."));
        }
        fields.insert("id".to_owned(), json!(id));
        fields.entry("iCalUID").or_insert(json!(format!("{id}@google.com")));
        fields.insert("sequence".to_owned(), json!(0));
        for (name, value) in [
            ("kind", json!("calendar#event")),
            ("created", json!(clock::told(clock::now()))),
            ("htmlLink", json!(format!("https://calendar.example/event?eid={id}"))),
            ("creator", json!({"email": account, "self": true})),
            ("organizer", json!({"email": account, "self": true})),
        ] {
            fields.insert(name.to_owned(), value);
        }
        event::complete(&mut fields, known.zone);
        self.store(calendar, account, &id, fields)
    }

    pub(super) fn get(&mut self, calendar: &str, account: &str, id: &str) -> Result<Stored, Refusal> {
        self.calendar(calendar, account)?.find(id).ok_or_else(Refusal::not_found)
    }

    /// Changes an event, or one occurrence of a series.
    pub(super) fn change(
        &mut self,
        calendar: &str,
        account: &str,
        id: &str,
        if_match: Option<&str>,
        change: impl FnOnce(&mut Fields),
    ) -> Result<Value, Refusal> {
        let known = self.writable(calendar, account)?;
        let zone = known.zone;
        let old = known.find(id).ok_or_else(Refusal::not_found)?;
        matches(&old, if_match)?;
        let mut fields = old.fields.clone();
        change(&mut fields);
        event::validate(&fields, zone)?;
        event::complete(&mut fields, zone);
        let moved = ["start", "end", "recurrence"].iter().any(|name| fields.get(*name) != old.fields.get(*name));
        if moved {
            let sequence = old.fields.get("sequence").and_then(Value::as_i64).unwrap_or(0);
            fields.insert("sequence".to_owned(), json!(sequence + 1));
        }
        let stored = self.store(calendar, account, id, fields)?;
        if moved {
            self.drop_strays(calendar, account, id)?;
        }
        Ok(stored)
    }

    pub(super) fn delete(
        &mut self,
        calendar: &str,
        account: &str,
        id: &str,
        if_match: Option<&str>,
    ) -> Result<(), Refusal> {
        let known = self.writable(calendar, account)?;
        let mut old = known.find(id).ok_or_else(Refusal::not_found)?;
        if old.is_cancelled() {
            return Err(Refusal::new(410, "deleted", "Resource has been deleted"));
        }
        matches(&old, if_match)?;
        old.fields.insert("status".to_owned(), json!("cancelled"));
        self.store(calendar, account, id, old.fields)?;
        self.cancel_parts(calendar, account, id, |_| true)
    }

    /// Changed occurrences that are none of their series' any more are gone.
    fn drop_strays(&mut self, calendar: &str, account: &str, id: &str) -> Result<(), Refusal> {
        let known = self.calendar(calendar, account)?;
        let series = known.events.get(id).and_then(|master| event::series(&master.fields, known.zone));
        let stray = |start: Start| series.as_ref().is_none_or(|series| !series.has(start));
        self.cancel_parts(calendar, account, id, stray)
    }

    fn cancel_parts(
        &mut self,
        calendar: &str,
        account: &str,
        id: &str,
        goes: impl Fn(Start) -> bool,
    ) -> Result<(), Refusal> {
        let known = self.calendar(calendar, account)?;
        let live = known.events.iter().filter(|(_, part)| !part.is_cancelled());
        let parts = live.filter(|(_, part)| part.fields.get("recurringEventId").is_some_and(|it| it == id));
        let gone: Vec<String> = parts
            .filter(|(part, _)| event::of_occurrence(part).is_some_and(|(_, start)| goes(start)))
            .map(|(part, _)| part.clone())
            .collect();
        for part in gone {
            let mut fields = self.calendar(calendar, account)?.events[&part].fields.clone();
            fields.insert("status".to_owned(), json!("cancelled"));
            self.store(calendar, account, &part, fields)?;
        }
        Ok(())
    }

    fn writable(&mut self, calendar: &str, account: &str) -> Result<&mut Calendar, Refusal> {
        let calendar = self.calendar(calendar, account)?;
        if calendar.writable {
            return Ok(calendar);
        }
        Err(Refusal::new(403, "requiredAccessLevel", "You need to have writer access to this calendar."))
    }

    fn store(&mut self, calendar: &str, account: &str, id: &str, mut fields: Fields) -> Result<Value, Refusal> {
        self.changes += 1;
        let change = self.changes;
        fields.insert("etag".to_owned(), json!(format!("\"{change:016}\"")));
        fields.insert("updated".to_owned(), json!(clock::told(clock::now())));
        let told = Value::Object(fields.clone());
        self.calendar(calendar, account)?.events.insert(id.to_owned(), Stored { change, fields });
        Ok(told)
    }
}

impl Calendar {
    /// An event, or an occurrence of a series, changed or not.
    pub(super) fn find(&self, id: &str) -> Option<Stored> {
        if let Some(stored) = self.events.get(id) {
            return Some(stored.clone());
        }
        let (master, start) = event::of_occurrence(id)?;
        let master = self.events.get(master).filter(|master| !master.is_cancelled())?;
        if !event::series(&master.fields, self.zone)?.has(start) {
            return None;
        }
        Some(Stored { change: master.change, fields: event::occurrence(&master.fields, start, self.zone)? })
    }

    /// Every occurrence of a series, the changed and cancelled ones as they are.
    pub(super) fn occurrences(&self, id: &str) -> Option<Vec<Stored>> {
        let master = self.events.get(id).filter(|master| !master.is_cancelled())?;
        let starts = event::series(&master.fields, self.zone)?.starts();
        starts.into_iter().map(|start| self.find(&format!("{id}_{}", start.compact()))).collect()
    }
}

fn matches(stored: &Stored, if_match: Option<&str>) -> Result<(), Refusal> {
    let same = if_match.is_none_or(|wanted| wanted == "*" || wanted == stored.etag());
    if same { Ok(()) } else { Err(Refusal::new(412, "conditionNotMet", "Precondition Failed")) }
}

pub(super) fn without_read_only(body: &Fields) -> Fields {
    let kept = body.iter().filter(|(name, value)| !READ_ONLY.contains(&name.as_str()) && !value.is_null());
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}
