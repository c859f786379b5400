//! Where there is no mail server: the log says that there would have been a mail.

use async_trait::async_trait;
use kalends_ports::{Mail, MailError, Mailer};

/// Tells the log who would have got a mail about what. Never what it says: its links are secret.
#[derive(Debug, Clone, Copy)]
pub struct LogMailer;

#[async_trait]
impl Mailer for LogMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        tracing::info!(to = %mail.to.email, subject = mail.subject, "a mail was not sent: SMTP_URL is not set");
        Ok(())
    }
}
