//! Calendars as iCalendar text, some events at a time.

use jiff::Timestamp;
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::calendar::Calendar;
use kalends_domain::event::{Class, Event, Window};
use kalends_domain::id::{CalendarId, EventId};
use kalends_ical::{Header, Writer};
use kalends_ports::{EventFilter, PageRequest};

use crate::{App, Result, require_scope};

/// Events that are read at once.
const PAGE: usize = 250;

/// Calendars that are being written as one, piece by piece: memory holds a piece, never a calendar.
pub struct Export {
    app: App,
    name: String,
    calendars: Vec<Calendar>,
    writer: Writer,
    stage: Stage,
    /// Whether events that are not public show no more than when they are.
    veiled: bool,
}

enum Stage {
    Head,
    /// The events of the calendar at this place, behind this one.
    Events(usize, Option<EventId>),
    Done,
}

impl App {
    /// Begins to write a calendar that the caller may read.
    pub async fn export_calendar(&self, actor: &Actor, id: CalendarId) -> Result<Export> {
        require_scope(actor, Resource::Calendars, Verb::Read)?;
        let calendar = self.calendar_for(id, actor.user, Action::Read).await?.calendar;
        self.export(calendar.name.clone(), vec![calendar], false).await
    }

    pub(super) async fn export(&self, name: String, calendars: Vec<Calendar>, veiled: bool) -> Result<Export> {
        let mut since = None;
        for recurring in [false, true] {
            let filter = EventFilter {
                calendars: calendars.iter().map(|calendar| calendar.id).collect(),
                window: Window { from: Timestamp::MIN, to: Timestamp::MAX },
                recurring,
                text: None,
                tag: None,
                kinds: None,
                case: None,
                after: None,
                limit: 1,
            };
            for event in self.ports.events.list_events(filter).await? {
                let start = event.extent().map_or(Timestamp::MIN, |extent| extent.first_start);
                since = Some(since.map_or(start, |since: Timestamp| since.min(start)));
            }
        }
        let writer = Writer::new(since.unwrap_or(Timestamp::UNIX_EPOCH));
        Ok(Export { app: self.clone(), name, calendars, writer, stage: Stage::Head, veiled })
    }
}

impl Export {
    /// What the text says that it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The calendars as they were when the export began.
    pub fn calendars(&self) -> &[Calendar] {
        &self.calendars
    }

    /// The next piece of the text; `None` when all is written.
    pub async fn next(&mut self) -> Result<Option<String>> {
        let mut text = String::new();
        while text.is_empty() {
            match self.stage {
                Stage::Head => {
                    // The colour of several calendars is none's.
                    let color = match &self.calendars[..] {
                        [one] => Some(one.color.as_str()),
                        _ => None,
                    };
                    self.writer.begin(&Header { name: &self.name, color, method: None }, &mut text);
                    self.stage = Stage::Events(0, None);
                }
                Stage::Events(place, after) => {
                    let Some(calendar) = self.calendars.get(place).map(|calendar| calendar.id) else {
                        self.writer.end(&mut text);
                        self.stage = Stage::Done;
                        continue;
                    };
                    let request = PageRequest { after, limit: PAGE };
                    let page = self.app.ports.events.list_calendar_events(calendar, request).await?;
                    self.stage = match page.items.last() {
                        Some(last) if page.more => Stage::Events(place, Some(last.id)),
                        _ => Stage::Events(place + 1, None),
                    };
                    for event in page.items {
                        self.write(event, &mut text);
                    }
                }
                Stage::Done => return Ok(None),
            }
        }
        Ok(Some(text))
    }

    fn write(&mut self, mut event: Event, text: &mut String) {
        if self.veiled {
            for details in event.all_details_mut().filter(|details| details.class != Class::Public) {
                *details = details.veiled();
            }
        }
        self.writer.event(&event, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, view};
    use kalends_domain::access::Role;
    use kalends_domain::id::uuid_v7;
    use kalends_ports::Page;

    /// The text of a calendar with these events, of which some are series.
    async fn text(events: Vec<Event>, veiled: bool) -> String {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Viewer))));
        let first = events.first().cloned();
        mocks.events.expect_list_events().returning(move |_| Ok(first.clone().into_iter().collect()));
        mocks.events.expect_list_calendar_events().returning(move |_, page| {
            let behind: Vec<Event> =
                events.iter().filter(|e| page.after.is_none_or(|after| e.id > after)).cloned().collect();
            Ok(Page { more: behind.len() > page.limit, items: behind.into_iter().take(page.limit).collect() })
        });
        let app = mocks.app();
        let mut export = app.export("Work".to_owned(), vec![view(Role::Viewer).calendar], veiled).await.unwrap();
        let mut text = String::new();
        while let Some(piece) = export.next().await.unwrap() {
            text.push_str(&piece);
        }
        text
    }

    fn many(count: u16) -> Vec<Event> {
        let id = |n: u16| {
            EventId(uuid_v7(crate::testing::now(), [0, 0, 0, 0, 0, 0, 0, 0, n.to_be_bytes()[0], n.to_be_bytes()[1]]))
        };
        (0..count).map(|n| Event { id: id(n), uid: format!("{n}@example.com"), ..event(n % 2 == 0) }).collect()
    }

    #[tokio::test]
    async fn every_event_is_written_once() {
        for count in [0, 1, 251] {
            let text = text(many(count), false).await;
            assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
            assert_eq!(text.matches("BEGIN:VEVENT\r\n").count(), usize::from(count));
            assert_eq!(text.matches("BEGIN:VTIMEZONE\r\n").count(), usize::from(count > 0));
        }
    }

    #[tokio::test]
    async fn a_public_feed_says_of_what_is_private_only_when_it_is() {
        let mut secret = event(false);
        secret.details.class = Class::Private;
        secret.details.location = Some("Clinic".into());
        let veiled = text(vec![secret.clone()], true).await;
        assert!(veiled.contains("SUMMARY:Busy\r\n") && !veiled.contains("Lecture") && !veiled.contains("Clinic"));
        assert!(text(vec![secret], false).await.contains("LOCATION:Clinic\r\n"));
    }

    #[tokio::test]
    async fn who_is_no_member_finds_no_calendar() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(None));
        let refused = mocks.app().export_calendar(&actor(), view(Role::Owner).calendar.id).await;
        assert!(matches!(refused.err(), Some(crate::Error::NotFound("calendar"))));
    }
}
