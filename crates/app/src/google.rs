//! What the caller's Google account has to do with all this.

use kalends_domain::access::{Actor, Resource, Verb};

use crate::{App, Error, Result, require_scope};

/// An event's copy in a Google calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoogleCopy {
    /// The copy's id there.
    pub event: String,
    /// The calendar there.
    pub calendar: String,
}

/// What a pull from Google changed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulled {
    /// Events that were new.
    pub imported: usize,
    /// Events that had changed.
    pub updated: usize,
}

impl App {
    /// Brings what changed in the caller's Google calendar. This server links no Google accounts yet, so nobody has one.
    pub fn pull_google(&self, actor: &Actor) -> Result<Pulled> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        Err(Error::NotLinked)
    }
}
