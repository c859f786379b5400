//! The single values of an event as callers write them.

use kalends_domain::event::URL_MAX;

/// Most characters of an attachment's name or media type, and of a course's id.
pub(super) const NAME_MAX: usize = 255;

/// An address on the web: `http` or `https`, with a host, at most [`URL_MAX`] characters.
pub(super) fn url(text: &str) -> Result<String, String> {
    let refused = || "must be an http or https URL".to_owned();
    if text.chars().count() > URL_MAX {
        return Err(format!("must be at most {URL_MAX} characters long"));
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(refused)?;
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(refused());
    }
    // RFC 3986 has none of these anywhere in an address.
    let foreign = |c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let named = !host.is_empty() && !host.starts_with(':');
    if named && !text.contains(foreign) { Ok(text.to_owned()) } else { Err(refused()) }
}

/// A media type (RFC 9110 8.3.1), such as `application/pdf`, its parameters included.
pub(super) fn media_type(text: &str) -> Result<String, &'static str> {
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    let good = text.len() <= NAME_MAX
        && text.bytes().all(|b| (0x20..0x7f).contains(&b))
        && essence.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub));
    if good { Ok(text.to_owned()) } else { Err("must be a media type such as application/pdf") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in
            ["https://example.com", "HTTP://user@example.com:8080/a?b#c", "https://[::1]/x", "https://exämple.com/ü"]
        {
            assert_eq!(url(good).unwrap(), good);
        }
        let long = format!("https://example.com/{}", "a".repeat(URL_MAX));
        for bad in [
            "",
            "ftp://example.com/x",
            "https://",
            "https:///x",
            "https://:80/",
            "javascript:alert(1)",
            "https://a b",
            "https://a/\n",
            &long,
        ] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn media_types() {
        for good in ["application/pdf", "text/plain; charset=utf-8"] {
            assert_eq!(media_type(good).unwrap(), good);
        }
        for bad in ["", "pdf", "/", "text/", "text/pl ain", "text/plain\n"] {
            assert!(media_type(bad).is_err(), "{bad}");
        }
    }
}
