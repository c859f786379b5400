//! Checks JSON against types: those of Google's discovery document and those of Microsoft's TypeScript declarations, each
//! translated to this.

use std::collections::BTreeMap;

use serde_json::Value;

/// A type.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    /// Anything.
    Any,
    Text,
    /// One of these words.
    Word(Vec<String>),
    Number,
    Boolean,
    List(Box<Type>),
    /// Any names, each with a value of this type.
    Map(Box<Type>),
    /// These names and no others.
    Object(BTreeMap<String, Type>),
    /// A type of this name.
    Named(String),
}

/// The named types of a service.
#[derive(Debug, Clone, Default)]
pub(super) struct Types(pub(super) BTreeMap<String, Type>);

impl Types {
    /// Notes what in `value` is not of this type. `null` is of any type: it stands for nothing.
    pub(super) fn check(&self, value: &Value, kind: &Type, path: &str, broken: &mut Vec<String>) {
        let mut wrong = |what: &str| broken.push(format!("{path} is not {what}: {value}"));
        match (kind, value) {
            (_, Value::Null)
            | (Type::Any, _)
            | (Type::Text, Value::String(_))
            | (Type::Number, Value::Number(_))
            | (Type::Boolean, Value::Bool(_)) => {}
            (Type::Word(words), Value::String(word)) => {
                if !words.contains(word) {
                    wrong(&format!("one of {}", words.join(", ")));
                }
            }
            (Type::Text | Type::Word(_), _) => wrong("text"),
            (Type::Number, _) => wrong("a number"),
            (Type::Boolean, _) => wrong("true or false"),
            (Type::List(kind), Value::Array(items)) => {
                for (at, item) in items.iter().enumerate() {
                    self.check(item, kind, &format!("{path}[{at}]"), broken);
                }
            }
            (Type::List(_), _) => wrong("a list"),
            (Type::Map(kind), Value::Object(fields)) => {
                for (name, value) in fields {
                    self.check(value, kind, &format!("{path}.{name}"), broken);
                }
            }
            (Type::Object(known), Value::Object(fields)) => {
                // What begins with an @ is not of the object but about it (OData).
                for (name, value) in fields.iter().filter(|(name, _)| !name.contains('@')) {
                    match known.get(name) {
                        Some(kind) => self.check(value, kind, &format!("{path}.{name}"), broken),
                        None => broken.push(format!("{path} has no field {name}")),
                    }
                }
            }
            (Type::Map(_) | Type::Object(_), _) => wrong("an object"),
            (Type::Named(name), _) => match self.0.get(name) {
                Some(kind) => self.check(value, kind, path, broken),
                None => broken.push(format!("{path} is of the unknown type {name}")),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn broken(value: Value) -> Vec<String> {
        let event = BTreeMap::from([
            ("title".to_owned(), Type::Text),
            ("shown".to_owned(), Type::Word(vec!["busy".to_owned(), "free".to_owned()])),
            ("days".to_owned(), Type::List(Box::new(Type::Number))),
            ("kept".to_owned(), Type::Map(Box::new(Type::Text))),
            ("next".to_owned(), Type::Named("Event".to_owned())),
        ]);
        let types = Types(BTreeMap::from([("Event".to_owned(), Type::Object(event))]));
        let mut broken = Vec::new();
        types.check(&value, &Type::Named("Event".to_owned()), "event", &mut broken);
        broken
    }

    #[test]
    fn what_fits_fits() {
        let fits = json!({"title": "a", "shown": "free", "days": [1], "kept": {"a": "b"}, "next": {"title": null}});
        assert_eq!(broken(fits), [""; 0]);
    }

    #[test]
    fn what_does_not_is_told_with_its_path() {
        let odd = json!({"title": 1, "shown": "no", "days": ["1"], "kept": {"a": 1}, "next": {"titel": "a"}});
        let mut told = broken(odd);
        // The order is that of the map, which other crates' features decide.
        told.sort_unstable();
        assert_eq!(
            told,
            [
                "event.days[0] is not a number: \"1\"",
                "event.kept.a is not text: 1",
                "event.next has no field titel",
                "event.shown is not one of busy, free: \"no\"",
                "event.title is not text: 1",
            ]
        );
    }
}
