//! Against servers of the tests' own. They stand on this machine, so only what is exempt reaches them.

use std::time::Duration;

use jiff::SignedDuration;
use kalends_ports::{Document, FetchError, FetchRequest, Fetched, Fetcher};

use crate::Client;
use crate::client::Patience;
use crate::testing::{After, Server};

const ACCEPT: &[&str] = &["text/calendar", "text/plain"];
const MAX: usize = 10_000;
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR";

/// 100 000 zeros by `gzip -9n`, in 132 bytes.
fn bomb() -> Vec<u8> {
    let head = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xed\xc1\x31\x01\0\0\0\xc2\xa0\xf5\x4f\x6d\x0d\x0f\xa0";
    [head.as_slice(), &[0; 96], b"\x80\x57\x03\x7d\x95\x11\xd4\xa0\x86\x01\0"].concat()
}

fn request(url: &str) -> FetchRequest {
    FetchRequest { url: url.to_owned(), accept: ACCEPT, max_bytes: MAX, etag: None, last_modified: None }
}

fn client(allowed: &str) -> Client {
    Client::new(allowed.parse().unwrap()).unwrap()
}

async fn ask(request: FetchRequest, allowed: &str) -> Result<Fetched, FetchError> {
    client(allowed).fetch(request).await
}

/// Fetches what an exempt server answers.
async fn fetch(answer: impl Into<Vec<u8>>) -> Result<Document, FetchError> {
    let server = Server::answering(answer).await;
    ask(request(&server.url()), "127.0.0.1").await.map(document)
}

fn document(fetched: Fetched) -> Document {
    let Fetched::Document(document) = fetched else { panic!("not modified") };
    document
}

/// Fetches what an exempt server answers, and expects this error.
async fn check(answer: impl Into<Vec<u8>>, expected: FetchError) {
    assert_eq!(fetch(answer).await, Err(expected));
}

fn refused(reason: &str) -> FetchError {
    FetchError::Refused(reason.to_owned())
}

mod guard {
    use super::*;

    /// Every one of these would reach the server if nobody looked.
    const WAYS_HERE: &[&str] = &[
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "127.0.0.1.",
        "127.8.8.8",
        "0.0.0.0",
        "0",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "LOCALHOST",
    ];

    #[tokio::test]
    async fn nothing_is_sent_to_this_machine() {
        let server = Server::answering(OK).await;
        let client = client("");
        for scheme in ["http", "https", "webcal", "webcals"] {
            for host in WAYS_HERE {
                let url = format!("{scheme}://{host}:{}/", server.port);
                assert_eq!(client.fetch(request(&url)).await, Err(refused("is in a private network")), "{url}");
            }
        }
        assert_eq!(server.asked(), [""; 0]);
    }

    #[tokio::test]
    async fn nothing_is_sent_where_the_url_is_refused() {
        let server = Server::answering(OK).await;
        let here = format!("127.0.0.1:{}", server.port);
        for url in [
            "ftp://HERE/",
            "gopher://HERE/",
            "//HERE/",
            "HERE",
            "http://u@HERE/",
            "http://u:p@HERE/",
            "http://x@y@HERE/",
        ] {
            let url = url.replace("HERE", &here);
            let error = ask(request(&url), "127.0.0.1").await.unwrap_err();
            assert!(matches!(error, FetchError::Refused(_)), "{url}: {error}");
        }
        assert_eq!(server.asked(), [""; 0]);
    }

    #[tokio::test]
    async fn what_is_exempt_is_fetched() {
        for (allowed, host, scheme) in [
            ("127.0.0.1", "127.0.0.1", "http"),
            ("127.0.0.1:PORT", "127.1", "http"),
            ("localhost", "LocalHost", "http"),
            ("nas.lan, localhost:PORT", "localhost", "webcal"),
        ] {
            let server = Server::answering(OK).await;
            let allowed = allowed.replace("PORT", &server.port.to_string());
            let url = format!("{scheme}://{host}:{}/c.ics?k=1", server.port);
            let document = document(ask(request(&url), &allowed).await.unwrap());
            assert_eq!(document.body, b"BEGIN:VCALENDAR", "{url}");
            assert!(server.asked()[0].starts_with("get /c.ics?k=1 http/1.1\r\n"), "{:?}", server.asked());
        }
    }

    #[tokio::test]
    async fn another_name_or_port_is_not_exempt() {
        let server = Server::answering(OK).await;
        for allowed in ["127.0.0.1:PORT", "localhost:1024", "a.localhost"] {
            let allowed = allowed.replace("PORT", &server.port.to_string());
            let url = format!("http://localhost:{}/", server.port);
            assert_eq!(ask(request(&url), &allowed).await, Err(refused("is in a private network")), "{allowed}");
        }
        assert_eq!(server.asked(), [""; 0]);
    }
}

mod redirects {
    use super::*;

    fn redirect(status: u16, location: &str) -> String {
        format!("HTTP/1.1 {status} Look\r\nLocation: {location}\r\nSet-Cookie: a=b\r\n\r\n")
    }

    #[tokio::test]
    async fn are_followed() {
        for status in [301, 302, 303, 307, 308] {
            let target = Server::answering(OK).await;
            let first = Server::answering(redirect(status, &target.url())).await;
            let document = document(ask(request(&first.url()), "127.0.0.1").await.unwrap());
            assert_eq!(document.body, b"BEGIN:VCALENDAR", "{status}");
        }
    }

    #[tokio::test]
    async fn are_refused_where_the_url_would_be() {
        let target = Server::answering(OK).await;
        for (location, reason) in [
            ("http://127.0.0.1:PORT/", "redirects to a URL that is in a private network"),
            ("http://0x7f.1:PORT/", "redirects to a URL that is in a private network"),
            ("http://localhost:PORT/", "is in a private network"),
            ("file:///etc/passwd", "redirects to a URL that must be an http, https or webcal URL"),
        ] {
            let first = Server::answering(redirect(302, &location.replace("PORT", &target.port.to_string()))).await;
            let result = ask(request(&first.url()), &format!("127.0.0.1:{}", first.port)).await;
            assert_eq!(result, Err(refused(reason)), "{location}");
            assert_eq!(first.asked().len(), 1);
        }
        assert_eq!(target.asked(), [""; 0]);
    }

    #[tokio::test]
    async fn come_to_an_end() {
        let server = Server::answering(redirect(307, "/again")).await;
        assert_eq!(ask(request(&server.url()), "127.0.0.1").await, Err(FetchError::TooManyRedirects(5)));
        assert_eq!(server.asked().len(), 6);
    }

    #[tokio::test]
    async fn carry_nothing_along() {
        let server = Server::answering(redirect(302, "/again")).await;
        ask(request(&server.url()), "127.0.0.1").await.unwrap_err();
        for asked in server.asked() {
            assert!(!["cookie", "referer", "authorization"].iter().any(|header| asked.contains(header)), "{asked}");
        }
    }

    #[tokio::test]
    async fn must_say_where_to() {
        check("HTTP/1.1 302 Found\r\n\r\n", FetchError::Status { status: 302, retry_after: None }).await;
    }
}

mod answers {
    use super::*;

    #[tokio::test]
    async fn a_document_with_what_is_told_of_it() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: Text/Calendar; charset=utf-8\r\nETag: W/\"1\"\r\n\
                      Last-Modified: Sat, 21 Nov 2026 08:00:00 GMT\r\nContent-Length: 4\r\n\r\nBODY";
        let expected = Document {
            body: b"BODY".to_vec(),
            media_type: Some("text/calendar".to_owned()),
            etag: Some("W/\"1\"".to_owned()),
            last_modified: Some("Sat, 21 Nov 2026 08:00:00 GMT".to_owned()),
        };
        assert_eq!(fetch(answer).await, Ok(expected));
    }

    #[tokio::test]
    async fn a_type_may_be_missing_but_not_another() {
        for missing in ["", "Content-Type:\r\n", "Content-Type: ; charset=utf-8\r\n"] {
            assert_eq!(fetch(format!("HTTP/1.1 200 OK\r\n{missing}\r\nx")).await.unwrap().media_type, None);
        }
        let error = fetch("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\nx").await.unwrap_err();
        assert_eq!(error.to_string(), "answers with \"text/html\" instead of text/calendar or text/plain");
    }

    #[tokio::test]
    async fn any_other_status_is_none() {
        for status in [201, 204, 206, 300, 400, 401, 404, 410, 500] {
            let answer =
                format!("HTTP/1.1 {status} Status\r\nContent-Type: text/calendar\r\nContent-Length: 0\r\n\r\n");
            check(answer, FetchError::Status { status, retry_after: None }).await;
        }
    }

    #[tokio::test]
    async fn a_server_may_ask_for_patience() {
        for (headers, seconds) in [
            ("Retry-After: 120", Some(120)),
            ("Date: Sat, 21 Nov 2026 08:00:00 GMT\r\nRetry-After: Sat, 21 Nov 2026 08:01:30 GMT", Some(90)),
            ("Date: Sat, 21 Nov 2026 08:00:00 GMT\r\nRetry-After: Sat, 21 Nov 2026 07:00:00 GMT", Some(0)),
            ("Retry-After: Sat, 21 Nov 2026 08:01:30 GMT", None),
            ("Retry-After: -5", None),
            ("Retry-After: 99999999999999999999", None),
            ("Retry-After: soon", None),
        ] {
            let retry_after = seconds.map(SignedDuration::from_secs);
            check(format!("HTTP/1.1 429 Slow\r\n{headers}\r\n\r\n"), FetchError::Status { status: 429, retry_after })
                .await;
        }
    }

    #[tokio::test]
    async fn a_condition_is_sent_and_answered() {
        let server = Server::answering("HTTP/1.1 304 Not Modified\r\n\r\n").await;
        let date = "Sat, 21 Nov 2026 08:00:00 GMT".to_owned();
        let known =
            FetchRequest { etag: Some("\"1\"".to_owned()), last_modified: Some(date), ..request(&server.url()) };
        assert_eq!(ask(known, "127.0.0.1").await, Ok(Fetched::NotModified));
        let asked = &server.asked()[0];
        assert!(
            asked.contains("\r\nif-none-match: \"1\"\r\nif-modified-since: sat, 21 nov 2026 08:00:00 gmt\r\n"),
            "{asked}"
        );
    }

    #[tokio::test]
    async fn a_condition_that_is_no_header_is_not_sent() {
        let server = Server::answering(OK).await;
        let broken = FetchRequest { etag: Some("\"1\"\r\nX: y".to_owned()), ..request(&server.url()) };
        assert!(matches!(ask(broken, "127.0.0.1").await, Ok(Fetched::Document(_))));
        assert!(!server.asked()[0].contains("if-none-match"), "{:?}", server.asked());
    }

    #[tokio::test]
    async fn not_modified_without_a_condition_is_a_status() {
        check("HTTP/1.1 304 Not Modified\r\n\r\n", FetchError::Status { status: 304, retry_after: None }).await;
    }

    #[tokio::test]
    async fn the_server_is_told_who_asks_and_for_what() {
        let server = Server::answering(OK).await;
        ask(request(&server.url()), "127.0.0.1").await.unwrap();
        let asked = &server.asked()[0];
        assert!(asked.contains(concat!("\r\nuser-agent: kalends/", env!("CARGO_PKG_VERSION"), "\r\n")), "{asked}");
        assert!(asked.contains("\r\naccept: text/calendar, text/plain\r\n"), "{asked}");
    }
}

mod bounds {
    use super::*;

    fn gzip(body: &[u8]) -> Vec<u8> {
        [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".as_slice(), body].concat()
    }

    #[tokio::test]
    async fn a_body_of_the_most_bytes_and_of_one_more() {
        let answer = |bytes: usize| format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(bytes));
        assert_eq!(fetch(answer(MAX)).await.unwrap().body.len(), MAX);
        check(answer(MAX + 1), FetchError::TooLarge(MAX)).await;
    }

    #[tokio::test]
    async fn a_length_is_believed_before_the_body_comes() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 10001\r\n\r\n";
        let server = Server::start(answer, After::Hold).await;
        assert_eq!(ask(request(&server.url()), "127.0.0.1").await, Err(FetchError::TooLarge(MAX)));
    }

    #[tokio::test]
    async fn what_is_packed_counts_unpacked() {
        check(gzip(&bomb()), FetchError::TooLarge(MAX)).await;
        let server = Server::answering(gzip(&bomb())).await;
        let larger = FetchRequest { max_bytes: 100_000, ..request(&server.url()) };
        assert_eq!(document(ask(larger, "127.0.0.1").await.unwrap()).body, vec![0; 100_000]);
    }

    #[tokio::test]
    async fn whoever_is_slow_is_left() {
        let patience = Patience { connection: Duration::from_secs(5), whole: Duration::from_millis(100) };
        let client = Client::patient("127.0.0.1".parse().unwrap(), patience).unwrap();
        for answer in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nBEGIN"] {
            let server = Server::start(answer, After::Hold).await;
            assert_eq!(client.fetch(request(&server.url())).await, Err(FetchError::TimedOut), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_broken_answer() {
        for answer in [
            b"".to_vec(),
            b"220 mail.example ESMTP\r\n".to_vec(),
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nBEGIN".to_vec(),
            gzip(b"not gzip at all"),
            gzip(&bomb()[..30]),
            [b"HTTP/1.1 200 OK\r\n".to_vec(), b"A: b\r\n".repeat(1000)].concat(),
        ] {
            let error = fetch(answer.clone()).await.unwrap_err();
            assert!(matches!(error, FetchError::Broken(_)), "{:?}: {error}", String::from_utf8_lossy(&answer));
        }
    }
}

mod words {
    use super::*;

    /// Too long a part for a name, which is known without asking the network.
    const NO_NAME: &str = "a123456789b123456789c123456789d123456789e123456789f123456789g123456789.example";

    #[tokio::test]
    async fn nobody_there() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        let error = ask(request(&url), "127.0.0.1").await.unwrap_err();
        assert!(error.to_string().starts_with("cannot be reached: Connection refused"), "{error}");
        let error = ask(request(&format!("http://{NO_NAME}/")), "").await.unwrap_err();
        assert!(matches!(error, FetchError::Unreachable(_)), "{error}");
    }

    #[tokio::test]
    async fn an_error_does_not_hold_the_url() {
        let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nBEGIN").await;
        let (port, here) = (server.port, "127.0.0.1");
        for url in [
            format!("http://{here}:{port}/hush?hush"),
            format!("https://{here}:{port}/hush?hush"),
            format!("http://localhost:{port}/hush?hush"),
            format!("http://hush:hush@{here}:{port}/"),
            format!("http://{NO_NAME}/hush?hush"),
            "hush://hush/hush".to_owned(),
        ] {
            let request = request(&url);
            assert!(!format!("{request:?}").contains("hush"));
            let error = ask(request, here).await.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
            assert!(!error.to_string().contains(here), "{error}");
        }
    }
}
