//! What is booked, and when: a list of terms that several pages show.

use kalends_domain::booking::{BookingLink, Slot};
use maud::{Markup, html};

use super::times::{Times, full_day, length, place};
use super::words;

/// The heading of a link, or what stands for it.
pub(super) fn title(link: Option<&BookingLink>) -> &str {
    link.and_then(|link| link.settings.title.as_deref()).unwrap_or(words::UNTITLED)
}

/// The heading of a link's pages, with what its owner says about it.
pub(super) fn heading(link: &BookingLink) -> Markup {
    html! {
        h1 { (title(Some(link))) }
        p .length { (words::lasts(&length(link.settings.duration))) }
        @if let Some(description) = &link.settings.description { p .description { (description) } }
    }
}

/// A slot under this term.
pub(super) fn when(term: &str, slot: Slot, times: Times<'_>) -> Markup {
    html! {
        div {
            dt { (term) }
            dd {
                time datetime=(slot.start) { (full_day(times.date(slot.start))) br; (times.span(slot)) }
            }
        }
    }
}

/// The zone's place.
pub(super) fn zone(times: Times<'_>) -> Markup {
    html! { div { dt { (words::TIME_ZONE) } dd { (place(times.zone.name())) } } }
}
