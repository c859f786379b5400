//! The calendars that Outlook holds here, and what becomes of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::super::clock;
use super::super::dates::{Series, Start};
use super::Refusal;
use super::event::{self, Fields, When};
use super::types::Declarations;

/// All that is held.
#[derive(Debug)]
pub(super) struct State {
    pub(super) calendars: BTreeMap<String, Calendar>,
    /// Counts every change; an event knows the number of its last one.
    pub(super) changes: u64,
    /// Delta links of an earlier one are too old.
    pub(super) generation: u64,
    /// The most that a page holds, whatever is asked for.
    pub(super) page_max: usize,
    pub(super) declarations: Option<Declarations>,
    /// Each transaction that made an event, by account.
    transactions: BTreeSet<(String, String)>,
}

#[derive(Debug)]
pub(super) struct Calendar {
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) is_default: bool,
    pub(super) writable: bool,
    pub(super) events: BTreeMap<String, Stored>,
    /// What is gone, with the number of the change that took it.
    pub(super) gone: BTreeMap<String, u64>,
}

/// A single event, a series master, or an exception.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) change: u64,
    pub(super) fields: Fields,
    /// Of an exception: its series, and the day of its original start.
    pub(super) part: Option<(String, Start)>,
    /// Of a series: the occurrences that were deleted.
    pub(super) cancelled: BTreeSet<Start>,
}

impl Stored {
    pub(super) fn series(&self) -> Option<Series> {
        event::series(&self.fields).ok().flatten()
    }

    pub(super) fn when(&self) -> Option<When> {
        event::when(&self.fields).ok()
    }

    fn etag(&self) -> String {
        format!("W/\"{:016}\"", self.change)
    }

    /// As it is told to whoever asks for this zone.
    pub(super) fn told(&self, zone: Tz) -> Value {
        let mut told = self.fields.clone();
        // Both are told only to whoever asks for them.
        let _ = (told.remove("singleValueExtendedProperties"), told.remove("cancelledOccurrences"));
        if let Some(when) = self.when() {
            let day = |at: DateTime<Utc>| when.all_day.then(|| event::day_of(Start::At(at), when.zone));
            told.insert("start".to_owned(), event::told(when.start, day(when.start), zone));
            told.insert("end".to_owned(), event::told(when.end, day(when.end), zone));
        }
        let kind = match (&self.part, told.get("recurrence").is_some_and(Value::is_object)) {
            (Some(_), _) => "exception",
            (None, true) => "seriesMaster",
            (None, false) => "singleInstance",
        };
        told.insert("type".to_owned(), json!(kind));
        told.insert("@odata.etag".to_owned(), json!(self.etag()));
        told.insert("changeKey".to_owned(), json!(format!("{:016}", self.change)));
        Value::Object(told)
    }
}

/// The id of an occurrence, which an exception keeps.
pub(super) fn occurrence_id(master: &str, start: Start) -> String {
    format!("{master}.{}", start.compact())
}

fn of_occurrence(id: &str) -> Option<(&str, Start)> {
    let (master, start) = id.rsplit_once('.')?;
    Some((master, Start::parse(start)?))
}

/// What names a cancelled occurrence.
pub(super) fn oid(master: &str, day: NaiveDate) -> String {
    format!("OID.{master}.{day}")
}

impl State {
    pub(super) fn new(declarations: Option<Declarations>) -> Self {
        Self {
            calendars: BTreeMap::new(),
            changes: 0,
            generation: 1,
            page_max: usize::MAX,
            declarations,
            transactions: BTreeSet::new(),
        }
    }

    pub(super) fn add(&mut self, owner: &str, name: &str, is_default: bool) -> String {
        self.changes += 1;
        let id = format!("AQMkCalendar{:04}=", self.changes);
        let calendar = Calendar {
            owner: owner.to_owned(),
            name: name.to_owned(),
            is_default,
            writable: true,
            events: BTreeMap::new(),
            gone: BTreeMap::new(),
        };
        self.calendars.insert(id.clone(), calendar);
        id
    }

    pub(super) fn calendar(&mut self, id: &str, account: &str) -> Result<&mut Calendar, Refusal> {
        self.calendars.get_mut(id).filter(|it| it.owner == account).ok_or_else(Refusal::not_found)
    }

    /// The calendar in which an event, or an occurrence, is.
    pub(super) fn home(&self, id: &str, account: &str) -> Result<String, Refusal> {
        let own = self.calendars.iter().filter(|(_, calendar)| calendar.owner == account);
        let mut found = own.filter(|(_, calendar)| calendar.find(id).is_some()).map(|(id, _)| id.clone());
        found.next().ok_or_else(Refusal::not_found)
    }

    pub(super) fn insert(&mut self, calendar: &str, account: &str, body: &Fields) -> Result<String, Refusal> {
        let known = self.calendar(calendar, account)?;
        if !known.writable {
            return Err(Refusal::new(403, "ErrorAccessDenied", "Access is denied."));
        }
        let mut fields = Fields::new();
        event::patch(&mut fields, body);
        event::validate(&fields)?;
        let transaction = fields.get("transactionId").and_then(Value::as_str);
        if transaction.is_some_and(|it| !self.transactions.insert((account.to_owned(), it.to_owned()))) {
            let message = "The TransactionId specified in the request has already been used to create an event.";
            return Err(Refusal::new(409, "ErrorDuplicateTransactionId", message));
        }
        self.changes += 1;
        let id = format!("AAMkEvent{:06}=", self.changes);
        fields.insert("id".to_owned(), json!(id));
        fields.insert("iCalUId".to_owned(), json!(format!("040000008200E000{:08}", self.changes)));
        fields.insert("createdDateTime".to_owned(), json!(clock::told(clock::now())));
        fields.insert("isOrganizer".to_owned(), json!(true));
        fields.insert("isCancelled".to_owned(), json!(false));
        event::complete(&mut fields);
        self.store(calendar, account, &id, fields, None, BTreeSet::new())?;
        Ok(id)
    }

    /// Changes an event, or makes of an occurrence an exception.
    pub(super) fn change(
        &mut self,
        account: &str,
        id: &str,
        if_match: Option<&str>,
        changes: &Fields,
    ) -> Result<(), Refusal> {
        let calendar = self.home(id, account)?;
        let old = self.calendar(&calendar, account)?.find(id).ok_or_else(Refusal::not_found)?;
        matches(&old, if_match)?;
        if changes.contains_key("transactionId") && changes.get("transactionId") != old.fields.get("transactionId") {
            return Err(event::bad("The transactionId of an event cannot be changed."));
        }
        let mut fields = old.fields.clone();
        event::patch(&mut fields, changes);
        event::validate(&fields)?;
        event::complete(&mut fields);
        let moved =
            ["start", "end", "recurrence", "isAllDay"].iter().any(|name| fields.get(*name) != old.fields.get(*name));
        if moved && old.part.is_none() {
            // What differs from a series that moves is the series' again.
            self.drop_parts(&calendar, account, id)?;
            self.store(&calendar, account, id, fields, None, BTreeSet::new())
        } else {
            self.store(&calendar, account, id, fields, old.part.clone(), old.cancelled.clone())?;
            self.touch(&calendar, account, old.part.as_ref())
        }
    }

    pub(super) fn delete(&mut self, account: &str, id: &str, if_match: Option<&str>) -> Result<(), Refusal> {
        let calendar = self.home(id, account)?;
        let old = self.calendar(&calendar, account)?.find(id).ok_or_else(Refusal::not_found)?;
        matches(&old, if_match)?;
        self.changes += 1;
        let change = self.changes;
        let known = self.calendar(&calendar, account)?;
        known.events.remove(id);
        known.gone.insert(id.to_owned(), change);
        if let Some((master, start)) = &old.part {
            if let Some(master) = known.events.get_mut(master) {
                master.cancelled.insert(*start);
            }
            return self.touch(&calendar, account, old.part.as_ref());
        }
        for start in old.series().map(|series| series.starts()).unwrap_or_default() {
            known.gone.insert(occurrence_id(id, start), change);
        }
        self.drop_parts(&calendar, account, id)
    }

    /// A series is changed when one of its occurrences is.
    fn touch(&mut self, calendar: &str, account: &str, part: Option<&(String, Start)>) -> Result<(), Refusal> {
        let Some((master, _)) = part else { return Ok(()) };
        self.changes += 1;
        let change = self.changes;
        if let Some(master) = self.calendar(calendar, account)?.events.get_mut(master) {
            master.change = change;
        }
        Ok(())
    }

    fn drop_parts(&mut self, calendar: &str, account: &str, master: &str) -> Result<(), Refusal> {
        let change = self.changes + 1;
        let known = self.calendar(calendar, account)?;
        let of_it = |it: &Stored| it.part.as_ref().is_some_and(|(series, _)| series == master);
        let parts: Vec<String> = known.events.iter().filter(|(_, it)| of_it(it)).map(|(id, _)| id.clone()).collect();
        for part in parts {
            known.events.remove(&part);
            known.gone.insert(part, change);
        }
        self.changes = change;
        Ok(())
    }

    fn store(
        &mut self,
        calendar: &str,
        account: &str,
        id: &str,
        mut fields: Fields,
        part: Option<(String, Start)>,
        cancelled: BTreeSet<Start>,
    ) -> Result<(), Refusal> {
        self.changes += 1;
        let change = self.changes;
        fields.insert("lastModifiedDateTime".to_owned(), json!(clock::told(clock::now())));
        let zone = fields.get("start").map(|start| start["timeZone"].clone()).unwrap_or_default();
        fields.insert("originalStartTimeZone".to_owned(), zone.clone());
        fields.insert("originalEndTimeZone".to_owned(), zone);
        let known = self.calendar(calendar, account)?;
        known.gone.remove(id);
        known.events.insert(id.to_owned(), Stored { change, fields, part, cancelled });
        Ok(())
    }
}

impl Calendar {
    /// An event, or an occurrence, changed or not.
    pub(super) fn find(&self, id: &str) -> Option<Stored> {
        if let Some(stored) = self.events.get(id) {
            return Some(stored.clone());
        }
        let (master, start) = of_occurrence(id)?;
        let series = self.events.get(master)?;
        let is_one = !series.cancelled.contains(&start) && series.series()?.has(start);
        if is_one { Self::occurrence(master, series, start) } else { None }
    }

    /// What an occurrence tells while nobody changed it.
    fn occurrence(id: &str, master: &Stored, start: Start) -> Option<Stored> {
        let occurrence = occurrence_id(id, start);
        let mut fields = master.fields.clone();
        let when = event::moved(master.when()?, start);
        event::put(&mut fields, when);
        fields.insert("id".to_owned(), json!(occurrence));
        fields.insert("recurrence".to_owned(), Value::Null);
        fields.insert("seriesMasterId".to_owned(), json!(id));
        fields.insert("originalStart".to_owned(), json!(clock::told(when.start)));
        Some(Stored { change: master.change, fields, part: Some((id.to_owned(), start)), cancelled: BTreeSet::new() })
    }

    /// The occurrences of a series that begin in a window, changed or not, in order; not the cancelled ones.
    pub(super) fn occurrences(&self, id: &str, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(Stored, bool)> {
        let Some(master) = self.events.get(id) else { return Vec::new() };
        let starts = master.series().map(|series| series.starts()).unwrap_or_default();
        let live = starts.into_iter().filter(|start| !master.cancelled.contains(start));
        let found = live.filter_map(|start| {
            let changed = self.events.get(&occurrence_id(id, start));
            let is_changed = changed.is_some();
            changed.cloned().or_else(|| Self::occurrence(id, master, start)).map(|it| (it, is_changed))
        });
        found.filter(|(it, _)| it.when().is_some_and(|when| when.start < to && when.end > from)).collect()
    }

    /// The exceptions of a series.
    pub(super) fn exceptions(&self, id: &str) -> Vec<&Stored> {
        self.events.values().filter(|it| it.part.as_ref().is_some_and(|(series, _)| series == id)).collect()
    }
}

fn matches(stored: &Stored, if_match: Option<&str>) -> Result<(), Refusal> {
    let same = if_match.is_none_or(|wanted| wanted == "*" || wanted == stored.etag());
    let message = "The send or update operation could not be performed because the change key passed in the request does \
                   not match the current change key for the item.";
    if same { Ok(()) } else { Err(Refusal::new(412, "ErrorIrresolvableConflict", message)) }
}
