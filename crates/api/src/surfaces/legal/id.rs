//! Ids with the prefix of their sort: `evt_` and the UUID without dashes.
//!
//! A bare UUID is taken too, so that an id of another surface can be used here.

use std::fmt;
use std::str::FromStr;

use kalends_domain::id::{ChainId, EventId, IcalTokenId, UserId};
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::fields::Spot;
use crate::read::checked;

/// An id that has a prefix here.
pub(crate) trait Prefixed: Copy {
    /// The prefix, with its underscore.
    const PREFIX: &'static str;

    /// The id that this UUID is.
    fn of(id: Uuid) -> Self;

    /// The UUID that it is.
    fn uuid(self) -> Uuid;
}

macro_rules! prefixed {
    ($($id:ident = $prefix:literal;)+) => {$(
        impl Prefixed for $id {
            const PREFIX: &'static str = $prefix;

            fn of(id: Uuid) -> Self {
                Self(id)
            }

            fn uuid(self) -> Uuid {
                self.0
            }
        }
    )+};
}

prefixed! {
    EventId = "evt_";
    UserId = "usr_";
    ChainId = "chain_";
    IcalTokenId = "ical_tok_";
}

/// A Frist, by the id of its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FristId(pub(crate) EventId);

impl Prefixed for FristId {
    const PREFIX: &'static str = "frist_";

    fn of(id: Uuid) -> Self {
        Self(EventId(id))
    }

    fn uuid(self) -> Uuid {
        self.0.0
    }
}

/// An id as it is shown here: with its prefix. As a path's, `Id<Typed<EventId>>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Typed<T>(pub(crate) T);

/// Text that is no id of the sort that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidTyped(&'static str);

impl fmt::Display for InvalidTyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be an id of the form {}0123456789abcdef0123456789abcdef, or a UUID", self.0)
    }
}

impl<T: Prefixed> fmt::Display for Typed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", T::PREFIX, self.0.uuid().simple())
    }
}

impl<T: Prefixed> Serialize for Typed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<T: Prefixed> FromStr for Typed<T> {
    type Err = InvalidTyped;

    /// The prefix and 32 digits, or the hyphenated UUID alone.
    fn from_str(text: &str) -> Result<Self, InvalidTyped> {
        let (digits, length) = text.strip_prefix(T::PREFIX).map_or((text, 36), |digits| (digits, 32));
        let id = Uuid::try_parse(digits).ok().filter(|_| digits.len() == length);
        id.map(|id| Self(T::of(id))).ok_or(InvalidTyped(T::PREFIX))
    }
}

impl<T: Prefixed> PartialSchema for Typed<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(format!("^{}[0-9a-f]{{32}}$", T::PREFIX)))
            .examples([format!("{}019cb3a20d007a3f8c1e2b9d4e5f6a70", T::PREFIX)])
            .into()
    }
}

impl<T: Prefixed> ToSchema for Typed<T> {}

// Without a parameter, for which the derive of a schema would ask the domain's ids.
pub(super) type EventRef = Typed<EventId>;
pub(super) type UserRef = Typed<UserId>;
pub(super) type FristRef = Typed<FristId>;
pub(super) type ChainRef = Typed<ChainId>;

/// Reads an id of this sort.
pub(crate) fn typed<T: Prefixed>(value: Value, spot: &Spot) -> Option<T> {
    checked(|text| text.parse::<Typed<T>>().map(|id| id.0))(value, spot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_one_id_and_a_wrong_prefix_none() {
        let id = EventId(Uuid::from_u128(0x019c_b3a2_0d00_7a3f_8c1e_2b9d_4e5f_6a70));
        let shown = Typed(id).to_string();
        assert_eq!(shown, "evt_019cb3a20d007a3f8c1e2b9d4e5f6a70");
        for text in [&shown, &id.to_string()] {
            assert_eq!(text.parse(), Ok(Typed(id)), "{text}");
        }
        let digits = &shown[4..];
        let many = format!("evt_evt_{digits}");
        for bad in ["", "evt_", digits, &shown[..35], &format!("usr_{digits}"), &format!("evt_{id}"), &many] {
            assert_eq!(bad.parse::<Typed<EventId>>(), Err(InvalidTyped("evt_")), "{bad}");
        }
    }
}
