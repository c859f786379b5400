-- Booking links, and what was booked under them. The Postgres half of this name says the same.

create table booking_links (
    id blob not null primary key,
    calendar_id blob not null references calendars (id),
    token text not null,
    active integer not null,
    settings text not null,
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer,
    version integer not null
) strict;
create unique index booking_links_token on booking_links (token);
create index booking_links_calendar on booking_links (calendar_id, id) where deleted_at is null;

-- A booking is a label on its event, and found by it. `booker` holds who booked and what they said.
create table bookings (
    id blob not null primary key,
    link_id blob not null references booking_links (id),
    calendar_id blob not null references calendars (id),
    event_id blob not null references events (id),
    starts_at integer not null,
    ends_at integer not null,
    buffer_before integer not null,
    buffer_after integer not null,
    booker text not null,
    cancel_token blob not null,
    reschedule_token blob not null,
    created_at integer not null,
    updated_at integer not null,
    cancelled_at integer,
    version integer not null
) strict;
create unique index bookings_event on bookings (event_id);
create unique index bookings_cancel_token on bookings (cancel_token);
create unique index bookings_reschedule_token on bookings (reschedule_token);
