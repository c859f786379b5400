//! A contact as a card: version 4.0, CRLF, lines folded at 75 octets.

use jiff::Timestamp;
use kalends_domain::contact::Details;
use uuid::Uuid;

/// Most octets in a line without its CRLF (RFC 6350 3.2).
const LINE: usize = 75;

/// A contact as a whole card. `updated_at` becomes its REV.
///
/// No field can end its line or its value: line breaks, commas, semicolons and backslashes are escaped.
///
/// ```
/// use kalends_domain::contact::Details;
/// let details = Details { last_name: Some("O; Neil".into()), ..Details::default() };
/// let card = kalends_vcard::write("7", &details, "2026-03-02T15:00:00Z".parse()?);
/// assert_eq!(
///     card,
///     "BEGIN:VCARD\r\nVERSION:4.0\r\nUID;VALUE=text:7\r\nREV:20260302T150000Z\r\nFN:O\\; Neil\r\nN:O\\; Neil;;;;\r\nEND:VCARD\r\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(uid: &str, details: &Details, updated_at: Timestamp) -> String {
    let mut card = Card { text: String::new(), kept: details.kept.iter().map(|line| Line::of(line)).collect() };
    card.line("BEGIN:VCARD");
    card.line("VERSION:4.0");
    match Uuid::try_parse(uid) {
        Ok(_) => card.line(&format!("UID:urn:uuid:{uid}")),
        Err(_) => card.line(&format!("UID;VALUE=text:{}", escaped(uid))),
    }
    card.line(&format!("REV:{}", updated_at.strftime("%Y%m%dT%H%M%SZ")));
    card.formatted_name(details);
    let field = |value: &Option<String>| value.as_deref().map(escaped).unwrap_or_default();
    let names = (field(&details.last_name), field(&details.first_name));
    card.name(&names.0, &names.1);
    card.field("EMAIL", &field(&details.email));
    card.field("TEL", &field(&details.phone));
    card.field("ORG", &field(&details.company));
    card.field("NOTE", &field(&details.notes));
    for kept in std::mem::take(&mut card.kept) {
        card.line(kept.whole);
    }
    card.line("END:VCARD");
    card.text
}

/// Forgets how a name was written in full (FN), which is not true of another name.
pub fn forget_formatted_name(details: &mut Details) {
    details.kept.retain(|line| !Line::of(line).is("FN"));
}

/// Text as it stands in a value (RFC 6350 3.4).
pub(crate) fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' => value.push_str("\\n"),
            '\\' | ',' | ';' => value.extend(['\\', c]),
            '\t' => value.push(c),
            c if c.is_control() => {}
            c => value.push(c),
        }
    }
    value
}

/// A kept content line.
struct Line<'c> {
    whole: &'c str,
    /// Without its group.
    name: &'c str,
    /// Group, name and parameters.
    head: &'c str,
    value: &'c str,
}

impl<'c> Line<'c> {
    fn of(whole: &'c str) -> Self {
        let mut quoted = false;
        let colon = whole.find(|c| {
            quoted ^= c == '"';
            c == ':' && !quoted
        });
        let (head, rest) = whole.split_at(colon.unwrap_or(whole.len()));
        let named = head.split(';').next().unwrap_or_default();
        let name = named.rsplit('.').next().unwrap_or_default();
        Self { whole, name, head, value: rest.strip_prefix(':').unwrap_or_default() }
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether it says more about a field: its value begins empty.
    fn is_rest_of(&self, name: &str) -> bool {
        self.is(name) && (self.value.is_empty() || self.value.starts_with(';'))
    }
}

struct Card<'c> {
    text: String,
    /// What is not written yet.
    kept: Vec<Line<'c>>,
}

impl<'c> Card<'c> {
    /// FN must be there: the one that was kept, else what to call the person.
    fn formatted_name(&mut self, details: &Details) {
        match self.kept.iter().position(|line| line.is("FN")) {
            Some(index) => {
                let line = self.kept.remove(index);
                self.line(line.whole);
            }
            None => self.line(&format!("FN:{}", escaped(&details.display_name()))),
        }
    }

    /// N: the family name, the given name, and what else was kept of it.
    fn name(&mut self, last: &str, first: &str) {
        let rest = self.take_rest("N");
        let (head, value) = rest.map_or(("N", ";;;;"), |rest| (rest.head, rest.value));
        let more = value.strip_prefix(';').unwrap_or_default();
        if !last.is_empty() || !first.is_empty() || !more.replace(';', "").is_empty() {
            self.line(&format!("{head}:{last};{first}{more}"));
        }
    }

    /// A field, with what was kept of its property.
    fn field(&mut self, name: &str, value: &str) {
        let rest = self.take_rest(name);
        let (head, more) = rest.map_or((name, ""), |rest| (rest.head, rest.value));
        if !value.is_empty() || !more.is_empty() {
            self.line(&format!("{head}:{value}{more}"));
        }
    }

    fn take_rest(&mut self, name: &str) -> Option<Line<'c>> {
        let index = self.kept.iter().position(|line| line.is_rest_of(name))?;
        Some(self.kept.remove(index))
    }

    /// Adds a line, folded.
    fn line(&mut self, line: &str) {
        let mut left = LINE;
        for c in line.chars() {
            if c.len_utf8() > left {
                self.text.push_str("\r\n ");
                left = LINE - 1;
            }
            self.text.push(c);
            left -= c.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}
