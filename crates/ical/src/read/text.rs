//! Values of type TEXT (RFC 5545 3.3.11), made fit for an event.

use std::borrow::Cow;

/// The text that a value spells. An escape that RFC 5545 does not know stays as it is.
pub(super) fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(c @ ('\\' | ';' | ',' | '"')) => text.push(c),
            Some(c) => text.extend(['\\', c]),
            None => text.push('\\'),
        }
    }
    text
}

/// The values of a list, unescaped.
pub(super) fn list(value: &str) -> impl Iterator<Item = String> {
    let mut escaped = false;
    let comma = move |c: char| {
        let splits = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        splits
    };
    value.split(comma).map(unescape)
}

/// The text as one trimmed line without control characters; `None` when nothing is left.
pub(super) fn one_line(text: &str) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// The text without control characters other than tabs.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let refused = |c: char| c.is_control() && c != '\t';
    if text.contains(refused) { text.replace(refused, "").into() } else { text.into() }
}

/// The text with its line breaks and tabs, and without other control characters; `None` when nothing is left.
pub(super) fn block(text: &str) -> Option<String> {
    let block: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    (!block.trim().is_empty()).then_some(block)
}

/// The first `most` characters, and whether that is less than all.
pub(super) fn cut(mut text: String, most: usize) -> (String, bool) {
    let end = text.char_indices().nth(most).map(|(end, _)| end);
    if let Some(end) = end {
        text.truncate(end);
    }
    text.shrink_to_fit();
    (text, end.is_some())
}

/// As much of a text as a message shows.
pub(super) fn short(text: &str) -> String {
    let (mut short, less) = cut(text.to_owned(), 60);
    if less {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        fn check(value: &str, expected: &str) {
            assert_eq!(unescape(value), expected);
        }
        check("plain", "plain");
        check(r"a\nb\Nc", "a\nb\nc");
        check(r"a\;b\,c\\d", r"a;b,c\d");
        check(r"\\n", r"\n");
        check("say \\\"hi\\\"", "say \"hi\"");
        check(r"C:\Users\", r"C:\Users\");
    }

    #[test]
    fn lists() {
        fn check(value: &str, expected: &[&str]) {
            assert_eq!(list(value).collect::<Vec<_>>(), expected);
        }
        check("a,b", &["a", "b"]);
        check(r"a\,b,c", &["a,b", "c"]);
        check(r"a\\,b", &[r"a\", "b"]);
        check("", &[""]);
    }

    #[test]
    fn lines_and_blocks() {
        assert_eq!(one_line(" a\n\tb\u{0}c ").as_deref(), Some("a  b c"));
        assert_eq!(one_line("\n \t"), None);
        assert_eq!(block("a\n\tb\u{0}\u{7f}c\n").as_deref(), Some("a\n\tbc\n"));
        assert_eq!(block("\u{1}\n"), None);
        assert_eq!(cut("äöü".to_owned(), 2), ("äö".to_owned(), true));
        assert_eq!(cut("äöü".to_owned(), 3), ("äöü".to_owned(), false));
    }
}
