//! Which addresses are public, and a resolver that answers with no others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

/// A host that is not on the public internet, as far as its address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is in a private network")]
pub(crate) struct NotPublic;

/// Whether this is an address of one machine on the public internet: none of those that the IANA's registries of
/// special-purpose addresses give another meaning, and none that may stand for another address.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !matches!(
        ip.octets(),
        [0 | 10 | 127 | 224.., ..] // this network, private, loopback, multicast, reserved and broadcast
            | [100, 64..=127, ..] // behind a provider's NAT
            | [169, 254, ..] // link-local, the metadata of clouds among them
            | [172, 16..=31, ..] // private
            | [192, 0, 0 | 2, _] // protocol assignments, documentation
            | [192, 88, 99, _] // relays of 6to4
            | [192, 168, ..] // private
            | [198, 18 | 19, ..] // benchmarks
            | [198, 51, 100, _] // documentation
            | [203, 0, 113, _] // documentation
    )
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    // All public addresses are in 2000::/3. Outside it are loopback, fc00::/7, fe80::/10, multicast and such, and those
    // that carry an IPv4 address: mapped, compatible, and NAT64.
    let [first, ..] = ip.segments();
    let special = matches!(
        ip.segments(),
        // Protocol assignments (Teredo carries an IPv4 address; ORCHID; benchmarks), and documentation.
        [0x2001, 0..0x200 | 0xdb8, ..]
            // 6to4, which carries an IPv4 address
            | [0x2002, ..]
            // documentation
            | [0x3fff, 0..0x1000, ..]
    );
    first >> 13 == 0b001 && !special
}

/// All of them if all are public. One that is not spoils the rest: a name that has both is up to something.
fn all_public(addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotPublic> {
    if addresses.iter().all(|address| is_public(address.ip())) { Ok(addresses) } else { Err(NotPublic) }
}

/// Resolves as the system does, and fails with [`NotPublic`] where that leads into a private network.
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?; // the port is the URL's
            let public: Addrs = Box::new(all_public(found.collect())?.into_iter());
            Ok(public)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addresses: &[&str], expected: bool) {
        for text in addresses {
            assert_eq!(is_public(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_public() {
        check(&["1.1.1.1", "8.8.8.8", "93.184.216.34", "223.255.255.255"], true);
        check(&["2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "2000::", "3ffe:ffff::1"], true);
    }

    #[test]
    fn private_networks_and_this_machine() {
        check(&["127.0.0.1", "127.255.255.255", "0.0.0.0", "0.255.255.255", "::1", "::"], false);
        check(&["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"], false);
        check(&["100.64.0.0", "100.127.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255"], false);
        check(&["fc00::", "fd12:3456::1", "fdff:ffff::", "fe80::1", "febf::1", "fec0::1", "feff::1"], false);
    }

    #[test]
    fn many_or_nobody() {
        check(&["224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.254", "255.255.255.255"], false);
        check(&["ff00::", "ff02::1", "ff0e::1", "100::1", "100:0:0:1::1", "5f00::1", "4000::", "1fff:ffff::"], false);
    }

    #[test]
    fn documentation_benchmarks_and_protocols() {
        check(&["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1", "3fff:fff::1"], false);
        check(&["192.0.0.0", "192.0.0.255", "192.88.99.1", "198.18.0.0", "198.19.255.255", "2001:2::1"], false);
        check(&["2001:10::1", "2001:20::1", "2001:2f:ffff::1", "2001:1::1", "2001:1ff:ffff::1"], false);
    }

    #[test]
    fn addresses_that_carry_another() {
        check(&["::ffff:8.8.8.8", "::ffff:127.0.0.1", "::8.8.8.8", "::127.0.0.1", "::ffff:0:7f00:1"], false);
        check(
            &["64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:0:1::"],
            false,
        );
    }

    #[test]
    fn neighbours_of_what_is_private() {
        check(&["1.0.0.0", "9.255.255.255", "11.0.0.0", "126.255.255.255", "128.0.0.0"], true);
        check(&["100.63.255.255", "100.128.0.0", "169.253.255.255", "169.255.0.0"], true);
        check(&["172.15.255.255", "172.32.0.0", "192.0.1.1", "192.0.3.0", "192.88.98.255", "192.167.255.255"], true);
        check(&["192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "203.0.112.1", "203.0.114.0"], true);
        check(&["2001:200::1", "2001:db7::1", "2001:db9::1", "2003::1", "3fff:1000::1"], true);
    }

    #[test]
    fn one_private_address_spoils_the_rest() {
        let addresses = |list: &[&str]| list.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let public = addresses(&["8.8.8.8:0", "[2606:4700::1]:0"]);
        assert_eq!(all_public(public.clone()), Ok(public));
        for mixed in [["8.8.8.8:0", "10.0.0.1:0"], ["[::1]:0", "8.8.8.8:0"]] {
            assert_eq!(all_public(addresses(&mixed)), Err(NotPublic), "{mixed:?}");
        }
    }
}
