//! Reading a body, never more than is allowed, and never longer than it should take.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use actix_web::web::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use kalends_domain::problem::Problems;
use tokio::time::{Instant, timeout_at};

use crate::error::{Failure, Kind};

/// Most bytes in a body, but of a file to import.
const BODY_MAX: usize = 1 << 20;
/// Most bytes in a form with an iCalendar file to import.
const FILE_MAX: usize = 65 << 20;
/// Most bytes in a form with vCards to import.
const CARDS_MAX: usize = 11 << 20;

/// For the first bytes of a body to arrive,
const GRACE: Duration = Duration::from_secs(10);
/// and how many must have come, on the whole, for every second after that: less than any line has that a person uses.
const BYTES_PER_SECOND: u64 = 32 << 10;

/// Most bytes that the body of this request may have.
fn most(request: &HttpRequest) -> usize {
    match request.path() {
        "/calendars/import" => FILE_MAX,
        "/contacts/import" => CARDS_MAX,
        _ => BODY_MAX,
    }
}

/// The whole body.
pub(crate) fn read(request: &HttpRequest, payload: Payload) -> impl Future<Output = Result<Bytes, Failure>> + 'static {
    let (refused, most) = (refuse(request), most(request));
    async move {
        refused?;
        collect(payload, most).await
    }
}

/// What its headers already tell.
fn refuse(request: &HttpRequest) -> Result<(), Failure> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    if header(CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        let problems = Problems::one("Content-Encoding", "is not accepted: send the body as it is");
        return Err(Failure { kind: Kind::UnsupportedType, ..problems.into() });
    }
    let length = header(CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    let most = most(request);
    if length.is_some_and(|length| length > most) { Err(too_large(most)) } else { Ok(()) }
}

/// The pieces of a body as they arrive. One that comes too slowly ends with [`too_slow`], so that nobody holds a
/// connection, or a turn, for nothing.
pub(crate) fn paced(
    payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin + 'static,
) -> impl Stream<Item = Result<Bytes, PayloadError>> + 'static {
    let state = (payload, Instant::now() + GRACE, false);
    let pieces = stream::unfold(state, async |(mut payload, deadline, over)| {
        if over {
            return None;
        }
        match timeout_at(deadline, payload.next()).await {
            Ok(Some(Ok(piece))) => {
                let micros = piece.len() as u64 * 1_000_000 / BYTES_PER_SECOND;
                Some((Ok(piece), (payload, deadline + Duration::from_micros(micros), false)))
            }
            Ok(other) => other.map(|piece| (piece, (payload, deadline, true))),
            Err(_) => Some((Err(PayloadError::Io(std::io::ErrorKind::TimedOut.into())), (payload, deadline, true))),
        }
    });
    // Readers of forms look again after the end.
    pieces.fuse()
}

/// What is told of a body that did not arrive whole.
pub(crate) fn broken(error: &PayloadError) -> Failure {
    if matches!(error, PayloadError::Io(cause) if cause.kind() == std::io::ErrorKind::TimedOut) {
        return Failure::of_http(StatusCode::REQUEST_TIMEOUT, "body", "did not arrive in time");
    }
    Failure::invalid("body", format!("did not arrive whole: {error}"))
}

async fn collect(payload: Payload, most: usize) -> Result<Bytes, Failure> {
    let mut payload = Box::pin(paced(payload));
    let mut body = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|error| broken(&error))?;
        if body.len() + piece.len() > most {
            return Err(too_large(most));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

fn too_large(most: usize) -> Failure {
    let problems = Problems::one("body", format!("is larger than {most} bytes"));
    Failure { kind: Kind::TooLarge, ..problems.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sent = Vec<(u64, Result<Bytes, PayloadError>)>;

    /// What arrives of pieces that are sent after so many seconds each.
    async fn arrives(sent: Sent) -> Result<usize, StatusCode> {
        let pieces = stream::iter(sent).then(async |(seconds, piece)| {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            piece
        });
        let payload = Payload::Stream { payload: pieces.boxed_local() };
        let body = collect(payload, BODY_MAX).await.map(|body| body.len());
        body.map_err(|failure| failure.status.unwrap_or(failure.kind.status()))
    }

    fn pieces(count: usize, seconds: u64, bytes: usize) -> Sent {
        (0..count).map(|_| (seconds, Ok(Bytes::from(vec![b'a'; bytes])))).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_takes_its_time_but_no_more() {
        let slow = Err(StatusCode::REQUEST_TIMEOUT);
        assert_eq!(arrives(pieces(1, 9, 5)).await, Ok(5));
        assert_eq!(arrives(pieces(1, 11, 5)).await, slow);
        assert_eq!(arrives(pieces(1_000, 1, 1)).await, slow, "a drop a second");
        assert_eq!(arrives(pieces(25, 1, 40_000)).await, Ok(1_000_000));
        assert_eq!(arrives(vec![]).await, Ok(0));
        assert_eq!(arrives(pieces(2, 0, BODY_MAX)).await, Err(StatusCode::PAYLOAD_TOO_LARGE));
        assert_eq!(arrives(vec![(0, Err(PayloadError::Overflow))]).await, Err(StatusCode::BAD_REQUEST));
    }
}
