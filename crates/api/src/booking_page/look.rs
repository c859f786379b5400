//! What stands around every page: the head of the document, and the headers of the answer.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::{HttpRequest, HttpResponse};
use maud::{DOCTYPE, Markup, html};
use url::Url;

use super::Page;
use super::assets::{SCRIPT, STYLE};
use super::words;
use crate::extract::parameters;
use crate::state::State;

/// The header that keeps pages whose address is a secret, or one person's, out of search engines.
pub(crate) const ROBOTS: &str = "x-robots-tag";

/// Light or dark, where the visitor's system is not to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

impl Theme {
    /// As it stands in addresses.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How a page is shown.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// What stands before the path of every address: the path of the public URL, without a slash at its end.
    pub(super) base: String,
    pub(super) theme: Option<Theme>,
    /// It is part of somebody else's page.
    pub(super) embedded: bool,
    /// Who may show it in a frame, as the policy has it.
    frames: String,
}

impl Look {
    /// How this request wants it. What is wrong with the query is not told here: a failure needs a look too.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let (query, _) = parameters(request.query_string());
        let embedded = query.contains_key("embed");
        let theme =
            [Theme::Light, Theme::Dark].into_iter().find(|theme| query.get("theme") == Some(&theme.name().into()));
        let settings = State::of(request).map(|state| {
            let base = Url::parse(&state.settings.public_url).map(|url| url.path().trim_end_matches('/').to_owned());
            (base.unwrap_or_default(), state.settings.embed_origins.join(" "))
        });
        let (base, origins) = settings.unwrap_or_default();
        let frames = if embedded && !origins.is_empty() { origins } else { "'none'".to_owned() };
        Self { base, theme, embedded, frames }
    }

    /// A page with this title.
    pub(super) fn page(&self, status: StatusCode, title: &str, main: &Markup) -> Page {
        let (style, script) = (format!("{}{}", self.base, STYLE.path()), format!("{}{}", self.base, SCRIPT.path()));
        let document = html! {
            (DOCTYPE)
            html lang=(words::LANGUAGE) data-theme=[self.theme.map(Theme::name)] data-embed[self.embedded] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    meta name="color-scheme" content=(self.theme.map_or("light dark", Theme::name));
                    title { (title) }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(style);
                    script src=(script) defer {}
                }
                body {
                    (main)
                    p #live .hidden role="status" {}
                }
            }
        };
        HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, self.policy()))
            .insert_header((ROBOTS, "noindex, nofollow"))
            .body(document.into_string())
    }

    /// Everything from here and nothing from elsewhere. The script fetches our own pages (`connect-src`).
    fn policy(&self) -> String {
        format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
             form-action 'self'; base-uri 'none'; frame-ancestors {}",
            self.frames
        )
    }
}
