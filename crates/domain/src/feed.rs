//! Feeds: calendars that stand at an address elsewhere and are shown here, to be read only.
//!
//! A feed's events are whatever its address answered last. Two answers are laid side by side by [`matched`], which finds
//! out what of the second is what of the first, also where a producer makes new ids at each answer.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp, civil};

use crate::access::UnknownName;
use crate::id::{CalendarId, FeedId, UserId};

/// Most characters in the name that a caller gives to a feed.
pub const NAME_MAX: usize = 255;
/// Most events of one feed.
pub const EVENTS_MAX: usize = 10_000;
/// A calendar of no more events than this may lose all of them at once.
const HELD_ABOVE: usize = 10;
/// The longest that a feed is left alone after errors, unless it is synced more seldom anyway.
const BACKOFF_MAX: SignedDuration = SignedDuration::from_hours(24);
/// How many of the events with one title and start are looked at to find one that is the same in all else.
const LOOKS: usize = 64;

/// How a feed's answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON, as the feed-sync API documents it.
    Json,
    /// iCalendar (RFC 5545).
    Ics,
}

impl Format {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Json, Self::Ics];

    /// The name in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ics => "ics",
        }
    }
}

impl FromStr for Format {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or(UnknownName("json, ics"))
    }
}

/// Where a feed is shown, beside the calendar here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// In a Google calendar made for it, of its owner's linked account.
    Google,
    /// Nowhere else.
    Local,
}

impl Destination {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Google, Self::Local];

    /// The name in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Local => "local",
        }
    }
}

impl FromStr for Destination {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or(UnknownName("google, local"))
    }
}

/// The Google calendar that was made for a feed. It is remembered beside the link, so that an account which is linked
/// again goes on with the calendar that people were invited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// The account's address.
    pub account: String,
    /// The provider's id of the calendar.
    pub calendar: String,
}

/// A calendar at an address elsewhere, to which somebody subscribed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Names it here.
    pub id: FeedId,
    /// Whose it is.
    pub owner: UserId,
    /// What its owner's programs call it; unique among the owner's feeds.
    pub name: String,
    /// Where it stands. It may carry a token, so it is shown to its owner alone, and never logged.
    pub url: String,
    /// How it is written.
    pub format: Format,
    /// Where it is shown.
    pub destination: Destination,
    /// The calendar here that holds its events. Its owner may read it, like everybody else, and not write.
    pub calendar: CalendarId,
    /// The Google calendar, where one was made.
    pub mirror: Option<Mirror>,
    /// The server's mark of the answer that was taken last (RFC 9110, section 8.8.3).
    pub etag: Option<String>,
    /// When the server said that answer had changed (RFC 9110, section 8.8.2).
    pub last_modified: Option<String>,
    /// A hash of that answer, by which the same one is known although it came again.
    pub digest: Option<[u8; 32]>,
    /// An answer that lacked half of the events or more was not taken; the next such one is.
    pub held: bool,
    /// How often in a row it could not be synced.
    pub failures: i32,
    /// Why it was not synced the last time, if it was not.
    pub last_error: Option<String>,
    /// When an answer was last taken, whether it brought a change or not.
    pub last_synced_at: Option<Timestamp>,
    /// When it is synced next, of itself.
    pub next_sync_at: Timestamp,
    /// How many events it had then.
    pub events: i64,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When anything of this last changed.
    pub updated_at: Timestamp,
    /// Counts the changes.
    pub version: i64,
}

/// Text that is no name of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to {NAME_MAX} characters, none of them a control character")]
pub struct InvalidName;

/// Checks a feed's name.
pub fn name(text: &str) -> Result<String, InvalidName> {
    let good = !text.trim().is_empty() && text.chars().count() <= NAME_MAX && !text.chars().any(char::is_control);
    if good { Ok(text.to_owned()) } else { Err(InvalidName) }
}

/// Whether an answer that tells so many events, where so many are known, is suspicious: its producer may have failed half
/// way.
///
/// ```
/// use kalends_domain::feed::is_half_gone;
///
/// assert!(is_half_gone(40, 20) && is_half_gone(40, 0));
/// assert!(!is_half_gone(40, 21) && !is_half_gone(10, 0));
/// ```
pub fn is_half_gone(known: usize, told: usize) -> bool {
    known > HELD_ABOVE && told * 2 <= known
}

/// When a feed is synced next. After `failures` in a row the interval has doubled as often, up to a day; where the other
/// side `asked` for more (Retry-After), it gets that, up to a day too. `jitter`, from 0 to 255, takes up to a tenth away,
/// so that feeds which were registered together are not fetched together for ever.
pub fn next_sync(
    now: Timestamp,
    interval: SignedDuration,
    failures: i32,
    asked: Option<SignedDuration>,
    jitter: u8,
) -> Timestamp {
    let most = BACKOFF_MAX.max(interval);
    let doublings = u32::try_from(failures).unwrap_or(0).min(20);
    let whole = interval.as_millis().saturating_mul(1 << doublings).min(most.as_millis());
    let less = whole / 10 * i128::from(jitter) / 255;
    let wait = SignedDuration::from_millis(i64::try_from(whole - less).unwrap_or(i64::MAX));
    let wait = wait.max(asked.unwrap_or_default().min(BACKOFF_MAX));
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// What an event is recognised by, when not by all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its UID: among one answer's events, and among one calendar's, nobody else's.
    pub uid: String,
    /// What it is called.
    pub title: String,
    /// The wall time of its start.
    pub start: civil::DateTime,
}

/// Which of the known events each of the told ones is; `None` where it is new. No known event is two told ones.
///
/// An event is first of all the one of its UID. Whatever is left on both sides was given another id: it is the one that is
/// the `same` in all it holds (asked by both positions), else one of the same title and start, in the order of both.
pub fn matched(known: &[Outline], told: &[Outline], same: &mut dyn FnMut(usize, usize) -> bool) -> Vec<Option<usize>> {
    let by_uid: HashMap<&str, usize> = known.iter().enumerate().map(|(index, it)| (it.uid.as_str(), index)).collect();
    let mut found: Vec<Option<usize>> = told.iter().map(|it| by_uid.get(it.uid.as_str()).copied()).collect();
    let mut is_free = vec![true; known.len()];
    found.iter().flatten().for_each(|&index| is_free[index] = false);

    let mut free: BTreeMap<(&str, civil::DateTime), VecDeque<usize>> = BTreeMap::new();
    for (index, it) in known.iter().enumerate().filter(|(index, _)| is_free[*index]) {
        free.entry((it.title.as_str(), it.start)).or_default().push_back(index);
    }
    for by_content in [true, false] {
        for (index, it) in told.iter().enumerate() {
            if found[index].is_some() {
                continue;
            }
            let Some(alike) = free.get_mut(&(it.title.as_str(), it.start)) else { continue };
            found[index] = if by_content {
                let place = alike.iter().take(LOOKS).position(|&other| same(other, index));
                place.and_then(|place| alike.remove(place))
            } else {
                alike.pop_front()
            };
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlines(told: &[(&str, &str, i8)]) -> Vec<Outline> {
        let outline = |&(uid, title, hour): &(&str, &str, i8)| Outline {
            uid: uid.to_owned(),
            title: title.to_owned(),
            start: civil::date(2026, 3, 2).at(hour, 0, 0, 0),
        };
        told.iter().map(outline).collect()
    }

    #[track_caller]
    fn check(
        known: &[(&str, &str, i8)],
        told: &[(&str, &str, i8)],
        same: &[(usize, usize)],
        expected: &[Option<usize>],
    ) {
        let found = matched(&outlines(known), &outlines(told), &mut |one, other| same.contains(&(one, other)));
        assert_eq!(found, expected);
    }

    #[test]
    fn an_id_says_it_all() {
        check(&[("a", "A", 9), ("b", "B", 9)], &[("b", "A", 9), ("a", "B", 9)], &[(0, 0), (1, 1)], &[Some(1), Some(0)]);
        check(&[], &[("a", "A", 9)], &[], &[None]);
    }

    #[test]
    fn with_other_ids_the_same_content_says_it() {
        let known = [("1", "A", 9), ("2", "A", 9), ("3", "B", 9)];
        let told = [("7", "B", 9), ("8", "A", 9), ("9", "A", 9), ("10", "A", 9)];
        // The second of those called A is the first told one; the first one was changed, and goes to the next.
        check(&known, &told, &[(2, 0), (1, 1)], &[Some(2), Some(1), Some(0), None]);
    }

    #[test]
    fn at_another_time_it_is_another() {
        check(&[("1", "A", 9)], &[("2", "A", 10)], &[], &[None]);
    }

    #[test]
    fn intervals_double_up_to_a_day() {
        let now = Timestamp::UNIX_EPOCH;
        let after = |failures, asked: Option<i64>, jitter, minutes| {
            let asked = asked.map(SignedDuration::from_mins);
            next_sync(now, SignedDuration::from_mins(minutes), failures, asked, jitter).duration_since(now).as_secs()
        };
        assert_eq!([after(0, None, 0, 15), after(0, None, 255, 15)], [900, 810]);
        assert_eq!([after(1, None, 0, 15), after(3, None, 0, 15), after(90, None, 0, 15)], [1_800, 7_200, 86_400]);
        assert_eq!([after(1, Some(90), 0, 15), after(1, Some(90_000), 0, 15)], [5_400, 86_400]);
        assert_eq!(after(2, None, 0, 10_080), 604_800, "once a week is no more often for being broken");
        assert_eq!(after(i32::MIN, Some(-5), 0, 15), 900);
    }

    #[test]
    fn names() {
        for good in ["a", "your-calendar-id", " x ", "ü/ß"] {
            assert_eq!(name(good).as_deref(), Ok(good));
        }
        for bad in ["", " ", "a\nb", &"x".repeat(256)] {
            assert_eq!(name(bad), Err(InvalidName), "{bad}");
        }
    }
}
