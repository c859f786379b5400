//! The moment of one request, and where its new ids and tokens come from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use kalends_domain::id::uuid_v7;
use kalends_ports::Secrets;
use uuid::Uuid;

/// One request's time and source of ids.
///
/// A request with an idempotency key takes both from the key's first use. Run again after a crash, it
/// makes the same ids, and the store recognises what it has.
pub struct Context {
    now: Timestamp,
    secrets: Arc<dyn Secrets>,
    seed: Option<Vec<u8>>,
    made: AtomicU64,
    repeated: bool,
}

impl Context {
    /// Ids and tokens are random.
    pub(crate) fn fresh(now: Timestamp, secrets: Arc<dyn Secrets>) -> Self {
        Self { now, secrets, seed: None, made: AtomicU64::new(0), repeated: false }
    }

    /// Ids and tokens follow from the seed.
    pub(crate) fn seeded(now: Timestamp, secrets: Arc<dyn Secrets>, seed: Vec<u8>, repeated: bool) -> Self {
        Self { now, secrets, seed: Some(seed), made: AtomicU64::new(0), repeated }
    }

    /// When the request came.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether the request ran before and its end is not known.
    pub(crate) fn is_repeated(&self) -> bool {
        self.repeated
    }

    /// A new id.
    pub(crate) fn id(&self) -> Uuid {
        let mut random = [0; 10];
        random.copy_from_slice(&self.entropy()[..10]);
        uuid_v7(self.now, random)
    }

    /// The text of a new token.
    pub(crate) fn token(&self) -> String {
        self.secrets.token(self.entropy())
    }

    fn entropy(&self) -> [u8; 32] {
        let Some(seed) = &self.seed else { return self.secrets.random() };
        let mut label = seed.clone();
        label.extend(self.made.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        self.secrets.derive(&label)
    }
}
