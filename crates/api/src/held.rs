//! Answers that are kept: whoever asks the same again, while all that the answer depends on stands as it did, is sent the
//! same bytes.
//!
//! What an answer depends on is a [`Stamp`], which the use case reads from the store with every request, after it has found
//! that the caller may ask. So nothing is told to who may no longer know, nothing is told that has changed, and nodes agree.

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;
use kalends_app::Stamp;
use kalends_domain::id::UserId;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::answer::Answer;
use crate::error::Failure;
use crate::state::State;

/// How much is kept, in bytes.
const KEPT: u64 = 4 << 20;
/// The longest answer that is kept.
const LONGEST: usize = 512 << 10;
/// About how many are kept. For so few the cache is in one piece, and has room for what is long.
const USUAL: usize = 32;

/// A question, and how all stood that its answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    caller: Option<UserId>,
    text: String,
    stamp: Stamp,
}

impl Question {
    /// What the request's path and query ask.
    pub(crate) fn of(request: &HttpRequest, caller: Option<UserId>, stamp: Stamp) -> Self {
        let text = request.uri().path_and_query().map_or("/", |target| target.as_str());
        Self { caller, text: text.to_owned(), stamp }
    }

    /// The same, with what the body asks.
    pub(crate) fn and(mut self, body: &str) -> Self {
        self.text.push('\n');
        self.text.push_str(body);
        self
    }
}

/// Answers, each with the instant from which it is true no more.
pub(crate) struct Held(Cache<Question, (Bytes, Timestamp), Weight>);

#[derive(Clone)]
struct Weight;

impl Weighter<Question, (Bytes, Timestamp)> for Weight {
    fn weight(&self, question: &Question, (body, _): &(Bytes, Timestamp)) -> u64 {
        let bytes = size_of::<Question>() + question.text.len() + question.stamp.bytes() + body.len();
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl Held {
    pub(crate) fn new() -> Self {
        Self(Cache::with_weighter(USUAL, KEPT, Weight))
    }

    fn get(&self, question: &Question, now: Timestamp) -> Option<Bytes> {
        self.0.get(question).filter(|(_, until)| now < *until).map(|(body, _)| body)
    }
}

/// The answer that is kept, or the one that is made, which is kept where it is 200: until the instant that comes with it.
pub(crate) async fn held<F>(state: &State, question: Question, now: Timestamp, make: F) -> Answer
where
    F: Future<Output = Result<(HttpResponse, Timestamp), Failure>>,
{
    if let Some(body) = state.held.get(&question, now) {
        return Ok(HttpResponse::Ok().content_type(ContentType::json()).body(body));
    }
    let (response, until) = make.await?;
    if response.status() != StatusCode::OK {
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    match body.try_into_bytes() {
        Ok(body) => {
            if body.len() <= LONGEST {
                state.held.0.insert(question, (body.clone(), until));
            }
            Ok(head.set_body(body).map_into_boxed_body())
        }
        Err(body) => Ok(head.set_body(body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_for_one_caller_and_state_and_for_its_time() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let request = actix_web::test::TestRequest::get().uri("/events?limit=2").to_http_request();
        let [ann, bob] = [7, 8].map(|id| Some(UserId(uuid::Uuid::from_u128(id))));
        let question = |caller| Question::of(&request, caller, Stamp::default());
        let held = Held::new();
        held.0.insert(question(ann), (Bytes::from_static(b"{}"), at("2026-03-01T00:00:00Z")));
        let now = at("2026-02-28T23:59:59Z");
        assert_eq!(held.get(&question(ann), now).as_deref(), Some(&b"{}"[..]));
        assert_eq!(held.get(&question(ann), at("2026-03-01T00:00:00Z")), None);
        assert_eq!(held.get(&question(bob), now), None);
        assert_eq!(held.get(&question(ann).and("{\"limit\":1}"), now), None);
    }
}
