//! `/api-keys`: long-lived keys for programs and agents.

use actix_web::{delete, get, post};
use kalends_app::NewApiKey;
use kalends_domain::access::{Resource, Scopes, Verb};
use kalends_domain::account;
use kalends_domain::id::ApiKeyId;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::Time;
use crate::answer::{Answer, Done, created, done, ok};
use crate::cursor::{List, Paging};
use crate::extract::{Cx, Id, Json, Query, SignedIn};
use crate::fields::{Fields, Read};
use crate::read::{line, list, object, parsed};
use crate::state::State;

/// Most characters in a key's name.
const NAME_MAX: usize = 80;

/// A key to make.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateApiKey {
    /// What its owner calls it.
    #[schema(min_length = 1, max_length = 80, example = "reporting agent")]
    name: String,
    /// What it may do. Writing does not include reading.
    #[schema(value_type = ScopeMap)]
    scopes: Scopes,
}

/// What a key may do, by resource. A resource that is absent is out of its reach.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Scopes, example = json!({"calendars": ["read", "write"], "events": ["read", "write"]}))]
#[allow(dead_code)] // documentation
pub(crate) struct ScopeMap {
    /// Calendars, their members and feeds.
    #[schema(value_type = Vec<ScopeVerb>, required = false)]
    calendars: (),
    /// Events.
    #[schema(value_type = Vec<ScopeVerb>, required = false)]
    events: (),
    /// Contacts.
    #[schema(value_type = Vec<ScopeVerb>, required = false)]
    contacts: (),
    /// Busy times.
    #[schema(value_type = Vec<ScopeVerb>, required = false)]
    availability: (),
    /// Booking links.
    #[schema(value_type = Vec<ScopeVerb>, required = false)]
    booking: (),
    /// The legal surface.
    #[schema(value_type = Vec<ScopeVerb>, required = false)]
    calendar: (),
    /// The feed-sync surface.
    #[schema(value_type = Vec<ScopeVerb>, required = false)]
    feeds: (),
}

/// Look, or make, change and delete.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code)] // documentation
pub(crate) enum ScopeVerb {
    Read,
    Write,
}

impl Read for CreateApiKey {
    fn read(f: &mut Fields) -> Option<Self> {
        let name = f.required("name", line(NAME_MAX));
        let scopes = f.required("scopes", object(|f| Some(scopes(f))));
        Some(Self { name: name?, scopes: scopes? })
    }
}

fn scopes(f: &mut Fields) -> Scopes {
    let pairs = Resource::ALL.map(|resource| {
        let verbs = f.optional(resource.as_str(), list(2, parsed::<Verb>)).unwrap_or_default();
        verbs.into_iter().map(move |verb| (resource, verb))
    });
    pairs.into_iter().flatten().collect()
}

/// A key just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyMade {
    id: Uuid,
    #[schema(example = "reporting agent")]
    name: String,
    #[schema(value_type = ScopeMap)]
    scopes: BTreeMap<&'static str, Vec<&'static str>>,
    #[schema(inline)]
    created_at: Time,
    /// The key itself. It is shown this once.
    #[schema(example = "kal_qvYc0fKJ9y2mXb8nVtE3sWl7uZr5aDhG1oPiTkUjSgM")]
    token: String,
}

/// A key, without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKey {
    id: Uuid,
    #[schema(example = "reporting agent")]
    name: String,
    #[schema(value_type = ScopeMap)]
    scopes: BTreeMap<&'static str, Vec<&'static str>>,
    #[schema(inline)]
    created_at: Time,
}

impl From<account::ApiKey> for ApiKey {
    fn from(key: account::ApiKey) -> Self {
        Self { id: key.id.0, name: key.name, scopes: by_resource(&key.scopes), created_at: Time(key.created_at) }
    }
}

fn by_resource(scopes: &Scopes) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut map = BTreeMap::<_, Vec<_>>::new();
    for (resource, verb) in scopes.iter() {
        map.entry(resource.as_str()).or_default().push(verb.as_str());
    }
    map
}

/// Create API key.
///
/// Makes a key that speaks for the caller within its scopes. The answer holds the key itself, which
/// is never shown again.
#[utoipa::path(
    tag = "API keys",
    security(("bearer" = [])),
    responses((status = 201, description = "The key, with its secret.", body = ApiKeyMade))
)]
#[post("/api-keys")]
pub(crate) async fn create_api_key(
    state: State,
    cx: Cx,
    SignedIn(caller): SignedIn,
    Json(CreateApiKey { name, scopes }): Json<CreateApiKey>,
) -> Answer {
    let made = state.app.create_api_key(&cx, &caller.actor, NewApiKey { name, scopes }).await?;
    let ApiKey { id, name, scopes, created_at } = made.key.into();
    Ok(created(ApiKeyMade { id, name, scopes, created_at, token: made.token }))
}

/// List keys.
///
/// The caller's keys that are not revoked, in the order in which they were made.
#[utoipa::path(
    tag = "API keys",
    security(("bearer" = [])),
    responses((status = 200, description = "The keys.", body = List<ApiKey>))
)]
#[get("/api-keys")]
pub(crate) async fn list_api_keys(
    state: State,
    SignedIn(caller): SignedIn,
    Query(paging): Query<Paging<ApiKeyId>>,
) -> Answer {
    let found = state.app.list_api_keys(&caller.actor, paging.request()).await?;
    Ok(ok(paging.answer(found, |key| key.id, ApiKey::from)))
}

/// Revoke key.
///
/// The key is refused from now on.
#[utoipa::path(
    tag = "API keys",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The key's id.")),
    responses((status = 200, description = "It is revoked.", body = Done))
)]
#[delete("/api-keys/{id}")]
pub(crate) async fn revoke_api_key(state: State, cx: Cx, SignedIn(caller): SignedIn, Id(id): Id<ApiKeyId>) -> Answer {
    state.app.revoke_api_key(&cx, &caller.actor, id).await?;
    Ok(done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    fn check(scopes: &str, expected: &[&str]) {
        let body = format!(r#"{{"name": "agent", "scopes": {scopes}}}"#);
        assert_eq!(read::<CreateApiKey>(&body).err().unwrap_or_default(), expected);
    }

    #[test]
    fn scopes_are_by_resource_and_verb() {
        check(r#"{"events": ["read", "write"], "feeds": []}"#, &[]);
        check(
            r#"{"events": ["peek", 1], "everything": ["read"]}"#,
            &[
                "scopes.events[0] must be one of read, write",
                "scopes.events[1] must be a string, not a number",
                "scopes.everything is not known here; expected calendars, events, contacts, availability, booking, calendar, feeds",
            ],
        );
        check("[]", &["scopes must be an object, not a list"]);
    }
}
