//! Where a request comes from, when it came through proxies.

use std::net::IpAddr;
use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;

/// The header in which each proxy adds whom it got the request from.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Addresses whose word is taken for whom they speak for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// What is no network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidNetwork;

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        let shared = |own: u128, other: u128, width: u32| {
            let rest = width - self.bits;
            rest >= width || own >> rest == other >> rest
        };
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => shared(own.to_bits().into(), other.to_bits().into(), 32),
            (IpAddr::V6(own), IpAddr::V6(other)) => shared(own.to_bits(), other.to_bits(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    /// `10.0.0.0/8`, or one address.
    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| InvalidNetwork)?;
        if bits <= most { Ok(Self { address, bits }) } else { Err(InvalidNetwork) }
    }
}

/// Who sent this: whoever connected; where that is a trusted proxy, whoever it says it speaks for.
pub(crate) fn sender(request: &HttpRequest, trusted: &[Network]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    Some(spoken_for(peer, request.headers(), trusted))
}

/// Read from its end, for the beginning may be anybody's invention.
fn spoken_for(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
    let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).filter_map(|line| line.to_str().ok()).collect();
    let mut told = lines.iter().rev().flat_map(|line| line.rsplit(','));
    let mut sender = peer;
    while is_trusted(sender) {
        let Some(Ok(before)) = told.next().map(|text| text.trim().parse::<IpAddr>()) else { break };
        sender = before.to_canonical();
    }
    sender
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn check(peer: &str, told: &[&str], expected: &str) {
        let trusted: Vec<Network> =
            ["10.0.0.0/8", "127.0.0.1", "fd00::/8"].iter().map(|text| text.parse().unwrap()).collect();
        let request =
            told.iter().fold(TestRequest::get(), |request, line| request.append_header((FORWARDED_FOR, *line)));
        let found = spoken_for(peer.parse().unwrap(), request.to_http_request().headers(), &trusted);
        assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer} {told:?}");
    }

    #[test]
    fn only_proxies_are_believed() {
        check("192.0.2.1", &[], "192.0.2.1");
        check("192.0.2.1", &["198.51.100.7"], "192.0.2.1");
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &["198.51.100.7"], "198.51.100.7");
        check("fd00::1", &["2001:db8::7"], "2001:db8::7");
    }

    #[test]
    fn the_last_that_is_no_proxy_is_meant() {
        check("127.0.0.1", &["198.51.100.7, 10.1.2.3"], "198.51.100.7");
        check("127.0.0.1", &["1.2.3.4, 198.51.100.7"], "198.51.100.7");
        check("127.0.0.1", &["1.2.3.4", "198.51.100.7, 10.0.0.1"], "198.51.100.7");
        check("127.0.0.1", &["10.0.0.9"], "10.0.0.9");
        check("127.0.0.1", &["198.51.100.7, nonsense, 10.0.0.1"], "10.0.0.1");
        check("10.0.0.1", &["::ffff:198.51.100.7"], "198.51.100.7");
    }

    #[test]
    fn networks() {
        for text in ["10.0.0.0/8", "0.0.0.0/0", "::/0", "::1", "192.0.2.1/32"] {
            assert!(text.parse::<Network>().is_ok(), "{text}");
        }
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0/8", "localhost", "10.0.0.0/-1"] {
            assert_eq!(text.parse::<Network>(), Err(InvalidNetwork), "{text}");
        }
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.holds("8.8.8.8".parse().unwrap()) && !all.holds("::1".parse().unwrap()));
    }
}
