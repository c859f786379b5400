//! Events with what they name: their course, their maker, their copy elsewhere.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use kalends_domain::access::Actor;
use kalends_domain::calendar::Color;
use kalends_domain::course::{Course, CourseId};
use kalends_domain::id::{CalendarId, UserId};

use super::EventView;
use crate::{App, GoogleCopy, Result};

/// An event, and what it names, as one reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedEvent {
    /// The event.
    pub view: EventView,
    /// Its own colour, or its calendar's.
    pub color: String,
    /// Its course, where the reader has described it.
    pub course: Option<Course>,
    /// The name of who made it.
    pub maker: Option<String>,
    /// Its copy in the reader's Google calendar, where that is linked.
    pub google: Option<GoogleCopy>,
}

impl App {
    /// Looks up what these events name. The reader sees them already.
    pub async fn describe_events(&self, actor: &Actor, views: Vec<EventView>) -> Result<Vec<DescribedEvent>> {
        let courses = self.courses_of(actor.user, &views).await?;
        let copies = self.google_copies(actor.user, &views).await?;
        let mut makers: HashMap<UserId, Option<String>> = HashMap::new();
        let mut colors: HashMap<CalendarId, Color> = HashMap::new();
        for view in &views {
            let (maker, calendar) = (view.event.created_by, view.event.calendar);
            if let Entry::Vacant(unknown) = makers.entry(maker) {
                let user = self.ports.users.find_user(maker).await?;
                unknown.insert(user.and_then(|user| user.name));
            }
            if let (None, Entry::Vacant(unknown)) = (&view.details().color, colors.entry(calendar)) {
                // Who is asked to an event sees it, and not its calendar.
                let seen = self.ports.calendars.find_calendar(calendar, actor.user).await?;
                unknown.insert(seen.map(|seen| seen.calendar.color).unwrap_or_default());
            }
        }
        let described = views.into_iter().map(|view| {
            let of_calendar = || colors.get(&view.event.calendar).cloned().unwrap_or_default().to_string();
            DescribedEvent {
                color: view.details().color.clone().unwrap_or_else(of_calendar),
                course: view.event.course_id.as_ref().and_then(|id| courses.get(id).cloned()),
                maker: makers.get(&view.event.created_by).cloned().flatten(),
                google: copies.get(&view.event.id).cloned(),
                view,
            }
        });
        Ok(described.collect())
    }

    async fn courses_of(&self, reader: UserId, views: &[EventView]) -> Result<HashMap<String, Course>> {
        let mut ids: Vec<CourseId> =
            views.iter().filter_map(|view| view.event.course_id.as_ref()?.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = self.ports.courses.list_courses_by_id(reader, ids).await?;
        Ok(found.into_iter().map(|course| (course.id.to_string(), course)).collect())
    }
}
