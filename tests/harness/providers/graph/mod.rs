//! Outlook's calendars, through Microsoft Graph, v1.0: <https://learn.microsoft.com/graph/api/resources/calendar>.

mod event;
mod state;
mod types;
mod view;

use serde_json::{Value, json};

use super::call::Call;
use super::emulator::{Emulator, Reply, Service};
use super::fault::Fault;
use super::oauth::{Agreed, CLIENT_ID, CLIENT_SECRET, OAuth};
use super::oracles;
use crate::server::Settings;
use event::Fields;
use state::State;
use types::Declarations;

const ACCOUNT: &str = "ana@outlook.example";

/// Microsoft, with an account of `ana@outlook.example`, who agrees to whatever she is asked.
#[derive(Debug)]
pub struct Graph(Emulator<State>);

/// What Microsoft says no with.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: u16, code: &'static str, message: &str) -> Self {
        Self { status, code, message: message.to_owned() }
    }

    fn not_found() -> Self {
        Self::new(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    }
}

impl Graph {
    /// Starts it.
    pub fn start() -> Self {
        let mut state = State::new(oracles().map(|dir| Declarations::load(&dir)));
        state.add(ACCOUNT, "Calendar", true);
        Self(Emulator::start(state, OAuth::new(ACCOUNT, true)))
    }

    /// Whether calls are checked against Microsoft's own types.
    pub fn is_checking(&self) -> bool {
        self.0.inside().service.declarations.is_some()
    }

    /// The settings of a server that is to use it.
    pub fn settings(&self, settings: Settings) -> Settings {
        settings
            .set("MICROSOFT_CLIENT_ID", CLIENT_ID)
            .set("MICROSOFT_CLIENT_SECRET", CLIENT_SECRET)
            .set("MICROSOFT_AUTH_URL", &self.auth_url())
            .set("MICROSOFT_TOKEN_URL", &self.token_url())
            .set("MICROSOFT_API_URL", &self.api_url())
    }

    /// Where a browser is sent.
    pub fn auth_url(&self) -> String {
        self.0.url("/authorize")
    }

    /// Where tokens are given.
    pub fn token_url(&self) -> String {
        self.0.url("/token")
    }

    /// Where the API begins, without a slash at the end.
    pub fn api_url(&self) -> String {
        self.0.url(State::API)
    }

    /// Another account is signed in in the browser from now on.
    pub fn sign_in(&self, account: &str) {
        let mut inside = self.0.inside();
        account.clone_into(&mut inside.oauth.account);
        if !inside.service.calendars.values().any(|it| it.owner == account) {
            inside.service.add(account, "Calendar", true);
        }
    }

    /// Takes a browser to the address where it is asked for agreement. `None` where the person says no.
    #[track_caller]
    pub fn agree(&self, authorization_url: &str) -> Option<Agreed> {
        self.0.agree(authorization_url)
    }

    /// An access and a refresh token, as if the account had agreed in the browser.
    pub fn grant(&self) -> (String, String) {
        let mut inside = self.0.inside();
        let account = inside.oauth.account.clone();
        inside.oauth.grant(&account)
    }

    /// Whether the person says no from now on.
    pub fn denies(&self, denies: bool) {
        self.0.inside().oauth.denies = denies;
    }

    /// Every access token has expired.
    pub fn expire_access(&self) {
        self.0.inside().oauth.expire();
    }

    /// The person takes every permission back, in Microsoft's own settings.
    pub fn take_back(&self) {
        self.0.inside().oauth.forget();
    }

    /// Every delta link is too old.
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

    /// What broke the types so far. Else it fails the test in the end.
    pub fn take_violations(&self) -> Vec<String> {
        self.0.inside().take_violations()
    }

    /// The id of the account's own calendar.
    #[track_caller]
    pub fn calendar(&self) -> String {
        let inside = self.0.inside();
        let own = |it: &state::Calendar| it.is_default && it.owner == inside.oauth.account;
        let found = inside.service.calendars.iter().find(|(_, calendar)| own(calendar));
        found.map(|(id, _)| id.clone()).expect("each account has one")
    }

    /// The account makes a calendar, and this is its id.
    pub fn add_calendar(&self, name: &str) -> String {
        let mut inside = self.0.inside();
        let account = inside.oauth.account.clone();
        inside.service.add(&account, name, false)
    }

    /// Nobody here may write to the calendar from now on.
    #[track_caller]
    pub fn lock(&self, calendar: &str) {
        let mut inside = self.0.inside();
        inside.service.calendars.get_mut(calendar).expect("the calendar is there").writable = false;
    }

    /// A person makes an event, and this is its id.
    #[track_caller]
    pub fn create(&self, calendar: &str, body: Value) -> String {
        self.edit(|state, account| state.insert(calendar, account, &fields(body)))
    }

    /// A person changes an event, or one occurrence of a series.
    #[track_caller]
    pub fn change(&self, id: &str, changes: Value) {
        self.edit(|state, account| state.change(account, id, None, &fields(changes)));
    }

    /// A person deletes an event, or one occurrence of a series.
    #[track_caller]
    pub fn remove(&self, id: &str) {
        self.edit(|state, account| state.delete(account, id, None));
    }

    /// The id of the occurrence of a series that begins here: `20260302T090000Z`, or `20260302` of days.
    pub fn occurrence(&self, series: &str, start: &str) -> String {
        format!("{series}.{start}")
    }

    /// An event, or an occurrence, as Microsoft tells it in UTC.
    pub fn event(&self, id: &str) -> Option<Value> {
        let inside = self.0.inside();
        let mut found = inside.service.calendars.values().filter_map(|calendar| calendar.find(id));
        found.next().map(|stored| stored.told(chrono_tz::Tz::UTC))
    }

    /// All single events, series masters and exceptions of a calendar.
    #[track_caller]
    pub fn events(&self, calendar: &str) -> Vec<Value> {
        let inside = self.0.inside();
        let known = inside.service.calendars.get(calendar).expect("the calendar is there");
        known.events.values().map(|stored| stored.told(chrono_tz::Tz::UTC)).collect()
    }

    #[track_caller]
    fn edit<T>(&self, edit: impl FnOnce(&mut State, &str) -> Result<T, Refusal>) -> T {
        let mut inside = self.0.inside();
        let account = inside.oauth.account.clone();
        edit(&mut inside.service, &account).unwrap_or_else(|refusal| panic!("Microsoft refuses: {refusal:?}"))
    }
}

/// What a path takes: its method, its form, the parameters of its query, and the types of its body and answer.
type Route = (&'static str, &'static str, &'static [&'static str], Option<&'static str>, Option<&'static str>);

const VIEW: &[&str] = &["startDateTime", "endDateTime", "$skiptoken", "$deltatoken"];
const INSTANCES: &[&str] = &["startDateTime", "endDateTime", "$top", "$skip", "$select"];

const ROUTES: [Route; 14] = [
    ("GET", "me", &["$select"], None, Some("User")),
    ("GET", "me/calendars", &["$top", "$skip"], None, None),
    ("POST", "me/calendars", &[], Some("Calendar"), Some("Calendar")),
    ("PATCH", "me/calendars/*", &[], Some("Calendar"), Some("Calendar")),
    ("DELETE", "me/calendars/*", &[], None, None),
    ("GET", "me/calendars/*/calendarView/delta", VIEW, None, None),
    ("GET", "me/calendars/*/events", &["$filter", "$expand", "$top", "$skip"], None, None),
    ("POST", "me/calendars/*/events", &[], Some("Event"), Some("Event")),
    ("GET", "me/events/*", &["$select", "$expand"], None, Some("Event")),
    ("PATCH", "me/events/*", &[], Some("Event"), Some("Event")),
    ("DELETE", "me/events/*", &[], None, None),
    ("GET", "me/events/*/instances", INSTANCES, None, None),
    ("GET", "me/calendar", &[], None, Some("Calendar")),
    ("GET", "me/calendars/*", &[], None, Some("Calendar")),
];

fn route(call: &Call) -> Option<&'static Route> {
    let path = call.path.strip_prefix(State::API)?.trim_start_matches('/');
    ROUTES.iter().find(|(method, template, ..)| {
        let (mut parts, mut given) = (template.split('/'), path.split('/'));
        let same = parts.by_ref().zip(given.by_ref()).all(|(part, it)| part == "*" || part == it);
        call.method == *method && same && template.split('/').count() == path.split('/').count()
    })
}

impl Service for State {
    const API: &'static str = "/v1.0";

    fn check(&self, call: &Call) -> Vec<String> {
        let Some((_, _, parameters, body, _)) = route(call) else {
            return vec!["the fake has no such path".to_owned()];
        };
        let unknown = call.query.iter().filter(|(name, _)| !parameters.contains(&name.as_str()));
        let mut broken: Vec<String> = unknown.map(|(name, _)| format!("there is no parameter {name}")).collect();
        match (&call.body, body) {
            (Some(sent), Some(kind)) => {
                broken.extend(self.declarations.iter().flat_map(|types| types.check(sent, kind, "body")));
            }
            (Some(_), None) => broken.push("a body is sent where none is taken".to_owned()),
            (None, Some(_)) => broken.push("the body is missing".to_owned()),
            (None, None) => {}
        }
        broken
    }

    fn check_answer(&self, call: &Call, reply: &Reply) -> Vec<String> {
        let (Some(types), Some((_, _, _, _, kind)), Some(body)) = (&self.declarations, route(call), &reply.body) else {
            return Vec::new();
        };
        if reply.status >= 300 {
            return Vec::new();
        }
        match (kind, body["value"].as_array()) {
            (Some(kind), _) => types.check(body, kind, "answer"),
            (None, Some(items)) => {
                let kind = if call.path.ends_with("/calendars") { "Calendar" } else { "Event" };
                items.iter().flat_map(|item| types.check(item, kind, "answer")).collect()
            }
            (None, None) => Vec::new(),
        }
    }

    fn answer(&mut self, call: &Call, account: &str, base: &str) -> Reply {
        self.done(call, account, base).unwrap_or_else(|refusal| {
            let mut body = Self::refusal(refusal.status, refusal.code);
            body["error"]["message"] = Value::String(refusal.message);
            Reply::json(refusal.status, body)
        })
    }

    fn refusal(status: u16, reason: &str) -> Value {
        let code = if status == 401 { "InvalidAuthenticationToken" } else { reason };
        json!({"error": {"code": code, "message": reason, "innerError": {"request-id": "0"}}})
    }
}

impl State {
    fn done(&mut self, call: &Call, account: &str, base: &str) -> Result<Reply, Refusal> {
        let path = call.segments(Self::API).unwrap_or_default();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let body = call.body.clone().map(fields).unwrap_or_default();
        let if_match = call.if_match.as_deref();
        let zone = event::asked_zone(call.prefer.as_deref())?;
        Ok(match (call.method.as_str(), path.as_slice()) {
            ("GET", ["me"]) => Reply::json(200, json!({"id": account, "mail": account, "userPrincipalName": account})),
            ("GET", ["me", "calendars"]) => Reply::json(200, self.calendar_list(account, call, base)),
            ("POST", ["me", "calendars"]) => {
                let name = body.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
                let name = name.ok_or_else(|| event::bad("The name is missing."))?.to_owned();
                let id = self.add(account, &name, false);
                Reply::json(201, calendar(&id, self.calendar(&id, account)?))
            }
            ("GET", ["me", "calendars", id]) => Reply::json(200, calendar(id, self.calendar(id, account)?)),
            ("PATCH", ["me", "calendars", id]) => {
                let known = self.calendar(id, account)?;
                if let Some(name) = body.get("name").and_then(Value::as_str) {
                    name.clone_into(&mut known.name);
                }
                Reply::json(200, calendar(id, known))
            }
            ("DELETE", ["me", "calendars", id]) => {
                if self.calendar(id, account)?.is_default {
                    return Err(Refusal::new(400, "ErrorDeleteDistinguishedFolder", "It cannot be deleted."));
                }
                self.calendars.remove(*id);
                Reply::nothing()
            }
            ("GET", ["me", "calendars", id, "calendarView", "delta"]) => {
                Reply::json(200, view::delta(self, call, id, account, base)?)
            }
            ("GET", ["me", "calendars", id, "events"]) => {
                Reply::json(200, view::events(self, call, id, account, base)?)
            }
            ("POST", ["me", "calendars", id, "events"]) => {
                let made = self.insert(id, account, &body)?;
                Reply::json(201, self.told(&made, account, call, zone)?)
            }
            ("GET", ["me", "events", id]) => Reply::json(200, self.told(id, account, call, zone)?),
            ("PATCH", ["me", "events", id]) => {
                self.change(account, id, if_match, &body)?;
                Reply::json(200, self.told(id, account, call, zone)?)
            }
            ("DELETE", ["me", "events", id]) => {
                self.delete(account, id, if_match)?;
                Reply::nothing()
            }
            ("GET", ["me", "events", id, "instances"]) => {
                let (home, most) = (self.home(id, account)?, self.page_max);
                Reply::json(200, view::instances(self.calendar(&home, account)?, id, call, most, base)?)
            }
            _ => return Err(Refusal::not_found()),
        })
    }

    fn told(&mut self, id: &str, account: &str, call: &Call, zone: chrono_tz::Tz) -> Result<Value, Refusal> {
        let home = self.home(id, account)?;
        let known = self.calendar(&home, account)?;
        let stored = known.find(id).ok_or_else(Refusal::not_found)?;
        Ok(view::one(known, &stored, call, zone))
    }

    fn calendar_list(&self, account: &str, call: &Call, base: &str) -> Value {
        let number = |name: &str| call.parameter(name).and_then(|it| it.parse::<usize>().ok());
        let (top, skip) = (number("$top").unwrap_or(10).min(self.page_max), number("$skip").unwrap_or(0));
        let own: Vec<_> = self.calendars.iter().filter(|(_, it)| it.owner == account).collect();
        let items: Vec<Value> = own.iter().skip(skip).take(top).map(|(id, it)| calendar(id, it)).collect();
        let mut page = json!({"value": items});
        if own.len() > skip + top {
            page["@odata.nextLink"] = json!(format!("{base}{}?$top={top}&$skip={}", call.path, skip + top));
        }
        page
    }
}

fn calendar(id: &str, known: &state::Calendar) -> Value {
    json!({
        "id": id, "name": known.name, "color": "auto", "hexColor": "", "isDefaultCalendar": known.is_default,
        "canEdit": known.writable, "canShare": true, "canViewPrivateItems": true, "isRemovable": !known.is_default,
        "owner": {"name": known.owner, "address": known.owner},
    })
}

fn fields(body: Value) -> Fields {
    if let Value::Object(fields) = body { fields } else { Fields::new() }
}
