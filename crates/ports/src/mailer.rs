//! Letters to people.

use async_trait::async_trait;
use kalends_domain::account::Email;

/// Somebody to write to, or to answer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// What they are called; one line.
    pub name: Option<String>,
    /// Where they are written to.
    pub email: Email,
}

/// What an invitation asks of who gets it (iTIP, RFC 5546 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// To put the event into their calendar, or to replace it there.
    Request,
    /// To take it out.
    Cancel,
}

impl Method {
    /// As METHOD says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// An event that comes with a mail (iMIP, RFC 6047).
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What it asks for; `ics` says the same.
    pub method: Method,
    /// The event as iCalendar text.
    pub ics: String,
}

/// A mail. It may hold links that are secret, so `Debug` shows neither text nor event.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Names it: the same mail sent again has the same name, and becomes the same Message-ID. ASCII letters, digits and
    /// `-`.
    pub id: String,
    /// Who gets it.
    pub to: Mailbox,
    /// Who gets the answers.
    pub reply_to: Option<Mailbox>,
    /// What it is about; one line.
    pub subject: String,
    /// What it says, as plain text with `\n` between lines.
    pub text: String,
    /// The event that comes with it.
    pub invitation: Option<Invitation>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mail({} to {})", self.id, self.to.email)
    }
}

/// Why a mail was not sent. No message holds what the mail says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The same mail may go through later: there was no connection, or the server said so (4xx, RFC 5321 4.2.1).
    #[error("{0}")]
    Temporary(String),
    /// It will never go through as it is: no such mailbox, or an address that cannot be written (5xx).
    #[error("{0}")]
    Permanent(String),
}

/// Sends mail.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a mail over to somebody who answers for it from now on. Ends within a minute.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}
