//! How often something may happen to each of many: a leaky bucket for every name.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// With fewer names than this in memory, none is forgotten early.
const FEW: usize = 4_096;
/// With more names than this in memory, strangers share places.
const CROWD: usize = 100_000;
/// How many places they share.
const SHARED_PLACES: u64 = 4_096;

/// A bucket holds `most` and loses one `every` so often. A full one takes nothing.
pub(crate) struct Buckets {
    every: Duration,
    most: u32,
    hasher: RandomState,
    places: Mutex<Places>,
}

#[derive(Default)]
struct Places {
    /// When each will be empty.
    empty_at: HashMap<u64, Instant>,
    /// With so many, it is time to forget the empty ones.
    sweep_at: usize,
}

/// The bucket is full for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full(pub(crate) Duration);

impl Full {
    /// Whole seconds, at least one, as `Retry-After` has them.
    pub(crate) fn seconds(self) -> u64 {
        (self.0.as_secs() + u64::from(self.0.subsec_nanos() > 0)).max(1)
    }
}

impl Buckets {
    pub(crate) fn new(most: u32, every: Duration) -> Self {
        Self { every, most, hasher: RandomState::new(), places: Mutex::default() }
    }

    /// Puts one in. `known` names are not made by strangers, so they always have a place of their own.
    pub(crate) fn put(&self, name: impl Hash, known: bool) -> Result<(), Full> {
        let now = Instant::now();
        let mut places = self.places();
        let place = self.place(name, known, &places);
        let empty_at = self.after_one_more(&places, place, now)?;
        places.empty_at.insert(place, empty_at);
        if places.empty_at.len() > places.sweep_at.max(FEW) {
            places.empty_at.retain(|_, empty_at| *empty_at > now);
            places.empty_at.shrink_to_fit();
            places.sweep_at = 2 * places.empty_at.len();
        }
        Ok(())
    }

    /// Puts one in, even where it is full up to the brim.
    pub(crate) fn force(&self, name: impl Hash, known: bool) {
        // What is over is lost: the wait does not grow without end.
        self.put(name, known).ok();
    }

    /// Whether one more would fit.
    pub(crate) fn look(&self, name: impl Hash, known: bool) -> Result<(), Full> {
        let places = self.places();
        let place = self.place(name, known, &places);
        self.after_one_more(&places, place, Instant::now()).map(drop)
    }

    /// Takes one out again.
    pub(crate) fn take_back(&self, name: impl Hash, known: bool) {
        let mut places = self.places();
        let place = self.place(name, known, &places);
        if let Some(empty_at) = places.empty_at.get_mut(&place) {
            *empty_at = empty_at.checked_sub(self.every).unwrap_or(*empty_at);
        }
    }

    fn after_one_more(&self, places: &Places, place: u64, now: Instant) -> Result<Instant, Full> {
        let empty_at = places.empty_at.get(&place).map_or(now, |empty_at| *empty_at.max(&now)) + self.every;
        let over = (empty_at - now).saturating_sub(self.every * self.most);
        if over.is_zero() { Ok(empty_at) } else { Err(Full(over)) }
    }

    fn place(&self, name: impl Hash, known: bool, places: &Places) -> u64 {
        let place = self.hasher.hash_one(name);
        let crowded = !known && places.empty_at.len() > CROWD;
        if crowded { place % SHARED_PLACES } else { place }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn each_name_has_its_own_bucket() {
        let buckets = Buckets::new(2, HOUR);
        assert_eq!((buckets.put("a", true), buckets.put("a", false)), (Ok(()), Ok(())));
        let Err(full) = buckets.put("a", true) else { panic!("it is full") };
        assert!((3_590..=3_600).contains(&full.seconds()), "{full:?}");
        assert!(buckets.look("a", true).is_err() && buckets.look("b", true).is_ok());
        assert_eq!(buckets.put("b", true), Ok(()));
    }

    #[test]
    fn a_full_bucket_takes_no_more() {
        let buckets = Buckets::new(1, HOUR);
        (0..100).for_each(|_| buckets.force("a", true));
        assert!(buckets.look("a", true).is_err_and(|full| full.0 <= HOUR));
    }

    #[test]
    fn what_is_taken_back_makes_room() {
        let buckets = Buckets::new(1, HOUR);
        buckets.put("a", true).unwrap();
        buckets.take_back("a", true);
        buckets.take_back("unknown", true);
        assert_eq!(buckets.put("a", true), Ok(()));
    }

    #[test]
    fn a_bucket_loses_what_is_in_it() {
        let buckets = Buckets::new(1, Duration::from_millis(1));
        buckets.put("a", true).unwrap();
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(buckets.put("a", true), Ok(()));
    }

    #[test]
    fn a_rate_beyond_the_clock_is_no_panic() {
        for every in [Duration::ZERO, HOUR] {
            assert_eq!(Buckets::new(u32::MAX, every).put("a", true), Ok(()));
        }
    }

    #[test]
    fn a_crowd_of_strangers_takes_only_so_much_memory() {
        let buckets = Buckets::new(1, HOUR);
        (0..2 * CROWD).for_each(|stranger| buckets.force(stranger, false));
        assert!(buckets.places().empty_at.len() <= CROWD + 1 + usize::try_from(SHARED_PLACES).unwrap());
        assert_eq!(buckets.put("somebody known", true), Ok(()));
    }
}
