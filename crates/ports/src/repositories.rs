//! What can be read. Deleted things are found only where a name says so.

use async_trait::async_trait;
use jiff::Timestamp;
use kalends_domain::access::Role;
use kalends_domain::account::{ApiKey, Email, IcalToken, Session, TokenHash, User};
use kalends_domain::booking::{Booking, BookingLink};
use kalends_domain::calendar::{Calendar, CalendarView, Member, Membership, Seat};
use kalends_domain::contact::Contact;
use kalends_domain::course::{Course, CourseId};
use kalends_domain::event::{Event, Kind, Window};
use kalends_domain::frist::record::{Head, KeptRecord};
use kalends_domain::frist::{Frist, Status};
use kalends_domain::id::{
    ApiKeyId, BookingId, BookingLinkId, CalendarId, ChainId, ContactId, EventId, HistoryId, IcalTokenId, IntegrationId,
    LinkId, SyncLogId, UserId,
};
use kalends_domain::sync::{HistoryEntry, Integration, Link, LinkAttempt, Pair, ProviderKind, SyncLogEntry};

use uuid::Uuid;

use crate::{StoreError, SyncHealth};

type Result<T> = std::result::Result<T, StoreError>;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// The key of the last item that the reader has; `None` from the start.
    pub after: Option<K>,
    /// Most items to answer with.
    pub limit: usize,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Whether there are items after these.
    pub more: bool,
}

/// Items of a list that is read by number, and how many it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// How many items the whole list has.
    pub total: usize,
}

/// Accounts.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Users: Send + Sync {
    /// An account that is not deleted.
    async fn find_user(&self, id: UserId) -> Result<Option<User>>;

    /// The account, not deleted, that has this address.
    async fn find_user_by_email(&self, email: &Email) -> Result<Option<User>>;
}

/// Refresh tokens.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Sessions: Send + Sync {
    /// The refresh token with this hash, used, revoked or expired as it may be.
    async fn find_session(&self, token: TokenHash) -> Result<Option<Session>>;
}

/// API keys.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// The key with this hash and its account, if neither is revoked or deleted.
    async fn find_api_key(&self, token: TokenHash) -> Result<Option<(ApiKey, User)>>;

    /// An account's keys that are not revoked, by id.
    async fn list_api_keys(&self, user: UserId, page: PageRequest<ApiKeyId>) -> Result<Page<ApiKey>>;
}

/// Tokens that open a feed of all that their owner sees.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait IcalTokens: Send + Sync {
    /// The token with this hash and its owner, if neither is revoked or deleted.
    async fn find_ical_token(&self, token: TokenHash) -> Result<Option<(IcalToken, User)>>;

    /// An account's tokens that are not revoked, by id.
    async fn list_ical_tokens(&self, user: UserId, page: PageRequest<IcalTokenId>) -> Result<Page<IcalToken>>;
}

/// Calendars and memberships.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Calendars: Send + Sync {
    /// A calendar that is not deleted, with the viewer's place in it; `None` when there is no such
    /// calendar or the viewer is no member.
    async fn find_calendar(&self, id: CalendarId, viewer: UserId) -> Result<Option<CalendarView>>;

    /// The same for a deleted calendar.
    async fn find_deleted_calendar(&self, id: CalendarId, viewer: UserId) -> Result<Option<CalendarView>>;

    /// The viewer's calendars that are not deleted, by id.
    async fn list_calendars(&self, viewer: UserId, page: PageRequest<CalendarId>) -> Result<Page<CalendarView>>;

    /// A calendar that is not deleted and public.
    async fn find_public_calendar(&self, id: CalendarId) -> Result<Option<Calendar>>;

    /// Those of these calendars that have more than one member, in no order.
    async fn list_shared(&self, calendars: Vec<CalendarId>) -> Result<Vec<CalendarId>>;

    /// The calendar, not deleted, whose feed this token opens.
    async fn find_calendar_by_feed(&self, token: TokenHash) -> Result<Option<Calendar>>;

    /// The viewer's seat in each of their calendars that is not deleted, by id of the calendar.
    async fn list_seats(&self, viewer: UserId) -> Result<Vec<Seat>>;

    /// A person's place in a calendar.
    async fn find_membership(&self, calendar: CalendarId, user: UserId) -> Result<Option<Membership>>;

    /// A calendar's members, by user id.
    async fn list_members(&self, calendar: CalendarId, page: PageRequest<UserId>) -> Result<Page<Member>>;
}

/// An event with what decides who may do what with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEvent {
    /// The event.
    pub event: Event,
    /// Its calendar.
    pub calendar: Calendar,
    /// The viewer's role there, if any.
    pub role: Option<Role>,
}

/// Which stored events are wanted: single ones or series, never both at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFilter {
    /// In any of these calendars.
    pub calendars: Vec<CalendarId>,
    /// Some part of the event lies here; a series counts from its first start to its last end.
    pub window: Window,
    /// Series, or single events.
    pub recurring: bool,
    /// This text, folded by [`kalends_domain::text::fold`], stands in a title, description or
    /// location of the event or of one of its overrides.
    pub text: Option<String>,
    /// The event or one of its overrides has this tag.
    pub tag: Option<String>,
    /// The event itself, whatever its overrides say, is of one of these kinds.
    pub kinds: Option<Vec<Kind>>,
    /// The event belongs to this case.
    pub case: Option<Uuid>,
    /// Behind this start and id, in the order of the list.
    pub after: Option<(Timestamp, EventId)>,
    /// Most events to answer with.
    pub limit: usize,
}

/// Which single events are wanted, by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SingleFilter {
    /// In any of these calendars.
    pub calendars: Vec<CalendarId>,
    /// Of one of these kinds.
    pub kinds: Vec<Kind>,
    /// Belonging to the course of this id.
    pub course: Option<String>,
    /// Beginning at this instant or later.
    pub from: Option<Timestamp>,
    /// Over by this instant; what takes no time is over after its start.
    pub to: Option<Timestamp>,
    /// How many to pass over.
    pub offset: usize,
    /// Most events to answer with.
    pub limit: usize,
}

/// Events.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Events: Send + Sync {
    /// An event that is not deleted, in a calendar that is not deleted, with the viewer's role
    /// there, whether there is one or not.
    async fn find_event(&self, id: EventId, viewer: UserId) -> Result<Option<SeenEvent>>;

    /// A deleted event in a calendar that is not deleted.
    async fn find_deleted_event(&self, id: EventId, viewer: UserId) -> Result<Option<SeenEvent>>;

    /// All of a calendar's events that are not deleted, by id.
    async fn list_calendar_events(&self, calendar: CalendarId, page: PageRequest<EventId>) -> Result<Page<Event>>;

    /// The calendar's events, not deleted, that have one of these UIDs, in no order.
    async fn list_events_by_uid(&self, calendar: CalendarId, uids: Vec<String>) -> Result<Vec<Event>>;

    /// The calendar's events of these ids, deleted ones too, in no order.
    async fn list_events_by_id(&self, calendar: CalendarId, ids: Vec<EventId>) -> Result<Vec<Event>>;

    /// Events that are not deleted, ordered by first start, then id. Costs what the window holds,
    /// however many events the calendar has.
    async fn list_events(&self, filter: EventFilter) -> Result<Vec<Event>>;

    /// Single events that are not deleted, ordered by start, then id, and how many the filter matches.
    async fn list_single_events(&self, filter: SingleFilter) -> Result<Counted<Event>>;
}

/// Which contacts are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactFilter {
    /// Of this account.
    pub owner: UserId,
    /// This text, folded by [`kalends_domain::text::fold`], stands in the name (the first, a space, the last), email,
    /// phone, company or notes.
    pub text: Option<String>,
}

/// Contacts. Each is found by its owner alone.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Contacts: Send + Sync {
    /// A contact of this account that is not deleted.
    async fn find_contact(&self, id: ContactId, owner: UserId) -> Result<Option<Contact>>;

    /// A deleted contact of this account.
    async fn find_deleted_contact(&self, id: ContactId, owner: UserId) -> Result<Option<Contact>>;

    /// Contacts that are not deleted, by id.
    async fn list_contacts(&self, filter: ContactFilter, page: PageRequest<ContactId>) -> Result<Page<Contact>>;

    /// The account's contacts, not deleted, that have one of these UIDs, in no order.
    async fn list_contacts_by_uid(&self, owner: UserId, uids: Vec<String>) -> Result<Vec<Contact>>;
}

/// Courses. Each is found by its owner alone.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Courses: Send + Sync {
    /// The course of this id.
    async fn find_course(&self, owner: UserId, id: &CourseId) -> Result<Option<Course>>;

    /// Courses in the order in which they were made, of one moment by id; passes over the first `offset`.
    async fn list_courses(&self, owner: UserId, offset: usize, limit: usize) -> Result<Counted<Course>>;

    /// The courses that have one of these ids, in no order.
    async fn list_courses_by_id(&self, owner: UserId, ids: Vec<CourseId>) -> Result<Vec<Course>>;
}

/// A booking link with its calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLink {
    /// The link.
    pub link: BookingLink,
    /// Its calendar.
    pub calendar: Calendar,
}

/// Booking links, and what was booked under them.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Bookings: Send + Sync {
    /// A link that is not deleted, active or not, in a calendar that is not deleted.
    async fn find_booking_link(&self, id: BookingLinkId) -> Result<Option<SeenLink>>;

    /// The same, by the token in its address.
    async fn find_booking_link_by_token(&self, token: &str) -> Result<Option<SeenLink>>;

    /// A calendar's links that are not deleted, by id.
    async fn list_booking_links(
        &self,
        calendar: CalendarId,
        page: PageRequest<BookingLinkId>,
    ) -> Result<Page<BookingLink>>;

    /// A booking, cancelled or not.
    async fn find_booking(&self, id: BookingId) -> Result<Option<Booking>>;

    /// The booking, cancelled or not, whose cancel link has this token.
    async fn find_booking_by_cancel_token(&self, token: TokenHash) -> Result<Option<Booking>>;

    /// The booking, cancelled or not, whose reschedule link has this token.
    async fn find_booking_by_reschedule_token(&self, token: TokenHash) -> Result<Option<Booking>>;

    /// The bookings, cancelled or not, of these events, in no order.
    async fn list_bookings_of(&self, events: Vec<EventId>) -> Result<Vec<Booking>>;
}

/// Accounts at providers, and what is kept the same as there.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Integrations: Send + Sync {
    /// A person's linked accounts, by provider.
    async fn list_integrations(&self, user: UserId) -> Result<Vec<Integration>>;

    /// The person's account with this provider.
    async fn find_integration(&self, user: UserId, provider: ProviderKind) -> Result<Option<Integration>>;

    /// What was asked with this `state`, expired or not.
    async fn find_link_attempt(&self, state: TokenHash) -> Result<Option<LinkAttempt>>;

    /// A link with its account.
    async fn find_link(&self, id: LinkId) -> Result<Option<(Link, Integration)>>;

    /// An account's links, by id.
    async fn list_links(&self, integration: IntegrationId) -> Result<Vec<Link>>;

    /// The links of a calendar, whoever's they are, by id.
    async fn list_links_of(&self, calendar: CalendarId) -> Result<Vec<Link>>;

    /// Links of accounts that can be synced, that were last synced before this instant or never, the longest ago
    /// first.
    async fn list_links_due(&self, before: Timestamp, limit: usize) -> Result<Vec<LinkId>>;

    /// How it is with all accounts: how many can be synced, and of the links of those that can, which waits longest.
    async fn count_syncs(&self) -> Result<SyncHealth>;

    /// How many copies there are under a link.
    async fn count_pairs(&self, link: LinkId) -> Result<usize>;

    /// All pairs of a link, by event.
    async fn list_pairs(&self, link: LinkId, page: PageRequest<EventId>) -> Result<Page<Pair>>;

    /// The link's pairs with these ids at the provider, in no order.
    async fn list_pairs_by_remote(&self, link: LinkId, remotes: Vec<String>) -> Result<Vec<Pair>>;

    /// The link's pairs of these events, in no order.
    async fn list_pairs_by_event(&self, link: LinkId, events: Vec<EventId>) -> Result<Vec<Pair>>;

    /// The link's pairs whose event is not at the version that was last seen, or is not in this calendar any more, or is
    /// gone; by event.
    async fn list_pairs_changed(
        &self,
        link: LinkId,
        calendar: CalendarId,
        page: PageRequest<EventId>,
    ) -> Result<Page<Pair>>;

    /// The calendar's events that are not deleted and have no pair under this link, by id.
    async fn list_events_unpaired(
        &self,
        link: LinkId,
        calendar: CalendarId,
        page: PageRequest<EventId>,
    ) -> Result<Page<Event>>;

    /// The lines of an account's log, the latest first.
    async fn list_sync_log(
        &self,
        integration: IntegrationId,
        page: PageRequest<SyncLogId>,
    ) -> Result<Page<SyncLogEntry>>;

    /// What an event lost, the latest first.
    async fn list_history(&self, event: EventId, page: PageRequest<HistoryId>) -> Result<Page<HistoryEntry>>;
}

/// A Frist with its event, and what decides who may do what with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenFrist {
    /// The Frist.
    pub frist: Frist,
    /// Its event.
    pub event: Event,
    /// The viewer's role in its calendar, if any.
    pub role: Option<Role>,
}

/// A Frist with its event, wherever that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFrist {
    /// The Frist.
    pub frist: Frist,
    /// Its event.
    pub event: Event,
    /// Whether the calendar of the event is deleted.
    pub calendar_deleted: bool,
}

/// Which Fristen are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FristFilter {
    /// In any of these calendars.
    pub calendars: Vec<CalendarId>,
    /// Standing so at [`now`](Self::now).
    pub status: Option<Status>,
    /// The time at which they stand so.
    pub now: Timestamp,
    /// Belonging to this case.
    pub case: Option<uuid::Uuid>,
    /// Given to this person.
    pub assignee: Option<UserId>,
    /// Of this chain.
    pub chain: Option<ChainId>,
    /// With a deadline at this instant or later.
    pub from: Option<Timestamp>,
    /// With a deadline before this instant.
    pub before: Option<Timestamp>,
}

/// Fristen, and the history of them.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Fristen: Send + Sync {
    /// A Frist, deleted or not, in a calendar that is not deleted, with the viewer's role there, whether there is one or
    /// not.
    async fn find_frist(&self, id: EventId, viewer: UserId) -> Result<Option<SeenFrist>>;

    /// Fristen that are not deleted, ordered by deadline, then id.
    async fn list_fristen(
        &self,
        filter: FristFilter,
        page: PageRequest<(Timestamp, EventId)>,
    ) -> Result<Page<(Frist, Event)>>;

    /// How many Fristen, not deleted, the filter matches.
    async fn count_fristen(&self, filter: FristFilter) -> Result<usize>;

    /// The Fristen of these events, and those that are computed from one of them; deleted ones too, in no order.
    async fn list_fristen_about(&self, events: Vec<EventId>) -> Result<Vec<(Frist, Event)>>;

    /// The Fristen of these calendars, deleted ones too, that say of themselves that they are `deleted`, or are not; in no
    /// order.
    async fn list_fristen_in(&self, calendars: Vec<CalendarId>, deleted: bool) -> Result<Vec<(Frist, Event)>>;

    /// All Fristen of the server, deleted or not, whatever became of their calendars; by id.
    async fn list_all_fristen(&self, page: PageRequest<EventId>) -> Result<Page<KeptFrist>>;

    /// The history of one Frist, or of all, in its order; the key of an entry is its number among all.
    async fn list_frist_records(&self, frist: Option<EventId>, page: PageRequest<i64>) -> Result<Page<KeptRecord>>;

    /// Where the history ends.
    async fn find_frist_head(&self) -> Result<Head>;
}

/// What sort of thing was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrashedKind {
    /// A calendar, with all that is in it.
    Calendar,
    /// An event.
    Event,
    /// A contact.
    Contact,
}

/// Something deleted that can be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trashed {
    /// What it is.
    pub kind: TrashedKind,
    /// Its id.
    pub id: uuid::Uuid,
    /// Its name or title; of a contact, what to call the person.
    pub name: String,
    /// The calendar of an event.
    pub calendar: Option<CalendarId>,
    /// When it was deleted.
    pub deleted_at: Timestamp,
}

/// Which deleted things are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrashFilter {
    /// What this person may restore: calendars that they own; events of calendars, not deleted
    /// themselves, in which they are owner or editor; contacts of their own.
    pub user: UserId,
    /// Only these sorts.
    pub kinds: Vec<TrashedKind>,
    /// Deleted at this instant or later.
    pub since: Timestamp,
}

/// Deleted things.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Trash: Send + Sync {
    /// Deleted things, the latest first, then by id, descending.
    async fn list_trash(
        &self,
        filter: TrashFilter,
        page: PageRequest<(Timestamp, uuid::Uuid)>,
    ) -> Result<Page<Trashed>>;
}

/// What was answered to a request that carried an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who sent the key: a user, an API key, an address.
    pub caller: String,
    /// The key.
    pub key: String,
    /// A hash of the request: method, path and body.
    pub fingerprint: [u8; 32],
    /// When the key was first used. Its request's ids and times follow from this, so that it can be
    /// run again after a crash without writing twice.
    pub created_at: Timestamp,
    /// Until when the one who runs the request is waited for.
    pub lease: Timestamp,
    /// Status and sealed body, once known.
    pub response: Option<(u16, Vec<u8>)>,
}

/// Kept answers.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Answers: Send + Sync {
    /// What is kept for this caller's key.
    async fn find_answer(&self, caller: &str, key: &str) -> Result<Option<Answer>>;
}

/// Values that the server made once.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Settings: Send + Sync {
    /// The value of this name.
    async fn find_setting(&self, key: &str) -> Result<Option<Vec<u8>>>;
}
