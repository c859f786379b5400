//! The hosts that an administrator exempts.

use std::fmt;
use std::net::Ipv6Addr;
use std::num::NonZeroU16;
use std::str::FromStr;

use url::Host;

use crate::target::{is_web_port, plain};

/// Hosts that may be fetched from although they are in a private network. Empty by default.
///
/// Reads a comma list of names or addresses, each with a port or for all the usual ones (80, 443, 1024 and above). An
/// IPv6 address with a port is in brackets. It is compared with the URL's host, not with what that resolves to.
///
/// ```
/// use kalends_fetch::AllowedHosts;
///
/// let hosts: AllowedHosts = "NAS.lan, 10.0.0.5:8080, [fd00::1]:81".parse()?;
/// assert_eq!(hosts.to_string(), "nas.lan, 10.0.0.5:8080, [fd00::1]:81");
/// assert!("10.0.0.0/8".parse::<AllowedHosts>().is_err());
/// # Ok::<(), kalends_fetch::InvalidAllowedHosts>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<AllowedHost>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct AllowedHost {
    host: Host,
    port: Option<NonZeroU16>,
}

/// A list of hosts with an entry that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected hosts such as nas.lan, 10.0.0.5:8080 or [fd00::1]:81, separated by commas, found {0:?}")]
pub struct InvalidAllowedHosts(String);

impl AllowedHosts {
    /// Whether this is exempt.
    pub(crate) fn contain(&self, host: &Host, port: u16) -> bool {
        self.0.iter().any(|allowed| {
            allowed.host == *host && allowed.port.map_or(is_web_port(port), |allowed| allowed.get() == port)
        })
    }

    /// Whether no host is exempt.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for AllowedHosts {
    type Err = InvalidAllowedHosts;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries
            .map(|entry| parse(entry).ok_or_else(|| InvalidAllowedHosts(entry.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn parse(entry: &str) -> Option<AllowedHost> {
    // A bare IPv6 address has colons of its own.
    if let Ok(ip) = entry.parse::<Ipv6Addr>() {
        return Some(AllowedHost { host: Host::Ipv6(ip), port: None });
    }
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) if !entry.ends_with(']') => (host, Some(port.parse().ok()?)),
        _ => (entry, None),
    };
    Some(AllowedHost { host: plain(Host::parse(host).ok()?)?, port })
}

impl fmt::Display for AllowedHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, AllowedHost { host, port }) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            write!(f, "{host}")?;
            port.map_or(Ok(()), |port| write!(f, ":{port}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str, host: &str, port: u16, expected: bool) {
        let list: AllowedHosts = list.parse().unwrap();
        assert_eq!(list.contain(&Host::parse(host).unwrap(), port), expected, "{host}:{port} in {list}");
    }

    #[test]
    fn a_host_is_allowed_at_the_usual_ports() {
        for port in [80, 443, 1024, 65535] {
            check("nas.lan", "nas.lan", port, true);
        }
        check("nas.lan", "nas.lan", 22, false);
        check("nas.lan", "a.nas.lan", 80, false);
        check("nas.lan", "lan", 80, false);
        check("", "nas.lan", 80, false);
    }

    #[test]
    fn a_host_with_a_port_is_allowed_there_alone() {
        check("nas.lan:22", "nas.lan", 22, true);
        check("nas.lan:22", "nas.lan", 80, false);
        check("nas.lan:22,nas.lan:80", "nas.lan", 80, true);
    }

    #[test]
    fn spellings_are_one() {
        check("NAS.Lan.", "nas.lan", 80, true);
        check("bücher.lan", "xn--bcher-kva.lan", 80, true);
        check("10.5", "10.0.0.5", 80, true);
        for list in ["fd00::1", "[fd00::1]", "[FD00:0::1]", "[fd00::1]:80"] {
            check(list, "[fd00::1]", 80, true);
        }
    }

    #[test]
    fn what_is_no_host_is_told() {
        for entry in [
            "10.0.0.0/8",
            "http://nas.lan",
            "nas.lan:",
            "nas.lan:0",
            "nas.lan:65536",
            "*.lan",
            "a b",
            ":80",
            ".",
            "a..b",
            "[fd00::1",
            "u@nas.lan",
        ] {
            let error = format!("nas.lan, {entry} ,").parse::<AllowedHosts>().unwrap_err();
            assert_eq!(error, InvalidAllowedHosts(entry.to_owned()));
        }
    }
}
