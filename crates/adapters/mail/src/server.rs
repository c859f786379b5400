//! Which mail server, as an operator names it.

use std::fmt;
use std::str::FromStr;

use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::{Host, Url};

/// A mail server, and how to sign in there: `smtps://USER:PASSWORD@HOST` (TLS from the start),
/// `smtp://USER:PASSWORD@HOST?tls=required` (STARTTLS, or nothing), or `smtp://HOST` (not encrypted).
#[derive(Clone)]
pub struct Server {
    pub(crate) builder: AsyncSmtpTransportBuilder,
    place: String,
    safe: bool,
}

/// Text that names no mail server. It never tells the text, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidServer {
    /// It is not one of the known forms.
    #[error(
        "expected smtps://USER:PASSWORD@HOST:PORT, smtp://USER:PASSWORD@HOST:PORT?tls=required (STARTTLS), or \
         smtp://HOST:PORT for a server that is not asked for encryption"
    )]
    Unknown,
    /// There is no TLS on this machine, for want of certificates for example.
    #[error("TLS cannot be used: {0}")]
    Tls(String),
}

impl Server {
    /// Whether a password or a mail can be read on its way there: over a network and without TLS.
    pub fn is_overheard(&self) -> bool {
        !self.safe
    }
}

impl FromStr for Server {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        let url = Url::parse(text).map_err(|_| InvalidServer::Unknown)?;
        let host = url.host().filter(|host| !host.to_string().is_empty()).ok_or(InvalidServer::Unknown)?;
        // The library overlooks what it does not know, and a slip in `tls` would send a password in the clear.
        let known = url.query_pairs().all(|(name, _)| name == "tls") && url.fragment().is_none();
        let bare = matches!(url.path(), "" | "/");
        if !known || !bare || (url.scheme() == "smtps" && url.query().is_some()) {
            return Err(InvalidServer::Unknown);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(text).map_err(|error| {
            if error.is_tls() { InvalidServer::Tls(error.to_string()) } else { InvalidServer::Unknown }
        })?;
        let required = url.query_pairs().any(|(_, value)| value == "required");
        let safe = url.scheme() == "smtps" || required || is_here(&host);
        let port = url.port().map_or(String::new(), |port| format!(":{port}"));
        Ok(Self { builder, place: format!("{host}{port}"), safe })
    }
}

/// Whether it is this machine.
fn is_here(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
        // Of an unknown scheme the library leaves addresses as names.
        Host::Domain(name) => *name == "localhost" || name.parse().is_ok_and(|ip: std::net::Ipv4Addr| ip.is_loopback()),
    }
}

/// Its host and port, and nothing secret.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers() {
        for (text, shown, overheard) in [
            ("smtps://u:hush@mail.example", "mail.example", false),
            ("smtp://u:hush@mail.example:587?tls=required", "mail.example:587", false),
            ("smtp://mail.example", "mail.example", true),
            ("smtp://mail.example?tls=opportunistic", "mail.example", true),
            ("smtp://127.0.0.1:2525", "127.0.0.1:2525", false),
            ("smtp://[::1]:2525", "[::1]:2525", false),
            ("smtp://localhost", "localhost", false),
        ] {
            let server: Server = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((server.to_string().as_str(), server.is_overheard()), (shown, overheard), "{text}");
            assert!(!format!("{server:?}").contains("hush"));
        }
    }

    #[test]
    fn a_slip_is_told_and_never_the_password() {
        for text in [
            "mail.example",
            "http://u:hush@mail.example",
            "smtp://",
            "smtp://u:hush@mail.example?tls=requierd",
            "smtp://u:hush@mail.example?tsl=required",
            "smtp://u:hush@mail.example/path",
            "smtps://u:hush@mail.example?tls=required",
            "smtps://u:hush@mail.example#x",
        ] {
            let told = text.parse::<Server>().err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.contains("smtps://") && !told.contains("hush"), "{text}: {told}");
        }
    }
}
