//! Finding slots: a link's, or those that a booking can be moved to.

use jiff::{SignedDuration, Timestamp};
use kalends_app::{Context, Error};
use kalends_domain::booking::{BookingLink, RANGE_DAYS_MAX, Slot};
use kalends_domain::event::Window;

use crate::state::State;

/// What a visitor can choose from.
pub(super) struct Slots<'s> {
    pub(super) state: &'s State,
    pub(super) cx: &'s Context,
    pub(super) link: &'s BookingLink,
    pub(super) source: Source<'s>,
}

/// Whose slots they are.
pub(super) enum Source<'s> {
    /// A link's, of this token.
    Link(&'s str),
    /// Those for a booking whose reschedule link has this token, and that has this slot now.
    Booking(&'s str, Slot),
}

impl Slots<'_> {
    /// Where their page is.
    pub(super) fn path(&self) -> String {
        match self.source {
            Source::Link(token) => format!("/book/{token}"),
            Source::Booking(token, _) => format!("/booking/reschedule/{token}"),
        }
    }

    /// Those that lie in the window as a whole.
    pub(super) async fn within(&self, window: Window) -> Result<Vec<Slot>, Error> {
        match self.source {
            Source::Link(token) => {
                let open = self.state.app.open_link(token).await?;
                self.state.app.open_slots(self.cx, &open, window).await
            }
            Source::Booking(token, current) => {
                let mut slots = self.state.app.slots_to_reschedule(self.cx, token, window).await?;
                slots.retain(|slot| *slot != current);
                Ok(slots)
            }
        }
    }

    /// The slot that begins then, if it can be had.
    pub(super) async fn at(&self, start: Timestamp) -> Result<Option<Slot>, Error> {
        let slot = self.beginning(start);
        let found = self.within(Window { from: slot.start, to: slot.end }).await?;
        Ok(found.into_iter().find(|found| *found == slot))
    }

    /// A slot of the link's length.
    pub(super) fn beginning(&self, start: Timestamp) -> Slot {
        let start = start.min(Timestamp::MAX - SignedDuration::from_hours(48));
        Slot { start, end: start + SignedDuration::from_mins(self.link.settings.duration.into()) }
    }

    /// The first ones from then on, or from now on, as far ahead as is looked at in one go.
    pub(super) async fn next(&self, from: Timestamp, most: usize) -> Result<Vec<Slot>, Error> {
        let from = from.max(self.cx.now());
        let to = from.checked_add(SignedDuration::from_hours(24 * RANGE_DAYS_MAX)).unwrap_or(Timestamp::MAX);
        if from >= to {
            return Ok(Vec::new());
        }
        let mut slots = self.within(Window { from, to }).await?;
        slots.truncate(most);
        Ok(slots)
    }
}
