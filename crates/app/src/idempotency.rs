//! Retries that write once: what was answered to an idempotency key is kept for a day.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::problem::Problems;
use kalends_ports::{Answer, Change, Changes, StoreError, Unique};

use crate::{App, Context, Error, Result};

/// How long an answer is kept.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long a running request is waited for before a retry takes over.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Most characters in a key.
const KEY_MAX: usize = 255;

/// A caller's name for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// 1 to 255 visible ASCII characters.
    pub fn new(text: &str) -> Result<Self> {
        if text.is_empty() || text.len() > KEY_MAX || !text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
            let message = format!("must be 1 to {KEY_MAX} visible ASCII characters");
            return Err(Problems::one("Idempotency-Key", message).into());
        }
        Ok(Self(text.to_owned()))
    }
}

/// The right to run a request and to keep its answer.
#[derive(Debug)]
pub struct Ticket(Answer);

/// What a request with a key leads to.
pub enum Begun {
    /// Run it in this context, then [`finish`](App::finish_idempotent) or
    /// [`abandon`](App::abandon_idempotent).
    Run(Context, Ticket),
    /// It was answered before, with this status and body.
    Replay(u16, Vec<u8>),
}

impl App {
    /// Looks a key up, and takes the right to run its request when nobody has.
    ///
    /// [`Error::IdempotencyMismatch`] when the key came with another request,
    /// [`Error::IdempotencyRunning`] while the first one runs.
    pub async fn begin_idempotent(&self, caller: &str, key: &IdempotencyKey, fingerprint: [u8; 32]) -> Result<Begun> {
        let now = self.ports.clock.now();
        let fresh = Answer {
            caller: caller.to_owned(),
            key: key.0.clone(),
            fingerprint,
            created_at: now,
            lease: after(now, LEASE),
            response: None,
        };
        let known = self.ports.answers.find_answer(caller, &key.0).await?;
        let changes = match known {
            None => Changes::new().and(Change::InsertAnswer(fresh.clone())),
            Some(old) if after(old.created_at, KEPT) <= now => Changes::new()
                .and(Change::RemoveAnswersBefore(now.checked_sub(KEPT).unwrap_or(Timestamp::MIN)))
                .and(Change::RemoveAnswer { caller: old.caller, key: old.key })
                .and(Change::InsertAnswer(fresh.clone())),
            Some(old) if old.fingerprint != fingerprint => return Err(Error::IdempotencyMismatch),
            Some(Answer { response: Some((status, body)), .. }) => {
                return Ok(Begun::Replay(status, self.ports.secrets.open(&body)?));
            }
            Some(old) if old.lease > now => return Err(Error::IdempotencyRunning),
            Some(old) => return self.take_over(old, after(now, LEASE)).await,
        };
        match self.ports.commit.commit(changes).await {
            Ok(()) => Ok(self.run(fresh, false)),
            Err(StoreError::Duplicate(Unique::Answer)) => Err(Error::IdempotencyRunning),
            Err(other) => Err(other.into()),
        }
    }

    /// Keeps the answer, encrypted: it may hold a secret.
    pub async fn finish_idempotent(&self, ticket: Ticket, status: u16, body: &[u8]) -> Result<()> {
        let sealed = self.ports.secrets.seal(body)?;
        let expected = ticket.0.lease;
        let answer = Answer { response: Some((status, sealed)), ..ticket.0 };
        Ok(self.ports.commit.commit(Changes::new().and(Change::UpdateAnswer { answer, expected })).await?)
    }

    /// Gives the right back: the request failed in a way that a retry may mend.
    pub async fn abandon_idempotent(&self, ticket: Ticket) -> Result<()> {
        let Answer { caller, key, .. } = ticket.0;
        Ok(self.ports.commit.commit(Changes::new().and(Change::RemoveAnswer { caller, key })).await?)
    }

    async fn take_over(&self, old: Answer, lease: Timestamp) -> Result<Begun> {
        let expected = old.lease;
        let answer = Answer { lease, ..old };
        let changes = Changes::new().and(Change::UpdateAnswer { answer: answer.clone(), expected });
        match self.ports.commit.commit(changes).await {
            Ok(()) => Ok(self.run(answer, true)),
            Err(StoreError::Stale) => Err(Error::IdempotencyRunning),
            Err(other) => Err(other.into()),
        }
    }

    fn run(&self, answer: Answer, repeated: bool) -> Begun {
        let mut seed = answer.caller.clone().into_bytes();
        seed.push(0);
        seed.extend(answer.key.as_bytes());
        seed.push(0);
        seed.extend(answer.created_at.as_microsecond().to_be_bytes());
        Begun::Run(Context::seeded(answer.created_at, self.ports.secrets.clone(), seed, repeated), Ticket(answer))
    }
}

fn after(at: Timestamp, length: SignedDuration) -> Timestamp {
    at.checked_add(length).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, now};

    const REQUEST: [u8; 32] = [1; 32];

    fn kept(lease: SignedDuration, response: Option<(u16, Vec<u8>)>) -> Answer {
        let (caller, key) = ("user:1".to_owned(), "k".to_owned());
        Answer { caller, key, fingerprint: REQUEST, created_at: now(), lease: after(now(), lease), response }
    }

    async fn begin(known: Option<Answer>, commits: usize, fingerprint: [u8; 32]) -> Result<Begun> {
        let mut mocks = Mocks::default();
        mocks.answers.expect_find_answer().returning(move |_, _| Ok(known.clone()));
        mocks.commit.expect_commit().times(commits).returning(|_| Ok(()));
        let key = IdempotencyKey::new("k").unwrap();
        mocks.app().begin_idempotent("user:1", &key, fingerprint).await
    }

    #[tokio::test]
    async fn the_first_use_runs_and_a_repeat_is_replayed() {
        assert!(matches!(begin(None, 1, REQUEST).await, Ok(Begun::Run(cx, _)) if !cx.is_repeated()));
        let answered = kept(LEASE, Some((201, b"body".to_vec())));
        assert!(matches!(begin(Some(answered), 0, REQUEST).await, Ok(Begun::Replay(201, body)) if body == b"body"));
    }

    #[tokio::test]
    async fn another_request_or_one_still_running_is_refused() {
        let answered = kept(LEASE, Some((201, vec![])));
        assert!(matches!(begin(Some(answered), 0, [2; 32]).await, Err(Error::IdempotencyMismatch)));
        assert!(matches!(begin(Some(kept(LEASE, None)), 0, REQUEST).await, Err(Error::IdempotencyRunning)));
    }

    #[tokio::test]
    async fn after_a_crash_the_retry_makes_the_same_ids() {
        let Ok(Begun::Run(first, _)) = begin(None, 1, REQUEST).await else { panic!("runs") };
        let crashed = kept(SignedDuration::ZERO, None);
        let Ok(Begun::Run(again, _)) = begin(Some(crashed), 1, REQUEST).await else { panic!("runs again") };
        assert!(again.is_repeated());
        assert_eq!([first.id(), first.id()], [again.id(), again.id()]);
        assert_ne!(first.id(), first.id());
    }

    #[tokio::test]
    async fn a_key_is_free_again_after_a_day() {
        let mut old = kept(LEASE, Some((201, vec![])));
        old.created_at = now() - KEPT;
        assert!(matches!(begin(Some(old), 1, [2; 32]).await, Ok(Begun::Run(..))));
    }

    #[tokio::test]
    async fn what_a_crashed_run_had_committed_counts_as_done() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().returning(|_| Err(StoreError::Duplicate(Unique::Id)));
        let app = mocks.app();
        let secrets = app.ports.secrets.clone();
        let repeated = Context::seeded(now(), secrets.clone(), b"seed".to_vec(), true);
        app.commit(&repeated, Changes::new()).await.unwrap();
        let fresh = Context::seeded(now(), secrets, b"seed".to_vec(), false);
        assert!(app.commit(&fresh, Changes::new()).await.is_err());
    }

    #[test]
    fn keys_are_short_and_printable() {
        for bad in ["", "a\nb", "ü", &"x".repeat(256)] {
            assert!(IdempotencyKey::new(bad).is_err(), "{bad}");
        }
    }
}
