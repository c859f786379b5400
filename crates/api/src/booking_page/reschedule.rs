//! `/booking/reschedule/{token}` for people: a week of slots, then one to confirm, then it is done.

use actix_web::http::StatusCode;
use jiff::Timestamp;
use kalends_app::{Context, Error, KeptBooking};
use kalends_domain::booking::{BookingLink, Slot};
use maud::{Markup, html};

use super::book::kept;
use super::choice::{Choice, OFFERED, alert, radios};
use super::form::{Input, KEY};
use super::slots::{Slots, Source};
use super::summary::{self, title};
use super::times::Times;
use super::week::Week;
use super::{Page, Visit, varied, words};
use crate::answer::Answer;
use crate::error::Failure;
use crate::state::State;
use crate::surfaces::core::booking::Reschedule;

/// Shows the slots to which a booking can be moved, or asks whether it is to be moved to the one that was picked.
pub(crate) async fn ask(state: &State, cx: &Context, visit: &Visit, token: &str, booking: KeptBooking) -> Answer {
    let moving = Moving::new(state, cx, visit, token, &booking)?;
    if booking.booking.end <= cx.now() {
        return Ok(varied(moving.over()));
    }
    let slots = moving.slots();
    let page = match visit.slot() {
        None => Week::find(&slots, visit).await?.page(&slots, visit, words::MOVE_ASK, &moving.head()),
        Some(start) => match slots.at(start).await? {
            Some(slot) => moving.page(StatusCode::OK, &Choice::Made(slot), None),
            None => moving.others(&slots, start, StatusCode::CONFLICT, words::TAKEN).await?,
        },
    };
    Ok(varied(page))
}

/// Moves a booking to the slot that a form names.
pub(crate) async fn submit(state: &State, cx: &Context, visit: &Visit, token: &str, input: &Input) -> Answer {
    let booking = state.app.booking_to_reschedule(token).await?;
    let moving = Moving::new(state, cx, visit, token, &booking)?;
    let slots = moving.slots();
    let Ok(start) = input.text("slot_start").parse::<Timestamp>() else {
        return moving.others(&slots, Timestamp::MIN, StatusCode::BAD_REQUEST, words::NO_TIME).await;
    };
    let Reschedule(slot) = input.read([("slot_end", slots.beginning(start).end.to_string())])?;
    match state.app.reschedule_booking(cx, token, slot).await {
        Ok(reserved) => {
            let title = words::titled(words::MOVED, title(Some(moving.link)));
            let main = html! {
                main .card .narrow {
                    header .intro { h1 .good { (words::MOVED) } p { (summary::title(Some(moving.link))) } }
                    (kept(&reserved, moving.times(), visit, words::MOVED_MORE))
                }
            };
            Ok(visit.look.page(StatusCode::OK, &title, &main))
        }
        Err(Error::Invalid(_)) => moving.others(&slots, start, StatusCode::BAD_REQUEST, words::NOT_OFFERED).await,
        // Some conflicts are not about the slot, and another one would not help.
        Err(Error::Conflict(message)) => match slots.at(start).await {
            Ok(None) => moving.others(&slots, start, StatusCode::CONFLICT, words::TAKEN).await,
            _ => Err(Error::Conflict(message).into()),
        },
        Err(other) => Err(other.into()),
    }
}

/// Somebody who moves a booking.
struct Moving<'m> {
    state: &'m State,
    cx: &'m Context,
    visit: &'m Visit,
    token: &'m str,
    booking: &'m KeptBooking,
    link: &'m BookingLink,
}

impl<'m> Moving<'m> {
    /// Where the link takes no bookings any more, there is nowhere to move to.
    fn new(
        state: &'m State,
        cx: &'m Context,
        visit: &'m Visit,
        token: &'m str,
        booking: &'m KeptBooking,
    ) -> Result<Self, Failure> {
        let link = booking.link.as_ref().filter(|link| link.active).ok_or(Error::NotFound("booking link"))?;
        Ok(Self { state, cx, visit, token, booking, link })
    }

    fn slots(&self) -> Slots<'m> {
        let source = Source::Booking(self.token, self.current());
        Slots { state: self.state, cx: self.cx, link: self.link, source }
    }

    fn current(&self) -> Slot {
        Slot { start: self.booking.booking.start, end: self.booking.booking.end }
    }

    fn times(&self) -> Times<'m> {
        Times { zone: self.visit.zone(&self.booking.booking.zone), clock: self.visit.clock }
    }

    /// What is moved.
    fn head(&self) -> Markup {
        html! {
            h1 { (words::MOVE_ASK) }
            p { (title(Some(self.link))) }
            dl .facts { (summary::when(words::MOVE_FROM, self.current(), self.times())) }
        }
    }

    /// The next slots instead of one that cannot be had, under a heading that says why.
    async fn others(
        &self,
        slots: &Slots<'_>,
        start: Timestamp,
        status: StatusCode,
        heading: &str,
    ) -> Result<Page, Failure> {
        let choice = Choice::Open(slots.next(start, OFFERED).await?);
        let more = html! { @if status == StatusCode::CONFLICT { p { (words::TAKEN_NEXT) } } };
        Ok(self.page(status, &choice, Some(&alert(heading, &more))))
    }

    fn page(&self, status: StatusCode, choice: &Choice, told: Option<&Markup>) -> Page {
        let (times, visit) = (self.times(), self.visit);
        let path = format!("/booking/reschedule/{}", self.token);
        let day = match choice {
            Choice::Made(slot) => Some(times.date(slot.start)),
            Choice::Open(slots) => slots.first().map(|slot| times.date(slot.start)),
        };
        let back = day.map(|day| ("from", day.to_string())).into_iter().collect::<Vec<_>>();
        let main = html! {
            main .card .narrow data-zone=(times.zone.name()) data-clock=(times.clock.name()) {
                header .intro { (self.head()) }
                @if let Some(told) = told { (told) }
                form method="post" action=(visit.href(&path, &[])) {
                    input type="hidden" name=(KEY) value=(self.cx.token());
                    @match choice {
                        Choice::Made(slot) => {
                            input type="hidden" name="slot_start" value=(slot.start);
                            dl .facts { (summary::when(words::MOVE_TO, *slot, times)) (summary::zone(times)) }
                        }
                        Choice::Open(slots) => { (radios(slots, "", times)) }
                    }
                    p { button .button data-sending=(words::SENDING) { (words::MOVE_DO) } }
                }
                p { a href=(visit.href(&path, &back)) { (words::ALL_TIMES) } }
            }
        };
        let state = if told.is_some() { words::ERROR } else { words::MOVE_TO };
        visit.look.page(status, &words::titled(state, words::MOVE_ASK), &main)
    }

    fn over(&self) -> Page {
        let main = html! {
            main .card .narrow {
                header .intro { h1 { (words::OVER) } p { (title(Some(self.link))) } }
                dl .facts { (summary::when(words::WHEN, self.current(), self.times())) }
                p { (words::OVER_MORE) }
            }
        };
        self.visit.look.page(StatusCode::OK, words::OVER, &main)
    }
}
