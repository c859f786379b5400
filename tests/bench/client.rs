//! The leanest client there is: one connection, kept open, one request at a time.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// A connection that stays open.
pub(crate) struct Client {
    connection: BufReader<TcpStream>,
    token: String,
}

impl Client {
    /// To `http://host:port`, with a bearer token.
    pub(crate) fn new(base: &str, token: &str) -> Self {
        let stream = TcpStream::connect(base.trim_start_matches("http://")).expect("the server accepts");
        stream.set_nodelay(true).expect("a socket option");
        Self { connection: BufReader::new(stream), token: token.to_owned() }
    }

    /// The body of a 200 answer.
    pub(crate) fn get(&mut self, path: &str) -> Vec<u8> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n", self.token);
        self.connection.get_mut().write_all(request.as_bytes()).expect("the request goes out");
        let mut line = String::new();
        self.connection.read_line(&mut line).expect("a status line");
        assert!(line.starts_with("HTTP/1.1 200"), "{path}: {line}");
        let mut length = None;
        loop {
            line.clear();
            self.connection.read_line(&mut line).expect("a header");
            let header = line.trim_end();
            if header.is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
        }
        let mut body = vec![0; length.expect("a content-length")];
        self.connection.read_exact(&mut body).expect("the whole body");
        body
    }
}
