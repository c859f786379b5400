//! Documents that stand somewhere on the web.

use async_trait::async_trait;
use jiff::SignedDuration;

/// What to fetch, and what to take.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// As a person typed it: `http`, `https`, `webcal` or `webcals`. It may carry a token, so it is not shown.
    pub url: String,
    /// The media types that are taken, in lower case and without parameters: `text/calendar`.
    pub accept: &'static [&'static str],
    /// The most bytes that the body may have, counted after it is decompressed.
    pub max_bytes: usize,
    /// The [`Document::etag`] of what was fetched last, to be told when it has not changed.
    pub etag: Option<String>,
    /// The [`Document::last_modified`] of what was fetched last, to the same end.
    pub last_modified: Option<String>,
}

impl std::fmt::Debug for FetchRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FetchRequest(…)")
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It is as it was when the etag or date that was sent was handed out.
    NotModified,
    /// It is this.
    Document(Document),
}

/// What stands at a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The whole body, decompressed.
    pub body: Vec<u8>,
    /// One of those that were asked for, or none if the server did not say.
    pub media_type: Option<String>,
    /// The server's mark of this version, quotes included (RFC 9110, section 8.8.3).
    pub etag: Option<String>,
    /// When the server says that it was changed, as it says it (RFC 9110, section 8.8.2).
    pub last_modified: Option<String>,
}

/// Why there is no document. Each message goes on after the name of what holds the URL: "url cannot be reached: …".
/// None holds the URL's path or query, which may be secret, nor an address of the network that the server stands in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The URL, or one that it redirects to, is none that may be fetched; nothing was sent there.
    #[error("{0}")]
    Refused(String),
    /// There was no connection: an unknown name, a closed port, a certificate that is not trusted.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// The whole answer was not there in time.
    #[error("does not answer in time")]
    TimedOut,
    /// The connection was lost, or what came over it is not HTTP.
    #[error("gives a broken answer: {0}")]
    Broken(String),
    /// It redirects, and on, and on; more often than this.
    #[error("redirects more than {0} times")]
    TooManyRedirects(usize),
    /// It answers, but not with a document.
    #[error("answers with status {status}")]
    Status {
        /// The status code.
        status: u16,
        /// How long the server asks to be left alone, never negative; nobody has checked that it is reasonable.
        retry_after: Option<SignedDuration>,
    },
    /// It is a document of another kind.
    #[error("answers with {found:?} instead of {}", accept.join(" or "))]
    MediaType {
        /// The media type that came.
        found: String,
        /// Those that were asked for.
        accept: &'static [&'static str],
    },
    /// The document has more than this many bytes.
    #[error("answers with more than {0} bytes")]
    TooLarge(usize),
}

/// Fetches what a stranger's URL names, and never from a network that only this server can see.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Fetcher: Send + Sync {
    /// Fetches one document. Ends within seconds, whatever the other side does.
    async fn fetch(&self, request: FetchRequest) -> Result<Fetched, FetchError>;
}
