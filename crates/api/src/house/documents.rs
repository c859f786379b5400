//! The description of the API: for programs, for agents, for people.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, LOCATION};
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, get};
use serde_json::{Value, json};
use utoipa_swagger_ui::Config;

use crate::answer::Answer;
use crate::error::{Failure, Kind};
use crate::state::State;

/// Swagger UI draws its icons from data URLs and styles elements in place.
const PAGE_POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// The documents, written once.
pub(crate) struct Documents {
    openapi: Bytes,
    llms: Bytes,
    swagger: Arc<Config<'static>>,
}

impl Documents {
    pub(crate) fn new(openapi: &Value, public_url: &str) -> Self {
        let mut openapi = openapi.clone();
        openapi["servers"] = json!([{"url": public_url}]);
        Self {
            openapi: crate::openapi::text(&openapi).into(),
            llms: crate::llms::text(&openapi).into(),
            // Relative to the page's base, so that it holds behind a proxy's prefix too.
            swagger: Arc::new(Config::from("../openapi.json").validator_url("none")),
        }
    }
}

/// OpenAPI document.
///
/// Describes every route of this server, as OpenAPI 3.1.
#[utoipa::path(
    tag = "Server",
    security(()),
    responses((status = 200, description = "The document.", body = Object, example = json!({"openapi": "3.1.0"})))
)]
#[get("/openapi.json")]
pub(crate) async fn openapi_json(state: State) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(state.documents.openapi.clone())
}

/// Description for agents.
///
/// The whole API on one page of plain text.
#[utoipa::path(
    tag = "Server",
    security(()),
    responses((status = 200, description = "The page.", content_type = "text/plain", body = String, example = "# Kalends"))
)]
#[get("/llms.txt")]
pub(crate) async fn llms_txt(state: State) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(state.documents.llms.clone())
}

/// Interactive documentation.
///
/// Swagger UI, from this server alone.
#[utoipa::path(
    tag = "Server",
    security(()),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String, example = "<!DOCTYPE html>"))
)]
#[get("/docs")]
pub(crate) async fn docs(state: State) -> Answer {
    page(&state, "index.html", "docs/")
}

/// The page's parts.
#[get("/docs/{file:.*}")]
pub(crate) async fn docs_file(state: State, file: web::Path<String>) -> Answer {
    match file.as_str() {
        "" => page(&state, "index.html", ""),
        file => page(&state, file, ""),
    }
}

/// The start.
#[get("/")]
pub(crate) async fn root() -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, "docs")).finish()
}

/// A file of Swagger UI. The page finds the others in `folder`.
fn page(state: &State, file: &str, folder: &str) -> Answer {
    let found = utoipa_swagger_ui::serve(file, state.documents.swagger.clone());
    let found = found.map_err(|error| Failure::internal(error.to_string()))?;
    let found = found.ok_or_else(|| Failure::new(Kind::NotFound, "there is no such page"))?;
    let mut response = HttpResponse::Ok();
    response.content_type(found.content_type.as_str()).insert_header((CONTENT_SECURITY_POLICY, PAGE_POLICY));
    response.insert_header((CACHE_CONTROL, "no-cache"));
    if found.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    if folder.is_empty() {
        return Ok(response.body(found.bytes.into_owned()));
    }
    let text = String::from_utf8_lossy(&found.bytes);
    Ok(response.body(text.replacen("<head>", &format!("<head>\n    <base href=\"{folder}\">"), 1)))
}
