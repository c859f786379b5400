//! The system's clock, as the port wants it.

use jiff::{Timestamp, Unit};
use kalends_ports::Clock;

/// Now, to the microsecond.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock port")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        // Down, not to the nearest: the next moment must not seem to be before this one's.
        let micros = jiff::TimestampRound::new().smallest(Unit::Microsecond).mode(jiff::RoundMode::Floor);
        now.round(micros).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_has_no_more_than_microseconds() {
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1_000, 0);
    }
}
