//! iCalendar text, read as strictly as RFC 5545 is written: for what the server sends.

use std::fmt;

/// A component: its own lines, unfolded, and the components within it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Component {
    /// What stands after its BEGIN.
    pub name: String,
    /// Its own lines, unfolded.
    pub lines: Vec<String>,
    /// The components that stand in it.
    pub parts: Vec<Component>,
}

/// The one VCALENDAR that a text must be.
#[track_caller]
pub fn calendar(text: &[u8]) -> Component {
    let mut open = vec![Component::default()];
    for line in unfolded(text) {
        if let Some(name) = line.strip_prefix("BEGIN:") {
            open.push(Component { name: name.to_owned(), ..Component::default() });
        } else if let Some(name) = line.strip_prefix("END:") {
            let ended = open.pop().expect("the file itself is never popped");
            assert_eq!(ended.name, name, "BEGIN and END do not match");
            let outer = open.last_mut().unwrap_or_else(|| panic!("END:{name} ends nothing"));
            outer.parts.push(ended);
        } else {
            open.last_mut().expect("something is open").lines.push(line);
        }
    }
    let [Component { lines, parts, .. }] = &open[..] else { panic!("{:?} is not ended", open.last()) };
    assert!(lines.is_empty(), "lines outside of the calendar: {lines:?}");
    let [calendar] = &parts[..] else { panic!("{} components instead of a calendar", parts.len()) };
    assert_eq!(calendar.name, "VCALENDAR");
    calendar.clone()
}

/// The content lines of a text that keeps to RFC 5545 3.1: each ends with CRLF and has at most 75 octets before it, and
/// no character is cut in two.
#[track_caller]
fn unfolded(text: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(text).expect("the text is UTF-8");
    let all = text.strip_suffix("\r\n").expect("the last line has its end");
    let mut lines: Vec<String> = Vec::new();
    for line in all.split("\r\n") {
        assert!(!line.contains(|c: char| c.is_control() && c != '\t'), "a control character in {line:?}");
        assert!(line.len() <= 75, "{} octets in {line:?}", line.len());
        match (line.strip_prefix(' '), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    for line in &lines {
        let name = line.split([':', ';']).next().unwrap_or_default();
        let good = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        assert!(good && line.contains(':'), "{line:?} is no content line");
    }
    lines
}

impl Component {
    /// The components of a name that stand in it.
    pub fn all(&self, name: &str) -> Vec<&Self> {
        self.parts.iter().filter(|part| part.name == name).collect()
    }

    /// The only component of a name that stands in it.
    #[track_caller]
    pub fn one(&self, name: &str) -> &Self {
        let found = self.all(name);
        let [one] = found[..] else { panic!("{} of {name} in\n{self}", found.len()) };
        one
    }

    /// The VEVENT of a UID that is no changed occurrence.
    #[track_caller]
    pub fn event(&self, uid: &str) -> &Self {
        let of_uid = |part: &&&Self| part.text("UID") == uid && part.find("RECURRENCE-ID").is_none();
        let events = self.all("VEVENT");
        events.iter().find(of_uid).unwrap_or_else(|| panic!("no {uid} in\n{self}"))
    }

    /// The names of its own lines.
    pub fn names(&self) -> Vec<&str> {
        self.lines.iter().filter_map(|line| line.split([':', ';']).next()).collect()
    }

    /// The lines of a name.
    pub fn lines_of(&self, name: &str) -> Vec<&str> {
        let of_name = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', ';']));
        self.lines.iter().map(String::as_str).filter(of_name).collect()
    }

    /// The line of a name, which stands there once at most.
    #[track_caller]
    pub fn find(&self, name: &str) -> Option<&str> {
        let found = self.lines_of(name);
        assert!(found.len() < 2, "{name} stands there more than once: {found:?}");
        found.first().copied()
    }

    /// The line of a name, which must stand there once.
    #[track_caller]
    pub fn line(&self, name: &str) -> &str {
        self.find(name).unwrap_or_else(|| panic!("no {name} in\n{self}"))
    }

    /// The value of a line that holds a TEXT and has no parameters, unescaped.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        let line = self.line(name);
        let value = line[name.len()..].strip_prefix(':').unwrap_or_else(|| panic!("{line} has parameters"));
        let mut values = texts(value);
        assert_eq!(values.len(), 1, "{line} has a bare comma");
        values.remove(0)
    }
}

/// The values of a list of TEXTs, unescaped; what must be escaped (RFC 5545 3.3.11) has to be.
#[track_caller]
pub fn texts(value: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        let last = found.last_mut().expect("there is always one");
        match c {
            ',' => found.push(String::new()),
            ';' => panic!("a bare semicolon in {value:?}"),
            '\\' => last.push(match rest.next() {
                Some('n' | 'N') => '\n',
                Some(c @ ('\\' | ';' | ',')) => c,
                other => panic!("an unknown escape {other:?} in {value:?}"),
            }),
            c => last.push(c),
        }
    }
    found
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "BEGIN:{}", self.name)?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        self.parts.iter().try_for_each(|part| write!(f, "{part}"))?;
        writeln!(f, "END:{}", self.name)
    }
}
