//! Who can be given a Frist, and in which chain it can stand.

use std::collections::BTreeSet;

use kalends_domain::access::Actor;
use kalends_domain::frist::CHAIN_MAX;
use kalends_domain::id::{CalendarId, ChainId, UserId};
use kalends_domain::problem::Problems;
use kalends_ports::{FristFilter, PageRequest};

use super::list::any;
use crate::{App, Context, Result};

impl App {
    /// A Frist of this calendar can be given to this person: to members of the calendar, for who sees to it must see it.
    /// Of others the caller learns whether they exist only where both share some calendar.
    pub(super) async fn check_assignee(&self, actor: &Actor, calendar: CalendarId, person: UserId) -> Result<()> {
        if self.ports.calendars.find_membership(calendar, person).await?.is_some() {
            return Ok(());
        }
        let mine: BTreeSet<_> = self.frist_calendars(actor).await?.into_iter().collect();
        let theirs = self.ports.calendars.list_roles(person).await?;
        let known = person == actor.user || theirs.iter().any(|(calendar, _)| mine.contains(calendar));
        let message = if known {
            "has no access to this calendar: share it with them, or name another calendar"
        } else {
            "names no account"
        };
        Err(Problems::one("assigned_to", message).into())
    }

    /// The caller sees a Frist of this chain, and it has room.
    pub(super) async fn check_chain(&self, cx: &Context, actor: &Actor, chain: ChainId) -> Result<()> {
        let calendars = self.frist_calendars(actor).await?;
        let filter = FristFilter { chain: Some(chain), ..any(cx, calendars) };
        let page = PageRequest { after: None, limit: CHAIN_MAX };
        match self.ports.fristen.list_fristen(filter, page).await?.items.len() {
            0 => Err(Problems::one("chain_id", "names no chain").into()),
            CHAIN_MAX => Err(Problems::one("chain_id", format!("names a chain that has {CHAIN_MAX} Fristen")).into()),
            _ => Ok(()),
        }
    }
}
