//! The page at a booking link's `public_url`, and the pages behind the links that bookers keep.
//!
//! Server-rendered, whole without JavaScript: `page.js` only saves reloads and typing. Nothing is asked of any other
//! host, and no cookie is set; what a visitor chose (zone, clock, theme) stands in the address.
//!
//! | file | holds |
//! |---|---|
//! | `wanted` | who gets a page, who Markdown, who JSON: decided there alone |
//! | `visit` | what a page's address says |
//! | `form` | what a page's form sends |
//! | `look` | what stands around every page: its head and its headers |
//! | `assets` | style sheet and script |
//! | `times` | how times are written |
//! | `slots`, `week`, `choice` | finding slots, showing a week of them, offering others when one is taken |
//! | `details`, `summary` | the fields that a booker fills in, and what is booked |
//! | `book`, `cancel`, `reschedule`, `failure`, `markdown` | the pages |
//! | `words` | what the pages say |
//!
//! The addresses that also answer JSON have their one handler in the core surface, which calls here for a page.

mod assets;
mod book;
pub(crate) mod cancel;
mod choice;
mod details;
mod failure;
mod form;
mod look;
mod markdown;
pub(crate) mod reschedule;
mod slots;
mod summary;
mod times;
mod visit;
mod wanted;
mod week;
mod words;

use actix_web::HttpResponse;
use actix_web::web::ServiceConfig as Pages;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use failure::{Reader, failed};
pub(crate) use form::{Sent, key as form_key};
pub(crate) use look::ROBOTS;
pub(crate) use visit::Visit;
pub(crate) use wanted::{Wanted, varied};

/// The documented routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(book::show_booking_page).service(book::submit_booking_page);
}

/// What the pages are made of.
pub(crate) fn assets(config: &mut Pages) {
    config.service(assets::asset);
}

/// What a page handler answers with.
type Page = HttpResponse;
