//! The HTTP side of Kalends: the only room with status codes and JSON names.
//!
//! # How to add the next endpoint
//!
//! 1. One file per endpoint, or per small family of them, in the folder of its surface
//!    (`surfaces/core/…`): the request type, its `Read`, the answer type, the
//!    documentation, and a handler that does no more than translate and call the use case:
//!
//!    ```ignore
//!    /// A calendar to make.
//!    #[derive(ToSchema)]
//!    #[serde(deny_unknown_fields)]                // what `Read` does anyway, told to the schema
//!    pub(crate) struct CreateCalendar {
//!        /// What people call it.
//!        #[schema(min_length = 1, max_length = 80, example = "Work")]
//!        name: String,
//!        /// Its colour.
//!        #[schema(value_type = Option<String>, example = "#3b82f6")]
//!        color: Option<Color>,
//!    }
//!
//!    impl Read for CreateCalendar {
//!        fn read(f: &mut Fields) -> Option<Self> {
//!            let name = f.required("name", line(NAME_MAX));
//!            let color = f.optional("color", parsed::<Color>);
//!            Some(Self { name: name?, color })
//!        }
//!    }
//!
//!    /// Create calendar.                         // the first line is the summary
//!    ///
//!    /// The rest is the description.
//!    #[utoipa::path(
//!        tag = "Calendars",
//!        security(("bearer" = []), ("api_key" = ["calendars:write"])),
//!        responses((status = 201, description = "The calendar.", body = CalendarAnswer))
//!    )]
//!    #[post("/calendars")]
//!    async fn create_calendar(state: State, cx: Cx, Authenticated(caller): Authenticated, Json(new): Json<CreateCalendar>) -> Answer {
//!        let shown = state.app.create_calendar(&cx, &caller.actor, new.into()).await?;
//!        let version = shown.calendar.version;
//!        Ok(tagged(created(CalendarAnswer::from(shown)), version))
//!    }
//!    ```
//!
//!    The parameters of a `Query<T>` are documented by naming `T` in `params(…)`, which `derive`s
//!    `IntoParams`; those of `IfMatch` by naming `IfMatchParam`.
//! 2. Its line in the surface's `routes`, or where its path begins like those of a group, in that group: a path that
//!    begins so is looked for nowhere else (`routes::under`).
//! 3. `cargo xtask openapi`.
//!
//! What every endpoint has in common is not written there: 401, 403, 400 and the like, the headers
//! `X-Request-Id` and `Idempotency-Key`, a list's `limit` and `cursor`, and the examples follow in
//! `openapi` from what the endpoint takes and gives. An error of its own is
//! `(status = 409, description = "…")`, without a body.
//!
//! # Where things are
//!
//! - `extract`: what handlers take. `fields` and `read`: how a body or query is read, so that
//!   all its problems are told at once. `answer`, `etag`, `cursor`: what handlers give.
//! - `held`: answers that are kept as long as what they depend on stands as it did.
//! - `error`: the one type of failure; `surfaces` gives it its envelope, by path.
//! - `middleware`, `identity`, `idempotency`: around every request, in the order of
//!   [`service`]. `guard` counts who asks and who guesses.
//! - `booking_page`: the pages that people book on, and who gets a page.
//! - `house`: health, metrics and documentation, which are of no surface.
#![deny(missing_docs)]
#![allow(clippy::option_option)] // absent, null, a value: a PUT tells them apart

mod answer;
mod body;
mod booking_page;
mod buckets;
mod cursor;
mod error;
mod etag;
mod extract;
mod fields;
mod guard;
mod held;
mod house;
mod idempotency;
mod identity;
mod json;
mod llms;
mod metrics;
mod middleware;
mod openapi;
mod proxies;
mod read;
mod routes;
mod state;
mod surfaces;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{ETAG, LOCATION, RETRY_AFTER};
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::{App, Error, HttpResponse, web};
use utoipa_actix_web::AppExt;

pub use openapi::openapi;
pub use proxies::{InvalidNetwork, Network};
pub use state::{Rate, Settings, Shared, State};

/// The whole HTTP service of one worker: every route, and what stands around it.
pub fn service(
    state: &State,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let with = |state: &State| state.clone();
    let (identity, limit, once, observe) = (with(state), with(state), with(state), with(state));
    let (app, _) = App::new()
        .app_data(state.clone())
        .into_utoipa_app()
        .configure(surfaces::routes)
        .configure(booking_page::routes)
        .configure(house::routes)
        .split_for_parts();
    // What is wrapped last is met first.
    app.configure(house::pages)
        .configure(booking_page::assets)
        .default_service(web::to(routes::no_such_route))
        .wrap(from_fn(middleware::recover))
        .wrap(from_fn(move |request, next| idempotency::once(once.clone(), request, next)))
        .wrap(from_fn(move |request, next| middleware::limit(limit.clone(), request, next)))
        .wrap(from_fn(move |request, next| identity::identify(identity.clone(), request, next)))
        .wrap(from_fn(middleware::leave_small))
        .wrap(Compress::default())
        .wrap(Condition::new(!state.settings.cors_origins.is_empty(), cors(&state.settings.cors_origins)))
        .wrap(from_fn(middleware::bounded))
        .wrap(from_fn(middleware::headers))
        .wrap(from_fn(move |request, next| middleware::observe(observe.clone(), request, next)))
}

/// Of a process that serves nothing: whether it lives, whether it can work, and its metrics.
pub fn health(
    state: &State,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let observe = state.clone();
    let (app, _) = App::new().app_data(state.clone()).into_utoipa_app().configure(house::health).split_for_parts();
    app.default_service(web::to(HttpResponse::NotFound))
        .wrap(from_fn(middleware::recover))
        .wrap(from_fn(middleware::headers))
        .wrap(from_fn(move |request, next| middleware::observe(observe.clone(), request, next)))
}

fn cors(origins: &[String]) -> Cors {
    let exposed =
        [ETAG.as_str(), LOCATION.as_str(), RETRY_AFTER.as_str(), middleware::REQUEST_ID, idempotency::REPLAYED];
    let cors = Cors::default().allow_any_method().allow_any_header().expose_headers(exposed).max_age(3600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
