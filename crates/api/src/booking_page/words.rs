//! What the pages say: in one place, for whoever rewords or translates it.

/// The language of all this.
pub(super) const LANGUAGE: &str = "en";

/// The heading where a link has no title.
pub(super) const UNTITLED: &str = "Book a time";

pub(super) const CHOOSE: &str = "Choose a time";
pub(super) const EARLIER: &str = "Earlier";
pub(super) const LATER: &str = "Later";
pub(super) const WEEKS: &str = "Other weeks";
pub(super) const CLOCKS_CHANGE: &str = "The clocks change on this day.";
pub(super) const NOTHING_AHEAD: &str = "No time is free in the next two months.";

pub(super) const SHOWN_IN: &str = "How times are shown";
pub(super) const ZONE: &str = "Time zone";
pub(super) const CLOCK: &str = "Clock";
pub(super) const TWELVE: &str = "9:00 AM";
pub(super) const TWENTY_FOUR: &str = "09:00";
pub(super) const SHOW: &str = "Show";

pub(super) const DETAILS: &str = "Your details";
pub(super) const WHEN: &str = "When";
pub(super) const TIME_ZONE: &str = "Time zone";
pub(super) const WHO: &str = "Booked for";
pub(super) const OTHER_TIME: &str = "Choose another time";
pub(super) const ALL_TIMES: &str = "See all times";
pub(super) const NAME: &str = "Your name";
pub(super) const EMAIL: &str = "E-mail address";
pub(super) const NOTES: &str = "Anything else";
pub(super) const REQUIRED: &str = "required";
pub(super) const OPTIONAL: &str = "optional";
pub(super) const BOOK: &str = "Book this time";
pub(super) const SENDING: &str = "One moment …";

pub(super) const MEND: &str = "Please look at this again";
pub(super) const ERROR: &str = "Error";
pub(super) const TIME: &str = "The time";
pub(super) const FREE_TIMES: &str = "Choose one of the next free times";
pub(super) const TAKEN: &str = "That time is no longer free";
pub(super) const TAKEN_KEPT: &str = "Somebody was faster. Choose another time below; what you typed is still there.";
pub(super) const TAKEN_NEXT: &str = "Somebody was faster. Choose another time below.";
pub(super) const NOT_OFFERED: &str = "That time cannot be booked";
pub(super) const NO_TIME: &str = "Choose a time first";

pub(super) const BOOKED: &str = "Booked";
pub(super) const BOOKED_MORE: &str =
    "Keep this page, or the two links below: with them you can move or cancel the booking later.";
pub(super) const ADD_TO_CALENDAR: &str = "Add to my calendar";
pub(super) const MOVE: &str = "Move to another time";
pub(super) const CANCEL: &str = "Cancel the booking";

pub(super) const CANCEL_ASK: &str = "Cancel this booking?";
pub(super) const CANCEL_MORE: &str = "The time becomes free for others at once. To keep the booking, close this page.";
pub(super) const CANCEL_DO: &str = "Yes, cancel it";
pub(super) const CANCELLED: &str = "Cancelled";
pub(super) const CANCELLED_MORE: &str = "The booking is cancelled, and its time is free again.";
pub(super) const AGAIN: &str = "Book another time";
pub(super) const OVER: &str = "This booking is over";
pub(super) const OVER_MORE: &str = "It can no longer be changed.";

pub(super) const MOVE_ASK: &str = "Move your booking";
pub(super) const MOVE_FROM: &str = "Now";
pub(super) const MOVE_TO: &str = "New time";
pub(super) const MOVE_DO: &str = "Move it to this time";
pub(super) const MOVED: &str = "Moved";
pub(super) const MOVED_MORE: &str =
    "Your booking has its new time. The links you had lead nowhere now; keep these two instead.";

/// `… minutes or hours`.
pub(super) fn lasts(length: &str) -> String {
    format!("Lasts {length}")
}

/// What is wrong with a field, beside it.
pub(super) fn wrong(message: &str) -> String {
    match message {
        "is required" | "must not be empty" => "Please fill this in.".to_owned(),
        "is not an e-mail address" => "Please give an e-mail address, such as bob@example.com.".to_owned(),
        other => format!("This {other}."),
    }
}

/// The same elsewhere, with the field's name.
pub(super) fn wrong_in(field: &str, message: &str) -> String {
    format!("{field} – {}", wrong(message))
}

/// Which days have nothing to offer.
pub(super) fn nothing_in(range: &str) -> String {
    format!("No time is free in the week of {range}.")
}

/// The name of the link to the first day that has something.
pub(super) fn first_free(day: &str) -> String {
    format!("First free day: {day}")
}

/// In which zone all these times are.
pub(super) fn times_in(zone: &str) -> String {
    format!("Times are shown in {zone}.")
}

/// The end of a title.
pub(super) fn titled(state: &str, link: &str) -> String {
    format!("{state} – {link}")
}

/// A heading and a sentence for a request that was not done.
pub(super) fn failure(status: u16, of_link: bool) -> (&'static str, &'static str) {
    match (status, of_link) {
        (404 | 405, true) => (
            "This link takes no bookings",
            "It was switched off or never existed. Ask whoever sent it to you for another one.",
        ),
        (404 | 405, false) => (
            "This link leads nowhere now",
            "The booking was cancelled or moved since, or the link is not complete. If you moved it, use the links you \
             got then.",
        ),
        (400, _) => ("This address cannot be read", "A part of it is not what it should be:"),
        (409, _) => ("That is not possible", "The server answered:"),
        (429, _) => ("Too many requests", "Wait a moment, then load the page again."),
        (413 | 415 | 422, _) => {
            ("The form could not be read", "Go back, load the page again, and fill it in once more.")
        }
        _ => ("Something went wrong here", "It is not your fault. Try again in a moment."),
    }
}
