//! `POST /booking/{token}/reserve`

use std::collections::BTreeMap;

use actix_web::post;
use jiff::Timestamp;
use kalends_app::Reservation;
use kalends_domain::account::Email;
use kalends_domain::booking::{ANSWER_MAX, LINE_MAX, NOTES_MAX, QUESTIONS_MAX, Slot};
use utoipa::ToSchema;

use super::wire::ReservedAnswer;
use crate::answer::{Answer, created};
use crate::extract::{Cx, Json, Token};
use crate::fields::{Fields, Read};
use crate::read::{block, entries, instant, line, parsed, zone};
use crate::state::State;
use crate::surfaces::core::events::Rules;

/// A slot to book, documented as [`ReserveBody`].
pub(crate) struct Reserve(pub(crate) Reservation);

/// A slot to book, and for whom.
#[derive(ToSchema)]
#[schema(as = Reservation)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // documentation
pub(crate) struct ReserveBody {
    /// Who books.
    #[schema(min_length = 1, max_length = 100, example = "Bob Ray")]
    name: String,
    /// Where to write to them.
    #[schema(format = Email, example = "bob@example.com")]
    email: String,
    /// The start of a slot that is offered.
    #[schema(format = DateTime, example = "2026-03-02T09:00:00-05:00")]
    slot_start: String,
    /// Its end.
    #[schema(format = DateTime, example = "2026-03-02T09:30:00-05:00")]
    slot_end: String,
    /// Anything that the owner should know.
    #[schema(max_length = 5000, example = "About exercise 3.")]
    notes: Option<String>,
    /// The IANA zone in which the booker reads times; the link's, where it is not said.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// An answer to each question, by its label.
    #[schema(example = json!({"What is it about?": "Exercise 3"}))]
    answers: Option<BTreeMap<String, String>>,
}

/// What the booking page's form sends.
#[derive(ToSchema)]
#[schema(as = ReservationForm)]
#[allow(dead_code)] // documentation
pub(crate) struct ReserveForm {
    /// Who books.
    #[schema(min_length = 1, max_length = 100, example = "Bob Ray")]
    name: String,
    /// Where to write to them.
    #[schema(format = Email, example = "bob@example.com")]
    email: String,
    /// The start of a slot that is offered.
    #[schema(format = DateTime, example = "2026-03-02T14:00:00Z")]
    slot_start: String,
    /// Anything that the owner should know.
    #[schema(max_length = 5000, example = "About exercise 3.")]
    notes: Option<String>,
    /// An answer to the first question; each question has such a field, named by its label.
    #[schema(rename = "answers.What is it about?", max_length = 500, example = "Exercise 3")]
    answer: Option<String>,
    /// Anything, made anew for each page: the same form with the same key books once.
    #[schema(example = "Qk0xUPqf7CXc0QGbp2ZtKn")]
    key: Option<String>,
}

/// A slot's start and end.
pub(super) fn slot(f: &mut Fields) -> Option<Slot> {
    let start: Option<Timestamp> = f.required("slot_start", instant);
    let end = f.required("slot_end", instant);
    let (start, end) = (start?, end?);
    if end <= start {
        f.problem("slot_end", "must be after slot_start");
    }
    Some(Slot { start, end })
}

impl Read for Reserve {
    fn read(f: &mut Fields) -> Option<Self> {
        let name = f.required("name", line(LINE_MAX));
        let email = f.required("email", parsed::<Email>);
        let slot = slot(f);
        let notes = f.optional("notes", block(NOTES_MAX));
        let zone = f.optional("timezone", zone);
        let answers = entries(QUESTIONS_MAX, |label| Ok::<_, String>(label.to_owned()), block(ANSWER_MAX));
        let answers = f.optional("answers", answers).unwrap_or_default();
        Some(Self(Reservation { name: name?, email: email?, slot: slot?, notes, zone, answers }))
    }
}

/// Reserve a slot (public).
///
/// No credential needed. However many ask at once, one gets it. The addresses to cancel and to
/// reschedule are shown this once, and mailed to the booker with an invitation. The owner is told by mail too.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The link's token.")),
    request_body(content = ReserveBody),
    responses(
        (status = 201, description = "It is booked.", body = ReservedAnswer),
        (status = 409, description = "The slot is taken."),
    )
)]
#[post("/booking/{token}/reserve")]
pub(crate) async fn reserve_slot(
    state: State,
    cx: Cx,
    Token(token): Token,
    Json(Reserve(reservation)): Json<Reserve>,
) -> Answer {
    let reserved = state.app.reserve(&cx, &token, reservation).await?;
    let rules = Rules::of(std::slice::from_ref(&reserved.event));
    Ok(created(ReservedAnswer::new(&reserved, &rules, &state)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    fn check(body: &str, expected: &[&str]) {
        let lines = read::<Reserve>(body).err().unwrap_or_default();
        let fields: Vec<&str> = lines.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(fields, expected, "{lines:?}");
    }

    #[test]
    fn bodies() {
        let good = r#""name": "Bob", "email": "bob@example.com", "slot_start": "2026-03-02T09:00:00-05:00""#;
        check(&format!(r#"{{{good}, "slot_end": "2026-03-02T14:30:00Z", "answers": {{"Why?": ""}}}}"#), &[]);
        check(&format!(r#"{{{good}, "slot_end": "2026-03-02T14:00:00Z"}}"#), &["slot_end"]);
        check("{}", &["name", "email", "slot_start", "slot_end"]);
        check(
            r#"{"name": " ", "email": "bob", "slot_start": "2026-03-02", "slot_end": 1, "timezone": "Mars", "answers": {"Why?": 7}, "seat": 1}"#,
            &["name", "email", "slot_start", "slot_end", "timezone", "answers.Why?", "seat"],
        );
    }
}
