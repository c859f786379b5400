//! `POST /events/{id}/attendees`

use actix_web::post;
use kalends_app::AttendeeInput;
use kalends_domain::event::ATTENDEES_MAX;
use kalends_domain::id::EventId;
use utoipa::ToSchema;

use super::input::{InvitedPerson, filled, person};
use super::{EventAnswer, shown};
use crate::answer::Answer;
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id, Json};
use crate::fields::{Fields, Read};
use crate::read::list;
use crate::state::State;

/// People to ask.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddAttendees {
    /// Each by address or by account. Who is asked already stays as they are.
    #[schema(value_type = Vec<InvitedPerson>, min_items = 1, max_items = 500)]
    attendees: Vec<AttendeeInput>,
}

impl Read for AddAttendees {
    fn read(f: &mut Fields) -> Option<Self> {
        let attendees = f.required("attendees", filled(list(ATTENDEES_MAX, person)));
        Some(Self { attendees: attendees? })
    }
}

/// Add attendees.
///
/// To every occurrence of a series. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Attendees",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(("id" = Uuid, Path, description = "The event's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "The changed event.", body = EventAnswer, headers(("ETag" = String, description = "The version, for `If-Match`."))),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[post("/events/{id}/attendees")]
pub(crate) async fn add_attendees(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
    IfMatch(expected): IfMatch,
    Json(AddAttendees { attendees }): Json<AddAttendees>,
) -> Answer {
    Ok(shown(&state.app.add_attendees(&cx, &caller.actor, id, &attendees, expected).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    fn check(body: &str, expected: &[&str]) {
        assert_eq!(read::<AddAttendees>(body).err().unwrap_or_default(), expected, "{body}");
    }

    #[test]
    fn bodies() {
        check(
            r#"{"attendees": [{"email": "bob@example.com"}, {"user_id": "019cb3a1-9410-7c55-b7d0-6f2e11a0c3d4"}]}"#,
            &[],
        );
        check(r#"{"attendees": []}"#, &["attendees must not be empty"]);
        check(
            r#"{"attendees": [{"email": "bob"}, {}, {"email": null}, {"user_id": 7}, "bob@example.com"]}"#,
            &[
                "attendees[0].email is not an e-mail address",
                "attendees[1] must have an email or a user_id",
                "attendees[2] must have an email or a user_id",
                "attendees[3].user_id must be a string, not a number",
                "attendees[4] must be an object, not a string",
            ],
        );
    }
}
