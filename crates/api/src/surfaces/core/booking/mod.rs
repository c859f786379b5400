//! Booking links, what they offer, and what is booked under them.

mod bookings;
mod cancel;
mod create_link;
mod delete_link;
mod explain;
mod file;
mod get_link;
mod list_links;
mod query;
mod reschedule;
mod reserve;
pub(crate) mod settings;
mod slots;
mod update_link;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use reschedule::Reschedule;
pub(crate) use reserve::{Reserve, ReserveForm};
use wire::LinkAnswer;

/// The routes of a calendar's owner.
pub(crate) fn of_calendars(config: &mut ServiceConfig<'_>) {
    config
        .service(create_link::create_booking_link)
        .service(list_links::list_booking_links)
        .service(get_link::get_booking_link)
        .service(update_link::update_booking_link)
        .service(delete_link::delete_booking_link)
        .service(explain::explain_booking_link)
        .service(bookings::list_bookings)
        .service(bookings::delete_booking);
}

/// The routes of whoever books.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(slots::booking_availability)
        .service(reserve::reserve_slot)
        .service(cancel::show_cancellation)
        .service(cancel::cancel_booking)
        .service(file::booking_file)
        .service(reschedule::show_rescheduling)
        .service(reschedule::reschedule_booking);
}
