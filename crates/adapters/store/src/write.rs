//! A commit, made ready for the engine.
//!
//! Everything that takes thought – expanding a series to its extent, making its document – is done here, on the
//! caller's thread, so that a transaction is nothing but statements, and can be run again as it is.

use kalends_ports::{Change, Changes};

use crate::error::Fail;
use crate::rows::{
    AnswerRow, ApiKeyRow, AttemptRow, BookingLinkRow, BookingRow, CalendarRow, ContactRow, CourseRow, EntryText,
    FeedRow, FristRow, HistoryRow, IcalTokenRow, IntegrationRow, JobRow, LinkRow, LogRow, MembershipRow, NewEventRow,
    PairRow, SessionRow, SettingRow, UserRow, text,
};
use crate::statements::ClaimJobs;
use crate::types::{DbId, DbTs};

/// One [`Change`], in rows.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    InsertUser(Box<UserRow>),
    UpdateUser { user: Box<UserRow>, expected: i64 },
    InsertSession(SessionRow),
    UseSession { id: DbId, at: DbTs },
    RevokeFamily { family: DbId, at: DbTs },
    RevokeCredentialsOf { user: DbId, at: DbTs },
    RemoveSessionsBefore(DbTs),
    InsertApiKey(Box<ApiKeyRow>),
    RevokeApiKey { id: DbId, user: DbId, at: DbTs },
    InsertIcalToken(Box<IcalTokenRow>),
    RevokeIcalToken { id: DbId, user: DbId, at: DbTs },
    InsertCalendar(Box<CalendarRow>),
    UpdateCalendar { calendar: Box<CalendarRow>, expected: i64 },
    TouchCalendar { id: DbId, expected: Option<i64>, at: DbTs },
    DeleteCalendarsOf { owner: DbId, at: DbTs },
    PutMembership(MembershipRow),
    RemoveMembership { calendar: DbId, user: DbId },
    RemoveMembershipsOf(DbId),
    InsertEvent(Box<NewEventRow>),
    UpdateEvent { event: Box<NewEventRow>, expected: i64 },
    PutFrist { frist: Box<FristRow>, entry: Box<EntryText> },
    InsertContact(Box<ContactRow>),
    UpdateContact { contact: Box<ContactRow>, expected: i64 },
    DeleteContactsOf { owner: DbId, at: DbTs },
    InsertCourse(CourseRow),
    UpdateCourse { course: CourseRow, expected: i64 },
    RemoveCourse { owner: DbId, id: String, expected: i64 },
    RemoveCoursesOf(DbId),
    InsertBookingLink(Box<BookingLinkRow>),
    UpdateBookingLink { link: Box<BookingLinkRow>, expected: i64 },
    InsertBooking(Box<BookingRow>),
    UpdateBooking { booking: Box<BookingRow>, expected: i64 },
    InsertAnswer(Box<AnswerRow>),
    UpdateAnswer { answer: Box<AnswerRow>, expected: DbTs },
    InsertIntegration(Box<IntegrationRow>),
    UpdateIntegration { integration: Box<IntegrationRow>, expected: i64 },
    RemoveIntegration(DbId),
    RemoveIntegrationsOf(DbId),
    InsertLinkAttempt(AttemptRow),
    RemoveLinkAttempt(Vec<u8>),
    RemoveLinkAttemptsBefore(DbTs),
    InsertLink(Box<LinkRow>),
    UpdateLink { link: Box<LinkRow>, expected: i64 },
    RemoveLink(DbId),
    PutPair(PairRow),
    RemovePair { link: DbId, event: DbId },
    InsertFeed(Box<FeedRow>),
    UpdateFeed { feed: Box<FeedRow>, expected: i64 },
    RemoveFeed { id: DbId, expected: i64 },
    RemoveFeedsOf(DbId),
    InsertSyncLog(Box<LogRow>),
    TrimSyncLog { integration: DbId, keep: i64 },
    InsertHistory(Box<HistoryRow>),
    RemoveAnswer { caller: String, key: String },
    RemoveAnswersBefore(DbTs),
    InsertJob(Box<JobRow>),
    ClaimJobs(ClaimJobs),
    UpdateJob { job: Box<JobRow>, expected: Option<DbId> },
    RemoveJob { id: DbId, expected: Option<DbId> },
    InsertSetting(SettingRow),
}

/// All changes in their order.
pub(crate) fn prepare(changes: Changes) -> Result<Vec<Write>, Fail> {
    changes.0.into_iter().map(Write::try_from).collect()
}

impl TryFrom<Change> for Write {
    type Error = Fail;

    fn try_from(change: Change) -> Result<Self, Fail> {
        Ok(match change {
            Change::InsertUser(user) => Self::InsertUser(Box::new(user.try_into()?)),
            Change::UpdateUser { user, expected } => Self::UpdateUser { user: Box::new(user.try_into()?), expected },
            Change::InsertSession(session) => Self::InsertSession(session.into()),
            Change::UseSession { id, at } => Self::UseSession { id: DbId(id.0), at: at.into() },
            Change::RevokeFamily { family, at } => Self::RevokeFamily { family: DbId(family.0), at: at.into() },
            Change::RevokeCredentialsOf { user, at } => Self::RevokeCredentialsOf { user: DbId(user.0), at: at.into() },
            Change::RemoveSessionsBefore(at) => Self::RemoveSessionsBefore(at.into()),
            Change::InsertApiKey(key) => Self::InsertApiKey(Box::new(key.try_into()?)),
            Change::RevokeApiKey { id, user, at } => {
                Self::RevokeApiKey { id: DbId(id.0), user: DbId(user.0), at: at.into() }
            }
            Change::InsertIcalToken(token) => Self::InsertIcalToken(Box::new(token.into())),
            Change::RevokeIcalToken { id, user, at } => {
                Self::RevokeIcalToken { id: DbId(id.0), user: DbId(user.0), at: at.into() }
            }
            Change::InsertCalendar(calendar) => Self::InsertCalendar(Box::new(calendar.try_into()?)),
            Change::UpdateCalendar { calendar, expected } => {
                Self::UpdateCalendar { calendar: Box::new(calendar.try_into()?), expected }
            }
            Change::TouchCalendar { id, expected, at } => {
                Self::TouchCalendar { id: DbId(id.0), expected, at: at.into() }
            }
            Change::DeleteCalendarsOf { owner, at } => Self::DeleteCalendarsOf { owner: DbId(owner.0), at: at.into() },
            Change::PutMembership(membership) => Self::PutMembership(membership.try_into()?),
            Change::RemoveMembership { calendar, user } => {
                Self::RemoveMembership { calendar: DbId(calendar.0), user: DbId(user.0) }
            }
            Change::RemoveMembershipsOf(user) => Self::RemoveMembershipsOf(DbId(user.0)),
            Change::InsertEvent(event) => Self::InsertEvent(Box::new(event.try_into()?)),
            Change::UpdateEvent { event, expected } => {
                Self::UpdateEvent { event: Box::new(event.try_into()?), expected }
            }
            Change::WriteFrist(write) => {
                let entry = Box::new((&write).try_into()?);
                Self::PutFrist { frist: Box::new(write.frist.try_into()?), entry }
            }
            Change::InsertContact(contact) => Self::InsertContact(Box::new(contact.try_into()?)),
            Change::UpdateContact { contact, expected } => {
                Self::UpdateContact { contact: Box::new(contact.try_into()?), expected }
            }
            Change::DeleteContactsOf { owner, at } => Self::DeleteContactsOf { owner: DbId(owner.0), at: at.into() },
            Change::InsertCourse(course) => Self::InsertCourse(course.try_into()?),
            Change::UpdateCourse { course, expected } => Self::UpdateCourse { course: course.try_into()?, expected },
            Change::RemoveCourse { owner, id, expected } => {
                Self::RemoveCourse { owner: DbId(owner.0), id: id.to_string(), expected }
            }
            Change::RemoveCoursesOf(owner) => Self::RemoveCoursesOf(DbId(owner.0)),
            Change::InsertBookingLink(link) => Self::InsertBookingLink(Box::new(link.try_into()?)),
            Change::UpdateBookingLink { link, expected } => {
                Self::UpdateBookingLink { link: Box::new(link.try_into()?), expected }
            }
            Change::InsertBooking(booking) => Self::InsertBooking(Box::new(booking.try_into()?)),
            Change::UpdateBooking { booking, expected } => {
                Self::UpdateBooking { booking: Box::new(booking.try_into()?), expected }
            }
            Change::InsertAnswer(answer) => Self::InsertAnswer(Box::new(answer.try_into()?)),
            Change::InsertIntegration(integration) => Self::InsertIntegration(Box::new(integration.try_into()?)),
            Change::UpdateIntegration { integration, expected } => {
                Self::UpdateIntegration { integration: Box::new(integration.try_into()?), expected }
            }
            Change::RemoveIntegration(id) => Self::RemoveIntegration(DbId(id.0)),
            Change::RemoveIntegrationsOf(user) => Self::RemoveIntegrationsOf(DbId(user.0)),
            Change::InsertLinkAttempt(attempt) => Self::InsertLinkAttempt(attempt.into()),
            Change::RemoveLinkAttempt(state) => Self::RemoveLinkAttempt(state.0.to_vec()),
            Change::RemoveLinkAttemptsBefore(at) => Self::RemoveLinkAttemptsBefore(at.into()),
            Change::InsertLink(link) => Self::InsertLink(Box::new(link.try_into()?)),
            Change::UpdateLink { link, expected } => Self::UpdateLink { link: Box::new(link.try_into()?), expected },
            Change::RemoveLink(id) => Self::RemoveLink(DbId(id.0)),
            Change::PutPair { link, pair } => Self::PutPair(PairRow::new(link, pair)?),
            Change::RemovePair { link, event } => Self::RemovePair { link: DbId(link.0), event: DbId(event.0) },
            Change::InsertFeed(feed) => Self::InsertFeed(Box::new(feed.try_into()?)),
            Change::UpdateFeed { feed, expected } => Self::UpdateFeed { feed: Box::new(feed.try_into()?), expected },
            Change::RemoveFeed { id, expected } => Self::RemoveFeed { id: DbId(id.0), expected },
            Change::RemoveFeedsOf(owner) => Self::RemoveFeedsOf(DbId(owner.0)),
            Change::InsertSyncLog(entry) => Self::InsertSyncLog(Box::new(entry.try_into()?)),
            Change::TrimSyncLog { integration, keep } => {
                Self::TrimSyncLog { integration: DbId(integration.0), keep: i64::try_from(keep).unwrap_or(i64::MAX) }
            }
            Change::InsertHistory(entry) => Self::InsertHistory(Box::new(entry.try_into()?)),
            Change::UpdateAnswer { answer, expected } => {
                Self::UpdateAnswer { answer: Box::new(answer.try_into()?), expected: expected.into() }
            }
            Change::RemoveAnswer { caller, key } => Self::RemoveAnswer { caller: text(caller)?, key: text(key)? },
            Change::RemoveAnswersBefore(at) => Self::RemoveAnswersBefore(at.into()),
            Change::InsertJob(job) => Self::InsertJob(Box::new(job.try_into()?)),
            Change::ClaimJobs(claim) => Self::ClaimJobs(claim.into()),
            Change::UpdateJob { job, expected } => {
                Self::UpdateJob { job: Box::new(job.try_into()?), expected: expected.map(|lease| DbId(lease.0)) }
            }
            Change::RemoveJob { id, expected } => {
                Self::RemoveJob { id: DbId(id.0), expected: expected.map(|lease| DbId(lease.0)) }
            }
            Change::InsertSetting { key, value } => Self::InsertSetting(SettingRow { key: text(key)?, value }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Write;

    #[test]
    fn a_write_is_small_however_large_its_row() {
        // A large import is one list of tens of thousands.
        assert!(size_of::<Write>() <= 128, "{}", size_of::<Write>());
    }
}
