//! The calls.

use async_trait::async_trait;
use kalends_domain::account::Email;
use kalends_domain::id::EventId;
use kalends_domain::sync::copy_id;
use kalends_domain::sync::remote::{Content, Facts, Field, Fields, Item, RemoteCalendar};
use kalends_domain::time::Zone;
use kalends_http::{Answer, Api, Call, ClientError, Method, OAuth, OAuthSettings};
use kalends_ports::{
    Authorization, ItemPage, ItemUpdate, NewItem, NextPage, PartUpdate, Place, Provider, ProviderError, ProviderSecret,
    Tokens,
};
use serde_json::{Value, json};
use url::Url;

use crate::read::{self, MARK};
use crate::wire::{Calendar, CalendarList, Event, Events};
use crate::{failure, shown, write};

/// Everything that syncing needs, making and sharing calendars included.
const SCOPE: &str = "https://www.googleapis.com/auth/calendar";
/// How many events a page has at most. Google takes up to 2,500, and its answers are held in memory.
const PAGE: &str = "1000";
const CALENDARS_PAGE: &str = "250";
const CALENDAR_PAGES_MAX: usize = 3;
/// Birthdays and working locations are no events that anyone could edit.
const EVENT_TYPES: [&str; 4] = ["default", "focusTime", "fromGmail", "outOfOffice"];

type Result<T> = std::result::Result<T, ProviderError>;

/// Where Google is, and what this server is to it.
#[derive(Clone)]
pub struct GoogleSettings {
    /// The id of the OAuth client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: ProviderSecret,
    /// Where browsers are sent: Google's own is `https://accounts.google.com/o/oauth2/v2/auth`.
    pub auth_url: Url,
    /// Where tokens are given: `https://oauth2.googleapis.com/token`.
    pub token_url: Url,
    /// Where they are given back: `https://oauth2.googleapis.com/revoke`.
    pub revoke_url: Url,
    /// Where the API begins: `https://www.googleapis.com/calendar/v3`.
    pub api_url: Url,
}

/// Google Calendar.
pub struct Google {
    oauth: OAuth,
    api: Api,
    base: Url,
}

impl Google {
    /// Calls nobody yet.
    pub fn new(settings: GoogleSettings) -> std::result::Result<Self, ClientError> {
        let api = Api::new()?;
        let oauth = OAuthSettings {
            client_id: settings.client_id,
            client_secret: settings.client_secret,
            auth_url: settings.auth_url,
            token_url: settings.token_url,
            revoke_url: Some(settings.revoke_url),
            scopes: &[SCOPE],
            needed: &[SCOPE],
            // Consent is asked for each time: without it a second link brings no refresh token.
            extra: &[("access_type", "offline"), ("prompt", "consent")],
        };
        Ok(Self { oauth: OAuth::new(oauth, api.clone()), api, base: settings.api_url })
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    fn call(&self, method: Method, path: &[&str], access: &ProviderSecret) -> Call {
        Call::new(method, self.url(path)).access(access)
    }

    async fn send(&self, call: Call) -> Result<Answer> {
        let answer = self.api.call(call).await?;
        if answer.is_success() { Ok(answer) } else { Err(failure::of(&answer)) }
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)], access: &ProviderSecret) -> Result<Answer> {
        let mut url = self.url(path);
        url.query_pairs_mut().extend_pairs(query);
        self.send(Call::new(Method::GET, url).access(access)).await
    }

    /// A call that writes an event, and tells nobody by mail.
    fn writing(&self, method: Method, path: &[&str], access: &ProviderSecret) -> Call {
        let mut url = self.url(path);
        url.query_pairs_mut().append_pair("sendUpdates", "none");
        Call::new(method, url).access(access)
    }

    async fn patch(&self, place: &Place, id: &str, etag: Option<&str>, body: &Value, zone: &Zone) -> Result<Item> {
        let mut call = self.writing(Method::PATCH, &["calendars", &place.calendar, "events", id], &place.access);
        if let Some(etag) = etag {
            call = call.header("if-match", etag);
        }
        let answer = self.send(call.json(body)).await?;
        Ok(read::item(answer.json::<Event>()?, zone))
    }

    async fn list(&self, place: &Place, query: &[(&str, &str)]) -> Result<(Events, Zone)> {
        let path = ["calendars", &place.calendar, "events"];
        let page: Events = self.get(&path, query, &place.access).await?.json()?;
        let zone = page.time_zone.as_deref().and_then(kalends_ical::zone_named).unwrap_or_else(Zone::utc);
        Ok((page, zone))
    }
}

#[async_trait]
impl Provider for Google {
    fn authorization_url(&self, ask: &Authorization) -> String {
        self.oauth.authorization_url(ask)
    }

    async fn exchange(&self, code: &ProviderSecret, verifier: &ProviderSecret, redirect_uri: &str) -> Result<Tokens> {
        self.oauth.exchange(code, verifier, redirect_uri).await
    }

    async fn refresh(&self, refresh: &ProviderSecret) -> Result<Tokens> {
        self.oauth.refresh(refresh).await
    }

    async fn revoke(&self, refresh: &ProviderSecret) -> Result<()> {
        self.oauth.revoke(refresh).await
    }

    /// The id of the primary calendar is the account's address.
    async fn account_email(&self, access: &ProviderSecret) -> Result<String> {
        let calendar: Calendar = self.get(&["calendars", "primary"], &[], access).await?.json()?;
        Ok(calendar.id)
    }

    async fn list_calendars(&self, access: &ProviderSecret) -> Result<Vec<RemoteCalendar>> {
        let mut calendars = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..CALENDAR_PAGES_MAX {
            // Of those whose free/busy times alone are shown there is nothing to sync.
            let mut query = vec![("maxResults", CALENDARS_PAGE), ("minAccessRole", "reader"), ("showHidden", "true")];
            query.extend(token.as_deref().map(|token| ("pageToken", token)));
            let page: CalendarList = self.get(&["users", "me", "calendarList"], &query, access).await?.json()?;
            calendars.extend(page.items.into_iter().filter(|it| !it.deleted).map(read::calendar));
            token = page.next_page_token;
            if token.is_none() {
                break;
            }
        }
        Ok(calendars)
    }

    async fn changes(&self, place: &Place, cursor: Option<String>) -> Result<ItemPage> {
        let cursor = cursor.as_deref().map(Cursor::parse).unwrap_or_default();
        let mut query = vec![("maxResults", PAGE)];
        query.extend(EVENT_TYPES.map(|kind| ("eventTypes", kind)));
        query.extend(cursor.sync.map(|token| ("syncToken", token)));
        query.extend(cursor.page.map(|token| ("pageToken", token)));
        let given = cursor.sync.is_some() || cursor.page.is_some();
        let (page, zone) = self.list(place, &query).await.map_err(|error| match error {
            // 410 of a list says that the token is too old, and 400 that it is none, or of another calendar.
            ProviderError::NotFound | ProviderError::Rejected(_) if given => ProviderError::CursorGone,
            error => error,
        })?;
        let next = match (page.next_page_token, page.next_sync_token) {
            (Some(token), _) => NextPage::More(Cursor { sync: cursor.sync, page: Some(&token) }.told()),
            (None, Some(token)) => NextPage::Done(Cursor { sync: Some(&token), page: None }.told()),
            (None, None) => {
                let reason = "its list says neither where it goes on nor where it ends".to_owned();
                return Err(ProviderError::Unavailable { reason, retry_after: None });
            }
        };
        Ok(ItemPage { items: page.items.into_iter().filter_map(|it| read::listed(it, &zone)).collect(), next })
    }

    async fn find_copy(&self, place: &Place, origin: EventId) -> Result<Option<Item>> {
        // By the mark first, which what was adopted carries too, and with the calendar's zone.
        let mark = format!("{MARK}={}", origin.0);
        let (page, zone) = self.list(place, &[("privateExtendedProperty", &mark), ("maxResults", "50")]).await?;
        let found = page.items.into_iter().filter_map(|it| read::listed(it, &zone));
        let whole = |it: &Item| matches!(it.content, Content::Whole(_) | Content::Unreadable(_));
        if let Some(item) = found.into_iter().find(whole) {
            return Ok(Some(item));
        }
        match self.get(&["calendars", &place.calendar, "events", &copy_id(origin)], &[], &place.access).await {
            Ok(answer) => Ok(Some(read::item(answer.json::<Event>()?, &zone))),
            Err(ProviderError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn insert(&self, place: &Place, new: &NewItem) -> Result<Item> {
        let facts = &new.whole.facts;
        let mut body = write::body(facts, &Fields::from(Field::ALL), new.origin);
        body.insert("id".to_owned(), json!(copy_id(new.origin)));
        body.insert("recurrence".to_owned(), write::recurrence(new.whole.recurrence.as_ref(), &facts.span)?);
        let call = self.writing(Method::POST, &["calendars", &place.calendar, "events"], &place.access);
        let answer = self.send(call.json(&write::without_null(Value::Object(body)))).await?;
        Ok(read::item(answer.json::<Event>()?, &facts.span.zone))
    }

    async fn update(&self, place: &Place, update: &ItemUpdate) -> Result<Item> {
        let mut fields = update.fields.clone();
        if update.etag.is_none() {
            // Brings back what was deleted.
            fields.insert(Field::Status);
        }
        let whole = &update.whole;
        let mut body = write::body(&whole.facts, &fields, update.origin);
        // Its dates are told in the zone of the start, and go with it.
        if fields.contains(&Field::Recurrence) || (fields.contains(&Field::Time) && whole.recurrence.is_some()) {
            let lines = write::recurrence(whole.recurrence.as_ref(), &whole.facts.span)?;
            body.insert("recurrence".to_owned(), lines);
        }
        let zone = &whole.facts.span.zone;
        let item = self.patch(place, &update.id, update.etag.as_deref(), &Value::Object(body), zone).await?;
        // Of a deleted one Google changes the fields, and leaves it deleted.
        if item.content == Content::Deleted { Err(ProviderError::NotFound) } else { Ok(item) }
    }

    async fn update_part(&self, place: &Place, update: &PartUpdate) -> Result<Item> {
        let made = write::occurrence_id(&update.series, update.original);
        let id = update.id.as_deref().unwrap_or(&made);
        let (body, zone) = match &update.facts {
            None => (json!({"status": "cancelled"}), Zone::utc()),
            Some(facts) => {
                let mut fields = update.fields.clone();
                // It may have been cancelled.
                fields.insert(Field::Status);
                (Value::Object(write::body(facts, &fields, update.origin)), facts.span.zone.clone())
            }
        };
        self.patch(place, id, update.etag.as_deref(), &body, &zone).await
    }

    async fn delete(&self, place: &Place, id: &str, etag: Option<String>) -> Result<()> {
        let mut call = self.writing(Method::DELETE, &["calendars", &place.calendar, "events", id], &place.access);
        if let Some(etag) = etag {
            call = call.header("if-match", &etag);
        }
        gone(self.send(call).await)
    }

    async fn create_calendar(&self, access: &ProviderSecret, name: &str, zone: &str) -> Result<RemoteCalendar> {
        let body = json!({"summary": name, "timeZone": zone});
        let made: Calendar = self.send(self.call(Method::POST, &["calendars"], access).json(&body)).await?.json()?;
        Ok(RemoteCalendar { writable: true, ..read::calendar(made) })
    }

    async fn rename_calendar(&self, place: &Place, from: &str, to: &str) -> Result<()> {
        let path = ["calendars", &place.calendar];
        let known: Calendar = self.get(&path, &[], &place.access).await?.json()?;
        if known.summary.as_deref() != Some(from) {
            return Ok(());
        }
        self.send(self.call(Method::PATCH, &path, &place.access).json(&json!({"summary": to}))).await.map(drop)
    }

    async fn delete_calendar(&self, place: &Place) -> Result<()> {
        gone(self.send(self.call(Method::DELETE, &["calendars", &place.calendar], &place.access)).await)
    }

    async fn share_calendar(&self, place: &Place, email: &Email) -> Result<()> {
        let mut url = self.url(&["calendars", &place.calendar, "acl"]);
        url.query_pairs_mut().append_pair("sendNotifications", "true");
        let rule = json!({"role": "reader", "scope": {"type": "user", "value": email.as_str()}});
        self.send(Call::new(Method::POST, url).access(&place.access).json(&rule)).await.map(|_| ())
    }

    fn rounded(&self, facts: Facts) -> Facts {
        shown::rounded(facts)
    }
}

/// What is gone already is gone.
fn gone(answer: Result<Answer>) -> Result<()> {
    match answer {
        Ok(_) | Err(ProviderError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Where to go on: in a list, after a sync, or in the list of a sync, whose pages take its token too.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Cursor<'a> {
    sync: Option<&'a str>,
    page: Option<&'a str>,
}

impl<'a> Cursor<'a> {
    /// The two on a line each.
    fn told(self) -> String {
        format!("{}\n{}", self.sync.unwrap_or_default(), self.page.unwrap_or_default())
    }

    fn parse(text: &'a str) -> Self {
        let (sync, page) = text.split_once('\n').unwrap_or((text, ""));
        let some = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        Self { sync: some(sync), page: some(page) }
    }
}
