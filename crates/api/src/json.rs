//! JSON, read strictly: what is broken is named by its place, and no key counts twice.

use std::cell::RefCell;
use std::fmt;

use kalends_domain::problem::Problems;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting of lists and objects.
const DEPTH_MAX: usize = 32;

/// The value, with keys that were given twice noted; or the one problem that makes it unreadable.
pub(crate) fn parse(bytes: &[u8]) -> Result<(Value, Problems), Problems> {
    if bytes.is_empty() {
        return Err(Problems::one("body", "is empty: expected a JSON object"));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Problems::one("body", format!("is not UTF-8 from byte {} on", error.valid_up_to())))?;
    let track = RefCell::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict { track: &track, depth: 0 }.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    let Track { path, doubles, too_deep } = track.into_inner();
    match value {
        Ok(value) => Ok((value, doubles)),
        Err(_) if too_deep => {
            Err(Problems::one(shown(&path, "body"), format!("is nested more than {DEPTH_MAX} levels deep")))
        }
        Err(error) => Err(Problems::one(shown(&path, "body"), format!("is not JSON: {error}"))),
    }
}

fn shown(path: &str, whole: &str) -> String {
    if path.is_empty() { whole.to_owned() } else { path.to_owned() }
}

/// Where the reader is, and what it met.
#[derive(Default)]
struct Track {
    path: String,
    doubles: Problems,
    too_deep: bool,
}

#[derive(Clone, Copy)]
struct Strict<'t> {
    track: &'t RefCell<Track>,
    depth: usize,
}

impl Strict<'_> {
    /// One level down, unless that is too deep.
    fn below<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == DEPTH_MAX {
            self.track.borrow_mut().too_deep = true;
            return Err(E::custom("too deep"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    /// Goes to a part and gives the length of the path to come back to. It is not come back to
    /// after an error, so that the path tells where that was.
    fn enter(self, part: &str) -> usize {
        let path = &mut self.track.borrow_mut().path;
        let back = path.len();
        path.push_str(part);
        back
    }

    fn leave(self, back: usize) {
        self.track.borrow_mut().path.truncate(back);
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
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

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let below = self.below::<A::Error>()?;
        let mut list = Vec::new();
        loop {
            let back = self.enter(&format!("[{}]", list.len()));
            let Some(item) = seq.next_element_seed(below)? else {
                self.leave(back);
                return Ok(Value::Array(list));
            };
            self.leave(back);
            list.push(item);
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let below = self.below::<A::Error>()?;
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>().map_err(A::Error::custom)? {
            let dot = if self.track.borrow().path.is_empty() { "" } else { "." };
            let back = self.enter(&format!("{dot}{key}"));
            let value = map.next_value_seed(below)?;
            if object.contains_key(&key) {
                let mut track = self.track.borrow_mut();
                let path = track.path.clone();
                track.doubles.add(path, "is given more than once");
            }
            self.leave(back);
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &[u8], field: &str, message: &str) {
        let problems = match parse(input) {
            Ok((_, doubles)) => doubles,
            Err(problems) => problems,
        };
        let found: Vec<_> = problems.0.iter().map(|p| (p.field.as_str(), p.message.as_str())).collect();
        assert!(
            matches!(&found[..], [(f, m)] if *f == field && m.contains(message)),
            "{}: {found:?}",
            String::from_utf8_lossy(input)
        );
    }

    #[test]
    fn what_is_broken_is_named() {
        check(b"", "body", "is empty");
        check(b"{", "body", "EOF");
        check(b"{\"a\": \xff}", "body", "is not UTF-8 from byte 6");
        check(b"{\"a\": {\"b\": [1, tru]}}", "a.b[1]", "is not JSON");
        check(b"{} {}", "body", "trailing");
        check(b"{\"a\": 1e999}", "a", "out of range");
        check(b"{\"a\": 1, \"b\": {\"c\": 1, \"c\": 2}}", "b.c", "more than once");
        let deep = [b"{\"a\":".to_vec(), b"[".repeat(100_000)].concat();
        check(&deep, &format!("a{}", "[0]".repeat(31)), "32 levels");
    }

    #[test]
    fn what_is_good_is_as_it_was() {
        let text = r#"{"a":[1,-2,2.5,true,null,{"b":"\u00e4"}]}"#;
        assert_eq!(parse(text.as_bytes()).unwrap().0, serde_json::from_str::<Value>(text).unwrap());
    }
}
