//! `GET /api/v1/calendar/fristen/{frist_id}/history`

use actix_web::get;
use kalends_domain::frist::record::KeptRecord;
use kalends_domain::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::StateJson;
use crate::answer::{Answer, ok};
use crate::cursor::{PageParams, Paging};
use crate::error::Failure;
use crate::extract::{Id, Query};
use crate::state::State;
use crate::surfaces::legal::id::{FristId, Typed, UserRef};
use crate::surfaces::legal::{Pagination, Reads, Time};

/// An entry of the history of a Frist.
#[derive(Serialize, ToSchema)]
#[schema(as = FristEntry)]
struct EntryJson {
    /// Its number among the entries of this Frist, from 1; the version of the Frist that it made.
    #[schema(example = 2)]
    number: i64,
    /// Its number among all entries of the server.
    #[schema(example = 17)]
    sequence: i64,
    /// When.
    #[schema(inline)]
    at: Time,
    /// Whose doing it was. The account may be gone since.
    #[schema(inline, value_type = UserRef)]
    actor: Typed<UserId>,
    /// What was done: `created`, `changed`, `recomputed` (what it is computed from moved), `verified`, `deleted` or
    /// `restored`.
    #[schema(example = "verified")]
    deed: &'static str,
    /// What the Frist said before; null for the first entry.
    #[schema(required = true)]
    before: Option<StateJson>,
    /// What it said then.
    after: StateJson,
    /// SHA-256, over this entry and the hash of the one before it among all of the server.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    hash: String,
}

/// A part of the history of a Frist.
#[derive(Serialize, ToSchema)]
#[schema(as = FristEntryList)]
struct Entries {
    /// The entries, the first one first.
    data: Vec<EntryJson>,
    pagination: Pagination,
}

impl TryFrom<KeptRecord> for EntryJson {
    type Error = Failure;

    fn try_from(kept: KeptRecord) -> Result<Self, Failure> {
        let unreadable = |reason| Failure::internal(format!("entry {} of the history of Fristen: {reason}", kept.seq));
        let record = kept.record.map_err(unreadable)?;
        Ok(Self {
            number: record.number,
            sequence: kept.seq,
            at: Time::utc(record.at),
            actor: Typed(record.actor),
            deed: record.deed.as_str(),
            before: record.before.as_ref().map(|state| StateJson::new(state, false)),
            after: StateJson::new(&record.after, false),
            hash: kept.hash.to_string(),
        })
    }
}

/// List what was done to a Frist.
///
/// Every change has an entry, the first one first; of a deleted Frist too. Nobody can change or remove one, and each
/// carries the hash of the one before it, so that `kalends doctor --audit` tells if somebody did. Needs the scope
/// `calendar:read`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    params(("frist_id" = String, Path, description = "The Frist's id."), PageParams),
    responses(
        (status = 200, description = "The entries.", body = Entries),
        (status = 404, description = "There is no such Frist for the caller."),
    )
)]
#[get("/api/v1/calendar/fristen/{frist_id}/history")]
pub(crate) async fn frist_history(
    state: State,
    Reads(caller): Reads,
    Id(Typed(FristId(id))): Id<Typed<FristId>>,
    Query(paging): Query<Paging<i64>>,
) -> Answer {
    let found = state.app.frist_history(&caller.actor, id, paging.request()).await?;
    let next = found.items.last().filter(|_| found.more).map(|entry| entry.seq);
    let data: Vec<EntryJson> = found.items.into_iter().map(EntryJson::try_from).collect::<Result<_, _>>()?;
    Ok(ok(Entries { data, pagination: Pagination::new(&paging, next) }))
}
