//! `POST /events`

use actix_web::post;
use kalends_app::NewEvent;
use kalends_domain::event::{TITLE_MAX, Timing};
use kalends_domain::id::CalendarId;
use uuid::Uuid;

use super::input::{check_order, event_body, read_optional};
use super::{EventAnswer, examples, made};
use crate::answer::Answer;
use crate::extract::{Authenticated, Cx, Json};
use crate::fields::{Fields, Read};
use crate::read::{line, moment, parsed, zone};
use crate::state::State;

/// An event to make, documented as [`CreateEventBody`].
pub(crate) struct CreateEvent(NewEvent);

event_body! {
    /// An event to make.
    #[schema(as = CreateEvent)]
    CreateEventBody {
        /// The calendar in which it will stand; the caller must be able to write there.
        #[schema(example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
        calendar_id: Uuid,
        /// One line that says what it is.
        #[schema(min_length = 1, max_length = 140, example = "Lecture")]
        title: String,
        /// When it begins: RFC 3339 with an offset, in whole seconds, or a date when `all_day`.
        #[schema(example = "2026-03-02T10:00:00-05:00")]
        start_time: String,
        /// When it is over, later than its start; that instant or day is no part of it.
        #[schema(example = "2026-03-02T11:30:00-05:00")]
        end_time: String,
        /// The IANA zone whose wall clock it keeps.
        #[schema(example = "America/New_York")]
        timezone: String,
    }
}

impl Read for CreateEvent {
    fn read(f: &mut Fields) -> Option<Self> {
        let calendar = f.required("calendar_id", parsed::<CalendarId>);
        let title = f.required("title", line(TITLE_MAX));
        let start = f.required("start_time", moment);
        let end = f.required("end_time", moment);
        let zone = f.required("timezone", zone);
        let mut rest = read_optional(f);
        rest.timing = Timing { start, end, zone, ..rest.timing };
        if rest.timing.zone.is_some() && start.is_some() && end.is_some() {
            for problem in rest.span(None).err().into_iter().flat_map(|problems| problems.0) {
                f.problem(&problem.field, problem.message);
            }
        } else {
            check_order(f, start, end);
        }
        Some(Self(NewEvent { calendar: Some(calendar?), title: title?, rest }))
    }
}

/// Create.
///
/// Makes an event, or with `recurrence_rule` or `recurrence_dates` a series. Needs the scope
/// `events:write`.
#[utoipa::path(
    tag = "Events",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    request_body(
        content = CreateEventBody,
        examples(
            ("series" = (summary = "A weekly lecture", value = json!(examples::new_lecture()))),
            ("day" = (summary = "A whole day", value = json!(examples::new_day_off()))),
        ),
    ),
    responses(
        (status = 201, description = "The event.", body = EventAnswer, example = json!(examples::lecture_answer())),
        (status = 403, description = "The caller may read the calendar and not write it, or the key lacks the scope."),
        (status = 404, description = "There is no such calendar for the caller."),
    )
)]
#[post("/events")]
pub(crate) async fn create_event(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Json(CreateEvent(new)): Json<CreateEvent>,
) -> Answer {
    Ok(made(&state.app.create_event(&cx, &caller.actor, new).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;
    use kalends_domain::event::{Kind, TimeInput};

    fn refused(body: &str) -> Vec<String> {
        read::<CreateEvent>(body).err().unwrap_or_default()
    }

    const LECTURE: &str = r#"{
        "calendar_id": "0192c0de-0000-7000-8000-00000000ca1e", "title": " Lecture ", "timezone": "america/new_york",
        "start_time": "2026-03-02T10:00:00.750-05:00", "end_time": "2026-03-02T11:30:00-05:00",
        "recurrence_rule": "RRULE:FREQ=WEEKLY;BYDAY=MO", "exception_dates": ["2026-03-09"], "color": "Tomato",
        "attendees": [{"email": "Bob@Example.com"}], "attachments": [{"url": "https://example.com/a.pdf", "type": "application/pdf"}],
        "reminders": null, "kind": "class"
    }"#;

    #[test]
    fn a_whole_event() {
        let CreateEvent(new) = read(LECTURE).unwrap();
        assert_eq!(new.title, "Lecture");
        let span = new.rest.span(None).unwrap();
        assert_eq!((span.start.to_string(), span.zone.name()), ("2026-03-02T10:00:00".into(), "America/New_York"));
        assert_eq!(new.rest.recurrence.rules.unwrap()[0].to_string(), "FREQ=WEEKLY;BYDAY=MO");
        assert!(matches!(new.rest.recurrence.exceptions.as_deref(), Some([TimeInput::Date(_)])));
        assert_eq!(new.rest.attendees.unwrap()[0].email.as_ref().unwrap().as_str(), "bob@example.com");
        assert_eq!(new.rest.attachments.unwrap()[0].media_type.as_deref(), Some("application/pdf"));
        assert_eq!((new.rest.color, new.rest.kind), (Some(Some("tomato".into())), Some(Kind::Class)));
    }

    #[test]
    fn every_bad_field_at_once() {
        let body = r#"{
            "calendar_id": "x", "title": "", "start_time": "soon", "end_time": "2026-03-02T11:30:00-05:00",
            "timezone": "Mars/Olympus", "recurrence_rule": "FREQ=NEVER", "recurrence_dates": ["2026-03-02", "x"],
            "reminders": [5, 10081], "tags": ["", "ok"], "attendees": [{"email": "nobody"}, {}, {"name": "Bob"}],
            "attachments": [{"url": "https://example.com"}, 7, {"url": "ftp://example.com", "type": "pdf"}],
            "kind": "party", "priority": 1, "color": "bleu", "case_id": "7", "all_day": "yes", "unknown": 1
        }"#;
        let fields: Vec<String> = refused(body).iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
        let expected = [
            "calendar_id",
            "title",
            "start_time",
            "timezone",
            "all_day",
            "recurrence_rule",
            "recurrence_dates[1]",
            "reminders[1]",
            "attendees[0].email",
            "attendees[1]",
            "attendees[2]",
            "attendees[2].name",
            "tags[0]",
            "attachments[1]",
            "attachments[2].url",
            "attachments[2].type",
            "kind",
            "priority",
            "color",
            "case_id",
            "unknown",
        ];
        let mut missing: Vec<_> = expected.iter().filter(|field| !fields.iter().any(|f| f == *field)).collect();
        missing.dedup();
        assert_eq!((missing, fields.len()), (vec![], expected.len()), "{fields:?}");
        assert_eq!(refused("{}").len(), 5);
    }

    #[test]
    fn an_event_takes_time() {
        let with_end = |end: &str| LECTURE.replace("2026-03-02T11:30:00-05:00", end);
        for end in ["2026-03-02T15:00:00.9Z", "2026-03-02T14:00:00Z"] {
            assert_eq!(refused(&with_end(end)), ["end_time must be after start_time"], "{end}");
        }
        let without_zone = with_end("2026-03-02T14:00:00Z").replace("america/new_york", "x");
        assert!(refused(&without_zone).contains(&"end_time must be after start_time".to_owned()));
    }

    #[test]
    fn days_need_all_day() {
        let day = LECTURE
            .replace("2026-03-02T10:00:00.750-05:00", "2026-03-02")
            .replace("2026-03-02T11:30:00-05:00", "2026-03-03");
        assert_eq!(refused(&day).len(), 2);
        let CreateEvent(new) = read(&day.replace("\"kind\"", "\"all_day\": true, \"kind\"")).unwrap();
        assert!(new.rest.span(None).unwrap().is_all_day());
    }

    #[test]
    fn the_documented_bodies_can_be_read() {
        for body in [examples::new_lecture(), examples::new_day_off()] {
            assert!(read::<CreateEvent>(&body.to_string()).is_ok(), "{body}");
        }
    }
}
