//! Who shares a calendar.

mod list;
mod remove;
mod share;

use kalends_domain::calendar::Member;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::calendars::CalendarRole;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(share::share_calendar).service(list::list_members).service(remove::remove_member);
}

/// Someone who shares a calendar.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarMember {
    /// The person's account.
    #[schema(example = "019cb3a1-9410-7c55-b7d0-6f2e11a0c3d4")]
    user_id: Uuid,
    /// The person's address.
    #[schema(format = Email, example = "bob@example.com")]
    email: String,
    /// What the person may do there.
    #[schema(value_type = CalendarRole)]
    role: &'static str,
}

impl From<Member> for CalendarMember {
    fn from(member: Member) -> Self {
        let Member { membership, email } = member;
        Self { user_id: membership.user.0, email: email.as_str().to_owned(), role: membership.role.as_str() }
    }
}
