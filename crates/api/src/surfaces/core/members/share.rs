//! `POST /calendars/{id}/share`

use actix_web::post;
use kalends_domain::access::Role;
use kalends_domain::account::Email;
use kalends_domain::id::CalendarId;
use serde::Serialize;
use utoipa::ToSchema;

use super::CalendarMember;
use crate::answer::{Answer, created};
use crate::extract::{Authenticated, Cx, Id, Json};
use crate::fields::{Fields, Read};
use crate::read::{object, parsed, word};
use crate::state::State;

/// With whom to share, and how.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareCalendar {
    /// The person.
    #[schema(value_type = ShareTarget)]
    target: Email,
    /// What the person may do.
    #[schema(value_type = SharedRole)]
    role: Role,
}

/// A person, named by address.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // documentation
pub(crate) struct ShareTarget {
    /// The address of an account on this server.
    #[schema(format = Email, example = "bob@example.com")]
    email: String,
}

/// `viewer` reads; `editor` also writes events and the calendar's name and colour.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code)] // documentation
pub(crate) enum SharedRole {
    Viewer,
    Editor,
}

impl Read for ShareCalendar {
    fn read(f: &mut Fields) -> Option<Self> {
        let target = f.required("target", object(|f| f.required("email", parsed::<Email>)));
        let role = f.required("role", word(&[Role::Editor, Role::Viewer], Role::as_str));
        Some(Self { target: target?, role: role? })
    }
}

/// `{"member": …}`
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberAnswer {
    member: CalendarMember,
}

/// Share (owner only).
///
/// Makes a person a member, or gives a member another role. Needs the scope `calendars:write`.
#[utoipa::path(
    tag = "Members",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    params(("id" = Uuid, Path, description = "The calendar's id.")),
    responses(
        (status = 201, description = "The member.", body = MemberAnswer),
        (status = 404, description = "There is no such calendar for the caller, or no account with this address."),
    )
)]
#[post("/calendars/{id}/share")]
pub(crate) async fn share_calendar(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<CalendarId>,
    Json(ShareCalendar { target, role }): Json<ShareCalendar>,
) -> Answer {
    let member = state.app.share_calendar(&cx, &caller.actor, id, &target, role).await?;
    Ok(created(MemberAnswer { member: member.into() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    #[test]
    fn nobody_becomes_an_owner_by_sharing() {
        let body = r#"{"target": {"email": "bob"}, "role": "owner"}"#;
        let refused = read::<ShareCalendar>(body).err().unwrap();
        assert_eq!(refused, ["target.email is not an e-mail address", "role must be one of editor, viewer"]);
    }
}
