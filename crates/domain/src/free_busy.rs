//! Free and busy: the stretches in which the events of some calendars make their people busy.

use jiff::Timestamp;

use crate::account::Email;
use crate::event::{Details, Event, Rsvp, Window};
use crate::id::{EventId, UserId};
use crate::recurrence::{Budget, BudgetExceeded};

/// A stretch in which an event makes its people busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Busy {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it; always later than `start`.
    pub end: Timestamp,
    /// The event.
    pub event: EventId,
}

/// What of these events is busy and lies in the window, at least partly; ordered by start.
///
/// Each occurrence of a series is a stretch of its own. What is transparent or cancelled is left out
/// (RFC 5545 3.8.2.7, 3.8.1.11), and so is what takes no time. Nothing is cut off at the window's
/// ends: what began before it is told whole.
///
/// ```
/// use kalends_domain::event::Window;
/// use kalends_domain::free_busy::busy;
/// use kalends_domain::recurrence::Budget;
///
/// let window = Window { from: "2026-03-01T00:00:00Z".parse()?, to: "2026-04-01T00:00:00Z".parse()? };
/// assert!(busy(&[], window, &mut Budget::default())?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn busy<'e>(
    events: impl IntoIterator<Item = &'e Event>,
    window: Window,
    budget: &mut Budget,
) -> Result<Vec<Busy>, BudgetExceeded> {
    taking(events, window, Details::is_busy, budget)
}

/// The same for what `takes` time, whatever it is.
pub fn taking<'e>(
    events: impl IntoIterator<Item = &'e Event>,
    window: Window,
    takes: impl Fn(&Details) -> bool,
    budget: &mut Budget,
) -> Result<Vec<Busy>, BudgetExceeded> {
    let mut found = Vec::new();
    for event in events {
        let occurrences = event.occurrences(window, None, usize::MAX, &takes, budget)?;
        let lasting = occurrences.iter().filter(|o| o.start < o.end);
        found.extend(lasting.map(|o| Busy { start: o.start, end: o.end, event: event.id }));
    }
    found.sort_unstable();
    Ok(found)
}

/// The first stretch of the window in which both `event` and one of `others` make people busy; told as what the other
/// takes. The event itself is none of the others, whoever names it.
pub fn overlap(
    event: &Event,
    others: &[Event],
    window: Window,
    budget: &mut Budget,
) -> Result<Option<Busy>, BudgetExceeded> {
    let own = merge(&busy([event], window, budget)?);
    let taken = busy(others.iter().filter(|other| other.id != event.id), window, budget)?;
    let mut own = own.iter().peekable();
    Ok(taken.into_iter().find(|block| {
        // Both are in order, so what is over by now is never asked for again.
        while own.next_if(|own| own.to <= block.start).is_some() {}
        own.peek().is_some_and(|own| own.from < block.end)
    }))
}

/// Whether what holds these details takes this person's time: it makes people busy, and it asks the person to come, who has
/// not declined; or it stands in a calendar of the person's own and does not ask them.
pub fn occupies(details: &Details, person: UserId, email: &Email, own: bool) -> bool {
    let asked = details.attendees.iter().find(|attendee| attendee.same_person(Some(person), Some(email)));
    details.is_busy() && asked.map_or(own, |attendee| attendee.status != Rsvp::Declined)
}

/// The stretches of time that `busy`, ordered by start, covers: those that overlap or touch are one.
///
/// For telling when somebody is busy without telling with how much.
pub fn merge(busy: &[Busy]) -> Vec<Window> {
    let mut merged: Vec<Window> = Vec::new();
    for block in busy {
        match merged.last_mut() {
            Some(last) if block.start <= last.to => last.to = last.to.max(block.end),
            _ => merged.push(Window { from: block.start, to: block.end }),
        }
    }
    merged
}
