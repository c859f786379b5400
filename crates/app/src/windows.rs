//! What calendars hold in windows of time, kept until they change.
//!
//! Every write to the events of a calendar bumps its revision. So what was read and expanded once is true as long as the
//! calendar stands at the revision that was read before it; and since each request reads the revision from the store, it
//! is so on every node. Lists, availability, slots and free/busy all look here.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::SignedDuration;
use kalends_domain::booking::Booking;
use kalends_domain::event::{Details, Event, Window};
use kalends_domain::free_busy::Busy;
use kalends_domain::id::{CalendarId, EventId};
use kalends_domain::recurrence::Budget;
use kalends_ports::{Change, Changes, EventFilter, StoreError};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::events::list::SERIES_MAX;
use crate::events::{EventView, READ_BUDGET};
use crate::{App, Result};

/// Longest window of which is kept what is in it: a leap year, and what slots look at around it.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 373);
/// Most occurrences of one question that are kept. Who asks for more reads them in parts.
const OCCURRENCES: usize = 4_000;
/// About how many windows are kept. For so few the cache is in one piece, and has room for what is large.
const USUAL: usize = 32;

/// A calendar, and its revision, read before anything else of it.
pub(crate) type Standing = (CalendarId, i64);

/// All that an answer depends on beside its question, as it stood when the request came: with an equal stamp, the answer
/// is the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Stamp(Vec<u8>);

impl Stamp {
    /// Calendars that stand so.
    pub(crate) fn of(calendars: &[Standing]) -> Self {
        calendars.iter().fold(Self::default(), |stamp, (calendar, revision)| stamp.and(calendar.0, *revision))
    }

    /// And a thing of this version.
    pub(crate) fn and(mut self, id: Uuid, version: i64) -> Self {
        self.0.extend(id.as_bytes());
        self.0.extend(version.to_be_bytes());
        self
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.0.len()
    }
}

/// Calendars that the caller may read, as they stood when that was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readable(pub(crate) Vec<Standing>);

impl Readable {
    /// How they stand.
    pub fn stamp(&self) -> Stamp {
        Stamp::of(&self.0)
    }
}

/// What one calendar holds in one window.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// Every occurrence, in the order of lists.
    pub(crate) views: Vec<EventView>,
    /// The bookings that they belong to, once somebody asked.
    bookings: OnceCell<Vec<Booking>>,
    bytes: usize,
}

impl Content {
    /// The time that is taken by what `takes` says it of.
    pub(crate) fn taken(&self, takes: impl Fn(&Details) -> bool) -> impl Iterator<Item = Busy> {
        let lasting = self.views.iter().filter(move |view| view.start() < view.end() && takes(view.details()));
        lasting.map(|view| Busy { start: view.start(), end: view.end(), event: view.event.id })
    }
}

/// Windows of one question, a calendar each; `None` where they hold more than is kept.
pub(crate) type Contents = Option<Vec<Arc<Content>>>;

/// All that is kept, within a number of bytes.
pub(crate) struct Windows(Cache<Key, Kept, Bytes>);

type Key = (Standing, Window);

/// `None`: more than is kept, so that nobody tries again.
type Kept = Option<Arc<Content>>;

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Kept> for Bytes {
    fn weight(&self, _: &Key, kept: &Kept) -> u64 {
        let bytes = size_of::<Key>() + kept.as_ref().map_or(0, |content| size_of::<Content>() + content.bytes);
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl Windows {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Cache::with_weighter(USUAL, u64::try_from(bytes).unwrap_or(u64::MAX), Bytes))
    }
}

impl App {
    /// What these calendars hold in the window.
    pub(crate) async fn contents(&self, calendars: &[Standing], window: Window) -> Result<Contents> {
        if window.to.duration_since(window.from) > LONGEST {
            return Ok(None);
        }
        let (mut found, mut missing) = (Vec::with_capacity(calendars.len()), Vec::new());
        for standing in calendars {
            match self.windows.0.get(&(*standing, window)) {
                Some(Some(content)) => found.push(content),
                Some(None) => return Ok(None),
                None => missing.push(*standing),
            }
        }
        if missing.is_empty() {
            return Ok(Some(found));
        }
        let mut read = match self.read_windows(&missing, window).await? {
            Ok(read) => read,
            Err(TooMuch { of }) => {
                if let Some(fullest) = missing.iter().find(|(calendar, _)| Some(*calendar) == of) {
                    self.windows.0.insert((*fullest, window), None);
                }
                return Ok(None);
            }
        };
        for standing in missing {
            let mut content = read.remove(&standing.0).unwrap_or_default();
            content.views.sort_unstable_by_key(EventView::key);
            let content = Arc::new(content);
            self.windows.0.insert((standing, window), Some(content.clone()));
            found.push(content);
        }
        Ok(Some(found))
    }

    async fn read_windows(
        &self,
        calendars: &[Standing],
        window: Window,
    ) -> Result<std::result::Result<HashMap<CalendarId, Content>, TooMuch>> {
        let mut read: HashMap<CalendarId, Content> = HashMap::new();
        let (budget, mut count) = (&mut Budget::new(READ_BUDGET), 0);
        for (recurring, most) in [(true, SERIES_MAX), (false, OCCURRENCES)] {
            let filter = EventFilter {
                calendars: calendars.iter().map(|(calendar, _)| *calendar).collect(),
                window,
                recurring,
                text: None,
                tag: None,
                kinds: None,
                case: None,
                after: None,
                limit: most + 1,
            };
            let events = self.ports.events.list_events(filter).await?;
            if events.len() > most {
                return Ok(Err(TooMuch::among(&events)));
            }
            for event in events {
                let (content, event) = (read.entry(event.calendar).or_default(), Arc::new(event));
                let all = event.occurrences(window, None, OCCURRENCES + 1, |_| true, budget);
                count += all.as_ref().map_or(OCCURRENCES + 1, Vec::len);
                let Some(all) = all.ok().filter(|_| count <= OCCURRENCES) else {
                    return Ok(Err(TooMuch { of: Some(event.calendar) }));
                };
                // Each may be a booking's.
                content.bytes += bytes_of(&event) + size_of::<Booking>() + all.len() * size_of::<EventView>();
                content.views.extend(all.iter().map(|occurrence| EventView::occurrence(&event, occurrence)));
            }
        }
        Ok(Ok(read))
    }

    /// The bookings that the events of these windows belong to.
    pub(crate) async fn bookings_in(&self, contents: &[Arc<Content>]) -> Result<Vec<Booking>> {
        let mut found = Vec::new();
        for content in contents {
            let read = || async {
                let mut events: Vec<EventId> = content.views.iter().map(|view| view.event.id).collect();
                events.sort_unstable();
                events.dedup();
                let none = events.is_empty();
                let mut read = if none { vec![] } else { self.ports.bookings.list_bookings_of(events).await? };
                for booking in &mut read {
                    // What people wrote says nothing about time.
                    (booking.notes, booking.answers) = (None, Vec::new());
                }
                Ok::<_, StoreError>(read)
            };
            found.extend(content.bookings.get_or_try_init(read).await?.iter().cloned());
        }
        Ok(found)
    }
}

/// There is more than is kept: it may be in this calendar.
struct TooMuch {
    of: Option<CalendarId>,
}

impl TooMuch {
    fn among(events: &[Event]) -> Self {
        let mut counts: HashMap<CalendarId, usize> = HashMap::new();
        for event in events {
            *counts.entry(event.calendar).or_default() += 1;
        }
        Self { of: counts.into_iter().max_by_key(|(_, count)| *count).map(|(calendar, _)| calendar) }
    }
}

/// About how much memory an event takes.
fn bytes_of(event: &Event) -> usize {
    let texts = |texts: &[String]| texts.iter().map(|text| size_of::<String>() + text.len()).sum::<usize>();
    let details = |it: &Details| {
        let optional = [&it.description, &it.location, &it.color, &it.url];
        let reminders = it.reminders.iter().map(|one| size_of_val(one) + texts(&one.kept)).sum::<usize>();
        // With an address and a name.
        let attendees = it.attendees.iter().map(|one| size_of_val(one) + 64 + texts(&one.kept)).sum::<usize>();
        let attachments = it.attachments.iter().map(|one| size_of_val(one) + one.url.len() + 64).sum::<usize>();
        size_of_val(it)
            + it.title.len()
            + optional.into_iter().flatten().map(String::len).sum::<usize>()
            + reminders
            + attendees
            + attachments
            + texts(&it.tags)
            + texts(&it.kept)
    };
    let dates = event
        .recurrence
        .as_ref()
        .map_or(0, |it| 512 * it.rules().len() + size_of_val(it.rdates()) + size_of_val(it.exdates()));
    size_of::<Event>() + event.uid.len() + dates + event.all_details().map(details).sum::<usize>()
}

/// Whether these changes bump the revision of every calendar whose events they write: what is kept here depends on it.
///
/// Not that of a calendar that is deleted, where a Frist moves unseen: it is bumped when it comes back.
pub(crate) fn are_counted(changes: &Changes) -> bool {
    let any = |is: &dyn Fn(&Change) -> bool| changes.0.iter().any(is);
    let unseen =
        |id: EventId| any(&|it| matches!(it, Change::WriteFrist(w) if w.frist.id == id && w.frist.state.deleted));
    let touched = |at: CalendarId| any(&|it| matches!(it, Change::TouchCalendar { id, .. } if *id == at));
    changes.0.iter().all(|change| match change {
        Change::InsertEvent(event) => touched(event.calendar),
        Change::UpdateEvent { event, .. } => touched(event.calendar) || unseen(event.id),
        _ => true,
    })
}
