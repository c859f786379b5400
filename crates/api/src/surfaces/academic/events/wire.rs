//! An academic event as JSON.

use kalends_app::DescribedEvent;
use kalends_domain::course::Course;
use kalends_domain::event::Priority;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::Time;
use super::input::{event_type, priority_name};

/// An event, or one occurrence of a series.
#[derive(Serialize, ToSchema)]
#[schema(as = AcademicEvent, example = example)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventJson<'v> {
    /// The event's id; an occurrence shows that of its series.
    id: Uuid,
    /// One line that says what it is.
    #[schema(example = "Biology Lecture")]
    title: &'v str,
    /// More about it.
    #[schema(required = true, example = "Cell structure and function")]
    description: Option<&'v str>,
    /// When it begins; a whole day at its midnight.
    #[schema(inline, example = "2024-01-15T10:00:00.000Z")]
    start_date: Time,
    /// When it is over; that instant is no part of it. Null where it has no end.
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = "2024-01-15T11:30:00.000Z")]
    end_date: Option<Time>,
    /// What sort of thing it is. What is nothing special shows as `MEETING`.
    #[schema(value_type = AcademicEventType)]
    event_type: &'static str,
    /// Where it is.
    #[schema(required = true, example = "Science Building Room 101")]
    location: Option<&'v str>,
    /// How much it matters.
    #[schema(value_type = AcademicPriority)]
    priority: &'static str,
    /// Its colour, `#RRGGBB` or a CSS colour name; its calendar's where it has none.
    #[schema(example = "blue")]
    color: &'v str,
    /// The id of its copy in the linked Google calendar.
    #[schema(required = true, example = json!(null))]
    google_event_id: Option<&'v str>,
    /// The Google calendar of that copy.
    #[schema(required = true, example = json!(null))]
    google_calendar_id: Option<&'v str>,
    /// The course to which it belongs.
    #[schema(required = true, example = "course_abc123")]
    course_id: Option<&'v str>,
    /// Who made it.
    user_id: Uuid,
    /// When it was made.
    #[schema(inline)]
    created_at: Time,
    /// When it last changed.
    #[schema(inline)]
    updated_at: Time,
    /// Whether it is made of whole days.
    #[schema(example = false)]
    all_day: bool,
    /// Of an occurrence of a series, where the rule put it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false, example = "2024-01-15T10:00:00.000Z")]
    recurrence_id: Option<Time>,
    /// The course, where the caller has described it.
    #[schema(required = true)]
    course: Option<EventCourse<'v>>,
    /// Who made it.
    user: EventUser<'v>,
}

/// The event of the documentation, which is no occurrence.
fn example() -> Value {
    json!({
        "id": "019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70",
        "title": "Biology Lecture",
        "description": "Cell structure and function",
        "startDate": "2024-01-15T10:00:00.000Z",
        "endDate": "2024-01-15T11:30:00.000Z",
        "eventType": "CLASS",
        "location": "Science Building Room 101",
        "priority": "MEDIUM",
        "color": "blue",
        "googleEventId": null,
        "googleCalendarId": null,
        "courseId": "course_abc123",
        "userId": "019cb3a0-1111-7b2c-9d3e-4f5a6b7c8d9e",
        "createdAt": "2024-01-01T00:00:00.000Z",
        "updatedAt": "2024-01-01T00:00:00.000Z",
        "allDay": false,
        "course": {"id": "course_abc123", "name": "Biology 101", "code": "BIO101"},
        "user": {"id": "019cb3a0-1111-7b2c-9d3e-4f5a6b7c8d9e", "name": "John Doe"},
    })
}

/// The type of an academic event.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE", example = "CLASS")]
#[allow(dead_code)] // documentation
pub(crate) enum AcademicEventType {
    Class,
    Deadline,
    Exam,
    Meeting,
    StudySession,
}

/// How much an academic event matters.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE", default = "MEDIUM", example = "MEDIUM")]
#[allow(dead_code)] // documentation
pub(crate) enum AcademicPriority {
    Low,
    Medium,
    High,
}

/// The course of an event.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventCourse<'v> {
    /// Its id.
    #[schema(example = "course_abc123")]
    id: &'v str,
    /// What people call it.
    #[schema(example = "Biology 101")]
    name: &'v str,
    /// What its school calls it for short.
    #[schema(required = true, example = "BIO101")]
    code: Option<&'v str>,
}

/// A person.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventUser<'v> {
    /// The person's account.
    id: Uuid,
    /// How the person is called, where the account says so.
    #[schema(required = true, example = "John Doe")]
    name: Option<&'v str>,
}

impl<'v> EventJson<'v> {
    pub(super) fn new(described: &'v DescribedEvent) -> Self {
        let (view, google) = (&described.view, described.google.as_ref());
        let (event, details) = (&view.event, view.details());
        let course = |course: &'v Course| EventCourse {
            id: course.id.as_str(),
            name: &course.name,
            code: course.code.as_deref(),
        };
        Self {
            id: event.id.0,
            title: &details.title,
            description: details.description.as_deref(),
            start_date: Time(view.start()),
            end_date: (view.end() > view.start()).then(|| Time(view.end())),
            event_type: event_type(details.kind),
            location: details.location.as_deref(),
            priority: priority_name(details.priority.unwrap_or(Priority::Medium)),
            color: &described.color,
            google_event_id: google.map(|copy| copy.event.as_str()),
            google_calendar_id: google.map(|copy| copy.calendar.as_str()),
            course_id: event.course_id.as_deref(),
            user_id: event.created_by.0,
            created_at: Time(event.created_at),
            updated_at: Time(event.updated_at),
            all_day: details.span.is_all_day(),
            recurrence_id: view.place.map(|place| Time(place.original_start)),
            course: described.course.as_ref().map(course),
            user: EventUser { id: event.created_by.0, name: described.maker.as_deref() },
        }
    }
}
