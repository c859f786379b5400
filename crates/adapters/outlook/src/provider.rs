//! The calls.
//!
//! Graph tells changes of a window alone. Ours reaches from a year before its first call to three after it; in its last
//! year it is given up for another. What lies outside is read when a calendar is read anew, and written, but a change of
//! it there is not heard of until then.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp, civil};
use kalends_domain::account::Email;
use kalends_domain::event::Span;
use kalends_domain::id::EventId;
use kalends_domain::recurrence::Recurrence;
use kalends_domain::sync::remote::{Content, Facts, Field, Fields, Item, Original, Part, RemoteCalendar};
use kalends_domain::time::Zone;
use kalends_http::{Answer, Api, Call, ClientError, Method, OAuth, OAuthSettings};
use kalends_ports::{
    Authorization, Clock, ItemPage, ItemUpdate, NewItem, NextPage, PartUpdate, Place, Provider, ProviderError,
    ProviderSecret, Tokens,
};
use serde_json::{Value, json};
use tokio::time::timeout;
use url::Url;

use crate::read::{self, MARK};
use crate::wire::{Calendar, Change, Event, Page, Refusal, User};
use crate::{shown, write};

const SCOPES: &[&str] = &["offline_access", "User.Read", "Calendars.ReadWrite"];
const NEEDED: &[&str] = &["Calendars.ReadWrite"];
/// How many events a page has at most: each series in it, and each change, is read by itself.
const PAGE: usize = 50;
const CALENDARS_PAGE: &str = "100";
const PAGES_MAX: usize = 3;
/// Most occurrences of one series that are cancelled: each is a call.
const CANCELLED_MAX: usize = 100;
/// For one use of the port, however many calls it takes.
const WHOLE: Duration = Duration::from_secs(55);
const YEAR: SignedDuration = SignedDuration::from_hours(24 * 365);
/// What a single read asks for: all that `wire::Event` has.
const FIELDS: &str = "subject,body,location,start,end,isAllDay,originalStart,originalStartTimeZone,isCancelled,showAs,\
    sensitivity,isReminderOn,reminderMinutesBeforeStart,attendees,recurrence,seriesMasterId,type,iCalUId,\
    lastModifiedDateTime,cancelledOccurrences";

type Result<T> = std::result::Result<T, ProviderError>;

/// Where Microsoft is, and what this server is to it.
#[derive(Clone)]
pub struct OutlookSettings {
    /// The id of the OAuth client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: ProviderSecret,
    /// Where browsers are sent: Microsoft's own is `https://login.microsoftonline.com/common/oauth2/v2.0/authorize`.
    pub auth_url: Url,
    /// Where tokens are given: `https://login.microsoftonline.com/common/oauth2/v2.0/token`.
    pub token_url: Url,
    /// Where Graph begins: `https://graph.microsoft.com/v1.0`.
    pub api_url: Url,
}

/// Outlook's calendars.
pub struct Outlook {
    oauth: OAuth,
    api: Api,
    base: Url,
    clock: Arc<dyn Clock>,
}

impl Outlook {
    /// Calls nobody yet. The clock says where the window of changes begins.
    pub fn new(settings: OutlookSettings, clock: Arc<dyn Clock>) -> std::result::Result<Self, ClientError> {
        let api = Api::new()?;
        let oauth = OAuthSettings {
            client_id: settings.client_id,
            client_secret: settings.client_secret,
            auth_url: settings.auth_url,
            token_url: settings.token_url,
            revoke_url: None,
            scopes: SCOPES,
            needed: NEEDED,
            extra: &[],
        };
        Ok(Self { oauth: OAuth::new(oauth, api.clone()), api, base: settings.api_url, clock })
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("me").extend(path);
        }
        url
    }

    async fn send(&self, call: Call, access: &ProviderSecret) -> Result<Answer> {
        let prefer = format!(
            "IdType=\"ImmutableId\", outlook.timezone=\"UTC\", outlook.body-content-type=\"text\", odata.maxpagesize={PAGE}"
        );
        let answer = self.api.call(call.access(access).header("prefer", &prefer)).await?;
        if answer.is_success() {
            return Ok(answer);
        }
        let said = answer.json::<Refusal>().ok().and_then(|refusal| refusal.error.message);
        Err(answer.failure(said.as_deref()))
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)], access: &ProviderSecret) -> Result<Answer> {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.send(Call::new(Method::GET, url), access).await
    }

    /// The next page is where the last one says, as long as that is at Graph: the token goes along.
    async fn follow(&self, link: &str, access: &ProviderSecret) -> Result<Page> {
        let url = Url::parse(link).ok().filter(|url| url.origin() == self.base.origin());
        let Some(url) = url else {
            let reason = "its list goes on elsewhere".to_owned();
            return Err(ProviderError::Unavailable { reason, retry_after: None });
        };
        self.send(Call::new(Method::GET, url), access).await?.json()
    }

    /// A single event, or a series with its changed and cancelled occurrences. Nothing where it is gone.
    async fn whole(&self, id: &str, access: &ProviderSecret) -> Result<Vec<Item>> {
        let expand = format!("exceptionOccurrences,singleValueExtendedProperties($filter=id eq '{MARK}')");
        match self.get(&["events", id], &[("$select", FIELDS), ("$expand", &expand)], access).await {
            Ok(answer) => Ok(read::items(answer.json()?)),
            Err(ProviderError::NotFound) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn first(&self, id: &str, access: &ProviderSecret) -> Result<Item> {
        self.whole(id, access).await?.into_iter().next().ok_or(ProviderError::NotFound)
    }

    /// Where the changes of a window begin to be told.
    fn window(&self, calendar: &str) -> (Url, Timestamp) {
        let now = self.clock.now();
        let day = |at: Timestamp| at.strftime("%Y-%m-%dT00:00:00Z").to_string();
        let ends = now.saturating_add(YEAR * 3).unwrap_or(now);
        let begins = now.saturating_sub(YEAR).unwrap_or(now);
        let mut url = self.url(&["calendars", calendar, "calendarView", "delta"]);
        url.query_pairs_mut().append_pair("startDateTime", &day(begins)).append_pair("endDateTime", &day(ends));
        (url, ends)
    }

    async fn page(&self, place: &Place, cursor: Option<String>) -> Result<ItemPage> {
        let access = &place.access;
        let cursor = if let Some(text) = cursor {
            Cursor::parse(&text).ok_or(ProviderError::CursorGone)?
        } else {
            let (url, ends) = self.window(&place.calendar);
            Cursor { step: Step::Opening, ends, link: url.into(), then: String::new() }
        };
        if cursor.ends < self.clock.now().saturating_add(YEAR).unwrap_or(Timestamp::MAX) {
            return Err(ProviderError::CursorGone);
        }
        let page = self.follow(&cursor.link, access).await.map_err(|error| match error {
            // 410 and 400 of a link that Graph once made: it is too old.
            ProviderError::NotFound | ProviderError::Rejected(_) if cursor.step == Step::Changes => {
                ProviderError::CursorGone
            }
            error => error,
        })?;
        let items = match cursor.step {
            Step::Opening => Vec::new(),
            Step::List => self.listed(page.value, access).await?,
            Step::Changes => self.changed(page.value, access).await?,
        };
        let next = match (page.next_link, page.delta_link, cursor.step) {
            (Some(link), ..) => NextPage::More(Cursor { link, ..cursor }.told()),
            // First where changes are told from, and then everything: what changes in between is told twice, and not missed.
            (None, Some(then), Step::Opening) => {
                let mut url = self.url(&["calendars", &place.calendar, "events"]);
                let expand = format!("singleValueExtendedProperties($filter=id eq '{MARK}')");
                url.query_pairs_mut().append_pair("$top", &PAGE.to_string()).append_pair("$expand", &expand);
                NextPage::More(Cursor { step: Step::List, link: url.into(), then, ..cursor }.told())
            }
            (None, _, Step::List) => {
                let link = cursor.then.clone();
                NextPage::Done(Cursor { step: Step::Changes, link, then: String::new(), ..cursor }.told())
            }
            (None, Some(link), Step::Changes) => NextPage::Done(Cursor { link, ..cursor }.told()),
            (None, None, _) => {
                let reason = "its list says neither where it goes on nor where it ends".to_owned();
                return Err(ProviderError::Unavailable { reason, retry_after: None });
            }
        };
        Ok(ItemPage { items, next })
    }

    /// Of a series a list does not tell what became of its occurrences.
    async fn listed(&self, values: Vec<Value>, access: &ProviderSecret) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        for value in values {
            let master = value["type"] == "seriesMaster";
            match value["id"].as_str().filter(|_| master) {
                Some(id) => items.extend(self.whole(id, access).await?),
                None => items.extend(read::items(value)),
            }
        }
        Ok(items)
    }

    /// What changed, each read by itself: a change tells no mark. What left the window may still be there.
    async fn changed(&self, values: Vec<Value>, access: &ProviderSecret) -> Result<Vec<Item>> {
        let changes: Vec<Change> = values.into_iter().filter_map(|it| serde_json::from_value(it).ok()).collect();
        let mut items = Vec::new();
        let mut seen = BTreeSet::new();
        for change in changes {
            let id = change.series_master_id.unwrap_or(change.id);
            if !seen.insert(id.clone()) {
                continue;
            }
            let found = self.whole(&id, access).await?;
            match found.first() {
                // What was removed as an occurrence alone is now told by its series.
                Some(Item { content: Content::Part(part), .. }) if change.removed.is_some() => {
                    let series = part.series.clone();
                    if seen.insert(series.clone()) {
                        items.extend(self.whole(&series, access).await?);
                    }
                }
                Some(_) => items.extend(found),
                None => items.push(Item {
                    id,
                    etag: None,
                    updated: None,
                    origin: None,
                    uid: None,
                    content: Content::Deleted,
                }),
            }
        }
        Ok(items)
    }

    async fn marked(&self, place: &Place, origin: EventId) -> Result<Option<String>> {
        let mark = origin.0;
        let filter = format!("singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq '{mark}')");
        let page: Page = self
            .get(&["calendars", &place.calendar, "events"], &[("$filter", &filter)], &place.access)
            .await?
            .json()?;
        Ok(page.value.first().and_then(|it| it["id"].as_str()).map(str::to_owned))
    }

    /// The occurrences of a series that begin on these days or near them, by where the series puts them.
    async fn occurrences(&self, id: &str, days: [civil::Date; 2], access: &ProviderSecret) -> Result<Vec<Event>> {
        let day = |day: civil::Date, more: i8| {
            let day = day.saturating_add(jiff::Span::new().days(more));
            format!("{day}T00:00:00Z")
        };
        let (from, to) = (day(days[0], -2), day(days[1], 3));
        let query = [("startDateTime", from.as_str()), ("endDateTime", to.as_str()), ("$top", "200")];
        let mut page: Page = self.get(&["events", id, "instances"], &query, access).await?.json()?;
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX * 5 {
            found.extend(page.value.into_iter().filter_map(|it| serde_json::from_value::<Event>(it).ok()));
            match page.next_link {
                Some(link) => page = self.follow(&link, access).await?,
                None => break,
            }
        }
        Ok(found)
    }

    /// Cancels the occurrences that do not take place, but for those that are cancelled already.
    async fn cancel(&self, id: &str, series: &Recurrence, span: &Span, access: &ProviderSecret) -> Result<()> {
        let days: BTreeSet<civil::Date> = write::cancelled(series).collect();
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(()) };
        if days.len() > CANCELLED_MAX {
            let why = format!("Outlook cannot be told of more than {CANCELLED_MAX} cancelled occurrences");
            return Err(ProviderError::Rejected(why));
        }
        for event in self.occurrences(id, [*first, *last], access).await? {
            let occurrence = event.id.clone();
            let Content::Part(part) = read::item(event).content else { continue };
            let day = match part.original {
                Original::Day(day) => day,
                Original::At(at) => span.zone.civil(at).date(),
            };
            if days.contains(&day) {
                gone(self.send(Call::new(Method::DELETE, self.url(&["events", &occurrence])), access).await)?;
            }
        }
        Ok(())
    }

    async fn make(&self, place: &Place, new: &NewItem) -> Result<Item> {
        let whole = &new.whole;
        let mut body = write::body(&whole.facts, &Fields::from(Field::ALL), new.origin);
        let span = &shown::rounded(whole.facts.clone()).span;
        body.insert("recurrence".to_owned(), write::recurrence(whole.recurrence.as_ref(), span)?);
        body.insert("transactionId".to_owned(), json!(format!("kalends-{}", new.origin.0)));
        let call = |body: &_| Call::new(Method::POST, self.url(&["calendars", &place.calendar, "events"])).json(body);
        let answer = match self.send(call(&body), &place.access).await {
            // Its transaction was used: for a copy that is there, or for one that somebody deleted.
            Err(ProviderError::Exists) if self.marked(place, new.origin).await?.is_none() => {
                body.remove("transactionId");
                self.send(call(&body), &place.access).await?
            }
            answer => answer?,
        };
        let id = answer.json::<Event>()?.id;
        if let Some(series) = &whole.recurrence {
            self.cancel(&id, series, span, &place.access).await?;
        }
        self.first(&id, &place.access).await
    }

    async fn change(&self, place: &Place, update: &ItemUpdate) -> Result<Item> {
        let whole = &update.whole;
        let span = &shown::rounded(whole.facts.clone()).span;
        let mut body = write::body(&whole.facts, &update.fields, update.origin);
        let dates = update.fields.contains(&Field::Recurrence)
            || (update.fields.contains(&Field::Time) && whole.recurrence.is_some());
        if dates {
            body.insert("recurrence".to_owned(), write::recurrence(whole.recurrence.as_ref(), span)?);
        }
        if dates && !update.fields.contains(&Field::Time) {
            // A pattern that is written anew takes the series' changed occurrences with it.
            let current = self.first(&update.id, &place.access).await?;
            let same = |old: &Recurrence| whole.recurrence.as_ref().is_some_and(|new| new.rules() == old.rules());
            if matches!(&current.content, Content::Whole(it) if it.recurrence.as_ref().is_some_and(same)) {
                body.remove("recurrence");
            }
        }
        let mut call = Call::new(Method::PATCH, self.url(&["events", &update.id])).json(&body);
        if let Some(etag) = &update.etag {
            call = call.header("if-match", etag);
        }
        self.send(call, &place.access).await?;
        if let Some(series) = whole.recurrence.as_ref().filter(|_| dates) {
            self.cancel(&update.id, series, span, &place.access).await?;
        }
        self.first(&update.id, &place.access).await
    }

    async fn change_part(&self, place: &Place, update: &PartUpdate) -> Result<Item> {
        let access = &place.access;
        let known = match &update.id {
            Some(id) => Some(id.clone()),
            None => self.occurrence(update, access).await?,
        };
        let Some(id) = known else { return self.missing(update, access).await };
        let url = self.url(&["events", &id]);
        let mut call = match &update.facts {
            None => Call::new(Method::DELETE, url),
            Some(facts) => Call::new(Method::PATCH, url).json(&write::body(facts, &update.fields, update.origin)),
        };
        if let Some(etag) = &update.etag {
            call = call.header("if-match", etag);
        }
        match self.send(call, access).await {
            Ok(answer) if update.facts.is_some() => Ok(read::item(answer.json::<Event>()?)),
            Ok(_) => Ok(cancelled(update, id)),
            Err(ProviderError::NotFound) => self.missing(update, access).await,
            Err(error) => Err(error),
        }
    }

    /// The id of the occurrence that a series puts there.
    async fn occurrence(&self, update: &PartUpdate, access: &ProviderSecret) -> Result<Option<String>> {
        let day = match update.original {
            Original::At(at) => Zone::utc().civil(at).date(),
            Original::Day(day) => day,
        };
        let near = self.occurrences(&update.series, [day, day], access).await?;
        Ok(near.into_iter().find_map(|event| {
            let id = event.id.clone();
            let Content::Part(part) = read::item(event).content else { return None };
            (part.original == update.original).then_some(id)
        }))
    }

    /// An occurrence that is not there: cancelled before, or none of its series'.
    async fn missing(&self, update: &PartUpdate, access: &ProviderSecret) -> Result<Item> {
        let master: Event = self.get(&["events", &update.series], &[("$select", FIELDS)], access).await?.json()?;
        let zone =
            master.original_start_time_zone.as_deref().and_then(kalends_ical::zone_named).unwrap_or_else(Zone::utc);
        let day = match update.original {
            Original::At(at) => zone.civil(at).date(),
            Original::Day(day) => day,
        };
        let names = master.cancelled_occurrences.unwrap_or_default();
        match (names.iter().find(|name| read::cancelled_day(name) == Some(day)), &update.facts) {
            (Some(name), None) => Ok(cancelled(update, update.id.clone().unwrap_or_else(|| name.clone()))),
            (Some(_), Some(_)) => {
                Err(ProviderError::Rejected("Outlook cannot bring back a cancelled occurrence".to_owned()))
            }
            (None, _) => Err(ProviderError::NotFound),
        }
    }
}

fn cancelled(update: &PartUpdate, id: String) -> Item {
    let part = Part { series: update.series.clone(), original: update.original, facts: None };
    Item { id, etag: None, updated: None, origin: None, uid: None, content: Content::Part(part) }
}

/// What is gone already is gone.
fn gone(answer: Result<Answer>) -> Result<()> {
    match answer {
        Ok(_) | Err(ProviderError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Many calls, and no more than a minute for all.
async fn bounded<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| ProviderError::Unavailable { reason: "no answer in time".to_owned(), retry_after: None };
    timeout(WHOLE, work).await.map_err(late)?
}

#[async_trait]
impl Provider for Outlook {
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

    async fn account_email(&self, access: &ProviderSecret) -> Result<String> {
        let user: User = self.get(&[], &[("$select", "mail,userPrincipalName")], access).await?.json()?;
        let address = user.mail.or(user.user_principal_name);
        address.ok_or_else(|| ProviderError::Rejected("the account has no address".to_owned()))
    }

    async fn list_calendars(&self, access: &ProviderSecret) -> Result<Vec<RemoteCalendar>> {
        let mut page: Page = self.get(&["calendars"], &[("$top", CALENDARS_PAGE)], access).await?.json()?;
        let mut calendars = Vec::new();
        for pages in 1.. {
            let read = page.value.into_iter().filter_map(|it| serde_json::from_value::<Calendar>(it).ok());
            calendars.extend(read.map(read::calendar));
            match page.next_link.filter(|_| pages < PAGES_MAX) {
                Some(link) => page = self.follow(&link, access).await?,
                None => break,
            }
        }
        Ok(calendars)
    }

    async fn changes(&self, place: &Place, cursor: Option<String>) -> Result<ItemPage> {
        bounded(self.page(place, cursor)).await
    }

    async fn find_copy(&self, place: &Place, origin: EventId) -> Result<Option<Item>> {
        match self.marked(place, origin).await? {
            Some(id) => Ok(self.whole(&id, &place.access).await?.into_iter().next()),
            None => Ok(None),
        }
    }

    async fn insert(&self, place: &Place, new: &NewItem) -> Result<Item> {
        bounded(self.make(place, new)).await
    }

    async fn update(&self, place: &Place, update: &ItemUpdate) -> Result<Item> {
        bounded(self.change(place, update)).await
    }

    async fn update_part(&self, place: &Place, update: &PartUpdate) -> Result<Item> {
        bounded(self.change_part(place, update)).await
    }

    async fn delete(&self, place: &Place, id: &str, etag: Option<String>) -> Result<()> {
        let mut call = Call::new(Method::DELETE, self.url(&["events", id]));
        if let Some(etag) = etag {
            call = call.header("if-match", &etag);
        }
        gone(self.send(call, &place.access).await)
    }

    /// Outlook's calendars have no zone of their own.
    async fn create_calendar(&self, access: &ProviderSecret, name: &str, _zone: &str) -> Result<RemoteCalendar> {
        let call = Call::new(Method::POST, self.url(&["calendars"])).json(&json!({"name": name}));
        Ok(read::calendar(self.send(call, access).await?.json()?))
    }

    async fn rename_calendar(&self, place: &Place, from: &str, to: &str) -> Result<()> {
        let path = ["calendars", &place.calendar];
        let known: Calendar = self.get(&path, &[], &place.access).await?.json()?;
        if known.name.as_deref() != Some(from) {
            return Ok(());
        }
        let call = Call::new(Method::PATCH, self.url(&path)).json(&json!({"name": to}));
        self.send(call, &place.access).await.map(drop)
    }

    async fn delete_calendar(&self, place: &Place) -> Result<()> {
        let call = Call::new(Method::DELETE, self.url(&["calendars", &place.calendar]));
        gone(self.send(call, &place.access).await)
    }

    /// Graph shares a calendar, and cannot be told to say so to the other side.
    async fn share_calendar(&self, _: &Place, _: &Email) -> Result<()> {
        Err(ProviderError::Rejected("calendars are shared in Outlook itself".to_owned()))
    }

    fn rounded(&self, facts: Facts) -> Facts {
        shown::rounded(facts)
    }
}

/// What a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The window as it is: only where its changes will be told from counts.
    Opening,
    /// Everything, the window's or not.
    List,
    /// What changed in the window.
    Changes,
}

/// Where to go on, and until when.
struct Cursor {
    step: Step,
    /// Where the window ends.
    ends: Timestamp,
    link: String,
    /// In a list: where changes are told from.
    then: String,
}

impl Cursor {
    fn told(&self) -> String {
        let step = match self.step {
            Step::Opening => "opening",
            Step::List => "list",
            Step::Changes => "changes",
        };
        format!("{step}\n{}\n{}\n{}", self.ends.as_second(), self.link, self.then)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let step = match lines.next()? {
            "opening" => Step::Opening,
            "list" => Step::List,
            "changes" => Step::Changes,
            _ => return None,
        };
        let ends = Timestamp::from_second(lines.next()?.parse().ok()?).ok()?;
        Some(Self { step, ends, link: lines.next()?.to_owned(), then: lines.next()?.to_owned() })
    }
}
