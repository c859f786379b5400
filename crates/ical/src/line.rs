//! Content lines (RFC 5545 3.1): bytes to unfolded lines, and a line to its name, parameters and value.

use std::borrow::Cow;

/// An unfolded line.
pub(crate) struct Line<'l> {
    /// On which line of the file it begins, counted from 1.
    pub(crate) number: usize,
    /// What it says; of one that is too long, how it begins.
    pub(crate) text: Cow<'l, str>,
    /// Whether bytes that are no UTF-8 were replaced by U+FFFD.
    pub(crate) replaced: bool,
    /// Whether it is longer than a line may be.
    pub(crate) too_long: bool,
}

/// How much of a line that is too long is kept: enough for its name.
const HEAD: usize = 64;

/// Cuts bytes into lines, however they come: CRLF, LF or CR ends one, a space or tab after that continues it. Blank
/// lines are as if they were not there, since a file that was converted twice has one after each line.
///
/// Bytes are unfolded before they are decoded, because some programs fold within a character.
pub(crate) struct Lines {
    most: usize,
    line: Vec<u8>,
    too_long: bool,
    number: usize,
    physical: usize,
    /// A line break was the last thing seen; what comes next says whether the line goes on.
    broken: bool,
    after_cr: bool,
}

impl Lines {
    /// Lines of at most so many bytes.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, line: Vec::new(), too_long: false, number: 1, physical: 1, broken: false, after_cr: false }
    }

    /// The line of the file that is being read.
    pub(crate) fn physical(&self) -> usize {
        self.physical
    }

    /// Takes a piece of the file, and gives the lines that end in it.
    pub(crate) fn push<E>(&mut self, bytes: &[u8], mut take: impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
        let mut rest = bytes;
        while let Some((&first, after)) = rest.split_first() {
            let after_cr = std::mem::take(&mut self.after_cr);
            match first {
                b'\n' if after_cr => rest = after,
                b'\r' | b'\n' => {
                    self.after_cr = first == b'\r';
                    self.broken = true;
                    self.physical += 1;
                    rest = after;
                }
                b' ' | b'\t' if self.broken => {
                    self.broken = false;
                    rest = after;
                }
                _ => {
                    if self.broken {
                        self.finish(&mut take)?;
                    }
                    let end = rest.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(rest.len());
                    self.append(&rest[..end]);
                    rest = &rest[end..];
                }
            }
        }
        Ok(())
    }

    /// Gives the last line, and begins another.
    pub(crate) fn finish<E>(&mut self, mut take: impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
        self.broken = false;
        let number = std::mem::replace(&mut self.number, self.physical);
        let too_long = std::mem::take(&mut self.too_long);
        // A byte order mark: at the start of the file, or where files were put together.
        let bytes = self.line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.line);
        let text = String::from_utf8_lossy(bytes);
        let replaced = !too_long && matches!(text, Cow::Owned(_));
        let taken = if text.trim().is_empty() { Ok(()) } else { take(Line { number, text, replaced, too_long }) };
        self.line.clear();
        taken
    }

    fn append(&mut self, bytes: &[u8]) {
        if self.too_long {
            return;
        }
        if bytes.len() > self.most.saturating_sub(self.line.len()) {
            self.too_long = true;
            self.line.extend_from_slice(&bytes[..bytes.len().min(HEAD)]);
            self.line.truncate(HEAD);
        } else {
            self.line.extend_from_slice(bytes);
        }
    }
}

/// A line's parts, spelled as they came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContentLine<'l> {
    pub(crate) name: &'l str,
    pub(crate) value: &'l str,
    parameters: &'l str,
}

impl<'l> ContentLine<'l> {
    /// `None` when the line has no name, or no value.
    pub(crate) fn parse(text: &'l str) -> Option<Self> {
        let in_name = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
        let (name, rest) = text.split_at(text.bytes().take_while(in_name).count());
        if name.is_empty() {
            return None;
        }
        if let Some(value) = rest.strip_prefix(':') {
            return Some(Self { name, value, parameters: "" });
        }
        let rest = rest.strip_prefix(';')?;
        // A quote that never closes would hide the value.
        let colon = unquoted(rest, b':').or_else(|| rest.find(':'))?;
        Some(Self { name, value: &rest[colon + 1..], parameters: &rest[..colon] })
    }

    /// Whether this is its name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The parameters, in order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = Parameter<'l>> + use<'l> {
        let mut rest = self.parameters;
        std::iter::from_fn(move || {
            while !rest.is_empty() {
                let (text, after) = match unquoted(rest, b';') {
                    Some(end) => (&rest[..end], &rest[end + 1..]),
                    None => (rest, ""),
                };
                rest = after;
                if let Some((name, value)) = text.split_once('=') {
                    return Some(Parameter { text, name, value });
                }
            }
            None
        })
    }

    /// What the parameter of this name says.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().find(|it| it.is(name)).map(|it| it.plain())
    }
}

/// A parameter (RFC 5545 3.2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter<'l> {
    /// The whole of it, as it came: `NAME=value`.
    pub(crate) text: &'l str,
    name: &'l str,
    value: &'l str,
}

impl Parameter<'_> {
    /// Whether this is its name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether each quote in it has its second.
    pub(crate) fn is_closed(&self) -> bool {
        self.value.matches('"').count().is_multiple_of(2)
    }

    /// Its value without quotes, and with what RFC 6868 wrote in its own way.
    pub(crate) fn plain(&self) -> String {
        let mut plain = String::with_capacity(self.value.len());
        let mut rest = self.value.chars().filter(|c| *c != '"').peekable();
        while let Some(c) = rest.next() {
            let meant = match (c, rest.peek()) {
                ('^', Some('n')) => Some('\n'),
                ('^', Some('\'')) => Some('"'),
                ('^', Some('^')) => Some('^'),
                _ => None,
            };
            if meant.is_some() {
                rest.next();
            }
            plain.push(meant.unwrap_or(c));
        }
        plain
    }
}

/// Where the byte stands first outside of quotes.
fn unquoted(text: &str, wanted: u8) -> Option<usize> {
    let mut quoted = false;
    text.bytes().position(|b| {
        quoted ^= b == b'"';
        b == wanted && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of `bytes` as `number text`, the same however it is cut.
    fn check(bytes: &[u8], expected: &[&str]) {
        for size in 1..=bytes.len().max(1) {
            let mut lines = Lines::new(80);
            let mut found = Vec::new();
            let mut take = |line: Line<'_>| {
                let flaws = [(line.replaced, " (replaced)"), (line.too_long, " (too long)")];
                let flaws: String = flaws.iter().filter(|(there, _)| *there).map(|(_, name)| *name).collect();
                found.push(format!("{} {}{flaws}", line.number, line.text));
                Ok::<(), ()>(())
            };
            for piece in bytes.chunks(size) {
                lines.push(piece, &mut take).unwrap();
            }
            lines.finish(&mut take).unwrap();
            assert_eq!(found, expected, "in pieces of {size}");
        }
    }

    #[test]
    fn lines_end_as_their_writers_end_them() {
        check(b"", &[]);
        check(b"A:1", &["1 A:1"]);
        check(b"A:1\r\nB:2\r\n", &["1 A:1", "2 B:2"]);
        check(b"A:1\nB:2\n", &["1 A:1", "2 B:2"]);
        check(b"A:1\rB:2\r", &["1 A:1", "2 B:2"]);
        check(b"A:1\r\n\r\n\nB:2", &["1 A:1", "4 B:2"]);
        check(b"\xEF\xBB\xBFA:1\nB:2", &["1 A:1", "2 B:2"]);
    }

    #[test]
    fn lines_are_unfolded() {
        check(b"A:1\r\n 2\r\n\t3\r\nB:4", &["1 A:123", "4 B:4"]);
        check(b"A:1\n  2\nB:3", &["1 A:1 2", "3 B:3"]);
        check(b"A:\xC3\r\n \xBC\r\n", &["1 A:\u{fc}"]);
        check(b"A:1\r\r\n 2\r\r\nB:3", &["1 A:12", "5 B:3"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        check(b"A:\xFF\nB:\xC3\x28", &["1 A:\u{fffd} (replaced)", "2 B:\u{fffd}( (replaced)"]);
    }

    #[test]
    fn a_line_too_long_is_known_by_its_head() {
        let long = [b"A;X=1:".as_slice(), &[b'a'; 100], b"\nB:2"].concat();
        check(&long, &[&format!("1 A;X=1:{} (too long)", "a".repeat(58)), "2 B:2"]);
        check(&[b'a'; 80], &[&format!("1 {}", "a".repeat(80))]);
    }

    #[test]
    fn content_lines() {
        fn check(text: &str, expected: Option<(&str, &[&str], &str)>) {
            let found = ContentLine::parse(text);
            let parameters: Vec<&str> = found.iter().flat_map(|line| line.parameters().map(|it| it.text)).collect();
            assert_eq!(found.map(|line| (line.name, parameters.as_slice(), line.value)), expected, "{text}");
        }
        check("SUMMARY:a:b;c", Some(("SUMMARY", &[], "a:b;c")));
        check("summary;LANGUAGE=de:x", Some(("summary", &["LANGUAGE=de"], "x")));
        check("A;B=1;;C=2,3;D:x", Some(("A", &["B=1", "C=2,3"], "x")));
        check(r#"A;B="x:y;z,w";C=d:v"#, Some(("A", &[r#"B="x:y;z,w""#, "C=d"], "v")));
        check(r#"A;B="x:v"#, Some(("A", &[r#"B="x"#], "v")));
        check("X-A_b.1:", Some(("X-A_b.1", &[], "")));
        for bad in ["", ":x", "no colon", "see also: this", ";A=1:x", "A;B=1", "\u{fc}:x"] {
            check(bad, None);
        }
    }

    #[test]
    fn parameters_in_plain() {
        fn check(parameter: &str, expected: &str) {
            let line = format!("A;P={parameter}:v");
            assert_eq!(ContentLine::parse(&line).unwrap().parameter("p").as_deref(), Some(expected));
        }
        check("x", "x");
        check(r#""a:b;c,d""#, "a:b;c,d");
        check(r#"a"b"c"#, "abc");
        check("a^nb^'c^^d^e^", "a\nb\"c^d^e^");
        check("", "");
        check("a=b", "a=b");
    }
}
