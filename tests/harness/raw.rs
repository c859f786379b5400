//! Bytes on a socket, for what no well-mannered client would send.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Sends these bytes and answers with everything that comes back until the server closes or falls silent.
pub fn exchange(base: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(base);
    // A server may refuse and close before it has read all.
    stream.write_all(bytes).ok();
    read(&mut stream)
}

/// A connection to the server.
pub fn connect(base: &str) -> TcpStream {
    let address = base.strip_prefix("http://").expect("an http address");
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout can be set");
    stream
}

/// Everything that comes until the server closes or falls silent.
pub fn read(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    let mut buffer = [0; 8192];
    while let Ok(count) = stream.read(&mut buffer) {
        if count == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..count]);
    }
    answer
}

/// The status code of a raw answer.
pub fn status(answer: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(answer);
    text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}
