//! The OpenAPI document: what the endpoints say of themselves, and what follows from it.
//!
//! Each endpoint tells its parameters, its body and its success. The rest is the same everywhere and
//! is added here: a path or query parameter or a body brings 400, a body 413 and 415, a credential
//! 401 and 403, an id in the path 404, `If-Match` 412, a POST the `Idempotency-Key` with its 409 and
//! 422, a list its `limit` and `cursor`, and everything 414, 429, 431, 500 and 503; what is sent too slowly is 408. So no
//! endpoint can forget one.

mod errors;
mod shape;

use actix_web::App;
use serde_json::{Map, Value, json};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoParams, Modify, OpenApi};
use utoipa_actix_web::AppExt;

use errors::{ERRORS, code_of, kind_of, page, page_name, shared, shared_name, with_page};

use crate::cursor::PageParams;
use crate::error::{Failure, Kind};
use crate::surfaces::Surface;
use crate::{booking_page, house, surfaces};

/// The OpenAPI document of every route, as it is committed and printed.
pub fn openapi() -> String {
    text(&document())
}

/// Indented, with a line feed at its end.
pub(crate) fn text(document: &Value) -> String {
    format!("{document:#}\n")
}

/// The document.
pub(crate) fn document() -> Value {
    let app = App::new().into_utoipa_app().openapi(Base::openapi());
    let app = app.configure(surfaces::routes).configure(booking_page::routes).configure(house::routes);
    let (_, collected) = app.split_for_parts();
    // Writing plain data cannot fail.
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    shape::mend(&mut document);
    complete(&mut document);
    forget_unused(&mut document);
    shape::add_examples(&mut document);
    document
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kalends",
        description = "Calendars, recurring events, sharing, and keys for programs and agents. Self-hosted.\n\n\
            Times are RFC 3339: any offset in, UTC (`Z`) out. Bodies are JSON objects; a field that is not known is \
            refused. Every bad field of a request is told at once. What a caller may not see is answered as if it did \
            not exist (404); what it may see and not do is 403.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "http://localhost:3019")),
    tags(
        (name = "Auth", description = "Accounts and sessions. Access tokens live 15 minutes, refresh tokens 30 days."),
        (name = "Users", description = "The caller's own account. Access token only."),
        (name = "API keys", description = "Long-lived keys with scopes. Access token only."),
        (name = "Calendars", description = "Calendars, own and shared."),
        (name = "Members", description = "Who shares a calendar, and in which role: owner, editor, viewer."),
        (name = "Events", description = "Single events and series, expanded into occurrences where a range is listed."),
        (name = "Reminders", description = "When to be reminded of an event."),
        (name = "Attendees", description = "Who is asked to an event, and what they answered."),
        (name = "Contacts", description = "The caller's address book, and vCard files (RFC 6350) in and out of it."),
        (name = "iCalendar", description = "Files and feeds (RFC 5545): import, export, subscribe."),
        (name = "Availability", description = "When a calendar is busy."),
        (name = "Booking", description = "Links under which anyone books time in a calendar, without an account."),
        (name = "User calendars", description = "The calendars attached to a user: memberships, each with a colour of its own."),
        (name = "Academic events", description = "Classes, deadlines, exams and study sessions, in all calendars that the caller sees. \
            They are the same events as under `/events`. Times are shown in UTC with milliseconds."),
        (name = "Academic courses", description = "What the course ids of events stand for. Each account describes its own."),
        (name = "Academic sync", description = "Google Calendar."),
        (name = "Legal events", description = "Events of a law office, checked for conflicts, in all calendars that the caller sees. They are \
            the same events as under `/events`. Ids carry a prefix; a bare UUID is taken too. Times are shown with the offset \
            of the event's own zone."),
        (name = "Legal deadlines", description = "Fristen: deadlines of a law office, and what they are computed from."),
        (name = "Legal scheduling", description = "When people are busy, never with what, and when all of a group are free."),
        (name = "Legal iCal", description = "Secret addresses at which calendar programs subscribe to all calendars of a person."),
        (name = "Legal sync", description = "How the sync with Google and Outlook is doing."),
        (name = "Integrations", description = "Accounts at Google and Outlook: linking them, and keeping calendars there and here the same."),
        (name = "Feeds", description = "Calendars that stand elsewhere, kept up with every 15 minutes, shown here and in Google. \
            A feed is iCalendar, or JSON: `{title?, events: [{id, summary, start, end?, description?, location?, \
            transparency?: opaque|transparent, conference_id?, recurrence?: [RRULE, RDATE or EXDATE lines], \
            attendees?: [{email, response?: accepted|rejected|tentative}]}]}`, where times are ISO 8601 dates or \
            date-times (without an offset in the owner's zone) and each `id` is unique in the feed. \
            The calendar here is seen on all other surfaces, and written on none."),
        (name = "Trash", description = "What was deleted in the last 30 days and can be restored."),
        (name = "Server", description = "Health, metrics, documentation. No credential needed."),
    ),
    components(schemas(
        crate::surfaces::core::ErrorBody,
        crate::surfaces::user_calendars::ErrorBody,
        crate::surfaces::academic::ErrorBody,
        crate::surfaces::legal::ErrorBody,
        crate::surfaces::feed_sync::ErrorBody,
    )),
    modifiers(&Credentials),
)]
struct Base;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "An access token from `POST /auth/login`; an API key is taken here too. Has every scope.",
            ))
            .build();
        let key = ApiKeyValue::with_description(
            "X-API-Key",
            "A key from `POST /api-keys`; it reaches what its scopes say. Not looked at when `Authorization` is there.",
        );
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// The documentation of `If-Match`, for `params(IfMatchParam)`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // documentation only
pub(crate) struct IfMatchParam {
    /// The `ETag` of the version that the change is meant for. If another one is there by now, nothing
    /// is changed and the answer is 412.
    #[param(rename = "If-Match", value_type = String, required = false, example = "\"3\"")]
    if_match: Option<String>,
}

fn complete(document: &mut Value) {
    let components = &mut document["components"];
    components["parameters"] = json!({
        "RequestId": {
            "name": "X-Request-Id", "in": "header", "required": false,
            "description": "An id of your own for this request, 1 to 128 visible ASCII characters. Without one the server makes one. The answer and the log carry it.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 128}, "example": "import-42",
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Makes a retry safe: for 24 hours, the same key with the same request is answered as the first time and writes nothing again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255}, "example": "b7c1f9a0-lecture",
        },
    });
    components["headers"] = json!({
        "RequestId": {"description": "The request's id.", "schema": {"type": "string"}, "example": "import-42"},
        "ETag": {"description": "The version, for `If-Match`.", "schema": {"type": "string"}, "example": "\"3\""},
        "Replayed": {"description": "`true` when this was answered before to the same `Idempotency-Key`.", "schema": {"type": "string", "enum": ["true"]}},
        "RetryAfter": {"description": "After how many seconds to try again.", "schema": {"type": "integer"}, "example": 3},
        "Challenge": {"description": "How to sign in.", "schema": {"type": "string"}, "example": "Bearer"},
    });
    let of_surface = |surface: Surface| ERRORS.iter().filter_map(move |error| shared(surface, error));
    let mut responses: Map<_, _> = Surface::ALL.into_iter().flat_map(of_surface).collect();
    responses.extend(ERRORS.iter().filter_map(page));
    components["responses"] = responses.into();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let versioned: Vec<String> =
        paths.iter().filter(|(_, item)| item_takes_if_match(item)).map(|(path, _)| path.clone()).collect();
    for (path, item) in paths.iter_mut() {
        let has_version = |path: &str| versioned.iter().any(|other| other == path);
        let own = has_version(path);
        let makes = versioned.iter().any(|other| {
            let own = other.strip_prefix(path.as_str()).and_then(|rest| rest.strip_prefix("/{"));
            own.is_some_and(|parameter| parameter.ends_with("id}") && !parameter.contains('/'))
        });
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete_operation(path, method, operation);
            let tagged = match method.as_str() {
                "get" | "put" | "patch" => own,
                "post" => makes,
                _ => false,
            };
            if tagged {
                on_success(operation, "ETag", "ETag");
            }
        }
    }
}

/// Some shared answers belong to no endpoint of a surface.
fn forget_unused(document: &mut Value) {
    let text = document["paths"].to_string();
    if let Some(responses) = document["components"]["responses"].as_object_mut() {
        responses.retain(|name, _| text.contains(&format!("\"#/components/responses/{name}\"")));
    }
}

fn item_takes_if_match(item: &Value) -> bool {
    item.as_object().into_iter().flatten().any(|(_, operation)| parameters(operation).any(|p| p["name"] == "If-Match"))
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    if operation["security"] == json!([{}]) {
        operation["security"] = json!([]);
    }
    if !operation["parameters"].is_array() {
        operation["parameters"] = json!([]);
    }
    if is_list(operation) && !parameters(operation).any(|p| p["name"] == "cursor") {
        let paging = PageParams::into_params(|| None).into_iter().filter_map(|p| serde_json::to_value(p).ok());
        if let Some(all) = operation["parameters"].as_array_mut() {
            all.extend(paging);
        }
    }
    let post = method == "post";
    let secured = operation["security"].as_array().is_some_and(|ways| !ways.is_empty());
    let body = operation.get("requestBody").is_some();
    let takes = |place: &str| parameters(operation).any(|p| p["in"] == place);
    let pages = answers_pages(operation);
    let house = operation["tags"] == json!(["Server"]);
    let mut follow = vec![];
    let surface = Surface::of(path);
    let invalid = surface.status(Kind::Invalid).as_u16();
    follow.extend((body || post || takes("path") || takes("query")).then_some(invalid));
    follow.extend(secured.then_some([401, 403]).into_iter().flatten());
    follow.extend(takes("path").then_some(404));
    follow.extend(parameters(operation).any(|p| p["name"] == "If-Match").then_some(412));
    follow.extend(post.then_some([408, 409, 413, 422]).into_iter().flatten());
    follow.extend(body.then_some([408, 413, 415]).into_iter().flatten());
    follow.extend([414, 431]);
    follow.extend((!house).then_some([429, 500, 503]).into_iter().flatten());

    if let Some(all) = operation["parameters"].as_array_mut() {
        all.extend(post.then(|| json!({"$ref": "#/components/parameters/IdempotencyKey"})));
        all.push(json!({"$ref": "#/components/parameters/RequestId"}));
    }
    if let Some(responses) = operation["responses"].as_object_mut() {
        for (status, response) in responses.iter_mut() {
            complete_response(surface, status, response, post, pages);
        }
        for status in follow {
            if let Some((_, name, _)) = ERRORS.iter().find(|(of, _, _)| *of == status) {
                let name = if pages { page_name(name) } else { shared_name(surface, name) };
                responses
                    .entry(status.to_string())
                    .or_insert_with(|| json!({"$ref": format!("#/components/responses/{name}")}));
            }
        }
        let mut sorted: Vec<_> = std::mem::take(responses).into_iter().collect();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        responses.extend(sorted);
    }
    if post {
        on_success(operation, "Idempotency-Replayed", "Replayed");
    }
}

/// Whether it answers with a part of a list.
fn is_list(operation: &Value) -> bool {
    let answer = operation.pointer("/responses/200/content/application~1json/schema/$ref").and_then(Value::as_str);
    answer.is_some_and(|schema| schema.ends_with("List"))
}

/// Whether it answers people with a page, and so tells them of failures on one.
fn answers_pages(operation: &Value) -> bool {
    let responses = operation["responses"].as_object().into_iter().flatten();
    responses.into_iter().any(|(_, response)| response["content"].get("text/html").is_some())
        && operation["operationId"] != "docs"
}

/// Gives an error that the endpoint tells itself its envelope, and everything the request's id.
fn complete_response(surface: Surface, status: &str, response: &mut Value, post: bool, pages: bool) {
    let error = status.starts_with(['4', '5']) && response.get("content").is_none();
    if error {
        let said = response["description"].as_str().unwrap_or_default().to_owned();
        let failure = Failure { code: code_of(status), ..Failure::new(kind_of(status), said.trim_end_matches('.')) };
        let example = surface.envelope(&failure).1;
        response["content"] = json!({"application/json": {"schema": surface.error_schema(), "example": example}});
        if pages {
            with_page(response);
        }
        if post && status == "409" {
            response["description"] =
                format!("{said} Also while the first request with the same `Idempotency-Key` is running.").into();
        }
    }
    response["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/RequestId"});
}

fn on_success(operation: &mut Value, header: &str, component: &str) {
    let responses = operation["responses"].as_object_mut().into_iter().flatten();
    for (_, response) in responses.filter(|(status, _)| status.starts_with('2')) {
        response["headers"][header] = json!({"$ref": format!("#/components/headers/{component}")});
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_operation_says_all_there_is_to_say() {
        let document = document();
        assert_eq!(document["openapi"], "3.1.0");
        let mut ids = HashSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let what = format!("{method} {path}");
                assert!(
                    ids.insert(operation["operationId"].as_str().unwrap()),
                    "{what}: its operationId is another's too"
                );
                assert!(operation["summary"].as_str().is_some_and(|s| s.ends_with('.')), "{what} has no summary");
                assert!(operation["description"].as_str().is_some_and(|s| !s.is_empty()), "{what} has no description");
                assert!(operation["security"].is_array(), "{what} does not say who may call it");
                let tags = document["tags"].as_array().unwrap();
                assert!(tags.iter().any(|tag| tag["name"] == operation["tags"][0]), "{what} is under no known tag");
                let responses = operation["responses"].as_object().unwrap();
                assert!(responses.keys().any(|status| status.starts_with('2')), "{what} has no success");
                for parameter in parameters(operation).filter(|p| p.get("$ref").is_none()) {
                    assert!(parameter["description"].is_string(), "{what}: {} is not described", parameter["name"]);
                }
                for part in path.split('/').filter_map(|part| part.strip_prefix('{')) {
                    let name = part.trim_end_matches('}');
                    assert!(
                        parameters(operation).any(|p| p["name"] == name && p["in"] == "path"),
                        "{what}: {name} is missing"
                    );
                }
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
    }
}
