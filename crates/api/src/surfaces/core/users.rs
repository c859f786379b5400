//! `/users/me`: the caller's own account.

use actix_web::{delete, get, put};
use kalends_app::ProfileChange;
use kalends_domain::account::FreeBusyVisibility;
use kalends_domain::time::Zone;
use utoipa::ToSchema;

use super::auth::NAME_MAX;
use super::wire::{UserAnswer, Visibility, visibility};
use crate::answer::{Answer, Done, done, ok};
use crate::etag::{IfMatch, tagged};
use crate::extract::{Cx, Json, SignedIn};
use crate::fields::{Fields, Read};
use crate::read::{line, zone};
use crate::state::State;

/// Get profile.
///
/// The caller's account.
#[utoipa::path(
    tag = "Users",
    security(("bearer" = [])),
    responses((status = 200, description = "The account.", body = UserAnswer))
)]
#[get("/users/me")]
pub(crate) async fn get_profile(state: State, SignedIn(caller): SignedIn) -> Answer {
    let user = state.app.profile(&caller.actor).await?;
    let version = user.version;
    Ok(tagged(ok(UserAnswer { user: user.into() }), version))
}

/// What changes. What is absent stays.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateUser {
    /// Another IANA zone.
    #[schema(value_type = String, required = false, example = "Europe/Berlin")]
    timezone: Option<Zone>,
    /// Another name; null for none.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, example = "Ann Lee")]
    name: Option<Option<String>>,
    /// Who may learn when the person is busy.
    #[schema(value_type = Visibility, required = false)]
    free_busy_visibility: Option<FreeBusyVisibility>,
}

impl Read for UpdateUser {
    fn read(f: &mut Fields) -> Option<Self> {
        let timezone = f.change("timezone", zone);
        let name = f.nullable("name", line(NAME_MAX));
        let free_busy_visibility = f.change("free_busy_visibility", visibility);
        Some(Self { timezone, name, free_busy_visibility })
    }
}

/// Update profile.
///
/// Changes the caller's account.
#[utoipa::path(
    tag = "Users",
    security(("bearer" = [])),
    params(crate::openapi::IfMatchParam),
    responses((status = 200, description = "The changed account.", body = UserAnswer))
)]
#[put("/users/me")]
pub(crate) async fn update_profile(
    state: State,
    cx: Cx,
    SignedIn(caller): SignedIn,
    IfMatch(expected): IfMatch,
    Json(change): Json<UpdateUser>,
) -> Answer {
    let UpdateUser { timezone, name, free_busy_visibility } = change;
    let change = ProfileChange { name, timezone, free_busy_visibility };
    let user = state.app.update_profile(&cx, &caller.actor, change, expected).await?;
    let version = user.version;
    Ok(tagged(ok(UserAnswer { user: user.into() }), version))
}

/// Soft-delete account and all associated data.
///
/// The calendars that the account owns and its contacts go with it, its memberships end, its tokens and
/// keys are refused from now on, and its address can be registered again.
#[utoipa::path(
    tag = "Users",
    security(("bearer" = [])),
    params(crate::openapi::IfMatchParam),
    responses((status = 200, description = "It is deleted.", body = Done))
)]
#[delete("/users/me")]
pub(crate) async fn delete_account(
    state: State,
    cx: Cx,
    SignedIn(caller): SignedIn,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.delete_account(&cx, &caller.actor, expected).await?;
    Ok(done())
}
