//! One card's properties into the fields of a contact, and what it keeps beside them.

use calcard::vcard::{
    VCardEntry, VCardParameter, VCardParameterName as Name, VCardParameterValue as ParameterValue,
    VCardProperty as Property, VCardValue,
};
use kalends_domain::contact::{self, COMPANY_MAX, Details, KEPT_MAX, NAME_MAX, NOTES_MAX};
use kalends_domain::text::{TextError, block, line};
use uuid::Uuid;

use crate::write::escaped;

/// Which of several is the one to use, where nothing is said (PREF, RFC 6350 5.3).
const PREF_NONE: u32 = 101;

/// The UID, what the contact holds, and what was left out.
pub(crate) fn read(mut entries: Vec<VCardEntry>) -> Result<(Option<String>, Details, Vec<String>), String> {
    use Property::{Begin, Email, End, Fn, N, Note, Org, Prodid, Rev, Tel, Uid, Version};
    entries.retain(|entry| !matches!(entry.name, Begin | End | Version | Prodid | Rev));
    entries.iter_mut().for_each(mend);
    let uid = take(&mut entries, &Uid, |entry| part(entry, 0)).map(|(uid, _)| bare(uid));
    let formatted = take(&mut entries, &Fn, |entry| part(entry, 0)).map(|(text, _)| text);
    let name = take(&mut entries, &N, |_| Some(())).map(|((), entry)| entry);
    entries.retain(|entry| !matches!(entry.name, Uid | N));
    let email = take(&mut entries, &Email, |entry| contact::email(&part(entry, 0)?).ok());
    let phone = take(&mut entries, &Tel, |entry| contact::phone(number(&part(entry, 0)?)).ok());
    let company = take(&mut entries, &Org, |entry| line(&part(entry, 0)?, COMPANY_MAX).ok());
    let notes = take(&mut entries, &Note, notes);

    let of_name = |index| name.as_ref().and_then(|entry| part(entry, index));
    let (mut first, last) = (of_name(1), of_name(0));
    let mut kept = Kept::default();
    let (email, email_entry) = email.unzip();
    let (phone, phone_entry) = phone.unzip();
    let (company, company_entry) = company.unzip();
    let (notes, notes_entry) = notes.unzip();
    if first.is_none() && last.is_none() {
        // FN must be there, so who has no name is called by the email or phone there.
        first = formatted.clone().filter(|text| email.as_ref() != Some(text) && phone.as_ref() != Some(text));
    }
    let mut details = Details {
        first_name: first.map(|name| name_line("the first name", &name)).transpose()?,
        last_name: last.map(|name| name_line("the last name", &name)).transpose()?,
        email,
        phone,
        company,
        notes,
        kept: Vec::new(),
    };
    if let Some(formatted) = formatted.filter(|text| *text != details.display_name()) {
        kept.add("FN", &format!("FN:{}", escaped(&formatted)));
    }
    kept.add_rest(name, 2);
    for entry in [email_entry, phone_entry, company_entry, notes_entry] {
        kept.add_rest(entry, 1);
    }
    entries.iter().filter(|entry| says_something(entry)).for_each(|entry| kept.add_entry(entry));
    details.kept = kept.lines;
    Ok((uid, details, kept.left_out))
}

/// Takes the preferred one, else the first, of those that can be read.
fn take<T>(
    entries: &mut Vec<VCardEntry>,
    name: &Property,
    read: impl Fn(&VCardEntry) -> Option<T>,
) -> Option<(T, VCardEntry)> {
    let readable = entries.iter().enumerate().filter(|(_, entry)| entry.name == *name);
    let found = readable.filter_map(|(index, entry)| Some((pref(entry), index, read(entry)?)));
    let (_, index, value) = found.min_by_key(|(pref, index, _)| (*pref, *index))?;
    Some((value, entries.remove(index)))
}

fn pref(entry: &VCardEntry) -> u32 {
    let prefs = entry.params.iter().filter(|parameter| parameter.name == Name::Pref);
    let number = |parameter: &VCardParameter| match parameter.value {
        ParameterValue::Integer(number) => Some(number),
        _ => None,
    };
    prefs.filter_map(number).min().unwrap_or(PREF_NONE)
}

/// A component of a value as one line, if something is in it.
fn part(entry: &VCardEntry, index: usize) -> Option<String> {
    let text = match entry.values.get(index)? {
        VCardValue::Text(text) => text.clone(),
        VCardValue::Component(texts) => texts.join(" "),
        _ => return None,
    };
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn notes(entry: &VCardEntry) -> Option<String> {
    let VCardValue::Text(text) = entry.values.first()? else { return None };
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    block(&text, NOTES_MAX).ok().filter(|text| !text.trim().is_empty())
}

fn name_line(what: &str, text: &str) -> Result<String, String> {
    line(text, NAME_MAX).map_err(|error: TextError| format!("{what} {error}"))
}

/// A UUID without `urn:uuid:`; any other UID as it is.
fn bare(uid: String) -> String {
    let stripped = uid.get(..9).filter(|scheme| scheme.eq_ignore_ascii_case("urn:uuid:")).map(|_| uid[9..].to_owned());
    stripped.filter(|rest| Uuid::try_parse(rest).is_ok()).unwrap_or(uid)
}

/// A number without `tel:` (RFC 3966).
fn number(text: &str) -> &str {
    let is_uri = text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
    if is_uri { &text[4..] } else { text }
}

/// Old versions let a parameter's value stand without its name, and had a type where 4.0 has PREF.
fn mend(entry: &mut VCardEntry) {
    for parameter in &mut entry.params {
        let bare = parameter.value == ParameterValue::Null;
        if let (Name::Other(word), true) = (&parameter.name, bare) {
            *parameter = VCardParameter { name: Name::Type, value: ParameterValue::Text(word.to_lowercase()) };
        }
        let is_pref = matches!(&parameter.value, ParameterValue::Text(word) if word.eq_ignore_ascii_case("pref"));
        if (parameter.name == Name::Pref && bare) || (parameter.name == Name::Type && is_pref) {
            *parameter = VCardParameter { name: Name::Pref, value: ParameterValue::Integer(1) };
        }
    }
    entry.params.retain(|parameter| is_token(parameter.name.as_str()) && parameter.value != ParameterValue::Null);
}

fn says_something(entry: &VCardEntry) -> bool {
    entry.values.iter().any(|value| !matches!(value, VCardValue::Text(text) if text.trim().is_empty()))
}

/// What may name a property, a group or a parameter.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The lines that a contact keeps.
#[derive(Default)]
struct Kept {
    lines: Vec<String>,
    bytes: usize,
    left_out: Vec<String>,
}

impl Kept {
    /// What a property says beside its first values, which are the contact's own fields.
    fn add_rest(&mut self, entry: Option<VCardEntry>, fields: usize) {
        let Some(mut entry) = entry else { return };
        entry.params.retain(|parameter| parameter.name != Name::Value);
        entry.values.iter_mut().take(fields).for_each(|value| *value = VCardValue::Text(String::new()));
        if !entry.params.is_empty() || entry.group.is_some() || says_something(&entry) {
            self.add_entry(&entry);
        }
    }

    fn add_entry(&mut self, entry: &VCardEntry) {
        let name = entry.name.as_str();
        let mut text = String::new();
        if !is_token(name) || !entry.group.as_deref().is_none_or(is_token) || entry.write_to(&mut text, true).is_err() {
            self.left_out
                .push("a property whose name is not made of letters, digits and hyphens was left out".to_owned());
            return;
        }
        self.add(name, &text.replace("\r\n ", ""));
    }

    fn add(&mut self, name: &str, line: &str) {
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        if self.bytes + line.len() > KEPT_MAX {
            self.left_out
                .push(format!("{name} was left out: a contact keeps at most {KEPT_MAX} bytes beside its fields"));
            return;
        }
        self.bytes += line.len();
        self.lines.push(line);
    }
}
