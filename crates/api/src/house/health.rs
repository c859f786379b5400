//! Whether it lives, whether it can work, and how much.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, ok};
use crate::error::Failure;
use crate::metrics::CONTENT_TYPE;
use crate::state::State;

/// The process lives.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

/// Liveness.
///
/// The process answers.
#[utoipa::path(tag = "Server", security(()), responses((status = 200, description = "It lives.", body = Health)))]
#[get("/healthz")]
pub(crate) async fn healthz() -> Answer {
    Ok(ok(Health { status: "ok" }))
}

/// Whether requests can be answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// `ok`, `unavailable`, or `stopping`: answers are still given, and callers do well to go elsewhere.
    #[schema(example = "ok")]
    status: &'static str,
    /// The store: `ok`, or `unavailable`.
    #[schema(example = "ok")]
    store: &'static str,
    /// Which time zone data is used, and where it comes from.
    #[schema(example = "2026e, bundled")]
    tzdata: String,
    /// The server's version.
    #[schema(example = "0.1.0")]
    version: String,
}

/// Readiness.
///
/// Whether the store answers and the server stays; also shows the time zone data in use.
#[utoipa::path(
    tag = "Server",
    security(()),
    responses(
        (status = 200, description = "Requests can be answered.", body = Readiness),
        (status = 503, description = "The store does not answer, or the server is about to stop.", body = Readiness,
            example = json!({"status": "unavailable", "store": "unavailable", "tzdata": "2026e, bundled", "version": "0.1.0"})),
    )
)]
#[get("/readyz")]
pub(crate) async fn readyz(state: State) -> HttpResponse {
    let answers = state.app.ready().await;
    if let Err(error) = &answers {
        tracing::warn!(%error, "the store does not answer");
    }
    let store = if answers.is_ok() { "ok" } else { "unavailable" };
    let status = if state.is_leaving() { "stopping" } else { store };
    let code = if status == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    HttpResponse::build(code).json(Readiness {
        status,
        store,
        tzdata: state.settings.tzdata.clone(),
        version: state.settings.version.clone(),
    })
}

/// Metrics.
///
/// Requests by route and status, their durations, the jobs of the queue, syncs, connections to the store, password hashing,
/// the process and its version, for Prometheus.
#[utoipa::path(
    tag = "Server",
    security(()),
    responses((status = 200, description = "OpenMetrics text.", content_type = "application/openmetrics-text", body = String,
        example = "# TYPE kalends_http_requests_in_flight gauge\nkalends_http_requests_in_flight 1\n# EOF\n"))
)]
#[get("/metrics")]
pub(crate) async fn metrics(state: State) -> Answer {
    let text = state.metrics.text(&state.app).await.map_err(|error| Failure::internal(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type(CONTENT_TYPE).body(text))
}
