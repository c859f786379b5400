//! The lines of one component, held until its END.

use std::borrow::Cow;
use std::fmt;

use kalends_domain::event::UID_MAX;

use super::outcome::Skipped;
use super::text::{cut, one_line, printable, short, unescape};
use crate::line::ContentLine;

/// Most bytes of lines that are held of one component.
const COMPONENT_MAX: usize = 1 << 20;
/// Most warnings about one component; more are counted.
const WARNINGS_MAX: usize = 20;

/// A component, and what went wrong with its lines.
///
/// Every line is a content line, and each BEGIN within has its END.
pub(super) struct Component {
    /// Its name in upper case.
    pub(super) name: &'static str,
    /// The line on which it begins.
    pub(super) line: usize,
    /// Why it cannot be read.
    pub(super) fault: Option<String>,
    pub(super) warnings: Warnings,
    text: String,
    /// Where each line ends in `text`, and its number.
    ends: Vec<(u32, u32)>,
}

/// A line of a component.
#[derive(Clone, Copy)]
pub(super) struct Property<'c> {
    pub(super) number: usize,
    /// All of it.
    pub(super) text: &'c str,
    pub(super) line: ContentLine<'c>,
}

impl Property<'_> {
    /// A sentence about it.
    pub(super) fn says(&self, what: impl fmt::Display) -> String {
        format!("{self}: {what}")
    }
}

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.number, short(&self.line.name.to_ascii_uppercase()))
    }
}

/// What stands directly in a component.
pub(super) enum Part<'c> {
    Property(Property<'c>),
    /// A component within it: its name in upper case, and its lines from BEGIN to END.
    Component(String, Vec<Property<'c>>),
}

impl Component {
    pub(super) fn new(name: &'static str, line: usize) -> Self {
        let (text, ends) = (String::new(), Vec::new());
        Self { name, line, fault: None, warnings: Warnings::default(), text, ends }
    }

    /// Adds a line, without the control characters that no store or feed can carry. What is more than a component may
    /// hold is left out, but for BEGIN and END.
    pub(super) fn push(&mut self, number: usize, text: &str, line: &ContentLine<'_>) {
        // In a text of one line they are read as spaces.
        let text = if ["SUMMARY", "LOCATION", "CATEGORIES"].iter().any(|name| line.is(name)) {
            Cow::Borrowed(text)
        } else {
            printable(text)
        };
        let end = self.text.len() + text.len();
        let frame = line.is("BEGIN") || line.is("END");
        if end > COMPONENT_MAX && !frame {
            let name = self.name;
            self.warnings.add(|| format!("line {number}: {} is left out: its {name} is too long", short(line.name)));
        } else if let (Ok(end), Ok(number)) = (u32::try_from(end), u32::try_from(number)) {
            self.text.push_str(&text);
            self.ends.push((end, number));
        }
    }

    /// Notes why it cannot be read, unless something else was first.
    pub(super) fn fail(&mut self, fault: impl FnOnce() -> String) {
        if self.fault.is_none() {
            self.fault = Some(fault());
        }
    }

    /// Gives back memory that no further line will need.
    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// All lines, those of components within it too.
    pub(super) fn lines(&self) -> impl Iterator<Item = Property<'_>> {
        let mut start = 0;
        self.ends.iter().filter_map(move |&(end, number)| {
            let text = &self.text[start..end as usize];
            start = end as usize;
            Some(Property { number: number as usize, text, line: ContentLine::parse(text)? })
        })
    }

    /// What stands directly in it.
    pub(super) fn parts(&self) -> Vec<Part<'_>> {
        parts(self.lines())
    }

    /// Its UID, where it has one.
    pub(super) fn uid(&self) -> Option<String> {
        let of_its_own = self.parts().into_iter().find_map(|part| match part {
            Part::Property(it) if it.line.is("UID") => Some(it.line.value),
            _ => None,
        });
        of_its_own.and_then(uid)
    }

    /// What is said of it when it is not taken.
    pub(super) fn skipped(&self, reason: String) -> Skipped {
        let uid = self.uid().map(|uid| cut(uid, UID_MAX).0);
        Skipped { component: self.name.to_owned(), uid, line: self.line, reason }
    }
}

/// The UID that a value spells.
pub(super) fn uid(value: &str) -> Option<String> {
    one_line(&unescape(value))
}

fn parts<'c>(lines: impl Iterator<Item = Property<'c>>) -> Vec<Part<'c>> {
    let mut parts = Vec::new();
    let mut inner: Vec<Property<'c>> = Vec::new();
    let mut depth = 0_usize;
    for property in lines {
        depth += usize::from(property.line.is("BEGIN"));
        if depth == 0 {
            parts.push(Part::Property(property));
            continue;
        }
        let ends = property.line.is("END");
        inner.push(property);
        depth -= usize::from(ends);
        if depth == 0 {
            parts.push(Part::Component(inner[0].line.value.trim().to_ascii_uppercase(), std::mem::take(&mut inner)));
        }
    }
    parts
}

/// The lines of a component within another, without its BEGIN and END, as its own parts.
pub(super) fn parts_within<'c>(lines: &[Property<'c>]) -> Vec<Part<'c>> {
    parts(lines.iter().take(lines.len().saturating_sub(1)).skip(1).copied())
}

/// What was left out, in sentences.
#[derive(Default)]
pub(super) struct Warnings {
    sentences: Vec<String>,
    more: usize,
}

impl Warnings {
    /// Adds one.
    pub(super) fn add(&mut self, sentence: impl FnOnce() -> String) {
        if self.sentences.len() < WARNINGS_MAX {
            self.sentences.push(sentence());
        } else {
            self.more += 1;
        }
    }

    /// All of them.
    pub(super) fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.sentences.push(format!("and {} more", self.more));
        }
        self.sentences
    }
}
