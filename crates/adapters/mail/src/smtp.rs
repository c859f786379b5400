//! Handing a mail over (RFC 5321).

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use kalends_ports::{Mail, MailError, Mailer};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::time::timeout;

use crate::message::{Sender, message};
use crate::server::Server;

/// For each answer of the server.
const ANSWER: Duration = Duration::from_secs(20);
/// For all of it.
const WHOLE: Duration = Duration::from_secs(50);
/// Replies that refuse whoever signs in, not the mail (RFC 4954, section 6; RFC 3207): the operator can mend that.
const SIGNING_IN: [u16; 4] = [530, 534, 535, 538];

/// Sends mail over SMTP, each over a connection of its own.
#[derive(Debug, Clone)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Sender,
}

impl SmtpMailer {
    /// Mails go out through this server, and come from this sender.
    pub fn new(server: &Server, from: Sender) -> Self {
        let name = ClientId::Domain(from.0.email.domain().to_owned());
        let transport = server.builder.clone().timeout(Some(ANSWER)).hello_name(name).build();
        Self { transport, from }
    }

    /// Whether the server answers and lets us in; else why not.
    pub async fn check(&self) -> Result<(), String> {
        match timeout(ANSWER, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("it refuses".to_owned()),
            Ok(Err(error)) => Err(told(&error)),
            Err(_) => Err("it does not answer in time".to_owned()),
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let message = message(&mail, &self.from)?;
        let sending = timeout(WHOLE, self.transport.send(message)).await;
        let late = |_| MailError::Temporary("the mail server does not answer in time".to_owned());
        sending.map_err(late)?.map(drop).map_err(|error| failure(&error, &mail))
    }
}

fn failure(error: &lettre::transport::smtp::Error, mail: &Mail) -> MailError {
    let code = error.status().map(u16::from);
    // The library refuses by itself what this server cannot take: an address beyond ASCII.
    let unwritable = error.is_client() && !mail.to.email.as_str().is_ascii();
    let refused = error.is_permanent() && !code.is_some_and(|code| SIGNING_IN.contains(&code));
    if unwritable || refused { MailError::Permanent(told(error)) } else { MailError::Temporary(told(error)) }
}

/// The error with its causes, none said twice.
fn told(error: &lettre::transport::smtp::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let more = source.to_string();
        if !told.contains(&more) {
            told = format!("{told}: {more}");
        }
        cause = source.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{mail, playing};

    async fn send(port: u16) -> Result<(), MailError> {
        let server: Server = format!("smtp://u:hush@127.0.0.1:{port}").parse().unwrap();
        SmtpMailer::new(&server, "cal@example.org".parse().unwrap()).send(mail()).await
    }

    #[track_caller]
    fn temporary(outcome: Result<(), MailError>, part: &str) {
        match outcome {
            Err(MailError::Temporary(told)) => assert!(told.contains(part) && !told.contains("hush"), "{told}"),
            other => panic!("expected Temporary: {other:?}"),
        }
    }

    #[tokio::test]
    async fn a_good_server_takes_it() {
        let port = playing(&[]).await;
        assert_eq!(send(port).await, Ok(()));
        let server: Server = format!("smtp://127.0.0.1:{port}").parse().unwrap();
        assert_eq!(SmtpMailer::new(&server, "cal@example.org".parse().unwrap()).check().await, Ok(()));
    }

    #[tokio::test]
    async fn what_may_pass_is_temporary() {
        temporary(send(playing(&[("RCPT", "451 greylisted")]).await).await, "greylisted");
        temporary(send(playing(&[(".", "452 full")]).await).await, "full");
        temporary(send(playing(&[("", "421 too busy")]).await).await, "busy");
        temporary(send(playing(&[("AUTH", "535 wrong password")]).await).await, "wrong password");
        let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        temporary(send(nobody).await, "refused");
    }

    #[tokio::test]
    async fn what_will_never_pass_is_permanent() {
        for part in [&[("RCPT", "550 no such mailbox")][..], &[(".", "554 no such mailbox")]] {
            let told = send(playing(part).await).await;
            assert!(matches!(&told, Err(MailError::Permanent(told)) if told.contains("no such mailbox")), "{told:?}");
        }
        let server: Server = format!("smtp://127.0.0.1:{}", playing(&[]).await).parse().unwrap();
        let mailer = SmtpMailer::new(&server, "cal@example.org".parse().unwrap());
        let mut mail = mail();
        mail.to.email = "jürgen@example.com".parse().unwrap();
        assert!(matches!(mailer.send(mail).await, Err(MailError::Permanent(_))));
    }
}
