//! Reminders of an event.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::id::{EventId, ReminderId};

use super::EventView;
use super::input::{check_sizes, new_reminder};
use crate::{App, Context, Error, Result, require_scope, settled};

impl App {
    /// Adds reminders; a time that has one already is left as it is.
    pub async fn add_reminders(
        &self,
        cx: &Context,
        actor: &Actor,
        id: EventId,
        minutes: &[u32],
        expected: Option<i64>,
    ) -> Result<EventView> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let seen = self.event_for(id, actor, Action::Write).await?;
            let new: Vec<_> = minutes.iter().map(|minutes| new_reminder(cx, *minutes)).collect();
            self.edit_details(cx, actor, seen, expected, |details| {
                for reminder in &new {
                    if details.reminders.iter().all(|old| old.minutes_before != reminder.minutes_before) {
                        details.reminders.push(reminder.clone());
                    }
                }
                check_sizes(details)
            })
            .await
        })
        .await
    }

    /// Removes a reminder.
    pub async fn remove_reminder(
        &self,
        cx: &Context,
        actor: &Actor,
        id: EventId,
        reminder: ReminderId,
        expected: Option<i64>,
    ) -> Result<()> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let seen = self.event_for(id, actor, Action::Write).await?;
            if !seen.event.all_details().any(|details| details.reminders.iter().any(|r| r.id == reminder)) {
                return Err(Error::NotFound("reminder"));
            }
            self.edit_details(cx, actor, seen, expected, |details| {
                details.reminders.retain(|r| r.id != reminder);
                Ok(())
            })
            .await?;
            Ok(())
        })
        .await
    }
}
