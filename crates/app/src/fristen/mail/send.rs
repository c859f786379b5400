//! Writing a mail about a Frist, and sending it.

use kalends_domain::account::User;
use kalends_domain::id::JobId;
use kalends_ports::{Changes, Mail, Mailbox};

use super::letter::letter;
use super::{FristMail, News};
use crate::jobs::Undone;
use crate::{App, Result};

impl App {
    /// Sends the mail, unless there is nothing to tell any more. It writes nothing. Sent again it has the same Message-ID.
    pub(crate) async fn send_frist_mail(&self, job: JobId, task: FristMail) -> std::result::Result<Changes, Undone> {
        if let Some(mail) = self.frist_mail(job, task).await? {
            self.ports.mailer.send(mail).await?;
        }
        Ok(Changes::new())
    }

    /// The mail as the store has it now; none when the Frist was given to somebody else since, or is deleted, or when its
    /// reader may not see it any more.
    async fn frist_mail(&self, job: JobId, task: FristMail) -> Result<Option<Mail>> {
        let Some(seen) = self.ports.fristen.find_frist(task.frist, task.reader).await? else { return Ok(None) };
        let is_theirs = seen.frist.state.assignee == Some(task.reader);
        if seen.frist.state.deleted || seen.role.is_none() || is_theirs != (task.news == News::Assigned) {
            return Ok(None);
        }
        let calendar = self.ports.calendars.find_calendar(seen.event.calendar, task.reader).await?;
        let (reader, by) = (self.ports.users.find_user(task.reader).await?, self.ports.users.find_user(task.by).await?);
        let (Some(calendar), Some(reader), Some(by)) = (calendar, reader, by) else { return Ok(None) };
        let (subject, text) = letter(task.news, &seen.frist, &reader, &by, &calendar.calendar.name);
        let (to, reply_to) = (mailbox(&reader), Some(mailbox(&by)));
        Ok(Some(Mail { id: job.to_string(), to, reply_to, subject, text, invitation: None }))
    }
}

fn mailbox(user: &User) -> Mailbox {
    Mailbox { name: user.name.clone(), email: user.email.clone() }
}
