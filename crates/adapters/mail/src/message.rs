//! A mail as MIME.

use std::fmt;
use std::str::FromStr;

use kalends_ports::{Invitation, Mail, MailError, Mailbox};
use lettre::address::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox as MimeMailbox, Message, MultiPart, SinglePart};

/// Who the mails come from: `cal@example.org`, or `Our calendar <cal@example.org>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(pub(crate) MimeMailbox);

/// Text that names nobody that a mail can come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is neither an address, such as cal@example.org, nor a name with one, such as Calendar <cal@example.org>")]
pub struct InvalidSender;

impl FromStr for Sender {
    type Err = InvalidSender;

    fn from_str(text: &str) -> Result<Self, InvalidSender> {
        text.parse().map(Self).map_err(|_| InvalidSender)
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The mail as it is handed over. Its event is there twice: as a part that mail programs show with buttons, and as a
/// file for those that know only files.
pub(crate) fn message(mail: &Mail, from: &Sender) -> Result<Message, MailError> {
    let mut builder = Message::builder()
        .from(from.0.clone())
        .to(mailbox(&mail.to)?)
        .subject(one_line(&mail.subject))
        .message_id(Some(format!("<{}@{}>", mail.id, from.0.email.domain())))
        .raw_header(automatic());
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    let text = SinglePart::plain(mail.text.clone());
    let built = match &mail.invitation {
        None => builder.singlepart(text),
        Some(invitation) => builder.multipart(with_event(text, invitation)?),
    };
    built.map_err(|error| MailError::Permanent(format!("the mail cannot be written: {error}")))
}

fn with_event(text: SinglePart, invitation: &Invitation) -> Result<MultiPart, MailError> {
    let media_type = |text: &str| {
        ContentType::parse(text).map_err(|_| MailError::Permanent("the event has no media type".to_owned()))
    };
    let shown = format!("text/calendar; charset=utf-8; method={}", invitation.method.as_str());
    let shown = SinglePart::builder().header(media_type(&shown)?).body(invitation.ics.clone());
    let file = media_type("application/ics; name=\"invite.ics\"")?;
    let file = Attachment::new("invite.ics".to_owned()).body(invitation.ics.clone(), file);
    Ok(MultiPart::mixed().multipart(MultiPart::alternative().singlepart(text).singlepart(shown)).singlepart(file))
}

/// So that no program answers that somebody is on holiday (RFC 3834, section 5).
fn automatic() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

fn mailbox(of: &Mailbox) -> Result<MimeMailbox, MailError> {
    let email: Address = of
        .email
        .as_str()
        .parse()
        .map_err(|_| MailError::Permanent(format!("{} is no address that mail can be sent to", of.email)))?;
    Ok(MimeMailbox::new(of.name.as_deref().map(one_line), email))
}

/// A text that ends no header, whatever it holds.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use kalends_ports::Method;

    use super::*;
    use crate::testing::mail;

    fn sender() -> Sender {
        "Our calendar <cal@example.org>".parse().unwrap()
    }

    fn written(mail: &Mail) -> String {
        String::from_utf8(message(mail, &sender()).unwrap().formatted()).unwrap()
    }

    /// The header of this name, unfolded.
    fn header<'t>(text: &'t str, name: &str) -> Option<&'t str> {
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    #[test]
    fn a_mail_says_who_writes_to_whom_about_what() {
        let text = written(&mail());
        for (name, value) in [
            ("From", "\"Our calendar\" <cal@example.org>"),
            ("To", "Bo <bo@example.com>"),
            ("Reply-To", "ann@example.com"),
            ("Subject", "Booked: Office hour"),
            ("Message-ID", "<0198-x@example.org>"),
            ("Auto-Submitted", "auto-generated"),
        ] {
            assert_eq!(header(&text, name), Some(value), "{name} in\n{text}");
        }
        assert!(header(&text, "Date").is_some() && header(&text, "MIME-Version").is_some(), "{text}");
        assert!(text.contains("\r\n\r\nHello Bo,\r\n\r\nit is on.\r\n"), "{text}");
    }

    #[test]
    fn no_text_makes_a_header_of_its_own() {
        let mut mail = mail();
        let evil = "Bo\r\nBcc: all@example.com\r\n\r\nBuy\u{0}\u{85}now";
        mail.subject = evil.to_owned();
        mail.to.name = Some(evil.to_owned());
        mail.reply_to.as_mut().unwrap().name = Some(evil.to_owned());
        let text = written(&mail);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.lines().all(|line| !line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        assert!(!body.contains("Buy"), "{body}");
        let sent = message(&mail, &sender()).unwrap();
        assert_eq!(sent.envelope().to().iter().map(ToString::to_string).collect::<Vec<_>>(), ["bo@example.com"]);
    }

    #[test]
    fn an_event_comes_as_a_part_and_as_a_file() {
        let mut mail = mail();
        let ics = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n".to_owned();
        mail.invitation = Some(Invitation { method: Method::Cancel, ics: ics.clone() });
        let text = written(&mail);
        assert!(header(&text, "Content-Type").is_some_and(|it| it.starts_with("multipart/mixed")), "{text}");
        assert!(text.contains("Content-Type: text/calendar; charset=utf-8; method=CANCEL\r\n"), "{text}");
        assert!(text.contains("Content-Disposition: attachment; filename=\"invite.ics\"\r\n"), "{text}");
        assert_eq!(text.matches(&ics).count(), 2, "{text}");
    }

    #[test]
    fn names_and_texts_of_all_languages() {
        let mut mail = mail();
        mail.to.name = Some("Ünal \"Ü\" Müller, Dr.".to_owned());
        mail.subject = "予約".to_owned();
        mail.text = "Grüße\n".repeat(500);
        let text = written(&mail);
        assert!(text.is_ascii(), "{text}");
        assert!(header(&text, "Subject").is_some_and(|it| it.starts_with("=?utf-8?")), "{text}");
    }

    #[test]
    fn senders() {
        for text in ["cal@example.org", "Our calendar <cal@example.org>"] {
            assert!(text.parse::<Sender>().is_ok(), "{text}");
        }
        for text in ["", "cal", "Our calendar", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"] {
            assert_eq!(text.parse::<Sender>(), Err(InvalidSender), "{text}");
        }
    }
}
