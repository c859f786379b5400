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

    /// A new id, which sorts behind those made before it.
    pub(crate) fn id(&self) -> Uuid {
        let (count, entropy) = self.entropy();
        let mut random = [0; 10];
        random.copy_from_slice(&entropy[..10]);
        // A counter in the bits that sort first (RFC 9562, section 6.2), past those of version and variant.
        random[0] = part(count >> 22) & 0x0f;
        random[1] = part(count >> 14);
        random[2] = part(count >> 8) & 0x3f;
        random[3] = part(count);
        uuid_v7(self.now, random)
    }

    /// The text of a new token.
    pub fn token(&self) -> String {
        self.secrets.token(self.entropy().1)
    }

    /// How often it was asked for before, and 32 bytes.
    fn entropy(&self) -> (u64, [u8; 32]) {
        let count = self.made.fetch_add(1, Ordering::Relaxed);
        let Some(seed) = &self.seed else { return (count, self.secrets.random()) };
        let mut label = seed.clone();
        label.extend(count.to_be_bytes());
        (count, self.secrets.derive(&label))
    }
}

/// The lowest byte.
fn part(count: u64) -> u8 {
    count.to_be_bytes()[7]
}

#[cfg(test)]
mod tests {
    use super::Context;
    use crate::testing::{Mocks, now};

    #[test]
    fn ids_sort_in_the_order_they_were_made() {
        let secrets = Mocks::default().app().ports.secrets.clone();
        let cx = Context::seeded(now(), secrets, b"seed".to_vec(), false);
        let ids: Vec<_> = (0..20_000).map(|_| cx.id()).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
    }
}
