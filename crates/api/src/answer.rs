//! What handlers answer with.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Failure;

/// What every handler answers.
pub(crate) type Answer = Result<HttpResponse, Failure>;

/// 200 with a JSON body.
pub(crate) fn ok(body: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(body)
}

/// 201 with a JSON body.
pub(crate) fn created(body: impl Serialize) -> HttpResponse {
    HttpResponse::Created().json(body)
}

/// 200 with `{"ok": true}`.
pub(crate) fn done() -> HttpResponse {
    ok(Done { ok: true })
}

/// It was done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    /// Always true.
    #[schema(example = true)]
    pub(crate) ok: bool,
}
