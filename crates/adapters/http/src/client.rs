//! Whom to trust, and when to come again.

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Certificate, ClientBuilder};

/// How we call ourselves.
pub const USER_AGENT: &str = concat!("Kalends/", env!("CARGO_PKG_VERSION"));

/// The client cannot be made, by a fault of the TLS library.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made")]
pub struct ClientError(#[from] reqwest::Error);

/// The system's certificates are what is trusted, so that a house's own authority counts, and one that was struck off
/// does not. Where there are none, as in a container made from scratch, it is those that browsers trust.
pub fn build(builder: impl Fn() -> ClientBuilder) -> Result<reqwest::Client, ClientError> {
    let made = builder().build().or_else(|_| {
        let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|der| Certificate::from_der(der));
        builder().tls_certs_merge(bundled.collect::<reqwest::Result<Vec<_>>>()?).build()
    });
    Ok(made?)
}

/// How long `Retry-After` asks to be left alone (RFC 9110, section 10.2.3): seconds, or a date, which is compared with
/// the server's own clock. Never negative.
pub fn retry_after(headers: &HeaderMap) -> Option<SignedDuration> {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok();
    let value = text(&RETRY_AFTER)?;
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(SignedDuration::from_secs(seconds.into()));
    }
    let instant = |text: &str| rfc2822::parse(text).ok().map(|at| at.timestamp());
    let now: Timestamp = instant(text(&DATE)?)?;
    Some(instant(value)?.duration_since(now).max(SignedDuration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(value: &str, date: Option<&str>) -> Option<i64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers).map(|it| it.as_secs())
    }

    #[test]
    fn seconds_and_dates() {
        let now = Some("Wed, 21 Oct 2026 07:28:00 GMT");
        assert_eq!(told("120", None), Some(120));
        assert_eq!(told("Wed, 21 Oct 2026 07:29:30 GMT", now), Some(90));
        assert_eq!(told("Wed, 21 Oct 2026 07:20:00 GMT", now), Some(0));
        assert_eq!(told("Wed, 21 Oct 2026 07:29:30 GMT", None), None);
        for odd in ["-1", "soon", "", "99999999999"] {
            assert_eq!(told(odd, now), None, "{odd}");
        }
    }
}
