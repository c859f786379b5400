//! How often one caller may ask.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::booking_page::Reader;
use crate::error::{Failure, Kind};
use crate::identity::Identity;
use crate::state::{Rate, State};
use crate::surfaces;

/// Every so many requests, callers who have been quiet are forgotten.
const SWEEP_EVERY: u32 = 4096;
/// With more callers than this in memory, strangers share places.
const CROWD: usize = 100_000;
/// How many places they share.
const SHARED_PLACES: u64 = 4096;

/// Whom the limit does not concern.
const EXEMPT: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Counts requests by caller.
pub(crate) struct Limiter {
    buckets: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
    checks: AtomicU32,
    crowded: AtomicBool,
}

impl Limiter {
    pub(crate) fn new(rate: Rate) -> Self {
        let quota = Quota::with_period(rate.period / rate.requests.get()).unwrap_or(Quota::per_second(NonZeroU32::MAX));
        Self {
            buckets: RateLimiter::keyed(quota.allow_burst(rate.requests)),
            hasher: RandomState::new(),
            checks: AtomicU32::new(0),
            crowded: AtomicBool::new(false),
        }
    }

    /// Counts one request; refused, it tells for how many seconds.
    pub(crate) fn check(&self, caller: &str, known: bool) -> Result<(), u64> {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY) {
            self.sweep();
        }
        let mut place = self.hasher.hash_one(caller);
        if !known && self.crowded.load(Ordering::Relaxed) {
            place %= SHARED_PLACES;
        }
        self.buckets.check_key(&place).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
        })
    }

    fn sweep(&self) {
        self.buckets.retain_recent();
        self.buckets.shrink_to_fit();
        self.crowded.store(self.buckets.len() > CROWD, Ordering::Relaxed);
    }
}

/// Refuses callers who ask too often.
pub(crate) async fn limit(
    state: State,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let refused = match &state.limiter {
        Some(limiter) if !EXEMPT.contains(&request.path()) => {
            let identity = Identity::of(request.request());
            let name = identity.name(request.peer_addr().map(|peer| peer.ip()));
            limiter.check(&name, matches!(identity, Identity::Known(_))).err()
        }
        _ => None,
    };
    let Some(seconds) = refused else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let message = format!("too many requests; try again in {seconds} s");
    let failure = Failure { retry_after: Some(seconds.max(1)), ..Failure::new(Kind::Limited, message) };
    let response = surfaces::respond(&Reader::of(request.request()), &failure);
    Ok(request.into_response(response))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn each_caller_has_its_own_count() {
        let limiter = Limiter::new(Rate { requests: NonZeroU32::new(2).unwrap(), period: Duration::from_mins(1) });
        assert_eq!([(); 3].map(|()| limiter.check("user:a", true)), [Ok(()), Ok(()), Err(30)]);
        assert_eq!(limiter.check("user:b", true), Ok(()));
    }

    #[test]
    fn a_rate_beyond_the_clock_is_no_panic() {
        let limiter = Limiter::new(Rate { requests: NonZeroU32::MAX, period: Duration::from_secs(1) });
        assert_eq!(limiter.check("user:a", true), Ok(()));
    }
}
