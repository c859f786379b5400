//! What can go wrong, and what the ports hear of it.
//!
//! No message here carries a value: constraint and column names at most, so that it can be logged.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error as DieselError};
use kalends_ports::{StoreError, Unique};

/// Longest message taken over from an engine, in characters.
const MESSAGE_MAX: usize = 300;

/// Why a unit of work failed: the engine refused, or we did.
#[derive(Debug)]
pub(crate) enum Fail {
    Db(DieselError),
    Store(StoreError),
    /// The connection is gone, or of no more use.
    Lost,
    /// The same, and it is certain that nothing was committed on it.
    Undone,
}

impl Fail {
    /// Something stored, or about to be, makes no sense.
    pub(crate) fn broken(message: impl Into<String>) -> Self {
        Self::Store(StoreError::Broken(message.into()))
    }

    /// Whether the same transaction may go through when it is tried again: the engine undid it for the sake
    /// of another. Deadlocks (40P01) and SQLITE_BUSY arrive without their codes, and their texts may be in
    /// any language, so everything unnamed counts; trying once too often does no harm.
    pub(crate) fn is_worth_another_try(&self) -> bool {
        let undone =
            matches!(self, Self::Db(DieselError::DatabaseError(Kind::SerializationFailure | Kind::Unknown, _)));
        matches!(self, Self::Undone) || (undone && !self.is_disconnect())
    }

    /// Whether a query may go through when it is asked again at once.
    pub(crate) fn is_worth_reading_again(&self) -> bool {
        self.is_disconnect() || self.is_serialization_failure()
    }

    /// Whether the connection is gone, or of no more use, as far as the error tells: one to a server that takes no
    /// writes any more leads to yesterday's primary.
    pub(crate) fn is_disconnect(&self) -> bool {
        match self {
            Self::Lost | Self::Undone => true,
            Self::Db(DieselError::DatabaseError(kind, _)) => {
                matches!(kind, Kind::UnableToSendCommand | Kind::ClosedConnection | Kind::ReadOnlyTransaction)
            }
            Self::Db(error) => matches!(error, DieselError::BrokenTransactionManager),
            Self::Store(_) => false,
        }
    }

    /// Whether the engine gave a reason that has no name here, in words of whatever language.
    pub(crate) fn is_unnamed(&self) -> bool {
        matches!(self, Self::Db(DieselError::DatabaseError(Kind::Unknown, _)))
    }

    /// Whether the engine undid it to keep transactions apart: then nothing was committed, not even where COMMIT fails.
    pub(crate) fn is_serialization_failure(&self) -> bool {
        matches!(self, Self::Db(DieselError::DatabaseError(Kind::SerializationFailure, _)))
    }
}

/// What the engines say when somebody else is in the way, or when there is no room.
const BUSY: [&str; 7] = [
    "deadlock detected",
    "database is locked",
    "database table is locked",
    "lock timeout",
    "statement timeout",
    "disk is full",
    "could not extend file",
];

const LOST: &str = "the connection to the database was lost, or it takes no writes";

fn says(info: &(dyn DatabaseErrorInformation + Send + Sync), phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| info.message().contains(phrase))
}

impl From<DieselError> for Fail {
    fn from(error: DieselError) -> Self {
        Self::Db(error)
    }
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Fail> for StoreError {
    fn from(fail: Fail) -> Self {
        if fail.is_disconnect() {
            return Self::Unavailable(LOST.to_owned());
        }
        let error = match fail {
            Fail::Store(error) => return error,
            Fail::Db(error) => error,
            Fail::Lost | Fail::Undone => return Self::Unavailable(LOST.to_owned()),
        };
        match error {
            DieselError::DatabaseError(kind, info) => match kind {
                Kind::UniqueViolation => Self::Duplicate(unique(info.constraint_name().unwrap_or(info.message()))),
                Kind::ForeignKeyViolation => Self::Missing,
                Kind::SerializationFailure => Self::Unavailable("too many writers at once".to_owned()),
                _ if says(info.as_ref(), &BUSY) => Self::Unavailable(short(info.message())),
                _ => Self::Broken(short(info.message())),
            },
            other => Self::Broken(short(&other.to_string())),
        }
    }
}

/// Which uniqueness was violated: Postgres names the index, SQLite lists its columns in a sentence.
fn unique(told: &str) -> Unique {
    let known = [
        (Unique::Email, "users_email", "users.email"),
        (Unique::EventUid, "events_uid", "events.uid"),
        (Unique::ContactUid, "contacts_uid", "contacts.uid"),
        (Unique::Course, "courses_pkey", "courses.id"),
        (Unique::Answer, "answers_pkey", "answers.key"),
        (Unique::Integration, "integrations_user", "integrations.provider"),
        (Unique::Link, "calendar_links_remote", "calendar_links.remote_id"),
        (Unique::Link, "calendar_links_calendar", "calendar_links.calendar_id"),
        (Unique::Link, "sync_pairs_remote", "sync_pairs.remote_id"),
        (Unique::Feed, "feeds_name", "feeds.name"),
        (Unique::Setting, "settings_pkey", "settings.key"),
    ];
    let found = known.into_iter().find(|(_, index, column)| told == *index || told.ends_with(column));
    found.map_or(Unique::Other, |(unique, _, _)| unique)
}

/// One line of bounded length.
pub(crate) fn short(message: &str) -> String {
    message.chars().take(MESSAGE_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Why there is no store.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is not one of a store that Kalends has.
    #[error("a store's address begins with sqlite://, postgres:// or postgresql://")]
    UnknownScheme,
    /// The address cannot be read.
    #[error("the store's address is not valid: {0}")]
    InvalidUrl(String),
    /// The address of the replica cannot be read.
    #[error("the replica's address is not valid: {0}")]
    InvalidReplica(String),
    /// Nobody answers there, or not in time.
    #[error("{place} does not answer: {reason}")]
    Unreachable {
        /// Host, port and database; never a password.
        place: String,
        /// What came back.
        reason: String,
    },
    /// The server answers, and refuses.
    #[error("{place} refuses: {reason}")]
    Refused {
        /// Host, port and database; never a password.
        place: String,
        /// What it said.
        reason: String,
    },
    /// The file cannot be made, opened or read.
    #[error("cannot use {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The copy of a file could not be made, or cannot be used.
    #[error("cannot copy to {path}: {reason}")]
    Copy {
        /// Where the copy was to be.
        path: String,
        /// What is in the way.
        reason: String,
    },
    /// The schema could not be brought up to date, or read.
    #[error("the schema of {place} cannot be brought up to date: {reason}")]
    Migration {
        /// The file, or host, port and database.
        place: String,
        /// What is wrong.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, message: &str) -> Fail {
        Fail::Db(DieselError::DatabaseError(kind, Box::new(message.to_owned())))
    }

    #[test]
    fn what_must_be_unique_is_named_on_both_engines() {
        for (told, expected) in [
            ("users_email", Unique::Email),
            ("UNIQUE constraint failed: users.email", Unique::Email),
            ("events_uid", Unique::EventUid),
            ("UNIQUE constraint failed: events.calendar_id, events.uid", Unique::EventUid),
            ("courses_pkey", Unique::Course),
            ("UNIQUE constraint failed: courses.owner_id, courses.id", Unique::Course),
            ("answers_pkey", Unique::Answer),
            ("UNIQUE constraint failed: answers.caller, answers.key", Unique::Answer),
            ("UNIQUE constraint failed: settings.key", Unique::Setting),
            ("sessions_token", Unique::Other),
        ] {
            assert_eq!(unique(told), expected, "{told}");
        }
    }

    #[test]
    fn what_may_pass_is_unavailable_and_what_will_not_is_broken() {
        for (fail, is_broken) in [
            (of(Kind::Unknown, "deadlock detected"), false),
            (of(Kind::Unknown, "database is locked"), false),
            (of(Kind::ReadOnlyTransaction, "x"), false),
            (Fail::Lost, false),
            (of(Kind::UnableToSendCommand, "connection closed"), false),
            (of(Kind::SerializationFailure, "x"), false),
            (of(Kind::Unknown, "no such table: events"), true),
            (of(Kind::NotNullViolation, "x"), true),
        ] {
            let told = StoreError::from(fail);
            assert_eq!(matches!(told, StoreError::Broken(_)), is_broken, "{told:?}");
        }
    }

    #[test]
    fn messages_are_one_short_line() {
        let told = short(&"a\nb".repeat(1_000));
        assert_eq!(told.chars().count(), MESSAGE_MAX);
        assert!(!told.contains('\n'));
    }
}
