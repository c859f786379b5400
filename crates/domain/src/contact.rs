//! Contacts: the people that an account keeps an address book of. Nobody else sees them.

use jiff::Timestamp;

use crate::account::{Email, InvalidEmail};
use crate::id::{ContactId, UserId};
use crate::text::{TextError, line};

/// Most characters in a first or a last name.
pub const NAME_MAX: usize = 100;
/// Most characters in a phone number.
pub const PHONE_MAX: usize = 50;
/// Most characters in a company's name.
pub const COMPANY_MAX: usize = 200;
/// Most characters in the notes.
pub const NOTES_MAX: usize = 20_000;
/// Most bytes in a UID: what an index of any store takes.
pub const UID_MAX: usize = 1_000;
/// Most bytes that a contact keeps of what this model does not hold: room for a small photo.
pub const KEPT_MAX: usize = 128 * 1024;

/// What is known of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// The given name (N, RFC 6350 6.2.2).
    pub first_name: Option<String>,
    /// The family name (N).
    pub last_name: Option<String>,
    /// The address, spelled as it was given (EMAIL, RFC 6350 6.4.2).
    pub email: Option<String>,
    /// The number, in any form that has a digit (TEL, RFC 6350 6.4.1).
    pub phone: Option<String>,
    /// Where the person works (ORG, RFC 6350 6.6.4).
    pub company: Option<String>,
    /// Anything else about the person (NOTE, RFC 6350 6.7.2).
    pub notes: Option<String>,
    /// What a vCard said beside all that, as content lines without line breaks, to be written back. A line whose value
    /// begins empty says more about a field: `TEL;TYPE=cell:` about the phone, `N:;;Marie;Dr.;` about the name.
    pub kept: Vec<String>,
}

impl Details {
    /// Whether they can stand for a person: a first name, a last name, an email or a phone is there.
    ///
    /// ```
    /// use kalends_domain::contact::Details;
    /// let company = Details { company: Some("ACME".into()), ..Details::default() };
    /// assert!(!company.names_someone());
    /// assert!(Details { phone: Some("112".into()), ..company }.names_someone());
    /// ```
    pub fn names_someone(&self) -> bool {
        [&self.first_name, &self.last_name, &self.email, &self.phone].into_iter().any(Option::is_some)
    }

    /// What to call the person: both names, or the one there is, else the email, else the phone.
    pub fn display_name(&self) -> String {
        let names: Vec<&str> = [&self.first_name, &self.last_name].into_iter().flatten().map(String::as_str).collect();
        if names.is_empty() {
            return self.email.as_ref().or(self.phone.as_ref()).cloned().unwrap_or_default();
        }
        names.join(" ")
    }
}

/// A contact. It belongs to its owner alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its name in every API.
    pub id: ContactId,
    /// Whose address book it stands in.
    pub owner: UserId,
    /// Its name between address books (UID, RFC 6350 6.7.6). A UUID stands here bare, without `urn:uuid:`.
    pub uid: String,
    /// What is known of the person.
    pub details: Details,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Counts the changes; the ETag.
    pub version: i64,
}

/// Why a text is no phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPhone {
    /// It is empty, too long, or more than one line.
    #[error(transparent)]
    Text(#[from] TextError),
    /// No digit is in it.
    #[error("must have a digit")]
    NoDigit,
}

/// A number as people write it, with a digit at least, trimmed.
///
/// ```
/// use kalends_domain::contact::{InvalidPhone, phone};
/// assert_eq!(phone(" +49 (30) 123-45 ext. 6 ").unwrap(), "+49 (30) 123-45 ext. 6");
/// assert_eq!(phone("none"), Err(InvalidPhone::NoDigit));
/// ```
pub fn phone(text: &str) -> Result<String, InvalidPhone> {
    let number = line(text, PHONE_MAX)?;
    if number.chars().any(char::is_numeric) { Ok(number) } else { Err(InvalidPhone::NoDigit) }
}

/// An address that mail can be sent to, trimmed, otherwise spelled as it was given.
///
/// ```
/// assert_eq!(kalends_domain::contact::email(" Ann@Example.com ").unwrap(), "Ann@Example.com");
/// ```
pub fn email(text: &str) -> Result<String, InvalidEmail> {
    text.parse::<Email>().map(|_| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(details: &Details, name: &str) {
        assert_eq!((details.display_name().as_str(), details.names_someone()), (name, !name.is_empty()));
    }

    #[test]
    fn what_to_call_people() {
        let some = |text: &str| Some(text.to_owned());
        let mut details = Details { company: some("ACME"), notes: some("met in May"), ..Details::default() };
        check(&details, "");
        details.phone = some("112");
        check(&details, "112");
        details.email = some("ann@example.com");
        check(&details, "ann@example.com");
        details.last_name = some("Lee");
        check(&details, "Lee");
        details.first_name = some("Ann");
        check(&details, "Ann Lee");
    }

    #[test]
    fn phones() {
        for good in ["112", "+1-800-FLOWERS-1", "٠١٢٣", &"1".repeat(50)] {
            assert_eq!(phone(good).as_deref(), Ok(good));
        }
        assert_eq!(phone(&"1".repeat(51)), Err(InvalidPhone::Text(TextError::TooLong(50))));
        assert_eq!(phone("1\n2"), Err(InvalidPhone::Text(TextError::Control(10))));
        assert_eq!(phone(" "), Err(InvalidPhone::Text(TextError::Empty)));
    }
}
