//! Why a request was not done, as a page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use maud::html;

use super::look::Look;
use super::{Wanted, varied, words};
use crate::error::{Failure, Kind};
use crate::surfaces::Surface;

/// Who reads an answer. It decides in which words a failure is told.
#[derive(Debug)]
pub(crate) enum Reader {
    /// A person.
    Person(Place),
    /// A program, which knows the document of this surface.
    Program(Surface),
}

/// Where they are, and how it looks there.
#[derive(Debug)]
pub(crate) struct Place {
    look: Look,
    /// At a link, not at a booking.
    of_link: bool,
}

impl Reader {
    /// Whoever sent this request.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        match Wanted::of(request) {
            Wanted::Page => {
                Self::Person(Place { look: Look::of(request), of_link: request.path().starts_with("/book/") })
            }
            Wanted::Json | Wanted::Markdown => Self::Program(Surface::of(request.path())),
        }
    }
}

/// A failure as a page.
pub(crate) fn failed(place: &Place, status: StatusCode, failure: &Failure) -> HttpResponse {
    let (heading, sentence) = words::failure(status.as_u16(), place.of_link);
    let told = match failure.kind {
        Kind::Conflict => vec![failure.message.clone()],
        Kind::Invalid => failure.details.iter().map(|bad| format!("{} {}", bad.field, bad.message)).collect(),
        _ => vec![],
    };
    let main = html! {
        main .card .narrow {
            h1 { (heading) }
            p { (sentence) }
            @if !told.is_empty() {
                ul { @for line in &told { li { (line) } } }
            }
        }
    };
    varied(place.look.page(status, heading, &main))
}
