//! A booking as a file, for the booker's own calendar.

use kalends_domain::booking::for_booker;
use kalends_domain::event::Event;
use kalends_ical::{Header, Writer};

use super::Held;
use crate::{App, Result};

impl App {
    /// The booking whose cancel link has this token, as iCalendar text that holds what its booker may see.
    pub async fn booking_file(&self, token: &str) -> Result<String> {
        let Held { booking, event, .. } = self.held(self.by_cancel_token(token).await?).await?;
        Ok(file("PUBLISH", &for_booker(&booking, event)))
    }
}

/// The event alone, as a file with this METHOD (RFC 5546).
pub(super) fn file(method: &str, event: &Event) -> String {
    let mut text = String::new();
    let mut writer = Writer::new(event.details.span.starts_at());
    writer.begin(&Header { name: &event.details.title, color: None, method: Some(method) }, &mut text);
    writer.event(event, &mut text);
    writer.end(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use crate::booking::testing::{booking, owned};
    use crate::testing::{event, seen};

    #[tokio::test]
    async fn it_holds_what_the_booker_may_see() {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking_by_cancel_token().returning(|_| Ok(Some(booking())));
        mocks.events.expect_find_event().returning(|_, _| {
            let mut noted = event(false);
            noted.details.location = Some("a note of the owner's".to_owned());
            Ok(Some(seen(noted, None)))
        });
        let text = mocks.app().booking_file("token").await.unwrap();
        assert!(text.contains("\r\nMETHOD:PUBLISH\r\n") && text.contains("\r\nBEGIN:VEVENT\r\n"), "{text}");
        assert!(!text.contains("a note of the owner"), "{text}");
    }
}
