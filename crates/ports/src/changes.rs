//! A commit as data.

use jiff::Timestamp;
use kalends_domain::account::TokenHash;
use kalends_domain::account::{ApiKey, IcalToken, Session, User};
use kalends_domain::booking::{Booking, BookingLink};
use kalends_domain::calendar::{Calendar, Membership};
use kalends_domain::contact::Contact;
use kalends_domain::course::{Course, CourseId};
use kalends_domain::event::Event;
use kalends_domain::feed::Feed;
use kalends_domain::frist::FristWrite;
use kalends_domain::id::{
    ApiKeyId, CalendarId, EventId, FamilyId, FeedId, IcalTokenId, IntegrationId, JobId, LinkId, SessionId, UserId,
};
use kalends_domain::sync::{HistoryEntry, Integration, Link, LinkAttempt, Pair, SyncLogEntry};

use crate::{Answer, Claim, Job, Lease};

/// One write. Updates carry the whole new value, with its new version, and the version that they
/// expect to replace.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new account.
    InsertUser(User),
    /// A changed (or deleted) account.
    UpdateUser {
        /// The new value.
        user: User,
        /// The version that it replaces.
        expected: i64,
    },
    /// A new refresh token.
    InsertSession(Session),
    /// A refresh token was exchanged. Stale when it was used or revoked already.
    UseSession {
        /// The token.
        id: SessionId,
        /// When.
        at: Timestamp,
    },
    /// All tokens of one sign-in are refused from now on.
    RevokeFamily {
        /// The sign-in.
        family: FamilyId,
        /// When.
        at: Timestamp,
    },
    /// All refresh tokens, API keys and iCal tokens of an account are refused from now on.
    RevokeCredentialsOf {
        /// Whose.
        user: UserId,
        /// When.
        at: Timestamp,
    },
    /// Forgets refresh tokens that expired before this instant.
    RemoveSessionsBefore(Timestamp),
    /// A new API key.
    InsertApiKey(ApiKey),
    /// An API key is refused from now on. Stale when this account has none such, or it was revoked
    /// already.
    RevokeApiKey {
        /// The key.
        id: ApiKeyId,
        /// Whose it is.
        user: UserId,
        /// When.
        at: Timestamp,
    },
    /// A new iCal token.
    InsertIcalToken(IcalToken),
    /// An iCal token opens nothing from now on. Stale when this account has none such, or it was revoked already.
    RevokeIcalToken {
        /// The token.
        id: IcalTokenId,
        /// Whose it is.
        user: UserId,
        /// When.
        at: Timestamp,
    },
    /// A new calendar. Its owner's membership is a change of its own.
    InsertCalendar(Calendar),
    /// A calendar's own fields change (deletion and restoration too); its `revision` does not.
    UpdateCalendar {
        /// The new value.
        calendar: Calendar,
        /// The version that it replaces.
        expected: i64,
    },
    /// An event in the calendar is written: its `revision` grows by one. Stale when the calendar is
    /// deleted or absent, or when `expected` is given and is not its revision.
    TouchCalendar {
        /// The calendar.
        id: CalendarId,
        /// The revision on which the writer decided, where that matters.
        expected: Option<i64>,
        /// When; kept as at least a second after the last time.
        at: Timestamp,
    },
    /// Deletes every calendar that an account owns.
    DeleteCalendarsOf {
        /// The account.
        owner: UserId,
        /// When.
        at: Timestamp,
    },
    /// A person joins a calendar, or their role or colour there changes.
    PutMembership(Membership),
    /// A person leaves a calendar. Stale when they were no member.
    RemoveMembership {
        /// The calendar.
        calendar: CalendarId,
        /// The person.
        user: UserId,
    },
    /// A person leaves all calendars.
    RemoveMembershipsOf(UserId),
    /// A new event.
    InsertEvent(Event),
    /// A changed event (deletion and restoration too).
    UpdateEvent {
        /// The new value.
        event: Event,
        /// The version that it replaces.
        expected: i64,
    },
    /// A new or changed Frist, and the entry of its history. Stale when the version before its own is not there; its
    /// event is a change of its own.
    ///
    /// Entries are appended after all else of the commit, in their order, and nothing changes or removes them.
    WriteFrist(FristWrite),
    /// A new contact.
    InsertContact(Contact),
    /// A changed contact (deletion and restoration too).
    UpdateContact {
        /// The new value.
        contact: Contact,
        /// The version that it replaces.
        expected: i64,
    },
    /// Deletes every contact of an account.
    DeleteContactsOf {
        /// The account.
        owner: UserId,
        /// When.
        at: Timestamp,
    },
    /// A new course.
    InsertCourse(Course),
    /// A changed course.
    UpdateCourse {
        /// The new value.
        course: Course,
        /// The version that it replaces.
        expected: i64,
    },
    /// Forgets a course. Stale when its version is not `expected`.
    RemoveCourse {
        /// Whose it is.
        owner: UserId,
        /// The course.
        id: CourseId,
        /// The version that is there.
        expected: i64,
    },
    /// Forgets every course of an account.
    RemoveCoursesOf(UserId),
    /// A new booking link.
    InsertBookingLink(BookingLink),
    /// A changed (or deleted) booking link.
    UpdateBookingLink {
        /// The new value.
        link: BookingLink,
        /// The version that it replaces.
        expected: i64,
    },
    /// A new booking. Its event, and the calendars that were looked at, are changes of their own.
    InsertBooking(Booking),
    /// A moved or cancelled booking.
    UpdateBooking {
        /// The new value.
        booking: Booking,
        /// The version that it replaces.
        expected: i64,
    },
    /// A newly linked account. [`Unique::Integration`](crate::Unique::Integration) when the person has one with this
    /// provider.
    InsertIntegration(Integration),
    /// A changed one.
    UpdateIntegration {
        /// The new value.
        integration: Integration,
        /// The version that it replaces.
        expected: i64,
    },
    /// Forgets an account with its tokens, links, pairs and log.
    RemoveIntegration(IntegrationId),
    /// Forgets all accounts that a person linked, in the same way, and what they asked for.
    RemoveIntegrationsOf(UserId),
    /// A provider was asked in the name of a person.
    InsertLinkAttempt(LinkAttempt),
    /// The answer came. Stale when it came before, or nobody asked.
    RemoveLinkAttempt(TokenHash),
    /// Forgets what was asked and expired before this instant.
    RemoveLinkAttemptsBefore(Timestamp),
    /// A calendar is to be kept the same as one at a provider.
    InsertLink(Link),
    /// A changed link.
    UpdateLink {
        /// The new value.
        link: Link,
        /// The version that it replaces.
        expected: i64,
    },
    /// Forgets a link and its pairs; events stay on both sides.
    RemoveLink(LinkId),
    /// An event and its copy, as they are now.
    PutPair {
        /// The link.
        link: LinkId,
        /// The pair.
        pair: Pair,
    },
    /// An event has no copy any more. None is no error.
    RemovePair {
        /// The link.
        link: LinkId,
        /// The event.
        event: EventId,
    },
    /// A new feed. [`Unique::Feed`](crate::Unique::Feed) when its owner has one of this name.
    InsertFeed(Feed),
    /// A changed one.
    UpdateFeed {
        /// The new value.
        feed: Feed,
        /// The version that it replaces.
        expected: i64,
    },
    /// Forgets a feed. Stale when its version is not `expected`. Its calendar is a change of its own.
    RemoveFeed {
        /// Which.
        id: FeedId,
        /// The version that is there.
        expected: i64,
    },
    /// Forgets all feeds of an account.
    RemoveFeedsOf(UserId),
    /// A line of a log.
    InsertSyncLog(SyncLogEntry),
    /// Drops the oldest lines of a log.
    TrimSyncLog {
        /// Whose.
        integration: IntegrationId,
        /// How many stay.
        keep: usize,
    },
    /// A value that an event lost.
    InsertHistory(HistoryEntry),
    /// The first use of an idempotency key.
    InsertAnswer(Answer),
    /// The answer to a request is known, or its run is taken over. Stale when the lease is not
    /// `expected`.
    UpdateAnswer {
        /// The new value.
        answer: Answer,
        /// The lease that it replaces.
        expected: Timestamp,
    },
    /// Forgets an answer, so that its key can be used afresh.
    RemoveAnswer {
        /// Who sent the key.
        caller: String,
        /// The key.
        key: String,
    },
    /// Forgets answers made before this instant.
    RemoveAnswersBefore(Timestamp),
    /// A new job. Where one of its key waits already, that one stays, and is done no later than this one would be.
    InsertJob(Job),
    /// Gives the lease to what is due, by [`run_at`](Job::run_at): what waits, and what somebody else's lease ran out
    /// of. Of jobs with one key one has a lease at a time.
    ClaimJobs(Claim),
    /// A job is put off, given up, or revived. Stale when its lease is not `expected`. Where another of its key waits,
    /// and it is to wait too, that one goes: doing this one does for both.
    UpdateJob {
        /// The new value.
        job: Job,
        /// The lease that it has; none when nobody works on it.
        expected: Option<Lease>,
    },
    /// A job is done, or dropped. Stale when it is gone, or its lease is not `expected`.
    RemoveJob {
        /// The job.
        id: JobId,
        /// The lease that it has; none when nobody works on it.
        expected: Option<Lease>,
    },
    /// A value that the server makes once and keeps.
    InsertSetting {
        /// Its name.
        key: String,
        /// Its value.
        value: Vec<u8>,
    },
}

/// What one commit writes, in order.
///
/// ```
/// use kalends_ports::{Change, Changes};
/// use kalends_domain::id::UserId;
///
/// let changes = Changes::new().and(Change::RemoveMembershipsOf(UserId(Default::default())));
/// assert_eq!(changes.0.len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes(pub Vec<Change>);

impl Changes {
    /// No change yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    #[must_use]
    pub fn and(mut self, change: Change) -> Self {
        self.0.push(change);
        self
    }

    /// Some more.
    #[must_use]
    pub fn and_all(mut self, changes: impl IntoIterator<Item = Change>) -> Self {
        self.0.extend(changes);
        self
    }
}
