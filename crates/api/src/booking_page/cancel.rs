//! `/booking/cancel/{token}` for people. GET shows and asks, POST does: mail scanners open links.

use actix_web::http::StatusCode;
use kalends_app::{Context, KeptBooking};
use kalends_domain::booking::Slot;
use maud::html;

use super::form::KEY;
use super::times::Times;
use super::{Page, Visit, summary, varied, words};

/// Asks whether the booking is to be cancelled.
pub(crate) fn ask(cx: &Context, visit: &Visit, token: &str, kept: &KeptBooking) -> Page {
    let booking = &kept.booking;
    let times = Times { zone: visit.zone(&booking.zone), clock: visit.clock };
    let over = booking.end <= cx.now();
    let heading = if over { words::OVER } else { words::CANCEL_ASK };
    let title = summary::title(kept.link.as_ref());
    let main = html! {
        main .card .narrow data-zone=(times.zone.name()) data-clock=(times.clock.name()) {
            header .intro { h1 { (heading) } p { (title) } }
            dl .facts {
                (summary::when(words::WHEN, Slot { start: booking.start, end: booking.end }, times))
                (summary::zone(times))
                div { dt { (words::WHO) } dd { (booking.name) br; (booking.email) } }
            }
            @if over {
                p { (words::OVER_MORE) }
            } @else {
                p { (words::CANCEL_MORE) }
                form method="post" action=(visit.href(&format!("/booking/cancel/{token}"), &[])) {
                    input type="hidden" name=(KEY) value=(cx.token());
                    p { button .button .danger data-sending=(words::SENDING) { (words::CANCEL_DO) } }
                }
            }
        }
    };
    varied(visit.look.page(StatusCode::OK, &words::titled(heading, title), &main))
}

/// Says that it is cancelled; `kept` is the booking as it stood.
pub(crate) fn done(visit: &Visit, kept: &KeptBooking) -> Page {
    let link = kept.link.as_ref();
    let title = summary::title(link);
    let main = html! {
        main .card .narrow {
            header .intro { h1 .good { (words::CANCELLED) } p { (title) } }
            p { (words::CANCELLED_MORE) }
            @if let Some(link) = link.filter(|link| link.active) {
                p { a .button .quiet href=(visit.href(&format!("/book/{}", link.token), &[])) { (words::AGAIN) } }
            }
        }
    };
    visit.look.page(StatusCode::OK, &words::titled(words::CANCELLED, title), &main)
}
