//! Telling people that a Frist was given to them, or to somebody else.
//!
//! What is queued names the Frist, who is told, who did it and what happened; what is sent is made of what the store
//! holds when it is sent. Where that is not so any more, nothing is sent.

mod letter;
mod send;

use std::fmt;
use std::str::FromStr;

use kalends_domain::id::{EventId, UserId};
use kalends_ports::Change;

use crate::Context;
use crate::jobs::{Task, enqueue};

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// The reader is to see to it.
    Assigned,
    /// The reader is not to see to it any more.
    Unassigned,
}

impl News {
    fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Unassigned => "unassigned",
        }
    }
}

/// A mail to be written. As a job's payload it is four words: `<frist> <reader> <by> <news>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FristMail {
    /// What it is about.
    pub(crate) frist: EventId,
    /// Who is told.
    pub(crate) reader: UserId,
    /// Whose doing it is.
    pub(crate) by: UserId,
    /// What happened.
    pub(crate) news: News,
}

impl FristMail {
    pub(crate) const KIND: &str = "frist.mail";
}

impl fmt::Display for FristMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.frist, self.reader, self.by, self.news.as_str())
    }
}

/// The text names no mail that this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAMail;

impl FromStr for FristMail {
    type Err = NotAMail;

    fn from_str(text: &str) -> Result<Self, NotAMail> {
        let words: Vec<&str> = text.split(' ').collect();
        let [frist, reader, by, news] = words[..] else { return Err(NotAMail) };
        Ok(Self {
            frist: frist.parse().map_err(|_| NotAMail)?,
            reader: reader.parse().map_err(|_| NotAMail)?,
            by: by.parse().map_err(|_| NotAMail)?,
            news: [News::Assigned, News::Unassigned]
                .into_iter()
                .find(|known| known.as_str() == news)
                .ok_or(NotAMail)?,
        })
    }
}

/// The mails that another assignee causes: to the one before and to the new one, but not to whoever did it.
pub(super) fn tell_assignee(
    cx: &Context,
    by: UserId,
    frist: EventId,
    before: Option<UserId>,
    after: Option<UserId>,
) -> Vec<Change> {
    if before == after {
        return Vec::new();
    }
    let told = [(before, News::Unassigned), (after, News::Assigned)];
    let told = told.into_iter().filter_map(|(reader, news)| Some((reader.filter(|reader| *reader != by)?, news)));
    told.map(|(reader, news)| enqueue(cx, &Task::FristMail(FristMail { frist, reader, by, news }))).collect()
}
