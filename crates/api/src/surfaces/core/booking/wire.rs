//! Links and bookings as they are shown.

use std::collections::BTreeMap;

use kalends_app::Reserved;
use kalends_domain::booking::{Booking, BookingLink};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::settings::Settings;
use crate::state::State;
use crate::surfaces::core::events::{EventJson, Rules};
use crate::surfaces::core::wire::Time;

/// A booking link, as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = BookingLink)]
pub(crate) struct LinkAnswer {
    /// The link's id.
    id: Uuid,
    /// The calendar in which bookings stand.
    #[schema(example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
    calendar_id: Uuid,
    /// Names the link in its addresses.
    #[schema(example = "q9JY0m3kXW2rN5uT7vZb1A")]
    token: String,
    /// Where people book.
    #[schema(format = "uri", example = "http://localhost:3019/book/q9JY0m3kXW2rN5uT7vZb1A")]
    public_url: String,
    /// Whether it offers anything now.
    #[schema(example = true)]
    active: bool,
    /// What it offers.
    settings: Settings,
    #[schema(inline)]
    created_at: Time,
    #[schema(inline)]
    updated_at: Time,
}

impl LinkAnswer {
    pub(super) fn new(link: &BookingLink, state: &State) -> Self {
        Self {
            id: link.id.0,
            calendar_id: link.calendar.0,
            token: link.token.clone(),
            public_url: format!("{}/book/{}", state.settings.public_url, link.token),
            active: link.active,
            settings: Settings::new(&link.settings, link.active),
            created_at: Time(link.created_at),
            updated_at: Time(link.updated_at),
        }
    }
}

/// Time that somebody booked.
#[derive(Serialize, ToSchema)]
#[schema(as = Booking)]
pub(crate) struct BookingJson {
    /// The booking's id.
    id: Uuid,
    /// Its event.
    event_id: Uuid,
    /// The link under which it was booked.
    link_id: Uuid,
    #[schema(inline)]
    start: Time,
    #[schema(inline)]
    end: Time,
    /// The IANA zone in which the booker reads times.
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    /// Who booked.
    #[schema(example = "Bob Ray")]
    name: String,
    /// Where to write to them.
    #[schema(format = Email, example = "bob@example.com")]
    email: String,
    /// What they noted.
    #[schema(required = true, example = "About exercise 3.")]
    notes: Option<String>,
    /// What they answered, by question.
    #[schema(example = json!({"What is it about?": "Exercise 3"}))]
    answers: BTreeMap<String, String>,
    #[schema(inline)]
    created_at: Time,
}

impl From<Booking> for BookingJson {
    fn from(booking: Booking) -> Self {
        Self {
            id: booking.id.0,
            event_id: booking.event.0,
            link_id: booking.link.0,
            start: Time(booking.start),
            end: Time(booking.end),
            timezone: booking.zone.name().to_owned(),
            name: booking.name,
            email: booking.email.to_string(),
            notes: booking.notes,
            answers: booking.answers.into_iter().collect(),
            created_at: Time(booking.created_at),
        }
    }
}

/// `{"booking": …}`
#[derive(Serialize, ToSchema)]
pub(crate) struct BookingAnswer {
    pub(super) booking: BookingJson,
}

/// A slot was booked.
#[derive(Serialize, ToSchema)]
#[schema(as = Reserved)]
pub(crate) struct ReservedAnswer<'v> {
    /// Always true.
    #[schema(example = true)]
    ok: bool,
    /// The event that stands in the calendar now.
    event: EventJson<'v>,
    /// What the booker keeps.
    booking: Kept,
}

/// Addresses for the booker alone. They are shown this once, and mailed to the booker.
#[derive(Serialize, ToSchema)]
#[schema(as = KeptBooking)]
pub(crate) struct Kept {
    /// The booking's id.
    id: Uuid,
    /// A POST there cancels the booking, a GET shows it.
    #[schema(
        format = "uri",
        example = "http://localhost:3019/booking/cancel/Qk0xUPqf7CXc0QGbp2ZtKnA4kUeSDgYc0fKJ9y2mXb8"
    )]
    cancel_url: String,
    /// A POST there moves the booking to another slot, a GET shows it.
    #[schema(
        format = "uri",
        example = "http://localhost:3019/booking/reschedule/nVtE3sWl7uZr5aDhG1oPiTkUjSgMqvYc0fKJ9y2mXb8"
    )]
    reschedule_url: String,
}

impl<'v> ReservedAnswer<'v> {
    /// `rules` are those of its event.
    pub(super) fn new(reserved: &'v Reserved, rules: &'v Rules, state: &State) -> Self {
        let base = &state.settings.public_url;
        Self {
            ok: true,
            event: EventJson::new(&reserved.event, rules),
            booking: Kept {
                id: reserved.booking.id.0,
                cancel_url: format!("{base}/booking/cancel/{}", reserved.cancel_token),
                reschedule_url: format!("{base}/booking/reschedule/{}", reserved.reschedule_token),
            },
        }
    }
}
