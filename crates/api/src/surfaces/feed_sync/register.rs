//! `POST /register`

use actix_web::post;
use kalends_app::NewFeed;
use kalends_domain::event::URL_MAX;
use kalends_domain::feed::{Destination, Format, name};
use kalends_feed::shape::At;
use utoipa::ToSchema;

use super::Done;
use super::body::{Body, Fields, FromBody};
use super::errors::failed;
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Cx};
use crate::state::State;

/// A feed to subscribe to.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // documentation: what is read is a `NewFeed`
pub(crate) struct RegisterFeed {
    /// What you call it: unique among your feeds.
    #[schema(max_length = 255, example = "your-calendar-id")]
    id: String,
    /// Where it is: http, https, webcal or webcals.
    #[schema(format = "uri", max_length = 2048, example = "https://example.com/your-calendar")]
    url: String,
    /// How it is written.
    format: FeedFormat,
    /// Where it is shown: in a Google calendar of your linked account, and here; or here alone.
    #[schema(nullable = false, default = "google")]
    destination: Option<FeedDestination>,
}

/// How a feed is written.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase", example = "json")]
#[allow(dead_code)] // documentation
pub(crate) enum FeedFormat {
    Json,
    Ics,
}

/// Where a feed is shown.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase", example = "google")]
#[allow(dead_code)] // documentation
pub(crate) enum FeedDestination {
    Google,
    Local,
}

impl FromBody for NewFeed {
    const FIELDS: &'static [&'static str] = &["id", "url", "format", "destination"];

    fn read(fields: &Fields<'_>) -> Result<Self, String> {
        let id = id(&fields.at("id"))?;
        let url = fields.at("url");
        let text = url.text()?;
        let good = !text.trim().is_empty() && text.chars().count() <= URL_MAX && !text.chars().any(char::is_control);
        if !good {
            return Err(url.wrong(&format!("URL of 1 to {URL_MAX} characters")));
        }
        let format = fields.at("format").word(&Format::ALL.map(|format| (format.as_str(), format)))?;
        let words = Destination::ALL.map(|destination| (destination.as_str(), destination));
        let destination = fields.at("destination").if_any().map(|at| at.word(&words)).transpose()?;
        let destination = destination.unwrap_or(Destination::Google);
        Ok(Self { name: id, url: text.to_owned(), format, destination })
    }
}

/// A caller's name for a feed.
pub(super) fn id(at: &At<'_>) -> Result<String, String> {
    name(at.text()?).map_err(|error| at.wrong(&format!("String that {error}").replace("that must have", "of")))
}

/// Start syncing a calendar feed.
///
/// Fetches the feed and checks it, and makes an empty calendar on Google and one here, which the next sync fills. The
/// one here can be read and not written, by you neither. Needs the scope `feeds:write`.
#[utoipa::path(
    tag = "Feeds",
    security(("bearer" = []), ("api_key" = ["feeds:write"])),
    request_body = RegisterFeed,
    responses(
        (status = 200, description = "It is synced from now on.", body = Done),
        (status = 402, description = "The account has as many feeds as it may have."),
        (status = 421, description = "The feed cannot be fetched or is none; or no Google account is linked, or Google refuses."),
    )
)]
#[post("/register")]
pub(crate) async fn register_feed(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Body(feed): Body<NewFeed>,
) -> Answer {
    let _permit = state.import_permit()?;
    state.app.register_feed(&cx, &caller.actor, feed).await.map_err(failed)?;
    Ok(ok(Done {}))
}
