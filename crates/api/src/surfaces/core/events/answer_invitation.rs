//! `PUT /events/{id}/attendees/{attendeeID}`

use actix_web::put;
use kalends_domain::event::Rsvp;
use kalends_domain::id::{AttendeeId, EventId};
use utoipa::ToSchema;

use super::{EventAnswer, shown, words};
use crate::answer::Answer;
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Ids, Json};
use crate::fields::{Fields, Read};
use crate::read::word;
use crate::state::State;

/// An answer to an invitation.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerInvitation {
    /// Comes, does not come, or perhaps comes.
    #[schema(value_type = words::Reply)]
    status: Rsvp,
}

impl Read for AnswerInvitation {
    fn read(f: &mut Fields) -> Option<Self> {
        let status = f.required("status", word(&[Rsvp::Accepted, Rsvp::Declined, Rsvp::Tentative], Rsvp::as_str));
        Some(Self { status: status? })
    }
}

/// Update RSVP.
///
/// For every occurrence of a series. People answer for themselves, member of the calendar or not;
/// editors answer for anyone. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Attendees",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(
        ("id" = Uuid, Path, description = "The event's id."),
        ("attendeeID" = Uuid, Path, description = "The attendee's id within the event."),
        crate::openapi::IfMatchParam,
    ),
    responses(
        (status = 200, description = "The changed event.", body = EventAnswer),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[put("/events/{id}/attendees/{attendeeID}")]
pub(crate) async fn answer_invitation(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Ids(id, attendee): Ids<EventId, AttendeeId>,
    IfMatch(expected): IfMatch,
    Json(AnswerInvitation { status }): Json<AnswerInvitation>,
) -> Answer {
    Ok(shown(&state.app.answer_invitation(&cx, &caller.actor, id, attendee, status, expected).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    #[test]
    fn an_answer_is_not_taken_back() {
        assert_eq!(read::<AnswerInvitation>(r#"{"status": "tentative"}"#).unwrap().status, Rsvp::Tentative);
        let refused = read::<AnswerInvitation>(r#"{"status": "needs_action"}"#).err().unwrap();
        assert_eq!(refused, ["status must be one of accepted, declined, tentative"]);
    }
}
