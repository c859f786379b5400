//! Passwords: argon2id with 19 MiB and two passes, off the async workers and only so many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use kalends_domain::account::{Password, PasswordHash};
use kalends_ports::{PasswordLoad, SecretsError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::random;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How much hashing goes on at once.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Hashes at once: each takes a core and 19 MiB.
    pub(crate) at_once: usize,
    /// How long a caller waits for its turn before it is told to come back.
    pub(crate) patience: Duration,
}

impl Limits {
    /// As many as there are cores: more would only make all of them late.
    pub(crate) fn of_this_machine() -> Self {
        let at_once = available_parallelism().map_or(2, usize::from);
        Self { at_once, patience: Duration::from_secs(5) }
    }
}

pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    limits: Limits,
    nobodys: PasswordHash,
    waiting: AtomicUsize,
    made: AtomicU64,
    refused: AtomicU64,
}

impl Passwords {
    pub(crate) fn new(limits: Limits) -> Self {
        let turns = Arc::new(Semaphore::new(limits.at_once));
        let (waiting, made, refused) = Default::default();
        Self { turns, limits, nobodys: nobodys(), waiting, made, refused }
    }

    pub(crate) fn load(&self) -> PasswordLoad {
        PasswordLoad {
            running: self.limits.at_once.saturating_sub(self.turns.available_permits()),
            waiting: self.waiting.load(Ordering::Relaxed),
            made: self.made.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }

    pub(crate) async fn hash(&self, password: &Password) -> Result<PasswordHash, SecretsError> {
        let password = password.expose().to_owned();
        self.in_turn(move || hash(password.as_bytes())).await
    }

    pub(crate) async fn verify(&self, password: &Password, kept: Option<PasswordHash>) -> Result<bool, SecretsError> {
        let password = password.expose().to_owned();
        let known = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.nobodys.clone());
        let matches = self.in_turn(move || verify(password.as_bytes(), &kept)).await?;
        Ok(known && matches)
    }

    /// Runs the work on a thread for blocking work, as soon as there is a turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, SecretsError> + Send + 'static,
    ) -> Result<T, SecretsError> {
        let turn = self.turn().await?;
        self.made.fetch_add(1, Ordering::Relaxed);
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Only here: a caller that goes away does not stop the work, so its turn is not over.
            drop(turn);
            done
        });
        done.await.map_err(|error| SecretsError::Failed(format!("hashing a password stopped: {error}")))?
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, SecretsError> {
        let _waits = Waits::new(&self.waiting);
        let turn = timeout(self.limits.patience, Arc::clone(&self.turns).acquire_owned()).await;
        // The semaphore is never closed, so a refusal is a timeout.
        turn.ok().and_then(Result::ok).ok_or_else(|| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            SecretsError::Busy
        })
    }
}

/// One who waits, also when it gives up waiting.
struct Waits<'c>(&'c AtomicUsize);

impl<'c> Waits<'c> {
    fn new(count: &'c AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A hash that no password is known to have, and that takes as long to compare with as any. Nothing is hashed for it, so
/// that a server is up at once.
fn nobodys() -> PasswordHash {
    let [salt, hash] = [&random::<16>()[..], &random::<32>()].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    PasswordHash(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}"))
}

fn argon2() -> Result<Argon2<'static>, SecretsError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| failed(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8]) -> Result<PasswordHash, SecretsError> {
    let salt = random::<16>();
    let hash: phc::PasswordHash = argon2()?.hash_password_with_salt(password, &salt).map_err(|error| failed(&error))?;
    Ok(PasswordHash(hash.to_string()))
}

/// The parameters are those of the hash, so that hashes made with others stay good. Compares in constant time.
fn verify(password: &[u8], kept: &PasswordHash) -> Result<bool, SecretsError> {
    let kept = phc::PasswordHash::new(&kept.0).map_err(|error| failed(&error))?;
    match argon2()?.verify_password(password, &kept) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &dyn std::fmt::Display) -> SecretsError {
    SecretsError::Failed(format!("argon2: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(at_once: usize) -> Passwords {
        Passwords::new(Limits { at_once, patience: Duration::from_millis(50) })
    }

    fn password(text: &str) -> Password {
        Password::claimed(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_and_no_other() {
        let passwords = passwords(1);
        let kept = passwords.hash(&password("correct horse")).await.unwrap();
        assert!(kept.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", kept.0);
        assert!(passwords.verify(&password("correct horse"), Some(kept.clone())).await.unwrap());
        for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
            assert!(!passwords.verify(&password(wrong), Some(kept.clone())).await.unwrap(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn the_same_password_hashes_differently_each_time() {
        let passwords = passwords(1);
        let [one, other] =
            [passwords.hash(&password("p")).await.unwrap(), passwords.hash(&password("p")).await.unwrap()];
        assert!(one != other);
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        assert!(!passwords(1).verify(&password(""), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_of_other_cost_stays_good() {
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let kept: phc::PasswordHash = cheap.hash_password_with_salt(b"old one", b"some salt here").unwrap();
        let kept = PasswordHash(kept.to_string());
        assert!(passwords(1).verify(&password("old one"), Some(kept)).await.unwrap());
    }

    #[tokio::test]
    async fn a_broken_hash_is_an_error_not_a_no() {
        let broken = Some(PasswordHash("not a hash".to_owned()));
        assert!(matches!(passwords(1).verify(&password("p"), broken).await, Err(SecretsError::Failed(_))));
    }

    #[tokio::test]
    async fn whoever_waits_too_long_is_told() {
        let passwords = passwords(1);
        let turn = passwords.turn().await.unwrap();
        assert!(matches!(passwords.hash(&password("p")).await, Err(SecretsError::Busy)));
        assert_eq!(passwords.load(), PasswordLoad { running: 1, waiting: 0, made: 0, refused: 1 });
        drop(turn);
        assert!(passwords.hash(&password("p")).await.is_ok());
        assert_eq!(passwords.load(), PasswordLoad { running: 0, waiting: 0, made: 1, refused: 1 });
    }

    #[tokio::test]
    async fn work_left_behind_keeps_its_turn() {
        let passwords = passwords(1);
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let work = move || Ok(finished.recv().is_ok());
        let abandoned = timeout(Duration::from_millis(1), passwords.in_turn(work));
        assert!(abandoned.await.is_err());
        assert!(matches!(passwords.hash(&password("p")).await, Err(SecretsError::Busy)));
        finish.send(()).unwrap();
    }
}
