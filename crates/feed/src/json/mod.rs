//! JSON feeds, read event by event: only what is known of one is ever held as JSON, and of that so much and no more.

mod bounded;
mod event;
mod time;

use std::collections::HashSet;
use std::fmt;

use kalends_domain::feed::EVENTS_MAX;
use kalends_domain::time::Zone;
use kalends_ical::ReadEvent;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::shape::{syntax, told};
use crate::{BadFeed, ReadFeed};
use bounded::Bounded;

/// Most characters of a title that are kept.
const TITLE_MAX: usize = 1_000;

pub(crate) fn read(bytes: &[u8], zone: &Zone) -> Result<ReadFeed, BadFeed> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| BadFeed(format!("{}: unexpected token, which is not UTF-8", error.valid_up_to())))?;
    // Some editors put a mark before everything.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut state = State { zone, feed: ReadFeed::default(), ids: HashSet::new(), has_events: false, wrong: None };
    let mut reader = serde_json::Deserializer::from_str(text);
    let done = Document(&mut state).deserialize(&mut reader).and_then(|()| reader.end());
    match (state.wrong, done) {
        (Some(wrong), _) => Err(BadFeed(wrong)),
        (None, Err(error)) => Err(BadFeed(syntax(text, &error))),
        (None, Ok(())) if !state.has_events => {
            Err(BadFeed("Expected [Object] at $.events: Received nothing".to_owned()))
        }
        (None, Ok(())) => Ok(state.feed),
    }
}

/// What was read so far.
struct State<'s> {
    zone: &'s Zone,
    feed: ReadFeed,
    ids: HashSet<String>,
    has_events: bool,
    /// What is wrong with the feed, though it is JSON. It ends the reading.
    wrong: Option<String>,
}

impl State<'_> {
    fn refuse<E: Error>(&mut self, wrong: impl Into<String>) -> E {
        self.wrong = Some(wrong.into());
        E::custom("refused")
    }

    fn take(&mut self, index: usize, value: &Value) -> Result<(), String> {
        let event: ReadEvent = event::read(index, value, self.zone)?;
        if !self.ids.insert(event.uid.clone()) {
            let received = told(&Value::from(event.uid));
            return Err(format!("Expected unique String at $.events[{index}].id: Received {received}"));
        }
        self.feed.events.push(event);
        Ok(())
    }
}

/// Takes all but one form of value for wrong.
macro_rules! nothing_else {
    ($expected:literal) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str($expected)
        }

        fn visit_unit<E: Error>(self) -> Result<(), E> {
            self.wrong(&Value::Null)
        }

        fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
            self.wrong(&value.into())
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
            self.wrong(&value.into())
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
            self.wrong(&value.into())
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
            self.wrong(&value.into())
        }

        fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
            self.wrong(&value.into())
        }
    };
}

/// The whole feed.
struct Document<'a, 's>(&'a mut State<'s>);

impl Document<'_, '_> {
    fn wrong<E: Error>(self, value: &Value) -> Result<(), E> {
        Err(self.0.refuse(format!("Expected Object at $: Received {}", told(value))))
    }
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = ();

    nothing_else!("an object");

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.wrong(&Value::Array(Vec::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let state = self.0;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "title" => match map.next_value_seed(Bounded::new())? {
                    Value::Null => {}
                    Value::String(title) => {
                        let title: String = title.chars().filter(|c| !c.is_control()).take(TITLE_MAX).collect();
                        state.feed.title = Some(title).filter(|title| !title.trim().is_empty());
                    }
                    other => {
                        return Err(state.refuse(format!("Expected String at $.title: Received {}", told(&other))));
                    }
                },
                "events" if state.has_events => {
                    return Err(state.refuse("Expected one [Object] at $.events: Received several"));
                }
                "events" => {
                    state.has_events = true;
                    map.next_value_seed(Events(state))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The list of events.
struct Events<'a, 's>(&'a mut State<'s>);

impl Events<'_, '_> {
    fn wrong<E: Error>(self, value: &Value) -> Result<(), E> {
        Err(self.0.refuse(format!("Expected [Object] at $.events: Received {}", told(value))))
    }
}

impl<'de> DeserializeSeed<'de> for Events<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Events<'_, '_> {
    type Value = ();

    nothing_else!("a list of objects");

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.wrong(&Value::Object(Map::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let state = self.0;
        let mut index = 0;
        while let Some(value) = seq.next_element_seed(Bounded::event())? {
            if index == EVENTS_MAX {
                return Err(state.refuse(format!("Expected at most {EVENTS_MAX} events at $.events: Received more")));
            }
            if let Err(wrong) = state.take(index, &value) {
                return Err(state.refuse(wrong));
            }
            index += 1;
        }
        Ok(())
    }
}
