//! `kalends healthcheck`: asks a server on this machine whether it can work. A container has no other client.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::failure::Failure;
use crate::say;
use crate::settings::Settings;

/// For each step. Whoever is slower does not serve anybody.
const PATIENCE: Duration = Duration::from_secs(3);
const ANSWER_MAX: u64 = 4096;

pub(crate) fn run(settings: &Settings, at: Option<SocketAddr>) -> Result<(), Failure> {
    let address = match at {
        Some(at) => at,
        None => address(&settings.host, settings.port)?,
    };
    let address = reachable(address);
    let answer = ask(address).map_err(|error| Failure::new(format!("{address} does not answer: {error}")))?;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if status == "200" {
        return say("ready");
    }
    Err(Failure::new(format!("{address} is not ready: it answered with status {status}")))
}

fn address(host: &str, port: u16) -> Result<SocketAddr, Failure> {
    let found = (host, port).to_socket_addrs().map_err(|error| Failure::new(format!("HOST {host}: {error}")))?;
    found.into_iter().next().ok_or_else(|| Failure::new(format!("HOST {host} has no address")))
}

/// Whoever listens on all addresses listens on the loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let loopback: IpAddr = if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
    if address.ip().is_unspecified() { SocketAddr::new(loopback, address.port()) } else { address }
}

/// The first line of the answer.
fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(ANSWER_MAX).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_are_asked_at_the_loopback() {
        for (told, asked) in [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("10.0.0.1:80", "10.0.0.1:80")] {
            assert_eq!(reachable(told.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
