//! `/book/{token}`: the page at a link's `public_url`.

use actix_web::http::StatusCode;
use actix_web::{get, post};
use jiff::Timestamp;
use kalends_app::{Error, Reserved};
use kalends_domain::booking::{BookingLink, Slot};
use kalends_domain::problem::Problem;
use maud::{Markup, html};

use super::choice::{Choice, OFFERED, alert};
use super::details::Details;
use super::form::{ANSWERS, Form, Input, KEY};
use super::slots::{Slots, Source};
use super::summary::{self, heading, title};
use super::times::{Times, length};
use super::week::Week;
use super::{Page, Visit, Wanted, markdown, varied, words};
use crate::answer::Answer;
use crate::error::Failure;
use crate::extract::{Cx, Token};
use crate::state::State;
use crate::surfaces::core::booking::{Reserve, ReserveForm};

/// Show the booking page (public).
///
/// For people: a page on which they choose a slot, and with `slot` the form to book it. With
/// `Accept: text/markdown` the same for agents: what is booked, what is asked, the next slots, and how to reserve
/// one. A link that is not active has no page. What is wrong is told on a page too; agents get it as JSON.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(
        ("token" = String, Path, description = "The link's token."),
        ("tz" = Option<String>, Query, description = "The IANA zone in which times are shown; the link's, where it is not said.", example = "Europe/Berlin"),
        ("from" = Option<String>, Query, description = "The first day that is shown; today, where it is not said.", example = "2026-03-02"),
        ("slot" = Option<String>, Query, description = "The start of a slot, to get the form that books it.", example = "2026-03-02T14:00:00Z"),
        ("clock" = Option<String>, Query, description = "`12` for 9:00 AM, `24` for 09:00.", example = "24"),
        ("theme" = Option<String>, Query, description = "`light` or `dark`; the visitor's, where it is not said.", example = "dark"),
        ("embed" = Option<String>, Query, description = "Makes the page part of another one, in a frame, on the origins that the operator allows.", example = ""),
    ),
    responses(
        (status = 200, description = "The page.", content(
            (String = "text/html", example = "<!DOCTYPE html>…"),
            (String = "text/markdown", example = "# Office hour\n…"),
        )),
        (status = 409, description = "The slot is taken. The page offers the next ones.", content_type = "text/html", body = String, example = "<!DOCTYPE html>…"),
    )
)]
#[get("/book/{token}")]
pub(super) async fn show_booking_page(
    state: State,
    cx: Cx,
    Token(token): Token,
    wanted: Wanted,
    visit: Visit,
) -> Answer {
    let link = state.app.public_booking_link(&token).await?;
    let slots = Slots { state: &state, cx: &cx, link: &link, source: Source::Link(&token) };
    if wanted == Wanted::Markdown {
        return markdown::of(&slots, &visit).await.map(varied);
    }
    let page = match visit.slot() {
        None => Week::find(&slots, &visit).await?.page(&slots, &visit, title(Some(&link)), &heading(&link)),
        Some(start) => {
            let booking = Booking { slots: &slots, visit: &visit };
            match slots.at(start).await? {
                Some(slot) => booking.page(StatusCode::OK, &Choice::Made(slot), &Input::default(), None, &[]),
                None => booking.taken(start, &Input::default(), words::TAKEN_NEXT).await?,
            }
        }
    };
    Ok(varied(page))
}

/// Submit the booking page's form (public).
///
/// What the page sends. Programs use `POST /booking/{token}/reserve`. The same form sent twice books once.
/// What is wrong is told on a page too.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The link's token.")),
    request_body(content = ReserveForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 201, description = "It is booked: a page with the links to cancel and to reschedule.", content_type = "text/html", body = String, example = "<!DOCTYPE html>…"),
        (status = 409, description = "The slot is taken. The page offers the next ones, and has what was typed.", content_type = "text/html", body = String, example = "<!DOCTYPE html>…"),
    )
)]
#[post("/book/{token}")]
pub(super) async fn submit_booking_page(
    state: State,
    cx: Cx,
    Token(token): Token,
    visit: Visit,
    Form(input): Form,
) -> Answer {
    let link = state.app.public_booking_link(&token).await?;
    let slots = Slots { state: &state, cx: &cx, link: &link, source: Source::Link(&token) };
    let booking = Booking { slots: &slots, visit: &visit };
    let start: Option<Timestamp> = input.text("slot_start").parse().ok();
    let end = start.map(|start| ("slot_end", slots.beginning(start).end.to_string()));
    let zone = visit.chosen_zone().map(|zone| ("timezone", zone.name().to_owned()));
    let mut problems = booking.unanswered(&input);
    let reservation = match input.read::<Reserve>(end.into_iter().chain(zone)) {
        Ok(Reserve(reservation)) if problems.is_empty() => reservation,
        Ok(_) => return booking.again(start, &input, problems).await,
        Err(failure) if failure.details.is_empty() => return Err(failure),
        Err(failure) => {
            problems.extend(failure.details);
            return booking.again(start, &input, problems).await;
        }
    };
    let wish = reservation.slot.start;
    match state.app.reserve(&cx, &token, reservation).await {
        Ok(reserved) => Ok(booking.done(&reserved)),
        Err(Error::Invalid(problems)) => booking.again(start, &input, problems.0).await,
        Err(Error::Conflict(_)) => Ok(booking.taken(wish, &input, words::TAKEN_KEPT).await?),
        Err(other) => Err(other.into()),
    }
}

/// Somebody who books.
struct Booking<'b> {
    slots: &'b Slots<'b>,
    visit: &'b Visit,
}

impl Booking<'_> {
    fn link(&self) -> &BookingLink {
        self.slots.link
    }

    fn times(&self) -> Times<'_> {
        Times { zone: self.visit.zone(&self.link().settings.zone), clock: self.visit.clock }
    }

    /// What must be answered and is not: told with everything else that is wrong.
    fn unanswered(&self, input: &Input) -> Vec<Problem> {
        let required = self.link().settings.questions.iter().filter(|question| question.required);
        let fields = required.map(|question| format!("{}{}", ANSWERS, question.label));
        let empty = fields.filter(|field| input.text(field).trim().is_empty());
        empty.map(|field| Problem { field, message: "is required".to_owned() }).collect()
    }

    /// The form again, with what is wrong with it.
    async fn again(&self, start: Option<Timestamp>, input: &Input, problems: Vec<Problem>) -> Answer {
        let mut problems = problems;
        // The page makes it from the start.
        problems.retain(|problem| problem.field != "slot_end");
        let about_time = problems.iter().any(|problem| problem.field == "slot_start");
        let made = match start {
            Some(start) if !about_time => self.slots.at(start).await?,
            _ => None,
        };
        let choice = match made {
            Some(slot) => Choice::Made(slot),
            None => Choice::Open(self.slots.next(start.unwrap_or(Timestamp::MIN), OFFERED).await?),
        };
        Ok(self.page(StatusCode::BAD_REQUEST, &choice, input, None, &problems))
    }

    /// The next slots instead of one that cannot be had.
    async fn taken(&self, start: Timestamp, input: &Input, sentence: &str) -> Result<Page, Failure> {
        let choice = Choice::Open(self.slots.next(start, OFFERED).await?);
        let told = alert(words::TAKEN, &html! { p { (sentence) } });
        Ok(self.page(StatusCode::CONFLICT, &choice, input, Some(&told), &[]))
    }

    fn page(
        &self,
        status: StatusCode,
        choice: &Choice,
        input: &Input,
        told: Option<&Markup>,
        problems: &[Problem],
    ) -> Page {
        let (link, times) = (self.link(), self.times());
        let details = Details { link, input, problems };
        let path = self.slots.path();
        let (state, day) = match choice {
            Choice::Made(slot) => (words::DETAILS, Some(times.date(slot.start))),
            Choice::Open(slots) => (words::FREE_TIMES, slots.first().map(|slot| times.date(slot.start))),
        };
        let wrong = status.is_client_error();
        let state = if wrong { format!("{}: {state}", words::ERROR) } else { state.to_owned() };
        let back = day.map(|day| ("from", day.to_string())).into_iter().collect::<Vec<_>>();
        let main = html! {
            main .card .narrow data-zone=(times.zone.name()) data-clock=(times.clock.name()) {
                header .intro { (heading(link)) }
                @if let Some(told) = told { (told) }
                @if !problems.is_empty() { (details.summary()) }
                form method="post" action=(self.visit.href(&path, &[])) novalidate {
                    input type="hidden" name=(KEY) value=(self.slots.cx.token());
                    @match choice {
                        Choice::Made(slot) => {
                            input type="hidden" name="slot_start" value=(slot.start);
                            dl .facts { (summary::when(words::WHEN, *slot, times)) (summary::zone(times)) }
                            p { a href=(self.visit.href(&path, &back)) { (words::OTHER_TIME) } }
                        }
                        Choice::Open(slots) => {
                            (details.choice(slots, times))
                            p { a href=(self.visit.href(&path, &back)) { (words::ALL_TIMES) } }
                        }
                    }
                    h2 { (words::DETAILS) }
                    (details.fields())
                    p { button .button data-sending=(words::SENDING) { (words::BOOK) } }
                }
            }
        };
        self.visit.look.page(status, &words::titled(&state, title(Some(link))), &main)
    }

    fn done(&self, reserved: &Reserved) -> Page {
        let (link, times) = (self.link(), self.times());
        let main = html! {
            main .card .narrow {
                header .intro {
                    h1 .good { (words::BOOKED) }
                    p { (title(Some(link))) ", " (length(link.settings.duration)) }
                }
                (kept(reserved, times, self.visit, words::BOOKED_MORE))
            }
        };
        self.visit.look.page(StatusCode::CREATED, &words::titled(words::BOOKED, title(Some(link))), &main)
    }
}

/// What a booker keeps of a booking: when it is, and the links that change it.
pub(super) fn kept(reserved: &Reserved, times: Times<'_>, visit: &Visit, sentence: &str) -> Markup {
    let Reserved { booking, cancel_token, reschedule_token, .. } = reserved;
    let cancel = format!("/booking/cancel/{cancel_token}");
    let slot = Slot { start: booking.start, end: booking.end };
    html! {
        dl .facts {
            (summary::when(words::WHEN, slot, times))
            (summary::zone(times))
            div { dt { (words::WHO) } dd { (booking.name) br; (booking.email) } }
        }
        p { a .button href=(visit.href(&format!("{cancel}/event.ics"), &[])) download="booking.ics" { (words::ADD_TO_CALENDAR) } }
        p { (sentence) }
        ul .links {
            li { a href=(visit.href(&format!("/booking/reschedule/{reschedule_token}"), &[])) { (words::MOVE) } }
            li { a href=(visit.href(&cancel, &[])) { (words::CANCEL) } }
        }
    }
}
