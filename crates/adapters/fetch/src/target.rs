//! Which URLs may be fetched, as far as their text tells.

use url::{Host, Url};

use crate::address::{NotPublic, is_public};
use crate::allowed::AllowedHosts;

/// A longer URL than this is nobody's.
const URL_MAX: usize = 8192;

/// A URL that may be asked for, once its host's name is resolved.
#[derive(Debug)]
pub(crate) struct Target {
    /// `http` or `https`.
    pub(crate) url: Url,
    /// Whether the administrator exempts its host from what is asked of addresses.
    pub(crate) exempt: bool,
}

impl Target {
    /// Reads what a person typed. The error goes on after the URL's name, as
    /// [`kalends_ports::FetchError::Refused`] has it.
    pub(crate) fn parse(text: &str, allowed: &AllowedHosts) -> Result<Self, String> {
        if text.len() > URL_MAX {
            return Err(format!("must have at most {URL_MAX} bytes"));
        }
        let url = parse_url(text.trim()).ok_or("must be an http, https or webcal URL")?;
        let host = url.host().and_then(|host| plain(host.to_owned())).ok_or("must name a host")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user name or password".to_owned());
        }
        let port = url.port_or_known_default().unwrap_or_default();
        let exempt = allowed.contain(&host, port);
        if !exempt && !is_web_port(port) {
            return Err("must have port 80, 443, or one of 1024 and above".to_owned());
        }
        // An address is not resolved, so it is not seen again.
        let public = match host {
            Host::Domain(_) => true,
            Host::Ipv4(ip) => is_public(ip.into()),
            Host::Ipv6(ip) => is_public(ip.into()),
        };
        if exempt || public { Ok(Self { url, exempt }) } else { Err(NotPublic.to_string()) }
    }

    /// Where a `Location` leads from here.
    pub(crate) fn redirected(&self, location: &str, allowed: &AllowedHosts) -> Result<Self, String> {
        let next = self.url.join(location).map_err(|_| "redirects to what is not a URL")?;
        let next = Self::parse(next.as_str(), allowed).map_err(|reason| format!("redirects to a URL that {reason}"))?;
        if self.url.scheme() == "https" && next.url.scheme() == "http" {
            return Err("redirects from https to http".to_owned());
        }
        Ok(next)
    }
}

/// Whether web servers are found at this port: the lower ones are those of mail, files and shells, which would read a
/// request as commands of their own.
pub(crate) fn is_web_port(port: u16) -> bool {
    matches!(port, 80 | 443 | 1024..)
}

/// Without the dot that may end a name. None if it is not a name: each part has letters, digits, `-` and `_`.
pub(crate) fn plain(host: Host) -> Option<Host> {
    let Host::Domain(name) = host else {
        return Some(host);
    };
    let name = name.strip_suffix('.').unwrap_or(&name);
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    name.split('.').all(is_part).then(|| Host::Domain(name.to_owned()))
}

/// The scheme is replaced in the text, because other schemes' hosts are read by other rules: the `0x7f.1` of
/// `webcal://0x7f.1/` would be a name.
fn parse_url(text: &str) -> Option<Url> {
    let (scheme, rest) = text.split_once(':')?;
    let parse = |scheme| Url::parse(&format!("{scheme}:{rest}")).ok();
    match scheme.to_ascii_lowercase().as_str() {
        "http" => parse("http"),
        "https" | "webcals" => parse("https"),
        "webcal" => {
            // Whoever publishes a calendar as webcal has a web server, so nearly always TLS as well. With a port in the
            // URL it is that one server, and webcal is http there.
            let secure = parse("https")?;
            if secure.port().is_none() { Some(secure) } else { parse("http") }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Result<String, String> {
        Target::parse(text, &"nas.lan, nas.lan:22, 10.0.0.5".parse().unwrap()).map(|target| target.url.to_string())
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(target(text).as_deref(), Ok(expected), "{text}");
    }

    fn refused(texts: &[&str], because: &str) {
        for text in texts {
            let told = target(text).expect_err(text);
            assert!(told.contains(because), "{text}: {told}");
        }
    }

    #[test]
    fn schemes() {
        check("http://a.example/c.ics?k=1", "http://a.example/c.ics?k=1");
        check(" HTTPS://A.example ", "https://a.example/");
        check("webcal://a.example/c.ics", "https://a.example/c.ics");
        check("webcal://a.example:443/", "https://a.example/");
        check("webcal://a.example:80/", "http://a.example/");
        check("WebCal://a.example:8080/", "http://a.example:8080/");
        check("webcals://a.example:8443/", "https://a.example:8443/");
        check("webcal://bücher.example/", "https://xn--bcher-kva.example/");
        refused(
            &[
                "ftp://a.example/",
                "file:///etc/passwd",
                "gopher://a.example:70/",
                "data:text/calendar,x",
                "a.example",
                "",
            ],
            "must be an http, https or webcal URL",
        );
        refused(
            &["//a.example", "webcal:", "http://", "view-source:http://a.example", "ht\ttp://a.example"],
            "must be an http",
        );
    }

    #[test]
    fn hosts() {
        check("http://a.example./", "http://a.example./");
        check("http://a_b-1.example/", "http://a_b-1.example/");
        refused(
            &["http://a..example/", "http://./", "http://../", "webcal://a.example../", "http://a{b}.example/"],
            "must name a host",
        );
        refused(&["http://[fe80::1%25lo]/", "http://[fe80::1%lo]/", "http://a b/", "http://[::1/"], "must be an http");
    }

    #[test]
    fn no_user_and_no_password() {
        refused(&["http://u@a.example/", "https://u:p@a.example/", "webcal://:p@a.example/"], "user name or password");
        check("http://a.example\\@b.example/", "http://a.example/@b.example/");
    }

    #[test]
    fn ports() {
        check("http://a.example:1024/", "http://a.example:1024/");
        check("http://a.example:443/", "http://a.example:443/");
        check("http://nas.lan:22/", "http://nas.lan:22/");
        check("http://NAS.lan.:22/", "http://nas.lan.:22/");
        refused(
            &["http://a.example:22/", "http://8.8.8.8:0/", "webcal://a.example:25/", "http://a.example:1023/"],
            "port",
        );
        refused(&["http://nas.lan:23/", "http://10.0.0.5:22/"], "port");
    }

    #[test]
    fn addresses_in_every_spelling() {
        for scheme in ["http", "https", "webcal", "webcals"] {
            for host in [
                "127.0.0.1",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0x7f.1",
                "0177.0.0.1",
                "0177.0.0x1",
                "127.0.0.1.",
                "127。0。0。1",
                "１２７.0.0.1",
                "%31%32%37.0.0.1",
                "0",
                "0.0.0.0",
                "10.0.0.6",
                "169.254.169.254",
                "0xa9fea9fe",
                "[::1]",
                "[::]",
                "[::ffff:10.0.0.5]",
                "[0:0:0:0:0:ffff:7f00:1]",
                "[64:ff9b::a00:5]",
                "[fd00::1]",
            ] {
                refused(
                    &[&format!("{scheme}://{host}/"), &format!("{scheme}://{host}:8080/c.ics")],
                    "is in a private network",
                );
            }
        }
        check("webcal://10.5/", "https://10.0.0.5/");
        check("http://8.8.8.8/", "http://8.8.8.8/");
    }

    #[test]
    fn a_url_has_an_end() {
        refused(&[&format!("http://a.example/{}", "a".repeat(URL_MAX))], "at most 8192 bytes");
    }

    #[test]
    fn redirects() {
        let next = |from: &str, location: &str| {
            let allowed = AllowedHosts::default();
            Target::parse(from, &allowed).unwrap().redirected(location, &allowed).map(|target| target.url.to_string())
        };
        let ok = |text: &str| Ok(text.to_owned());
        assert_eq!(next("http://a.example/b/c", "../d?e"), ok("http://a.example/d?e"));
        assert_eq!(next("http://a.example/", "//b.example/"), ok("http://b.example/"));
        assert_eq!(next("http://a.example/", "https://b.example/"), ok("https://b.example/"));
        assert_eq!(next("https://a.example/", "webcal://b.example/"), ok("https://b.example/"));
        for (location, because) in [
            ("http://b.example/", "redirects from https to http"),
            ("webcal://b.example:8080/", "redirects from https to http"),
            ("https://10.0.0.1/", "redirects to a URL that is in a private network"),
            ("https://u:p@b.example/", "redirects to a URL that must not hold a user name or password"),
            ("file:///etc/passwd", "redirects to a URL that must be an http, https or webcal URL"),
            ("https://[", "redirects to what is not a URL"),
        ] {
            assert_eq!(next("https://a.example/", location), Err(because.to_owned()), "{location}");
        }
    }
}
