//! Google Calendar, API v3: <https://developers.google.com/workspace/calendar/api/v3/reference>.

mod discovery;
mod event;
mod list;
mod state;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::call::Call;
use super::emulator::{Emulator, Reply, Service};
use super::fault::Fault;
use super::oauth::{Agreed, CLIENT_ID, CLIENT_SECRET, OAuth};
use super::oracles;
use crate::server::Settings;
use discovery::Discovery;
use event::Fields;
use state::State;

const ACCOUNT: &str = "ana@gmail.example";
const ZONE: &str = "Europe/Berlin";
const DENIALS_OF_RATE: [&str; 3] = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"];

/// Google, with an account of `ana@gmail.example`, who agrees to whatever she is asked.
#[derive(Debug)]
pub struct Google(Emulator<State>);

/// What Google says no with.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    reason: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: u16, reason: &'static str, message: &str) -> Self {
        Self { status, reason, message: message.to_owned() }
    }

    fn not_found() -> Self {
        Self::new(404, "notFound", "Not Found")
    }
}

impl Google {
    /// Starts it.
    pub fn start() -> Self {
        let mut state = State {
            calendars: BTreeMap::new(),
            changes: 0,
            generation: 1,
            page_max: usize::MAX,
            discovery: oracles().map(|dir| Discovery::load(&dir)),
        };
        state.add(ACCOUNT, ACCOUNT, ACCOUNT, ZONE).expect("a zone");
        Self(Emulator::start(state, OAuth::new(ACCOUNT, false)))
    }

    /// Whether calls are checked against Google's own schema.
    pub fn is_checking(&self) -> bool {
        self.0.inside().service.discovery.is_some()
    }

    /// The settings of a server that is to use it.
    pub fn settings(&self, settings: Settings) -> Settings {
        settings
            .set("GOOGLE_CLIENT_ID", CLIENT_ID)
            .set("GOOGLE_CLIENT_SECRET", CLIENT_SECRET)
            .set("GOOGLE_AUTH_URL", &self.auth_url())
            .set("GOOGLE_TOKEN_URL", &self.token_url())
            .set("GOOGLE_REVOKE_URL", &self.revoke_url())
            .set("GOOGLE_API_URL", &self.api_url())
    }

    /// Where a browser is sent.
    pub fn auth_url(&self) -> String {
        self.0.url("/authorize")
    }

    /// Where tokens are given.
    pub fn token_url(&self) -> String {
        self.0.url("/token")
    }

    /// Where they are given back.
    pub fn revoke_url(&self) -> String {
        self.0.url("/revoke")
    }

    /// Where the API begins, without a slash at the end.
    pub fn api_url(&self) -> String {
        self.0.url(State::API)
    }

    /// Another account is signed in in the browser from now on.
    pub fn sign_in(&self, account: &str) {
        let mut inside = self.0.inside();
        account.clone_into(&mut inside.oauth.account);
        if !inside.service.calendars.contains_key(account) {
            inside.service.add(account, account, account, ZONE).expect("a zone");
        }
    }

    /// The address of the account that is signed in, which is also the id of its primary calendar.
    pub fn account(&self) -> String {
        self.0.inside().oauth.account.clone()
    }

    /// An access and a refresh token, as if the account had agreed in the browser.
    pub fn grant(&self) -> (String, String) {
        let account = self.account();
        self.0.inside().oauth.grant(&account)
    }

    /// Takes a browser to the address where it is asked for agreement. `None` where the person says no.
    #[track_caller]
    pub fn agree(&self, authorization_url: &str) -> Option<Agreed> {
        self.0.agree(authorization_url)
    }

    /// Whether the person says no from now on.
    pub fn denies(&self, denies: bool) {
        self.0.inside().oauth.denies = denies;
    }

    /// The person agrees to these scopes alone from now on, as one can by taking out ticks; or again to all.
    pub fn agrees_only_to(&self, scope: Option<&str>) {
        self.0.inside().oauth.only = scope.map(str::to_owned);
    }

    /// Whether a refresh brings another refresh token and ends the old one; at Google it does not.
    pub fn rotates(&self, rotates: bool) {
        self.0.inside().oauth.rotates = rotates;
    }

    /// How long access tokens hold from now on.
    pub fn tokens_hold(&self, lifetime: Duration) {
        self.0.inside().oauth.lifetime = lifetime;
    }

    /// Every access token has expired.
    pub fn expire_access(&self) {
        self.0.inside().oauth.expire();
    }

    /// The person takes every permission back, in Google's own settings.
    pub fn take_back(&self) {
        self.0.inside().oauth.forget();
    }

    /// Whether somebody may still get access: some refresh token holds.
    pub fn is_agreed(&self) -> bool {
        self.0.inside().oauth.is_agreed()
    }

    /// Every sync token is too old.
    pub fn expire_sync(&self) {
        self.0.inside().service.generation += 1;
    }

    /// No page holds more than this.
    pub fn page_max(&self, most: usize) {
        self.0.inside().service.page_max = most;
    }

    /// The next fitting call goes wrong.
    pub fn fail(&self, fault: Fault) {
        self.0.inside().faults.push(fault);
    }

    /// What still waits to go wrong goes well.
    pub fn recover(&self) {
        self.0.inside().faults.clear();
    }

    /// Every call so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.0.inside().calls.clone()
    }

    /// Every call since this was last asked, in order.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.0.inside().calls)
    }

    /// What broke the schema so far. Else it fails the test in the end.
    pub fn take_violations(&self) -> Vec<String> {
        self.0.inside().take_violations()
    }

    /// The ids of all calendars of all accounts.
    pub fn calendars(&self) -> Vec<String> {
        self.0.inside().service.calendars.keys().cloned().collect()
    }

    /// The account makes a calendar, and this is its id.
    #[track_caller]
    pub fn add_calendar(&self, name: &str, zone: &str) -> String {
        let account = self.account();
        self.0.inside().service.make_calendar(&account, name, zone).expect("a zone")
    }

    /// What a calendar is called.
    #[track_caller]
    pub fn name_of(&self, calendar: &str) -> String {
        self.0.inside().service.calendars.get(calendar).expect("the calendar is there").name.clone()
    }

    /// A person calls a calendar otherwise.
    #[track_caller]
    pub fn rename(&self, calendar: &str, name: &str) {
        self.edit(calendar, |state, account| state.calendar(calendar, account).map(|it| name.clone_into(&mut it.name)));
    }

    /// Nobody here may write to the calendar from now on.
    #[track_caller]
    pub fn lock(&self, calendar: &str) {
        self.edit(calendar, |state, account| state.calendar(calendar, account).map(|it| it.writable = false));
    }

    /// A person makes an event, and this is its id.
    #[track_caller]
    pub fn create(&self, calendar: &str, body: Value) -> String {
        let made = self.edit(calendar, |state, account| state.insert(calendar, account, &fields(body)));
        made["id"].as_str().expect("an id").to_owned()
    }

    /// A person changes an event, or one occurrence of a series. `null` takes a field away.
    #[track_caller]
    pub fn change(&self, calendar: &str, id: &str, changes: Value) {
        let changes = fields(changes);
        self.edit(calendar, |state, account| {
            state.change(calendar, account, id, None, |fields| event::patch(fields, &changes))
        });
    }

    /// A person deletes an event, or one occurrence of a series.
    #[track_caller]
    pub fn remove(&self, calendar: &str, id: &str) {
        self.edit(calendar, |state, account| state.delete(calendar, account, id, None));
    }

    /// An event as Google tells it, if it was ever there; or an occurrence of a series.
    #[track_caller]
    pub fn event(&self, calendar: &str, id: &str) -> Option<Value> {
        let inside = self.0.inside();
        let known = inside.service.calendars.get(calendar).expect("the calendar is there");
        known.find(id).map(|stored| Value::Object(stored.fields))
    }

    /// All that was not deleted, and the cancelled occurrences of what was not.
    #[track_caller]
    pub fn events(&self, calendar: &str) -> Vec<Value> {
        let inside = self.0.inside();
        let known = inside.service.calendars.get(calendar).expect("the calendar is there");
        let of_live =
            |id: &Value| known.events.get(id.as_str().unwrap_or_default()).is_some_and(|it| !it.is_cancelled());
        let shown = known
            .events
            .values()
            .filter(|it| !it.is_cancelled() || it.fields.get("recurringEventId").is_some_and(of_live));
        shown.map(|stored| Value::Object(stored.fields.clone())).collect()
    }

    /// With whom a calendar is shared: each address with its role.
    #[track_caller]
    pub fn shared_with(&self, calendar: &str) -> Vec<(String, String)> {
        let inside = self.0.inside();
        let known = inside.service.calendars.get(calendar).expect("the calendar is there");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        known.acl.iter().map(|rule| (text(&rule["scope"]["value"]), text(&rule["role"]))).collect()
    }

    #[track_caller]
    fn edit<T>(&self, calendar: &str, edit: impl FnOnce(&mut State, &str) -> Result<T, Refusal>) -> T {
        let mut inside = self.0.inside();
        let owner = inside.service.calendars.get(calendar).map(|it| it.owner.clone()).expect("the calendar is there");
        edit(&mut inside.service, &owner).unwrap_or_else(|refusal| panic!("Google refuses: {refusal:?}"))
    }
}

impl Service for State {
    const API: &'static str = "/calendar/v3";

    fn check(&self, call: &Call) -> Vec<String> {
        let mut broken = self.discovery.as_ref().map(|it| it.check(call, Self::API)).unwrap_or_default();
        broken.extend(list::not_here(call));
        broken
    }

    fn check_answer(&self, call: &Call, reply: &Reply) -> Vec<String> {
        self.discovery.as_ref().map(|it| it.check_answer(call, Self::API, reply)).unwrap_or_default()
    }

    fn answer(&mut self, call: &Call, account: &str, _base: &str) -> Reply {
        let path = call.segments(Self::API).unwrap_or_default();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let body = call.body.clone().map(fields).unwrap_or_default();
        let if_match = call.if_match.as_deref();
        let answered = match (call.method.as_str(), path.as_slice()) {
            ("GET", ["users", "me", "calendarList"]) => Ok(self.calendar_list(account, call)),
            ("GET", ["users", "me", "calendarList", id]) => self.calendar_entry(id, account),
            ("GET", ["calendars", id]) => self.calendar_entry(id, account).map(|entry| calendar_of(&entry)),
            ("POST", ["calendars"]) => self.insert_calendar(account, &body),
            ("PATCH", ["calendars", id]) => self.rename_calendar(id, account, &body),
            ("DELETE", ["calendars", id]) => return answered_with_nothing(self.delete_calendar(id, account)),
            ("POST", ["calendars", id, "acl"]) => self.share(id, account, &body),
            ("GET", ["calendars", id, "events"]) => list::events(self, call, id, account),
            ("POST", ["calendars", id, "events"]) => self.insert(id, account, &body),
            ("GET", ["calendars", id, "events", event]) => {
                self.get(id, account, event).map(|stored| Value::Object(stored.fields))
            }
            ("GET", ["calendars", id, "events", event, "instances"]) => list::instances(self, call, id, account, event),
            ("PATCH", ["calendars", id, "events", event]) => {
                self.change(id, account, event, if_match, |fields| event::patch(fields, &body))
            }
            ("PUT", ["calendars", id, "events", event]) => self.change(id, account, event, if_match, |fields| {
                // Everything is replaced but what is Google's own.
                let own = ["id", "iCalUID", "sequence"].iter().chain(&event::READ_ONLY);
                let own: Vec<_> = own.filter_map(|name| fields.remove_entry(*name)).collect();
                *fields = state::without_read_only(&body);
                fields.extend(own);
            }),
            ("DELETE", ["calendars", id, "events", event]) => {
                return answered_with_nothing(self.delete(id, account, event, if_match));
            }
            _ => Err(Refusal::not_found()),
        };
        answered.map_or_else(refused, |body| Reply::json(200, body))
    }

    fn refusal(status: u16, reason: &str) -> Value {
        let message = if status == 401 { "Invalid Credentials" } else { reason };
        let domain = if DENIALS_OF_RATE.contains(&reason) { "usageLimits" } else { "global" };
        json!({"error": {
            "errors": [{"domain": domain, "reason": reason, "message": message}],
            "code": status,
            "message": message,
        }})
    }
}

impl State {
    fn make_calendar(&mut self, account: &str, name: &str, zone: &str) -> Result<String, Refusal> {
        let id = format!("{}@group.calendar.example", self.made_id());
        self.add(&id, account, name, zone)?;
        Ok(id)
    }

    fn insert_calendar(&mut self, account: &str, body: &Fields) -> Result<Value, Refusal> {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let name = text("summary").filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Refusal::new(400, "required", "Missing title."))?;
        let id = self.make_calendar(account, name, text("timeZone").unwrap_or(ZONE))?;
        self.calendar_entry(&id, account).map(|entry| calendar_of(&entry))
    }

    fn rename_calendar(&mut self, id: &str, account: &str, body: &Fields) -> Result<Value, Refusal> {
        let calendar = self.calendar(id, account)?;
        if let Some(name) = body.get("summary").and_then(Value::as_str) {
            name.clone_into(&mut calendar.name);
        }
        self.calendar_entry(id, account).map(|entry| calendar_of(&entry))
    }

    fn delete_calendar(&mut self, id: &str, account: &str) -> Result<(), Refusal> {
        self.calendar(id, account)?;
        if id == "primary" || id == account {
            return Err(Refusal::new(400, "invalid", "Cannot delete the primary calendar."));
        }
        self.calendars.remove(id);
        Ok(())
    }

    fn calendar_list(&self, account: &str, call: &Call) -> Value {
        let own: Vec<_> = self.calendars.iter().filter(|(_, calendar)| calendar.owner == account).collect();
        let size: usize = call.parameter("maxResults").and_then(|text| text.parse().ok()).unwrap_or(100);
        let size = size.min(250).min(self.page_max);
        let from: usize = call.parameter("pageToken").and_then(|token| token.parse().ok()).unwrap_or(0);
        let items = own.iter().skip(from).take(size).map(|(id, calendar)| entry(id, calendar)).collect::<Vec<_>>();
        let mut page = json!({"kind": "calendar#calendarList", "etag": "\"p0\"", "items": items});
        if own.len() > from + size {
            page["nextPageToken"] = json!((from + size).to_string());
        } else {
            page["nextSyncToken"] = json!("calendars");
        }
        page
    }

    fn calendar_entry(&mut self, id: &str, account: &str) -> Result<Value, Refusal> {
        let known = if id == "primary" { account.to_owned() } else { id.to_owned() };
        self.calendar(id, account).map(|calendar| entry(&known, calendar))
    }

    fn share(&mut self, id: &str, account: &str, body: &Fields) -> Result<Value, Refusal> {
        let calendar = self.calendar(id, account)?;
        let role = body.get("role").and_then(Value::as_str).unwrap_or_default();
        let scope = body.get("scope").cloned().unwrap_or_default();
        let known = ["none", "freeBusyReader", "reader", "writer", "owner"].contains(&role);
        let (Some(kind), Some(value), true) = (scope["type"].as_str(), scope["value"].as_str(), known) else {
            return Err(event::invalid("Invalid scope or role."));
        };
        let rule_id = format!("{kind}:{value}");
        let made = json!({"kind": "calendar#aclRule", "etag": "\"p0\"", "id": rule_id, "role": role, "scope": scope});
        calendar.acl.retain(|old| old["id"] != rule_id.as_str());
        calendar.acl.push(made.clone());
        Ok(made)
    }
}

fn entry(id: &str, calendar: &state::Calendar) -> Value {
    let mut entry = json!({
        "kind": "calendar#calendarListEntry", "etag": "\"p0\"", "id": id, "summary": calendar.name,
        "timeZone": calendar.zone.name(), "colorId": "14", "backgroundColor": "#9fe1e7", "foregroundColor": "#000000",
        "selected": true, "accessRole": if calendar.writable { "owner" } else { "reader" }, "defaultReminders": [],
    });
    if id == calendar.owner {
        entry["primary"] = json!(true);
    }
    entry
}

/// The calendar itself, of which the list tells more.
fn calendar_of(entry: &Value) -> Value {
    let (id, summary, zone) = (&entry["id"], &entry["summary"], &entry["timeZone"]);
    json!({"kind": "calendar#calendar", "etag": "\"p0\"", "id": id, "summary": summary, "timeZone": zone})
}

fn fields(body: Value) -> Fields {
    if let Value::Object(fields) = body { fields } else { Fields::new() }
}

fn answered_with_nothing(done: Result<(), Refusal>) -> Reply {
    done.map_or_else(refused, |()| Reply::nothing())
}

fn refused(refusal: Refusal) -> Reply {
    let mut body = State::refusal(refusal.status, refusal.reason);
    body["error"]["message"] = Value::String(refusal.message.clone());
    body["error"]["errors"][0]["message"] = Value::String(refusal.message);
    Reply::json(refusal.status, body)
}
