//! Slots in which a whole group is free.

use jiff::Timestamp;

use super::slots::{grid, minutes};
use super::{BookingSettings, Slot, WorkingHours};
use crate::event::Window;
use crate::time::Zone;

/// Most slots that one answer holds.
pub const GROUP_SLOTS_MAX: usize = 1_000;

/// What slots for a group must be like.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupWish {
    /// They lie here as a whole.
    pub window: Window,
    /// How long each is, in minutes.
    pub duration: u32,
    /// How far each is from busy time before and after it, in minutes.
    pub buffer: u32,
    /// From the start of one to the start of the next, in minutes; the duration where it is `None`.
    pub interval: Option<u32>,
    /// The working hours in which they lie, each interval with its first slot at its start. Without, they lie at any time,
    /// the first at the window's start.
    pub hours: Option<WorkingHours>,
    /// Where the working hours are wall times.
    pub zone: Zone,
    /// Most slots to find.
    pub limit: usize,
}

/// The first slots of the wish that keep clear of everything in `busy`, ordered by start.
///
/// One sweep over both: the cost grows with the window and with what is busy, and with neither times the other.
///
/// ```
/// use kalends_domain::booking::{GroupWish, group_slots};
/// use kalends_domain::event::Window;
/// use kalends_domain::time::Zone;
///
/// let from = "2026-04-01T08:00:00Z".parse()?;
/// let window = Window { from, to: "2026-04-01T10:00:00Z".parse()? };
/// let wish = GroupWish { window, duration: 30, buffer: 0, interval: None, hours: None, zone: Zone::utc(), limit: 10 };
/// let busy = vec![Window { from, to: "2026-04-01T08:40:00Z".parse()? }];
/// let starts: Vec<String> = group_slots(&wish, busy).iter().map(|slot| slot.start.to_string()).collect();
/// assert_eq!(starts, ["2026-04-01T09:00:00Z", "2026-04-01T09:30:00Z"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn group_slots(wish: &GroupWish, mut busy: Vec<Window>) -> Vec<Slot> {
    busy.sort_unstable_by_key(|block| block.from);
    let buffer = minutes(wish.buffer);
    let mut ahead = busy.into_iter().peekable();
    // Of what begins before the end of the slot, with its buffer, the latest end.
    let mut taken_until: Option<Timestamp> = None;
    let free = |slot: &Slot| {
        let (from, to) = (
            slot.start.checked_sub(buffer).unwrap_or(Timestamp::MIN),
            slot.end.checked_add(buffer).unwrap_or(Timestamp::MAX),
        );
        while let Some(block) = ahead.next_if(|block| block.from < to) {
            taken_until = taken_until.max(Some(block.to));
        }
        taken_until.is_none_or(|until| until <= from)
    };
    candidates(wish).into_iter().filter(free).take(wish.limit).collect()
}

/// Every slot of the hours, ordered by start.
fn candidates(wish: &GroupWish) -> Vec<Slot> {
    if let Some(hours) = &wish.hours {
        let settings = BookingSettings {
            interval: wish.interval,
            ..BookingSettings::new(wish.duration, wish.zone.clone(), hours.clone())
        };
        return grid(&settings, wish.window);
    }
    let (length, step) = (minutes(wish.duration), minutes(wish.interval.unwrap_or(wish.duration).max(1)));
    let starts = std::iter::successors(Some(wish.window.from), |start| start.checked_add(step).ok());
    let slots = starts.map_while(|start| Some(Slot { start, end: start.checked_add(length).ok()? }));
    slots.take_while(|slot| slot.end <= wish.window.to).collect()
}
