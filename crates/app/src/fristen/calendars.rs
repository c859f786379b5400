//! What becomes of Fristen when their calendar is deleted, or brought back: that, too, is an entry of each.

use jiff::Timestamp;
use kalends_domain::calendar::Calendar;
use kalends_domain::event::Event;
use kalends_domain::frist::Frist;
use kalends_domain::id::{CalendarId, UserId};
use kalends_ports::{Change, Changes, PageRequest};

use crate::{App, Result};

/// Calendars that are read at once.
const PAGE: usize = 200;

impl App {
    /// These changes, with what the Fristen in calendars become that they delete or bring back.
    ///
    /// A deletion names the revision that was read, for a Frist that is written meanwhile would have no entry of it.
    pub(super) async fn with_calendars(&self, changes: Changes) -> Result<Changes> {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for change in &changes.0 {
            match change {
                Change::UpdateCalendar { calendar, .. } => {
                    let (by, at) = (calendar.owner, calendar.updated_at);
                    if calendar.deleted_at.is_some() {
                        before.push(untouched(calendar, at));
                        after.extend(self.gone_with(vec![calendar.id], by, at).await?);
                    } else {
                        let back = self.ports.fristen.list_fristen_in(vec![calendar.id], true).await?;
                        after.extend(entries(&back, false, by, at));
                    }
                }
                Change::DeleteCalendarsOf { owner, at } => {
                    let theirs = self.calendars_owned_by(*owner).await?;
                    before.extend(theirs.iter().map(|calendar| untouched(calendar, *at)));
                    let ids = theirs.into_iter().map(|calendar| calendar.id).collect();
                    after.extend(self.gone_with(ids, *owner, *at).await?);
                }
                _ => {}
            }
        }
        Ok(Changes(before).and_all(changes.0).and_all(after))
    }

    async fn gone_with(&self, calendars: Vec<CalendarId>, by: UserId, at: Timestamp) -> Result<Vec<Change>> {
        Ok(entries(&self.ports.fristen.list_fristen_in(calendars, false).await?, true, by, at))
    }

    async fn calendars_owned_by(&self, owner: UserId) -> Result<Vec<Calendar>> {
        let (mut theirs, mut after) = (Vec::new(), None);
        loop {
            let page = self.ports.calendars.list_calendars(owner, PageRequest { after, limit: PAGE }).await?;
            after = page.items.last().map(|view| view.calendar.id);
            theirs.extend(page.items.into_iter().map(|view| view.calendar).filter(|calendar| calendar.owner == owner));
            if !page.more {
                return Ok(theirs);
            }
        }
    }
}

/// Nobody has written in it since it was read.
fn untouched(calendar: &Calendar, at: Timestamp) -> Change {
    Change::TouchCalendar { id: calendar.id, expected: Some(calendar.revision), at }
}

fn entries(fristen: &[(Frist, Event)], deleted: bool, by: UserId, at: Timestamp) -> Vec<Change> {
    let written = |(frist, event): &(Frist, Event)| frist.with_calendar(event, deleted, by, at);
    fristen.iter().filter_map(written).map(Change::WriteFrist).collect()
}
