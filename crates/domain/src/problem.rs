//! What is wrong with an input: every bad field at once, each named by its path.

/// One bad field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The path of the field, as the caller wrote it: `title`, `reminders[1]`, `target.email`.
    pub field: String,
    /// What was expected, in words that fit after the field's name.
    pub message: String,
}

/// The bad fields of one input.
///
/// ```
/// use kalends_domain::problem::Problems;
///
/// let mut problems = Problems::default();
/// let zone = problems.check("timezone", "Mars/Olympus".parse::<u8>());
/// problems.add("title", "is empty");
/// assert!(zone.is_none());
/// assert_eq!(problems.finish().unwrap_err().0.len(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.summary())]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// A single bad field.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(field, message);
        problems
    }

    /// Notes a bad field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem { field: field.into(), message: message.into() });
    }

    /// The value, or `None` with its error noted under `field`.
    pub fn check<T, E: std::fmt::Display>(&mut self, field: impl Into<String>, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.add(field, error.to_string())).ok()
    }

    /// Like [`check`](Self::check), for a field that may be absent.
    pub fn check_opt<T, E: std::fmt::Display>(
        &mut self,
        field: impl Into<String>,
        value: Option<Result<T, E>>,
    ) -> Option<T> {
        value.and_then(|value| self.check(field, value))
    }

    /// `Ok` when nothing was noted.
    pub fn finish(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    fn summary(&self) -> String {
        let all: Vec<String> = self.0.iter().map(|p| format!("{} {}", p.field, p.message)).collect();
        all.join("; ")
    }
}
