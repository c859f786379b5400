//! The next free slots, to choose one of in a form, and the message that says why one must be chosen.

use kalends_domain::booking::Slot;
use maud::{Markup, html};

use super::times::Times;
use super::words;

/// How many are offered.
pub(super) const OFFERED: usize = 6;

/// The slot that a form is about.
pub(super) enum Choice {
    /// This one.
    Made(Slot),
    /// One of these is to be chosen.
    Open(Vec<Slot>),
}

/// What is wrong, said at the top of a page: a heading and a sentence or links to the fields.
pub(super) fn alert(heading: &str, more: &Markup) -> Markup {
    html! {
        div #problems .alert role="alert" tabindex="-1" autofocus aria-labelledby="problems-heading" {
            h2 #problems-heading { (heading) }
            (more)
        }
    }
}

/// The slots as radio buttons; `picked` is the start of one that was picked already.
pub(super) fn radios(slots: &[Slot], picked: &str, times: Times<'_>) -> Markup {
    html! {
        fieldset #f-slot .times tabindex="-1" {
            legend { (words::FREE_TIMES) }
            @if slots.is_empty() { p { (words::NOTHING_AHEAD) } }
            @for slot in slots {
                @let start = slot.start.to_string();
                label { input type="radio" name="slot_start" value=(start) checked[start == picked] required; span { (times.slot(slot.start)) } }
            }
        }
    }
}
