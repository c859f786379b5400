//! Content lines: escaped, quoted and folded (RFC 5545, section 3.1).

/// Most octets in a line, its break not counted.
const WIDTH: usize = 75;

/// A line being written: the name of its property, and parameters.
pub(super) struct Line(String);

impl Line {
    pub(super) fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Adds a parameter, quoted where it must be, and with what no parameter can hold encoded (RFC 6868).
    pub(super) fn param(mut self, name: &str, value: &str) -> Self {
        let quote = if value.contains([':', ';', ',']) { "\"" } else { "" };
        self.0.extend([";", name, "=", quote]);
        for c in unix_breaks(value).chars() {
            match c {
                '^' => self.0.push_str("^^"),
                '\n' => self.0.push_str("^n"),
                '"' => self.0.push_str("^'"),
                c => self.0.push(c),
            }
        }
        self.0.push_str(quote);
        self
    }

    /// Adds a parameter as it was read, `NAME=value`; one that would end the parameters is left out.
    pub(super) fn kept_param(mut self, param: &str) -> Self {
        if is_param(param) {
            self.0.extend([";", param]);
        }
        self
    }

    /// The whole line with a value that is no TEXT, neither folded nor ended: as lines are kept.
    pub(super) fn kept(mut self, value: &str) -> String {
        self.0.extend([":", value]);
        self.0
    }

    /// Ends the line with a TEXT (RFC 5545, section 3.3.11).
    pub(super) fn text(self, text: &str, out: &mut String) {
        self.texts([text], out);
    }

    /// Ends the line with a list of TEXTs.
    pub(super) fn texts<'t>(mut self, texts: impl IntoIterator<Item = &'t str>, out: &mut String) {
        let mut before = ':';
        for text in texts {
            self.0.push(before);
            before = ',';
            for c in unix_breaks(text).chars() {
                match c {
                    '\n' => self.0.push_str("\\n"),
                    '\\' | ';' | ',' => self.0.extend(['\\', c]),
                    c => self.0.push(c),
                }
            }
        }
        fold(&self.0, out);
    }

    /// Ends the line with a value that is no TEXT, such as a time or a URI.
    pub(super) fn value(mut self, value: &str, out: &mut String) {
        self.0.extend([":", value]);
        fold(&self.0, out);
    }
}

/// Writes a whole line, without the control characters that it may not have, in pieces of [`WIDTH`] octets.
pub(super) fn fold(line: &str, out: &mut String) {
    let mut width = 0;
    for c in line.chars().filter(|&c| is_allowed(c)) {
        if width + c.len_utf8() > WIDTH {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}

/// Lines as they were read, to be written back: properties, and components, which stand behind all properties. A line
/// that is none is left out; and so is, where BEGIN and END do not match, everything from the first of them on.
pub(super) struct Kept {
    properties: Vec<String>,
    components: Vec<String>,
}

impl Kept {
    pub(super) fn new(lines: &[String]) -> Self {
        let lines: Vec<String> = lines.iter().map(|line| line.chars().filter(|&c| is_allowed(c)).collect()).collect();
        let all = is_balanced(&lines);
        let safe = lines.into_iter().take_while(|line| all || edge(line).is_none());
        let mut kept = Self { properties: Vec::new(), components: Vec::new() };
        let mut depth = 0_usize;
        for line in safe.filter(|line| name(line).is_some()) {
            let edge = edge(&line).map(|(begins, _)| begins);
            depth += usize::from(edge == Some(true));
            if depth > 0 { &mut kept.components } else { &mut kept.properties }.push(line);
            depth -= usize::from(edge == Some(false));
        }
        kept
    }

    pub(super) fn properties(&self, out: &mut String) {
        self.properties.iter().for_each(|line| fold(line, out));
    }

    pub(super) fn components(&self, out: &mut String) {
        self.components.iter().for_each(|line| fold(line, out));
    }
}

/// Whether a kept line has this name.
pub(super) fn has_name(line: &str, wanted: &str) -> bool {
    name(line).is_some_and(|name| name.eq_ignore_ascii_case(wanted))
}

/// The name that a content line begins with; none where it is no content line.
fn name(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    let name = name.split(';').next()?;
    let good = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (!name.is_empty() && name.bytes().all(good)).then_some(name)
}

/// Which component a line begins (true) or ends.
fn edge(line: &str) -> Option<(bool, String)> {
    let begins = has_name(line, "BEGIN");
    let (_, component) = line.split_once(':')?;
    (begins || has_name(line, "END")).then(|| (begins, component.trim().to_ascii_uppercase()))
}

fn is_balanced(lines: &[String]) -> bool {
    let mut open = Vec::new();
    for (begins, component) in lines.iter().filter_map(|line| edge(line)) {
        if begins {
            open.push(component);
        } else if open.pop() != Some(component) {
            return false;
        }
    }
    open.is_empty()
}

/// Whether a text is one parameter, `NAME=value`, with nothing after its value.
fn is_param(text: &str) -> bool {
    let Some((name, value)) = text.split_once('=') else { return false };
    let unquoted: String = value.split('"').step_by(2).collect();
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && value.matches('"').count() % 2 == 0
        && !unquoted.contains([':', ';'])
}

/// The text with each of the three line breaks as a line feed.
fn unix_breaks(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Of the control characters a line can hold the tab alone.
fn is_allowed(c: char) -> bool {
    c == '\t' || !c.is_control()
}
