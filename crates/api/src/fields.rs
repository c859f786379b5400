//! Reading a request's fields one by one, so that everything wrong with it is told at once.
//!
//! Serde stops at the first wrong type. So a body (or a query) becomes a map first, and a type that
//! implements [`Read`] takes its fields out of it. Each that is bad is noted with its path and what
//! was expected; what is left over in the end is an unknown field.
//!
//! ```ignore
//! impl Read for CreateCalendar {
//!     fn read(f: &mut Fields) -> Option<Self> {
//!         let name = f.required("name", line(NAME_MAX));
//!         let color = f.optional("color", parsed::<Color>);
//!         Some(Self { name: name?, color }) // `?` only here: first every field is looked at
//!     }
//! }
//! ```
//!
//! | call | absent | `null` | for |
//! |---|---|---|---|
//! | [`Fields::required`] | bad | bad | what a POST needs |
//! | [`Fields::optional`] | `None` | `None` | what a POST or a query may leave out |
//! | [`Fields::change`] | `None` | bad | a PUT of what every resource has |
//! | [`Fields::nullable`] | `None` | `Some(None)` | a PUT of what a resource may lack |
//!
//! What reads a single value stands in [`crate::read`].

use std::cell::RefCell;
use std::rc::Rc;

use kalends_domain::problem::Problems;
use serde_json::{Map, Value};

use crate::cursor::{Binding, CursorKey, Paging};
use crate::error::Failure;

/// A request's input, taken out of its fields.
pub(crate) trait Read: Sized {
    /// Takes every field that there can be, then builds the value; `None` when a field is bad.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// The place of a value, where what is wrong with it is noted.
#[derive(Clone)]
pub(crate) struct Spot {
    path: String,
    problems: Rc<RefCell<Problems>>,
    /// Everything is text: the fields are a query's.
    textual: bool,
}

impl Spot {
    /// Notes what is wrong here.
    pub(crate) fn problem(&self, message: impl Into<String>) {
        self.problems.borrow_mut().add(self.path.clone(), message);
    }

    /// The value, or its error noted here.
    pub(crate) fn check<T, E: std::fmt::Display>(&self, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.problem(error.to_string())).ok()
    }

    /// The place of an item of this list.
    pub(crate) fn item(&self, index: usize) -> Self {
        Self { path: format!("{}[{index}]", self.path), ..self.clone() }
    }

    /// The place of a field of this object.
    pub(crate) fn field(&self, name: &str) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Self { path, ..self.clone() }
    }

    /// Whether numbers and truth values come as text.
    pub(crate) fn is_textual(&self) -> bool {
        self.textual
    }
}

/// The fields of an object or a query that are not read yet.
pub(crate) struct Fields {
    at: Spot,
    left: Map<String, Value>,
    known: Vec<&'static str>,
    binding: Option<Binding>,
}

impl Fields {
    /// The fields of a body, with what is already known to be wrong.
    pub(crate) fn of_body(object: Map<String, Value>, problems: Problems) -> Self {
        let at = Spot { path: String::new(), problems: Rc::new(RefCell::new(problems)), textual: false };
        Self { at, left: object, known: Vec::new(), binding: None }
    }

    /// The parameters of a query.
    pub(crate) fn of_query(parameters: Map<String, Value>, problems: Problems, binding: Binding) -> Self {
        let at = Spot { path: String::new(), problems: Rc::new(RefCell::new(problems)), textual: true };
        Self { at, left: parameters, known: Vec::new(), binding: Some(binding) }
    }

    /// The fields of an object within; see [`crate::read::object`].
    pub(crate) fn within(at: &Spot, object: Map<String, Value>) -> Self {
        Self { at: at.clone(), left: object, known: Vec::new(), binding: None }
    }

    /// A field that must be there.
    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Value, &Spot) -> Option<T>,
    ) -> Option<T> {
        let (value, spot) = self.take(name);
        match value {
            None => {
                spot.problem("is required");
                None
            }
            Some(value) => not_null(value, &spot).and_then(|value| read(value, &spot)),
        }
    }

    /// A field that may be absent or `null`.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Value, &Spot) -> Option<T>,
    ) -> Option<T> {
        let (value, spot) = self.take(name);
        value.filter(|value| !value.is_null()).and_then(|value| read(value, &spot))
    }

    /// A field that may be absent and then stays as it is, and is never `null`.
    pub(crate) fn change<T>(&mut self, name: &'static str, read: impl FnOnce(Value, &Spot) -> Option<T>) -> Option<T> {
        let (value, spot) = self.take(name);
        not_null(value?, &spot).and_then(|value| read(value, &spot))
    }

    /// A field that may be absent and then stays as it is, and that `null` clears.
    pub(crate) fn nullable<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Value, &Spot) -> Option<T>,
    ) -> Option<Option<T>> {
        let (value, spot) = self.take(name);
        let value = value?;
        if value.is_null() { Some(None) } else { read(value, &spot).map(Some) }
    }

    /// The `limit` and `cursor` of a query.
    pub(crate) fn paging<K: CursorKey>(&mut self) -> Option<Paging<K>> {
        Paging::read_from(self)
    }

    /// Notes what is wrong with a field, or with several together.
    pub(crate) fn problem(&self, name: &str, message: impl Into<String>) {
        self.at.field(name).problem(message);
    }

    /// What a cursor of this query is bound to.
    pub(crate) fn binding(&self) -> Option<&Binding> {
        self.binding.as_ref()
    }

    /// Notes what is left over.
    pub(crate) fn close(self) {
        for name in self.left.keys() {
            let message = format!("is not known here; expected {}", self.known.join(", "));
            self.at.field(name).problem(if self.known.is_empty() { "is not known here".to_owned() } else { message });
        }
    }

    /// Reads the whole input, or tells everything that is wrong with it.
    pub(crate) fn finish<T: Read>(mut self) -> Result<T, Failure> {
        let problems = self.at.problems.clone();
        let value = T::read(&mut self);
        self.close();
        problems.take().finish()?;
        value.ok_or_else(|| Failure::internal("an input could not be read, and nothing said why"))
    }

    fn take(&mut self, name: &'static str) -> (Option<Value>, Spot) {
        self.known.push(name);
        (self.left.remove(name), self.at.field(name))
    }
}

fn not_null(value: Value, spot: &Spot) -> Option<Value> {
    if value.is_null() {
        spot.problem("must not be null");
        return None;
    }
    Some(value)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::read::{boolean, integer, line, list, object, parsed};
    use kalends_domain::account::Email;
    use kalends_domain::calendar::Color;

    #[derive(Debug, PartialEq)]
    struct Input {
        title: String,
        color: Option<Option<Color>>,
        all_day: Option<bool>,
        reminders: Option<Vec<i64>>,
        target: Option<Email>,
    }

    impl Read for Input {
        fn read(f: &mut Fields) -> Option<Self> {
            let title = f.required("title", line(140));
            let color = f.nullable("color", parsed::<Color>);
            let all_day = f.change("all_day", boolean);
            let reminders = f.optional("reminders", list(3, integer(0..=10_080)));
            let target = f.optional("target", object(|f| f.required("email", parsed::<Email>)));
            Some(Self { title: title?, color, all_day, reminders, target })
        }
    }

    /// Reads a body, and gives what is wrong as `path message` lines.
    pub(crate) fn read<T: Read>(body: &str) -> Result<T, Vec<String>> {
        let problems = |p: Problems| p.0.iter().map(|p| format!("{} {}", p.field, p.message)).collect::<Vec<_>>();
        let (value, doubles) = crate::json::parse(body.as_bytes()).map_err(problems)?;
        let object = value.as_object().cloned().unwrap();
        Fields::of_body(object, doubles).finish().map_err(|failure: Failure| problems(Problems(failure.details)))
    }

    fn check(body: &str, expected: &[&str]) {
        assert_eq!(read::<Input>(body).err().unwrap_or_default(), expected, "{body}");
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        check(
            r#"{"title": 5, "color": "red", "all_day": null, "reminders": [5, "x", 20000], "target": {"mail": 1}, "colour": 1}"#,
            &[
                "title must be a string, not a number",
                "color is not a colour of the form #RRGGBB",
                "all_day must not be null",
                "reminders[1] must be a whole number, not a string",
                "reminders[2] must be a whole number from 0 to 10080",
                "target.email is required",
                "target.mail is not known here; expected email",
                "colour is not known here; expected title, color, all_day, reminders, target",
            ],
        );
        check("{}", &["title is required"]);
        check(r#"{"title": "a", "title": "b"}"#, &["title is given more than once"]);
        check(r#"{"title": "a\u0000"}"#, &["title must not contain the character U+0000"]);
        check(r#"{"title": "a", "reminders": [1, 2, 3, 4]}"#, &["reminders may have at most 3 entries"]);
    }

    #[test]
    fn absent_null_and_value_are_three_things() {
        let color = |body: &str| read::<Input>(body).unwrap().color;
        assert_eq!(color(r#"{"title": "a"}"#), None);
        assert_eq!(color(r#"{"title": "a", "color": null}"#), Some(None));
        assert_eq!(color(r##"{"title": "a", "color": "#112233"}"##), Some(Some("#112233".parse().unwrap())));
    }
}
