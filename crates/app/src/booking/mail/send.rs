//! Writing a mail about a booking, and sending it.

use kalends_domain::account::User;
use kalends_domain::booking::Booking;
use kalends_domain::id::JobId;
use kalends_ports::{Changes, Mail, Mailbox, Method, SeenEvent};

use super::invitation::invitation;
use super::letter::{Facts, letter};
use super::{BookingMail, News, Reader};
use crate::booking::NOBODY;
use crate::jobs::Undone;
use crate::{App, Context, Result};

impl App {
    /// Sends the mail, unless there is nothing to tell any more. It writes nothing. Sent again it has the same Message-ID.
    pub(crate) async fn send_booking_mail(
        &self,
        cx: &Context,
        job: JobId,
        task: BookingMail,
    ) -> std::result::Result<Changes, Undone> {
        if let Some(mail) = self.booking_mail(cx, job, task).await? {
            self.ports.mailer.send(mail).await?;
        }
        Ok(Changes::new())
    }

    /// The mail as the store has it now; none when the booking has changed since, is over, or the one or the other side of
    /// it is gone.
    async fn booking_mail(&self, cx: &Context, job: JobId, task: BookingMail) -> Result<Option<Mail>> {
        let booking = self.ports.bookings.find_booking(task.booking).await?;
        let Some(booking) = booking.filter(|booking| is_news(booking, task)) else { return Ok(None) };
        let Some(SeenEvent { event, calendar, .. }) = self.event_of(&booking).await? else { return Ok(None) };
        let owner = self.ports.users.find_user(calendar.owner).await?;
        let Some(owner) = owner.filter(|_| event.details.span.ends_at() > cx.now()) else { return Ok(None) };

        let method = if booking.cancelled_at.is_some() { Method::Cancel } else { Method::Request };
        let links = (method == Method::Request).then(|| self.booking_links(&booking));
        let facts = Facts {
            news: task.news,
            reader: task.reader,
            booking: &booking,
            event: &event,
            owner: &owner,
            calendar: &calendar.name,
            links,
        };
        let (subject, text) = letter(&facts);
        let id = job.to_string();
        let (booker, host) = (booker(&booking), host(&owner));
        Ok(Some(match task.reader {
            Reader::Booker => {
                let invitation = Some(invitation(method, &booking, event, &owner));
                Mail { id, to: booker, reply_to: Some(host), subject, text, invitation }
            }
            // The event stands in their own calendar.
            Reader::Owner => Mail { id, to: host, reply_to: Some(booker), subject, text, invitation: None },
        }))
    }

    /// The booking's event: deleted when the booking was cancelled, and there when its owner restored it since.
    async fn event_of(&self, booking: &Booking) -> Result<Option<SeenEvent>> {
        let seen = self.ports.events.find_event(booking.event, NOBODY).await?;
        if seen.is_some() || booking.cancelled_at.is_none() {
            return Ok(seen);
        }
        Ok(self.ports.events.find_deleted_event(booking.event, NOBODY).await?)
    }

    /// The addresses at which who booked cancels and reschedules.
    fn booking_links(&self, booking: &Booking) -> [String; 2] {
        let [cancel, reschedule] = self.booking_tokens(booking.id, booking.version);
        let base = &self.policy.public_url;
        [format!("{base}/booking/cancel/{cancel}"), format!("{base}/booking/reschedule/{reschedule}")]
    }
}

/// Whether the booking is still what the mail tells.
fn is_news(booking: &Booking, task: BookingMail) -> bool {
    let cancelled = matches!(task.news, News::CancelledByBooker | News::CancelledByOwner);
    booking.version == task.version && booking.cancelled_at.is_some() == cancelled
}

fn booker(booking: &Booking) -> Mailbox {
    Mailbox { name: Some(booking.name.clone()), email: booking.email.clone() }
}

fn host(owner: &User) -> Mailbox {
    Mailbox { name: owner.name.clone(), email: owner.email.clone() }
}

#[cfg(test)]
mod tests {
    use kalends_domain::event::Event;
    use kalends_ports::{Change, Job, Lease, MailError};
    use uuid::Uuid;

    use super::*;
    use crate::Ended;
    use crate::booking::testing::booking;
    use crate::testing::{Mocks, event, now, seen, user};

    fn task(news: News, reader: Reader) -> BookingMail {
        BookingMail { booking: booking().id, version: booking().version, news, reader }
    }

    fn job(task: BookingMail) -> Job {
        let job = Job::new(JobId(Uuid::from_u128(9)), BookingMail::KIND, task.to_string(), now());
        Job { lease: Some(Lease(Uuid::from_u128(7))), attempts: 1, ..job }
    }

    /// The store holds this booking, its event and its owner.
    fn mocks(change: impl Fn(&mut Booking, &mut Event)) -> Mocks {
        let (mut booking, mut event) = (booking(), event(false));
        change(&mut booking, &mut event);
        let mut mocks = Mocks::default();
        mocks.bookings.expect_find_booking().returning(move |_| Ok(Some(booking.clone())));
        let deleted = event.deleted_at.is_some();
        let found = seen(event, None);
        let gone = found.clone();
        mocks.events.expect_find_event().returning(move |_, _| Ok((!deleted).then(|| found.clone())));
        mocks.events.expect_find_deleted_event().returning(move |_, _| Ok(deleted.then(|| gone.clone())));
        mocks.users.expect_find_user().returning(|_| Ok(Some(user())));
        mocks
    }

    fn cancelled(booking: &mut Booking, event: &mut Event) {
        (booking.cancelled_at, event.deleted_at) = (Some(now()), Some(now()));
        event.sequence = 1;
    }

    /// Runs the job, which must end well, and answers with the mail that was sent.
    async fn sent(mut mocks: Mocks, task: BookingMail) -> Option<Mail> {
        let (tell, mails) = std::sync::mpsc::channel();
        mocks.mailer.expect_send().returning(move |mail| {
            tell.send(mail).unwrap();
            Ok(())
        });
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::RemoveJob { .. }]));
            Ok(())
        });
        assert_eq!(mocks.app().run_and_end(job(task)).await.unwrap(), Ended::Done);
        mails.try_recv().ok()
    }

    /// The iCalendar text with its lines unfolded.
    fn unfolded(mail: &Mail) -> String {
        mail.invitation.as_ref().unwrap().ics.replace("\r\n ", "")
    }

    #[tokio::test]
    async fn who_booked_gets_links_and_an_invitation() {
        let mail = sent(mocks(|_, _| ()), task(News::Booked, Reader::Booker)).await.unwrap();
        assert_eq!((mail.to.email.as_str(), mail.to.name.as_deref()), ("bo@example.com", Some("Bo")));
        assert_eq!(mail.reply_to.as_ref().map(|to| to.email.as_str()), Some("ann@example.com"));
        assert!(mail.text.contains("https://cal.example/booking/cancel/token-"), "{}", mail.text);
        assert!(mail.text.contains("https://cal.example/booking/reschedule/token-"), "{}", mail.text);
        let ics = unfolded(&mail);
        for line in [
            "METHOD:REQUEST",
            "UID:lecture@example.com",
            "SEQUENCE:0",
            "DTSTART;TZID=America/New_York:20260302T100000",
            "ORGANIZER:mailto:ann@example.com",
            "ATTENDEE;CN=Bo;PARTSTAT=ACCEPTED:mailto:bo@example.com",
            "STATUS:CONFIRMED",
        ] {
            assert!(ics.contains(&format!("\r\n{line}\r\n")), "{line} in\n{ics}");
        }
        assert!(!ics.contains("token-"), "what goes into a calendar holds no secret");
        assert!(!format!("{mail:?}").contains("token-"));
    }

    #[tokio::test]
    async fn the_owner_gets_a_notice_and_never_the_links() {
        let mail = sent(mocks(|_, _| ()), task(News::Booked, Reader::Owner)).await.unwrap();
        assert_eq!((mail.to.email.as_str(), mail.invitation.is_none()), ("ann@example.com", true));
        assert_eq!(mail.reply_to.map(|to| to.email.to_string()).as_deref(), Some("bo@example.com"));
        assert!(!mail.text.contains("token-"), "{}", mail.text);
    }

    #[tokio::test]
    async fn a_cancellation_takes_the_event_out_of_the_bookers_calendar() {
        let mail = sent(mocks(cancelled), task(News::CancelledByOwner, Reader::Booker)).await.unwrap();
        let ics = unfolded(&mail);
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1", "UID:lecture@example.com"] {
            assert!(ics.contains(&format!("\r\n{line}\r\n")), "{line} in\n{ics}");
        }
        assert!(!mail.text.contains("https://"), "its links lead nowhere any more");
    }

    #[tokio::test]
    async fn what_is_no_news_any_more_is_not_sent() {
        let booked = task(News::Booked, Reader::Booker);
        let moved_on: [fn(&mut Booking, &mut Event); 4] = [
            |booking, _| booking.version = 2,
            cancelled,
            |_, event| event.deleted_at = Some(now()),
            |_, event| event.details.span.start = "2026-02-01T10:00:00".parse().unwrap(),
        ];
        for change in moved_on {
            assert_eq!(sent(mocks(change), booked).await, None);
        }
        assert_eq!(sent(mocks(|_, _| ()), task(News::CancelledByBooker, Reader::Booker)).await, None);
        let mut gone = Mocks::default();
        gone.bookings.expect_find_booking().returning(|_| Ok(None));
        assert_eq!(sent(gone, booked).await, None);
    }

    #[tokio::test]
    async fn a_mail_that_may_go_through_later_is_put_off_and_one_that_never_will_is_given_up() {
        for (error, ended) in [
            (MailError::Temporary("451 later".into()), Ended::PutOff),
            (MailError::Permanent("550 unknown".into()), Ended::GivenUp),
        ] {
            let mut mocks = mocks(|_, _| ());
            let reason = error.to_string();
            mocks.mailer.expect_send().return_once(|_| Err(error));
            mocks.commit.expect_commit().times(1).returning(move |changes| {
                assert!(matches!(&changes.0[..], [Change::UpdateJob { job, .. }]
                    if job.last_error.as_ref() == Some(&reason) && job.dead_at.is_some() == (ended == Ended::GivenUp)));
                Ok(())
            });
            let told = mocks.app().run_and_end(job(task(News::Booked, Reader::Booker))).await.unwrap();
            assert_eq!(told, ended);
        }
    }
}
