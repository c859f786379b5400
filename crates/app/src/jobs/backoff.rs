//! How long to wait before a job is tried again, and when it is given up.

use jiff::SignedDuration;

/// Before the second attempt, without the jitter.
const FIRST: SignedDuration = SignedDuration::from_secs(2);
/// Before any attempt, unless the other side asks for more.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// The longest that the other side can ask for.
const ASKED_MAX: SignedDuration = SignedDuration::from_hours(24);
/// After so many attempts, which is after about three days, a job is given up.
pub(super) const ATTEMPTS_MAX: i32 = 105;

/// How long to wait after so many attempts; none to give up.
///
/// The delay doubles from attempt to attempt, up to an hour. `jitter`, from 0 to 255, takes up to a half of it away, so
/// that what failed together is not tried together for ever. Where the other side `asked` for more (Retry-After), it
/// gets that, up to a day.
pub(super) fn delay(attempts: i32, jitter: u8, asked: Option<SignedDuration>) -> Option<SignedDuration> {
    if attempts >= ATTEMPTS_MAX {
        return None;
    }
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(20);
    let whole = FIRST.as_millis().saturating_mul(1 << doublings).min(LONGEST.as_millis());
    let less = whole / 2 * i128::from(jitter) / 255;
    let delay = SignedDuration::from_millis(i64::try_from(whole - less).unwrap_or(i64::MAX));
    Some(delay.max(asked.unwrap_or_default().min(ASKED_MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(attempts: i32, jitter: u8, asked: Option<i64>, expected: Option<i64>) {
        let told = delay(attempts, jitter, asked.map(SignedDuration::from_secs));
        assert_eq!(told, expected.map(SignedDuration::from_millis), "{attempts} {jitter} {asked:?}");
    }

    #[test]
    fn delays_double_up_to_an_hour() {
        check(1, 0, None, Some(2_000));
        check(2, 0, None, Some(4_000));
        check(3, 0, None, Some(8_000));
        check(11, 0, None, Some(2_048_000));
        check(12, 0, None, Some(3_600_000));
        check(104, 0, None, Some(3_600_000));
        // A count that was never counted.
        check(0, 0, None, Some(2_000));
        check(i32::MIN + 1, 0, None, Some(2_000));
    }

    #[test]
    fn jitter_takes_up_to_a_half() {
        check(1, 255, None, Some(1_000));
        check(2, 255, None, Some(2_000));
        check(12, 51, None, Some(3_240_000));
    }

    #[test]
    fn who_asks_for_more_gets_it_up_to_a_day() {
        check(1, 0, Some(1), Some(2_000));
        check(1, 255, Some(90), Some(90_000));
        check(1, 0, Some(1_000_000), Some(86_400_000));
        check(1, 0, Some(-5), Some(2_000));
    }

    #[test]
    fn a_job_is_given_up_after_days() {
        check(ATTEMPTS_MAX, 0, Some(9), None);
        check(i32::MAX, 0, None, None);
        let total =
            |jitter| -> SignedDuration { (1..ATTEMPTS_MAX).map_while(|attempts| delay(attempts, jitter, None)).sum() };
        let days = |total: SignedDuration| total.as_hours() / 24;
        assert_eq!((days(total(255)), days(total(128)), days(total(0))), (1, 2, 3));
    }
}
