//! The queue: what is done soon and surely after a request, while nobody waits for it.
//!
//! # How to add the next kind of work
//!
//! Give it a variant of [`Task`] with its kind and its text, [`enqueue`] it in the commit of the use case that causes
//! it, and give it an arm in `run.rs`. What it names is looked up when it runs, and may have moved on or be gone by
//! then; that is no failure, and there is nothing left to do. It may run twice, so it must do no harm when it is
//! run again, and it must end before its lease does ([`LEASE_SECONDS`]). A task with a key coalesces: of one key at
//! most one job waits, and at most one runs.

mod backoff;
mod housekeeping;
mod manage;
mod run;

use jiff::{SignedDuration, Timestamp};
use kalends_domain::id::{FeedId, JobId, LinkId};
use kalends_ports::{Change, Job, MailError, StoreError};

use crate::booking::BookingMail;
use crate::fristen::FristMail;
use crate::integrations::Permission;
use crate::{Context, Error};

pub use run::{Ended, JobEnd, LEASE_SECONDS};

/// The key and the kind of what is done daily.
const HOUSEKEEPING: &str = "housekeeping";
const SYNC: &str = "provider.sync";
const DUE_SYNCS: &str = "provider.due";
const FEED: &str = "feed.sync";

/// Everything that a job can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Task {
    /// Somebody is told what became of a booking.
    BookingMail(BookingMail),
    /// Somebody is told that a Frist is theirs, or is not any more.
    FristMail(FristMail),
    /// What is kept too long is removed.
    Housekeeping,
    /// A linked calendar and its copy become the same.
    Sync(LinkId),
    /// Links that were not synced for a while are.
    DueSyncs,
    /// A provider takes back what it had permitted.
    Revoke(Permission),
    /// A feed is fetched, and its calendar becomes what it says.
    Feed(FeedId),
}

impl Task {
    /// What sort of work it is, in a job and in a metric.
    fn kind(&self) -> &'static str {
        match self {
            Self::BookingMail(_) => BookingMail::KIND,
            Self::FristMail(_) => FristMail::KIND,
            Self::Housekeeping => HOUSEKEEPING,
            Self::Sync(_) => SYNC,
            Self::DueSyncs => DUE_SYNCS,
            Self::Revoke(_) => Permission::KIND,
            Self::Feed(_) => FEED,
        }
    }

    fn payload(&self) -> String {
        match self {
            Self::BookingMail(mail) => mail.to_string(),
            Self::FristMail(mail) => mail.to_string(),
            Self::Housekeeping | Self::DueSyncs => String::new(),
            Self::Sync(link) => link.to_string(),
            Self::Revoke(permission) => permission.to_string(),
            Self::Feed(feed) => feed.to_string(),
        }
    }

    fn key(&self) -> Option<String> {
        match self {
            Self::BookingMail(_) | Self::FristMail(_) | Self::Revoke(_) => None,
            Self::Housekeeping => Some(HOUSEKEEPING.to_owned()),
            Self::Sync(link) => Some(format!("{SYNC} {link}")),
            Self::DueSyncs => Some(DUE_SYNCS.to_owned()),
            Self::Feed(feed) => Some(format!("{FEED} {feed}")),
        }
    }

    /// What a job is about; none when another version of this program made it.
    fn read(job: &Job) -> Option<Self> {
        match job.kind.as_str() {
            BookingMail::KIND => job.payload.parse().ok().map(Self::BookingMail),
            FristMail::KIND => job.payload.parse().ok().map(Self::FristMail),
            HOUSEKEEPING => Some(Self::Housekeeping),
            SYNC => job.payload.parse().ok().map(Self::Sync),
            DUE_SYNCS => Some(Self::DueSyncs),
            Permission::KIND => job.payload.parse().ok().map(Self::Revoke),
            FEED => job.payload.parse().ok().map(Self::Feed),
            _ => None,
        }
    }
}

/// What sort of work a job is, as one of few words: `unknown` where another version of this program made it.
pub fn job_kind(job: &Job) -> &'static str {
    Task::read(job).map_or("unknown", |task| task.kind())
}

/// Has a task done as soon as the commit stands that this change is part of.
pub(crate) fn enqueue(cx: &Context, task: &Task) -> Change {
    enqueue_at(cx, task, cx.now())
}

/// The same, not before `run_at`.
pub(crate) fn enqueue_at(cx: &Context, task: &Task, run_at: Timestamp) -> Change {
    let job = Job::new(JobId(cx.id()), task.kind(), task.payload(), cx.now());
    Change::InsertJob(Job { key: task.key(), run_at, ..job })
}

/// Why a task was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Undone {
    /// It may go through later, and not before some time where the other side asked for that.
    Later { reason: String, after: Option<SignedDuration> },
    /// It will never go through.
    Never(String),
}

impl Undone {
    fn later(reason: impl std::fmt::Display) -> Self {
        Self::Later { reason: reason.to_string(), after: None }
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::later(error)
    }
}

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self::later(error)
    }
}

impl From<MailError> for Undone {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Temporary(reason) => Self::later(reason),
            MailError::Permanent(reason) => Self::Never(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use kalends_domain::id::{BookingId, EventId, UserId};

    use super::*;
    use crate::booking::{News, Reader};
    use crate::testing::{Mocks, now};

    #[test]
    fn what_is_enqueued_is_read_back() {
        let app = Mocks::default().app();
        let mail = |news, reader| {
            Task::BookingMail(BookingMail { booking: BookingId(uuid::Uuid::from_u128(6)), version: 3, news, reader })
        };
        for task in [
            Task::Housekeeping,
            Task::DueSyncs,
            Task::Sync(LinkId(uuid::Uuid::from_u128(7))),
            Task::Revoke("google 0009abff".parse().unwrap()),
            Task::FristMail(FristMail {
                frist: EventId(uuid::Uuid::from_u128(8)),
                reader: UserId(uuid::Uuid::from_u128(9)),
                by: UserId(uuid::Uuid::from_u128(10)),
                news: crate::fristen::News::Assigned,
            }),
            Task::Feed(FeedId(uuid::Uuid::from_u128(8))),
            mail(News::Booked, Reader::Booker),
            mail(News::Moved, Reader::Owner),
            mail(News::CancelledByBooker, Reader::Owner),
            mail(News::CancelledByOwner, Reader::Booker),
        ] {
            let Change::InsertJob(job) = enqueue(&app.context(), &task) else { panic!("another change") };
            assert_eq!((Task::read(&job), job.run_at), (Some(task), now()));
        }
    }

    #[test]
    fn what_another_version_made_is_not_read() {
        let job = |kind: &str, payload: &str| Job::new(JobId(uuid::Uuid::nil()), kind, payload, now());
        let id = "00000000-0000-0000-0000-000000000006";
        assert!(Task::read(&job(BookingMail::KIND, &format!("{id} 1 booked booker"))).is_some());
        for (kind, payload) in [
            ("provider.pull", String::new()),
            (SYNC, "all".to_owned()),
            (FEED, String::new()),
            (BookingMail::KIND, String::new()),
            (BookingMail::KIND, format!("{id} one booked booker")),
            (BookingMail::KIND, format!("{id} 1 burnt booker")),
            (BookingMail::KIND, format!("{id} 1 booked nobody")),
            (BookingMail::KIND, format!("{id} 1 booked booker twice")),
        ] {
            assert_eq!(Task::read(&job(kind, &payload)), None, "{kind} {payload}");
        }
    }
}
