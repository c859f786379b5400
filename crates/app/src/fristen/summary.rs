//! What is overdue, and what is due soon.

use jiff::{SignedDuration, Timestamp, ToSpan};
use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::frist::Status;
use kalends_domain::id::UserId;
use kalends_ports::PageRequest;
use uuid::Uuid;

use super::{FristView, ListFristen};
use crate::{App, Context, Result, require_scope};

/// How many of the next ones a summary shows.
const NEXT: usize = 10;

/// Of which Fristen a summary is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SummaryOf {
    /// Of this case.
    pub case: Option<Uuid>,
    /// Given to this person.
    pub assignee: Option<UserId>,
    /// How many days from now on are soon.
    pub days: u16,
}

/// What there is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FristSummary {
    /// Whose time is over, and nobody had verified them.
    pub overdue: usize,
    /// Whose time is not over, and will be before midnight in the caller's zone; verified or not.
    pub due_today: usize,
    /// Those, and whose time will be over within the next days.
    pub due_soon: usize,
    /// Whose time is not over, and nobody has verified them.
    pub unverified: usize,
    /// The next ones whose time is not over, by deadline.
    pub next: Vec<FristView>,
}

impl App {
    /// What there is to do, of all Fristen that the caller sees.
    pub async fn frist_summary(&self, cx: &Context, caller: &crate::Caller, of: SummaryOf) -> Result<FristSummary> {
        let actor: &Actor = &caller.actor;
        require_scope(actor, Resource::Calendar, Verb::Read)?;
        let calendars = self.frist_calendars(actor).await?;
        let zone = &caller.user.timezone;
        let tomorrow = zone.civil(cx.now()).date().saturating_add(1.day());
        let (now, midnight) = (cx.now(), zone.start_of_day(tomorrow));
        let soon = now.checked_add(SignedDuration::from_hours(24 * i64::from(of.days))).unwrap_or(Timestamp::MAX);
        let all = ListFristen { case: of.case, assignee: of.assignee, ..ListFristen::default() };
        let count = async |wanted: ListFristen| {
            Ok::<_, crate::Error>(self.ports.fristen.count_fristen(wanted.filter(cx, calendars.clone())).await?)
        };
        let until = |before| ListFristen { from: Some(now), before: Some(before), ..all.clone() };
        let standing = |status| ListFristen { status: Some(status), ..all.clone() };
        let next = ListFristen { from: Some(now), ..all.clone() };
        let page = PageRequest { after: None, limit: NEXT };
        Ok(FristSummary {
            overdue: count(standing(Status::Expired)).await?,
            due_today: count(until(midnight)).await?,
            due_soon: count(until(soon.max(midnight))).await?,
            unverified: count(standing(Status::Open)).await?,
            next: self.list_fristen(cx, actor, next, page).await?.items,
        })
    }
}
