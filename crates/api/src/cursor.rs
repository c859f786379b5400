//! Cursors: opaque, and good only for the query that they came from.
//!
//! A cursor is the base64url of a version, a hash, and the place of the last item in the list's
//! order. The hash covers path, caller, every other parameter, and that place: a cursor that was
//! changed, or is used with another query, is refused. As it names a place and not a number of
//! items, it stays good while others write.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use kalends_app::OccurrenceKey;
use kalends_domain::id::{
    ApiKeyId, BookingId, BookingLinkId, CalendarId, ContactId, EventId, FeedId, HistoryId, IcalTokenId, SyncLogId,
    UserId,
};
use kalends_ports::PageRequest;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::fields::{Fields, Read};
use crate::read::{integer, string};

const VERSION: u8 = 1;
const HASH: usize = 12;
const LIMIT_DEFAULT: usize = 50;
const LIMIT_MAX: usize = 200;

/// The place of an item in a list's order.
pub(crate) trait CursorKey: Copy {
    /// As bytes.
    fn write(&self, out: &mut Vec<u8>);
    /// From the bytes at the front.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

impl CursorKey for Uuid {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.as_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        from.split_off(..16).and_then(|bytes| Self::from_slice(bytes).ok())
    }
}

impl CursorKey for Timestamp {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.as_microsecond().to_be_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Self::from_microsecond(i64::read(from)?).ok()
    }
}

impl CursorKey for i64 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.to_be_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Some(Self::from_be_bytes(from.split_off(..8)?.try_into().ok()?))
    }
}

impl<A: CursorKey, B: CursorKey> CursorKey for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

macro_rules! ids {
    ($($id:ident)+) => {$(
        impl CursorKey for $id {
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                CursorKey::read(from).map(Self)
            }
        }
    )+};
}

ids! { ApiKeyId BookingId BookingLinkId CalendarId ContactId EventId FeedId HistoryId IcalTokenId SyncLogId UserId }

impl CursorKey for OccurrenceKey {
    fn write(&self, out: &mut Vec<u8>) {
        (self.start, (self.event, self.original_start)).write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let (start, (event, original_start)) = CursorKey::read(from)?;
        Some(Self { start, event, original_start })
    }
}

/// What a query is, as far as its cursors are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding(Vec<u8>);

impl Binding {
    /// Of a path, a caller, and parameters other than `limit` and `cursor`.
    pub(crate) fn new<'a>(
        path: &str,
        caller: Option<UserId>,
        parameters: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut bytes = Vec::new();
        let mut part = |text: &str| {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        };
        part(path);
        part(&caller.map(|user| user.to_string()).unwrap_or_default());
        for (name, value) in parameters.filter(|(name, _)| !matches!(*name, "limit" | "cursor")) {
            part(name);
            part(value);
        }
        Self(bytes)
    }

    fn hash(&self, key: &[u8]) -> [u8; HASH] {
        let mut context = Context::new(&SHA256);
        context.update(&[VERSION]);
        context.update(key);
        context.update(&self.0);
        let mut hash = [0; HASH];
        hash.copy_from_slice(&context.finish().as_ref()[..HASH]);
        hash
    }

    fn encode(&self, key: impl CursorKey) -> String {
        let mut place = Vec::new();
        key.write(&mut place);
        let bytes = [&[VERSION][..], &self.hash(&place), &place].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode<K: CursorKey>(&self, text: &str) -> Option<K> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (head, mut place) = bytes.split_at_checked(1 + HASH)?;
        if head[0] != VERSION || head[1..] != self.hash(place) {
            return None;
        }
        K::read(&mut place).filter(|_| place.is_empty())
    }
}

/// Which part of a list is wanted, and what makes the cursor of the next part.
///
/// Alone as a query, or within one by [`Fields::paging`].
#[derive(Debug, Clone)]
pub(crate) struct Paging<K> {
    /// Behind this place.
    pub(crate) after: Option<K>,
    /// Most items.
    pub(crate) limit: usize,
    binding: Binding,
}

impl<K: CursorKey> Paging<K> {
    pub(crate) fn read_from(fields: &mut Fields) -> Option<Self> {
        let binding = fields.binding().cloned();
        let limit = fields.optional("limit", integer(1..=200_i64));
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(LIMIT_DEFAULT);
        debug_assert!(limit <= LIMIT_MAX);
        let after = fields.optional("cursor", |value, spot| {
            let found = binding.as_ref()?.decode(&string(value, spot)?);
            if found.is_none() {
                spot.problem("is not a cursor that this query gave; leave it out to start again");
            }
            found
        });
        Some(Self { after, limit, binding: binding? })
    }

    /// As the use cases want it.
    pub(crate) fn request(&self) -> PageRequest<K> {
        PageRequest { after: self.after, limit: self.limit }
    }

    /// The `page` of the answer; `next` is the place of its last item when there is more behind it.
    pub(crate) fn page(&self, next: Option<K>) -> Page {
        Page { limit: self.limit, next_cursor: next.map(|key| self.binding.encode(key)) }
    }

    /// A whole answer: each item on the wire, and the `page`.
    pub(crate) fn answer<T, W>(
        &self,
        found: kalends_ports::Page<T>,
        key: impl Fn(&T) -> K,
        wire: impl Fn(T) -> W,
    ) -> List<W> {
        let next = found.items.last().filter(|_| found.more).map(key);
        List { items: found.items.into_iter().map(wire).collect(), page: self.page(next) }
    }
}

impl<K: CursorKey> Read for Paging<K> {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.paging()
    }
}

/// The documentation of `limit` and `cursor`. Every list has them, named in its `params(…)` or not.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // documentation only
pub(crate) struct PageParams {
    /// Most items in the answer.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 200, default = 50, example = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the previous answer to the same query.
    #[param(value_type = String, required = false, example = "AVr3Qk0xUPqf7CXc0QGbp2ZtKnA4kUeSDg")]
    cursor: Option<String>,
}

/// Where a list goes on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page {
    /// Most items in this answer.
    #[schema(example = 50)]
    pub(crate) limit: usize,
    /// What to send as `cursor` for the next part; null on the last one.
    #[schema(required = true, example = "AVr3Qk0xUPqf7CXc0QGbp2ZtKnA4kUeSDg")]
    pub(crate) next_cursor: Option<String>,
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Where it goes on.
    pub(crate) page: Page,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(path: &str, parameters: &[(&str, &str)]) -> Binding {
        Binding::new(path, None, parameters.iter().copied())
    }

    #[test]
    fn a_cursor_is_good_for_its_query_alone() {
        let id = CalendarId(Uuid::from_u128(7));
        let query = binding("/events", &[("tag", "a"), ("limit", "5")]);
        let cursor = query.encode(id);
        assert_eq!(query.decode(&cursor), Some(id));
        assert_eq!(binding("/events", &[("tag", "a"), ("limit", "9"), ("cursor", "x")]).decode(&cursor), Some(id));
        for other in
            [binding("/events", &[("tag", "b")]), binding("/events", &[]), binding("/calendars", &[("tag", "a")])]
        {
            assert_eq!(other.decode::<CalendarId>(&cursor), None);
        }
        assert_eq!(query.decode::<OccurrenceKey>(&cursor), None);
    }

    #[test]
    fn a_changed_cursor_is_refused() {
        let query = binding("/events", &[]);
        let key = OccurrenceKey {
            start: "2026-03-02T15:00:00.5Z".parse().unwrap(),
            event: EventId(Uuid::from_u128(7)),
            original_start: Timestamp::UNIX_EPOCH,
        };
        let cursor = query.encode(key);
        assert_eq!(query.decode(&cursor), Some(key));
        for i in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[i] = if changed[i] == b'A' { b'B' } else { b'A' };
            assert_eq!(query.decode::<OccurrenceKey>(std::str::from_utf8(&changed).unwrap()), None, "{i}");
        }
        for text in ["", "x", "é", &cursor[1..], &format!("{cursor}AA")] {
            assert_eq!(query.decode::<OccurrenceKey>(text), None);
        }
    }
}
