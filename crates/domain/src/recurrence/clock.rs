//! Which times of a day a rule allows.

/// Times of a day: every pairing of the allowed hours, minutes and seconds, in order.
///
/// A day can hold 86400 of them, so they are counted and picked by number, never listed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock<'c> {
    pub(super) hours: &'c [u8],
    pub(super) minutes: &'c [u8],
    pub(super) seconds: &'c [u8],
}

impl Clock<'_> {
    pub(super) fn len(&self) -> usize {
        self.hours.len() * self.minutes.len() * self.seconds.len()
    }

    /// The time with this number, in seconds since midnight.
    pub(super) fn at(&self, index: usize) -> i64 {
        let (minutes, seconds) = (self.minutes.len(), self.seconds.len());
        let hour = i64::from(self.hours[index / (minutes * seconds)]);
        let minute = i64::from(self.minutes[index / seconds % minutes]);
        (hour * 60 + minute) * 60 + i64::from(self.seconds[index % seconds])
    }

    /// How many of the times are before `time`, in seconds since midnight.
    pub(super) fn count_before(&self, time: i64) -> usize {
        let (hours, hour) = before(self.hours, time / 3600);
        let (minutes, minute) = before(self.minutes, time / 60 % 60);
        let (seconds, _) = before(self.seconds, time % 60);
        let mut count = hours * self.minutes.len() * self.seconds.len();
        if hour {
            count += minutes * self.seconds.len();
            if minute {
                count += seconds;
            }
        }
        count
    }
}

/// How many entries of a sorted list are before `value`, and whether it is one of them.
fn before(list: &[u8], value: i64) -> (usize, bool) {
    let index = list.partition_point(|entry| i64::from(*entry) < value);
    let there = list.get(index).is_some_and(|entry| i64::from(*entry) == value);
    (index, there)
}

/// The first entry of a sorted list that is not before `value`, and its place.
pub(super) fn next(list: &[u8], value: i64) -> Option<(usize, i64)> {
    let index = list.partition_point(|entry| i64::from(*entry) < value);
    list.get(index).map(|entry| (index, i64::from(*entry)))
}
