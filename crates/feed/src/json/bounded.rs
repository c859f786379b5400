//! A JSON value of a few parts: whatever else a stranger's document holds is passed over, and never in memory as a whole.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::event::FIELDS;

/// Most values within one event: far more than its people and dates can be.
const PARTS_MAX: usize = 10_000;
/// Deepest nesting.
const DEPTH_MAX: usize = 8;

/// Reads one value. What is too deep or too much in it is cut off, and found missing by whoever needs it.
pub(super) struct Bounded<'b> {
    left: Option<&'b Cell<usize>>,
    depth: usize,
    /// Of an event only the known fields are read.
    fields: Option<&'static [&'static str]>,
}

impl Bounded<'_> {
    pub(super) fn new() -> Self {
        Self { left: None, depth: 0, fields: None }
    }

    pub(super) fn event() -> Self {
        Self { fields: Some(&FIELDS), ..Self::new() }
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Whether one more part may be kept.
fn one_more(left: &Cell<usize>) -> bool {
    let more = left.get().checked_sub(1);
    left.set(more.unwrap_or(0));
    more.is_some()
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let own = Cell::new(PARTS_MAX);
        let left = self.left.unwrap_or(&own);
        let mut list = Vec::new();
        while self.depth < DEPTH_MAX && one_more(left) {
            let below = Bounded { left: Some(left), depth: self.depth + 1, fields: None };
            match seq.next_element_seed(below)? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let own = Cell::new(PARTS_MAX);
        let left = self.left.unwrap_or(&own);
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let known = self.fields.is_none_or(|fields| fields.contains(&key.as_str()));
            if known && self.depth < DEPTH_MAX && one_more(left) {
                let below = Bounded { left: Some(left), depth: self.depth + 1, fields: None };
                let value = map.next_value_seed(below)?;
                object.insert(key, value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Value::Object(object))
    }
}
