//! Telling people what became of a booking.
//!
//! What is queued names a booking, its version and what happened; what is sent is made of what the store holds when it is
//! sent, the secret links included. Where the booking has moved on since, there is a later mail that says so, and this
//! one is not sent.

mod invitation;
mod letter;
mod send;

pub(crate) use letter::{beginning, person};

use std::fmt;
use std::str::FromStr;

use kalends_domain::booking::Booking;
use kalends_domain::id::BookingId;
use kalends_ports::Change;

use crate::Context;
use crate::jobs::{Task, enqueue};

/// What happened to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// It was made.
    Booked,
    /// Who booked moved it.
    Moved,
    /// Who booked cancelled it.
    CancelledByBooker,
    /// The calendar's owner cancelled it.
    CancelledByOwner,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Who booked.
    Booker,
    /// The calendar's owner.
    Owner,
}

/// A mail to be written. As a job's payload it is four words: `<booking> <version> <news> <reader>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BookingMail {
    /// What it is about.
    pub(crate) booking: BookingId,
    /// The version of the booking that the news made.
    pub(crate) version: i64,
    /// What happened.
    pub(crate) news: News,
    /// Who is told.
    pub(crate) reader: Reader,
}

impl BookingMail {
    pub(crate) const KIND: &str = "booking.mail";
}

const NEWS: [(News, &str); 4] = [
    (News::Booked, "booked"),
    (News::Moved, "moved"),
    (News::CancelledByBooker, "cancelled_by_booker"),
    (News::CancelledByOwner, "cancelled_by_owner"),
];
const READERS: [(Reader, &str); 2] = [(Reader::Booker, "booker"), (Reader::Owner, "owner")];

/// The word for a value, and the value of a word.
fn word<T: PartialEq>(words: &[(T, &'static str)], value: &T) -> &'static str {
    words.iter().find(|(known, _)| known == value).map_or("", |(_, word)| word)
}

fn value<T: Copy>(words: &[(T, &'static str)], word: &str) -> Result<T, NotAMail> {
    words.iter().find(|(_, known)| *known == word).map(|(value, _)| *value).ok_or(NotAMail)
}

impl fmt::Display for BookingMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (news, reader) = (word(&NEWS, &self.news), word(&READERS, &self.reader));
        write!(f, "{} {} {news} {reader}", self.booking, self.version)
    }
}

/// The text names no mail that this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAMail;

impl FromStr for BookingMail {
    type Err = NotAMail;

    fn from_str(text: &str) -> Result<Self, NotAMail> {
        let words: Vec<&str> = text.split(' ').collect();
        let [booking, version, news, reader] = words[..] else { return Err(NotAMail) };
        Ok(Self {
            booking: booking.parse().map_err(|_| NotAMail)?,
            version: version.parse().map_err(|_| NotAMail)?,
            news: value(&NEWS, news)?,
            reader: value(&READERS, reader)?,
        })
    }
}

/// The mails that this news causes: to who booked, and to the owner unless it was they who did it.
pub(super) fn tell(cx: &Context, booking: &Booking, news: News) -> impl Iterator<Item = Change> {
    let mail = |reader| BookingMail { booking: booking.id, version: booking.version, news, reader };
    let to_owner = (news != News::CancelledByOwner).then(|| mail(Reader::Owner));
    let mails: Vec<_> = std::iter::once(mail(Reader::Booker)).chain(to_owner).collect();
    mails.into_iter().map(|mail| enqueue(cx, &Task::BookingMail(mail)))
}
