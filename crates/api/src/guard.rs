//! Who asks too often waits, and whoever guesses waits longer.
//!
//! | what is counted | for whom | how much at once | and then |
//! |---|---|---|---|
//! | requests | each caller, who is not known: each address | `RATE_LIMIT` | `RATE_LIMIT` |
//! | bad tokens and keys, unknown secret addresses, wrong passwords | each address | a tenth of that | a tenth of that |
//! | wrong passwords | each account at each address | 10 | one in a minute |
//! | wrong passwords | each account | 100 | one in six seconds |
//!
//! A stranger alone cannot fill the last one, so cannot lock an owner out; many at once can, but for those addresses
//! from which the owner has signed in before. Whoever is signed in already notices nothing of either.
//!
//! Counted in memory, on each node by itself.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::StatusCode;

use crate::buckets::{Buckets, Full};
use crate::error::{Failure, Kind};
use crate::identity::{Identity, network};
use crate::state::Rate;

/// One failure weighs as much as so many requests.
const FAILURE_WEIGHS: u32 = 10;
/// Most places that are remembered; with more, it begins anew.
const FAMILIAR_MAX: usize = 50_000;

/// Counts.
pub(crate) struct Guard {
    requests: Buckets,
    failures: Buckets,
    /// Wrong passwords by account and address.
    tries: Buckets,
    /// Wrong passwords by account.
    accounts: Buckets,
    /// Accounts, and addresses from which their owners have signed in.
    familiar: Mutex<HashSet<u64>>,
    hasher: RandomState,
}

/// A password that is being checked.
#[must_use]
pub(crate) struct Try<'g> {
    guard: &'g Guard,
    account: String,
    address: Option<IpAddr>,
    counted: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Password {
    Right,
    Wrong,
    /// It was not looked at.
    Unchecked,
}

impl Guard {
    pub(crate) fn new(rate: Rate) -> Self {
        let Rate { requests, period } = rate;
        let every = |requests: NonZeroU32| period / requests.get();
        let fewer = NonZeroU32::new(requests.get() / FAILURE_WEIGHS).unwrap_or(NonZeroU32::MIN);
        Self {
            requests: Buckets::new(requests.get(), every(requests)),
            failures: Buckets::new(fewer.get(), every(fewer)),
            tries: Buckets::new(10, Duration::from_mins(1)),
            accounts: Buckets::new(100, Duration::from_secs(6)),
            familiar: Mutex::default(),
            hasher: RandomState::new(),
        }
    }

    /// Counts a request. `route` is the pattern of its path.
    pub(crate) fn request(&self, identity: &Identity, address: Option<IpAddr>, route: &str) -> Result<(), Failure> {
        if may_be_a_guess(identity, route) {
            self.failures.look(address.map(network), false).map_err(too_often)?;
        }
        self.requests.put(identity.name(address), identity.is_known()).map_err(too_often)
    }

    /// Counts an answer, if it is a failure to guess.
    pub(crate) fn answer(&self, identity: &Identity, address: Option<IpAddr>, route: &str, status: StatusCode) {
        let wrong = status == StatusCode::UNAUTHORIZED || (status == StatusCode::NOT_FOUND && is_secret(route));
        if wrong && may_be_a_guess(identity, route) {
            self.failures.force(address.map(network), false);
        }
    }

    /// Counts a password that is about to be checked. So that many at once gain nothing, it counts as wrong until it is
    /// known to be right.
    pub(crate) fn password(&self, account: &str, address: Option<IpAddr>) -> Result<Try<'_>, Failure> {
        let account = account.trim().to_lowercase();
        let address = address.map(network);
        let counted = !self.familiar().contains(&self.pair(&account, address));
        self.tries.put((&account, address), false).map_err(too_often)?;
        if counted && let Err(full) = self.accounts.put(&account, false) {
            self.tries.take_back((&account, address), false);
            return Err(too_often(full));
        }
        Ok(Try { guard: self, account, address, counted })
    }

    fn pair(&self, account: &str, address: Option<IpAddr>) -> u64 {
        self.hasher.hash_one((account, address))
    }

    fn familiar(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.familiar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Try<'_> {
    /// Tells what came of it.
    pub(crate) fn was(self, password: Password) {
        if password == Password::Wrong {
            return;
        }
        self.guard.tries.take_back((&self.account, self.address), false);
        if self.counted {
            self.guard.accounts.take_back(&self.account, false);
        }
        if password == Password::Right {
            let mut familiar = self.guard.familiar();
            if familiar.len() >= FAMILIAR_MAX {
                familiar.clear();
            }
            familiar.insert(self.guard.pair(&self.account, self.address));
        }
    }
}

/// Whether it shows a secret that may be made up. Whoever is known has shown a good one.
fn may_be_a_guess(identity: &Identity, route: &str) -> bool {
    match identity {
        Identity::Known(_) => false,
        Identity::Refused(_) => true,
        Identity::Anonymous => is_secret(route) || ["/auth/login", "/auth/refresh"].contains(&route),
    }
}

/// Whether the path itself is a secret.
fn is_secret(route: &str) -> bool {
    route.contains("{token}")
}

fn too_often(full: Full) -> Failure {
    let seconds = full.seconds();
    let message = format!("too many requests; try again in {seconds} s");
    Failure { retry_after: Some(seconds), ..Failure::new(Kind::Limited, message) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn guard() -> Guard {
        Guard::new(Rate { requests: NonZeroU32::new(600).unwrap(), period: Duration::from_mins(1) })
    }

    const fn from(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))
    }

    fn wrong(guard: &Guard, account: &str, address: IpAddr) -> bool {
        guard.password(account, Some(address)).map(|it| it.was(Password::Wrong)).is_ok()
    }

    fn right(guard: &Guard, account: &str, address: IpAddr) -> bool {
        guard.password(account, Some(address)).map(|it| it.was(Password::Right)).is_ok()
    }

    #[test]
    fn wrong_passwords_of_one_account_at_one_address_are_few() {
        let guard = guard();
        assert!((0..10).all(|_| wrong(&guard, "ann@example.com", from(1))));
        assert!(!wrong(&guard, " Ann@Example.COM", from(1)), "however it is written");
        assert!(right(&guard, "ann@example.com", from(2)), "the owner is elsewhere");
        assert!(right(&guard, "bob@example.com", from(1)));
    }

    #[test]
    fn right_passwords_count_for_nothing() {
        let guard = guard();
        assert!((0..1_000).all(|_| right(&guard, "ann@example.com", from(1))));
    }

    #[test]
    fn one_stranger_cannot_lock_an_owner_out_and_many_only_from_new_addresses() {
        let guard = guard();
        assert!(right(&guard, "ann@example.com", from(255)));
        (0..100).for_each(|_| _ = wrong(&guard, "ann@example.com", from(1)));
        assert!(right(&guard, "ann@example.com", from(254)));
        for stranger in 1..=20 {
            (0..10).for_each(|_| _ = wrong(&guard, "ann@example.com", from(stranger)));
        }
        assert!(!right(&guard, "ann@example.com", from(253)));
        assert!(right(&guard, "ann@example.com", from(255)), "she has signed in there before");
    }

    #[test]
    fn many_at_once_gain_nothing() {
        let guard = guard();
        let under_way: Vec<_> = (0..20).filter_map(|_| guard.password("ann@example.com", Some(from(1))).ok()).collect();
        assert_eq!(under_way.len(), 10);
        for it in under_way {
            it.was(Password::Unchecked);
        }
        assert!(right(&guard, "ann@example.com", from(1)));
    }

    #[test]
    fn a_failure_weighs_more_than_a_request() {
        let guard = guard();
        let refused = Identity::Refused(Failure::new(Kind::BadCredential, "no"));
        let ask = |identity: &Identity, route: &str, status: StatusCode| {
            let taken = guard.request(identity, Some(from(1)), route).is_ok();
            guard.answer(identity, Some(from(1)), route, status);
            taken
        };
        let guessed = (0..100).filter(|_| ask(&refused, "/events", StatusCode::UNAUTHORIZED)).count();
        assert!((60..80).contains(&guessed), "{guessed}");
        let anonymous = Identity::Anonymous;
        assert!(!ask(&anonymous, "/booking/cancel/{token}", StatusCode::OK), "guessed addresses are counted with it");
        assert!(ask(&anonymous, "/auth/me", StatusCode::UNAUTHORIZED), "nothing was guessed");
        assert!(guard.request(&refused, Some(from(2)), "/events").is_ok());
    }
}
