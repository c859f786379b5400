//! Who gets a page.
//!
//! Addresses in mails are opened by people and by programs. A browser says that it takes `text/html`, and what it posts
//! is a form; whoever says neither is a program, and gets JSON where there is any.

use std::cmp::Reverse;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{Accept, CONTENT_TYPE, Header, Quality, VARY};
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::error::Failure;

/// The form in which an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A program's.
    Json,
    /// An agent's.
    Markdown,
    /// A person's.
    Page,
}

impl Wanted {
    /// What this request wants.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let offered: &[Self] = match request.path() {
            path if path.starts_with("/book/") => &[Self::Page, Self::Markdown],
            path if path.starts_with("/booking/cancel/") || path.starts_with("/booking/reschedule/") => {
                &[Self::Json, Self::Page]
            }
            _ => return Self::Json,
        };
        if is_form(request) {
            return Self::Page;
        }
        let mut ranges = Accept::parse(request).map(|accept| accept.0).unwrap_or_default();
        ranges.retain(|range| range.quality > Quality::ZERO);
        // Stable: of equals, what was named first.
        ranges.sort_by_key(|range| Reverse(range.quality));
        let named = ranges.iter().filter_map(|range| match range.item.essence_str() {
            "text/html" | "application/xhtml+xml" => Some(Self::Page),
            "text/markdown" => Some(Self::Markdown),
            "application/json" => Some(Self::Json),
            _ => None,
        });
        named.into_iter().find(|wanted| offered.contains(wanted)).unwrap_or(offered[0])
    }
}

impl FromRequest for Wanted {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// Whether the body is a form as pages send it.
pub(crate) fn is_form(request: &HttpRequest) -> bool {
    let declared = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = declared.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Tells caches that the answer depends on who asked.
pub(crate) fn varied(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().append(VARY, actix_web::http::header::HeaderValue::from_static("accept"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::ACCEPT;
    use actix_web::test::TestRequest;

    fn check(path: &str, accept: &str, expected: Wanted) {
        let request = TestRequest::get().uri(path).insert_header((ACCEPT, accept)).to_http_request();
        assert_eq!(Wanted::of(&request), expected, "{path} {accept}");
    }

    #[test]
    fn by_what_is_accepted() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        let (book, cancel) = ("/book/token", "/booking/cancel/token");
        check(book, browser, Wanted::Page);
        check(book, "*/*", Wanted::Page);
        check(book, "text/markdown", Wanted::Markdown);
        check(book, "text/html;q=0.5, text/markdown", Wanted::Markdown);
        check(book, "text/html, text/markdown;q=0", Wanted::Page);
        check(book, "application/json", Wanted::Page);
        check(book, "nonsense", Wanted::Page);
        check(cancel, browser, Wanted::Page);
        check(cancel, "*/*", Wanted::Json);
        check(cancel, "", Wanted::Json);
        check(cancel, "application/json, text/html", Wanted::Json);
        check(cancel, "text/html, application/json", Wanted::Page);
        check("/booking/reschedule/token", browser, Wanted::Page);
        check("/booking/token/availability", browser, Wanted::Json);
        check("/events", browser, Wanted::Json);
    }

    #[test]
    fn forms_are_for_people() {
        let form = TestRequest::post().uri("/booking/cancel/token");
        let form = form.insert_header((CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8"));
        assert_eq!(Wanted::of(&form.to_http_request()), Wanted::Page);
        assert_eq!(Wanted::of(&TestRequest::post().uri("/booking/cancel/token").to_http_request()), Wanted::Json);
    }
}
