//! The leanest client there is: one connection, kept open, one request at a time.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// A connection that stays open.
pub(crate) struct Client {
    connection: BufReader<TcpStream>,
    token: String,
    body: Vec<u8>,
}

impl Client {
    /// To `http://host:port`, with a bearer token.
    pub(crate) fn new(base: &str, token: &str) -> Self {
        let stream = TcpStream::connect(base.trim_start_matches("http://")).expect("the server accepts");
        stream.set_nodelay(true).expect("a socket option");
        Self { connection: BufReader::new(stream), token: token.to_owned(), body: Vec::new() }
    }

    /// The body of a good answer.
    pub(crate) fn get(&mut self, path: &str) -> Vec<u8> {
        self.send(&get(path, &self.token));
        self.receive().to_vec()
    }

    /// Sends a request, whose answer is to be received before the next one.
    pub(crate) fn send(&mut self, request: &[u8]) {
        self.connection.get_mut().write_all(request).expect("the request goes out");
    }

    /// The body of the answer, which is a good one.
    pub(crate) fn receive(&mut self) -> &[u8] {
        let mut status = String::new();
        self.connection.read_line(&mut status).expect("a status line");
        let (mut line, mut length) = (String::new(), None);
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
        self.body.resize(length.expect("a content-length"), 0);
        self.connection.read_exact(&mut self.body).expect("the whole body");
        assert!(status.starts_with("HTTP/1.1 2"), "{status}{}", String::from_utf8_lossy(&self.body));
        &self.body
    }
}

/// A GET.
pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// A POST of JSON; without a credential where the token is empty.
pub(crate) fn post(path: &str, token: &str, body: &Value) -> Vec<u8> {
    let credential = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    let body = body.to_string();
    let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{credential}Content-Type: application/json\r\n");
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}
