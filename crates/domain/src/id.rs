//! Identifiers. Every stored thing is named by a UUIDv7, so ids sort by the moment they were made.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

/// Text that is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a UUID")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Reads the hyphenated form only, so that one id has one spelling.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// Names an account.
    UserId;
    /// Names a calendar.
    CalendarId;
    /// Names an event: a single one, or a whole series.
    EventId;
    /// Names Fristen that belong together. A Frist itself has the id of its event.
    ChainId;
    /// Names a reminder of an event.
    ReminderId;
    /// Names an attendee of an event.
    AttendeeId;
    /// Names an attachment of an event.
    AttachmentId;
    /// Names an API key.
    ApiKeyId;
    /// Names an iCal token.
    IcalTokenId;
    /// Names one refresh token.
    SessionId;
    /// Names the line of refresh tokens that one sign-in began.
    FamilyId;
    /// Names a contact.
    ContactId;
    /// Names a booking link.
    BookingLinkId;
    /// Names a booking.
    BookingId;
    /// Names a job of the queue.
    JobId;
    /// Names an account at a provider that a person linked.
    IntegrationId;
    /// Names a calendar that is kept the same as one at a provider.
    LinkId;
    /// Names a line of an integration's log.
    SyncLogId;
    /// Names a value that an event lost.
    HistoryId;
    /// Names a feed to which somebody subscribed.
    FeedId;
}

fn parse(text: &str) -> Result<Uuid, InvalidId> {
    if text.len() != 36 {
        return Err(InvalidId);
    }
    Uuid::try_parse(text).map_err(|_| InvalidId)
}

/// A UUIDv7 (RFC 9562) made at `now` from ten random bytes. The caller brings both, so that the
/// domain holds neither a clock nor a source of randomness.
pub fn uuid_v7(now: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_moment_they_were_made() {
        let early = uuid_v7(Timestamp::from_second(1_000).unwrap(), [255; 10]);
        let late = uuid_v7(Timestamp::from_second(1_001).unwrap(), [0; 10]);
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let id = EventId(uuid_v7(Timestamp::UNIX_EPOCH, [7; 10]));
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in ["", "x", &id.0.simple().to_string(), &format!("{{{id}}}")] {
            assert_eq!(text.parse::<EventId>(), Err(InvalidId));
        }
    }
}
