//! `GET /api/v1/calendar/ical-tokens`

use actix_web::get;
use kalends_domain::id::IcalTokenId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, ok};
use crate::cursor::Paging;
use crate::extract::Query;
use crate::state::State;
use crate::surfaces::legal::id::Typed;
use crate::surfaces::legal::{Pagination, Reads, Time};

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = IcalToken)]
pub(crate) struct IcalTokenJson {
    #[schema(value_type = String, example = "ical_tok_019cb3a4000070008000000000000001")]
    id: Typed<IcalTokenId>,
    #[schema(inline)]
    created_at: Time,
}

/// Tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = IcalTokenList)]
pub(crate) struct Tokens {
    data: Vec<IcalTokenJson>,
    pagination: Pagination,
}

/// List iCal tokens.
///
/// The caller's tokens that are not revoked, in the order in which they were made. Needs the scope `calendar:read`.
#[utoipa::path(
    tag = "Legal iCal",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    responses((status = 200, description = "The tokens.", body = Tokens))
)]
#[get("/api/v1/calendar/ical-tokens")]
pub(crate) async fn list_ical_tokens(
    state: State,
    Reads(caller): Reads,
    Query(paging): Query<Paging<IcalTokenId>>,
) -> Answer {
    let found = state.app.list_ical_tokens(&caller.actor, paging.request()).await?;
    let next = found.items.last().filter(|_| found.more).map(|token| token.id);
    let shown =
        found.items.iter().map(|token| IcalTokenJson { id: Typed(token.id), created_at: Time::utc(token.created_at) });
    Ok(ok(Tokens { data: shown.collect(), pagination: Pagination::new(&paging, next) }))
}
