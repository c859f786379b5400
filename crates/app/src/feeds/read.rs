//! Fetching what a feed answers, and reading it.

use jiff::SignedDuration;
use kalends_domain::feed::{Feed, Format};
use kalends_domain::time::Zone;
use kalends_feed::ReadFeed;
use kalends_ports::{FetchError, FetchRequest, Fetched};

use crate::App;

/// Most bytes of a feed.
const FETCH_MAX: usize = 8 << 20;
const JSON: &[&str] = &["application/json", "text/json", "text/plain", "application/octet-stream"];
const ICS: &[&str] =
    &["text/calendar", "text/plain", "application/octet-stream", "text/x-vcalendar", "application/ics"];

/// What came.
pub(super) enum Told {
    /// The server says that nothing has changed.
    NotModified,
    /// The very bytes that came last time.
    Same(Marks),
    /// Something else.
    New(ReadFeed, Marks),
}

/// By what an answer is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) digest: [u8; 32],
}

/// Why nothing came that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Untold {
    /// What is wrong, in words for whoever makes the feed.
    pub(super) reason: String,
    /// How long the server asks to be left alone.
    pub(super) asked: Option<SignedDuration>,
}

impl App {
    /// Asks for a feed, where something is known of it with its marks.
    pub(super) async fn fetch_feed(
        &self,
        url: &str,
        format: Format,
        known: Option<&Feed>,
        zone: &Zone,
    ) -> std::result::Result<Told, Untold> {
        let request = FetchRequest {
            url: url.to_owned(),
            accept: match format {
                Format::Json => JSON,
                Format::Ics => ICS,
            },
            max_bytes: FETCH_MAX,
            etag: known.and_then(|feed| feed.etag.clone()),
            last_modified: known.and_then(|feed| feed.last_modified.clone()),
        };
        let document = match self.ports.fetcher.fetch(request).await {
            Ok(Fetched::NotModified) if known.is_some() => return Ok(Told::NotModified),
            Ok(Fetched::NotModified) => return Err(untold("the feed answers with status 304 to a plain request")),
            Ok(Fetched::Document(document)) => document,
            Err(error) => {
                let asked = if let FetchError::Status { retry_after, .. } = &error { *retry_after } else { None };
                return Err(Untold { asked, ..untold(format!("the feed {error}")) });
            }
        };
        // What times without an offset mean is part of what was read.
        let mut label = format!("feed {} {}\0", format.as_str(), zone.name()).into_bytes();
        label.extend(&document.body);
        let digest = self.ports.secrets.derive(&label);
        let marks = Marks { etag: document.etag, last_modified: document.last_modified, digest };
        if known.is_some_and(|feed| feed.digest == Some(digest)) {
            return Ok(Told::Same(marks));
        }
        let (zone, body) = (zone.clone(), document.body);
        let read = tokio::task::spawn_blocking(move || kalends_feed::read(format, &body, &zone)).await;
        match read {
            Ok(Ok(feed)) => Ok(Told::New(feed, marks)),
            Ok(Err(bad)) => Err(untold(bad.0)),
            Err(broken) => {
                tracing::error!(error = %broken, "a feed could not be read");
                Err(untold("the feed could not be read; it has been logged"))
            }
        }
    }
}

fn untold(reason: impl Into<String>) -> Untold {
    Untold { reason: reason.into(), asked: None }
}
