//! Courses: what the course ids of events stand for.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::id::UserId;
use crate::text::{self, TextError};

/// Most characters in a course's id, and in the course id of an event.
pub const ID_MAX: usize = 255;
/// Most characters in a course's name.
pub const NAME_MAX: usize = 255;
/// Most characters in a course's code.
pub const CODE_MAX: usize = 50;

/// Names a course among those of one account: any line of text, which its owner chose.
///
/// ```
/// use kalends_domain::course::CourseId;
///
/// assert_eq!(" course_abc123 ".parse::<CourseId>()?.as_str(), "course_abc123");
/// assert!("..".parse::<CourseId>().is_err()); // no address could name it
/// # Ok::<(), kalends_domain::course::InvalidCourseId>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CourseId(String);

/// Text that cannot be a course's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCourseId {
    /// It is no line of text of the right length.
    #[error(transparent)]
    Text(#[from] TextError),
    /// It is a step in a path, which addresses lose on their way.
    #[error("must not be . or ..")]
    Step,
}

impl CourseId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CourseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CourseId {
    type Err = InvalidCourseId;

    fn from_str(text: &str) -> Result<Self, InvalidCourseId> {
        let id = text::line(text, ID_MAX)?;
        if id == "." || id == ".." { Err(InvalidCourseId::Step) } else { Ok(Self(id)) }
    }
}

/// A course, as one account describes it. An event may carry the id of a course that nobody has described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Who described it. Nobody else sees it.
    pub owner: UserId,
    /// Its name among the owner's courses.
    pub id: CourseId,
    /// What people call it.
    pub name: String,
    /// What its school calls it for short.
    pub code: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes; the ETag.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for good in ["BIO-101", "a/b", "курс 7", "..."] {
            assert_eq!(good.parse::<CourseId>().unwrap().to_string(), good);
        }
        for bad in ["", "  ", ".", "..", "a\nb", &"x".repeat(ID_MAX + 1)] {
            assert!(bad.parse::<CourseId>().is_err(), "{bad}");
        }
    }
}
