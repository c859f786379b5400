//! When a group is free.

use jiff::SignedDuration;
use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::booking::{GroupWish, Slot, group_slots};
use kalends_domain::event::Window;
use kalends_domain::id::UserId;
use kalends_domain::problem::Problems;

use super::{NO_ACCOUNT, PEOPLE_MAX};
use crate::free_busy::check_year;
use crate::{App, Result, require_scope};

/// Slots that are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSlots {
    /// Who must be free.
    pub people: Vec<UserId>,
    /// What the slots must be like.
    pub wish: GroupWish,
}

impl App {
    /// The slots in which all of these people are free, ordered by start. One of whom the caller may not know, or who does
    /// not exist, is [`Error::Invalid`](crate::Error::Invalid): without them, nobody can tell when all are free.
    pub async fn group_slots(&self, actor: &Actor, asked: &GroupSlots) -> Result<Vec<Slot>> {
        if asked.people.is_empty() || asked.people.len() > PEOPLE_MAX {
            return Err(Problems::one("user_ids", format!("must name 1 to {PEOPLE_MAX} people")).into());
        }
        require_scope(actor, Resource::Availability, Verb::Read)?;
        let window = asked.wish.window;
        check_year(window)?;
        let buffer = SignedDuration::from_mins(i64::from(asked.wish.buffer));
        let around = Window {
            from: window.from.checked_sub(buffer).unwrap_or(window.from),
            to: window.to.checked_add(buffer).unwrap_or(window.to),
        };
        let found = self.busy_people(actor.user, &asked.people, around).await?;
        let mut problems = Problems::default();
        for (i, _) in asked.people.iter().enumerate().filter(|(_, user)| found.unknown.contains(user)) {
            problems.add(format!("user_ids[{i}]"), NO_ACCOUNT);
        }
        problems.finish()?;
        let busy: Vec<Window> = found.people.into_iter().flat_map(|person| person.busy).collect();
        Ok(group_slots(&asked.wish, busy))
    }
}
