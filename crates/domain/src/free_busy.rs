//! Free and busy: the stretches in which the events of some calendars make their people busy.

use jiff::Timestamp;

use crate::event::{Details, Event, Window};
use crate::id::EventId;
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
    let mut found = Vec::new();
    for event in events {
        let occurrences = event.occurrences(window, None, usize::MAX, Details::is_busy, budget)?;
        let lasting = occurrences.iter().filter(|o| o.start < o.end);
        found.extend(lasting.map(|o| Busy { start: o.start, end: o.end, event: event.id }));
    }
    found.sort_unstable();
    Ok(found)
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
