-- Booking links, and what was booked under them. The SQLite half of this name says the same.

create table booking_links (
    id uuid primary key,
    calendar_id uuid not null references calendars (id),
    token text not null,
    active boolean not null,
    settings jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    version bigint not null
);
create unique index booking_links_token on booking_links (token);
create index booking_links_calendar on booking_links (calendar_id, id) where deleted_at is null;

-- A booking is a label on its event, and found by it. `booker` holds who booked and what they said.
create table bookings (
    id uuid primary key,
    link_id uuid not null references booking_links (id),
    calendar_id uuid not null references calendars (id),
    event_id uuid not null references events (id),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    buffer_before integer not null,
    buffer_after integer not null,
    booker jsonb not null,
    cancel_token bytea not null,
    reschedule_token bytea not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    cancelled_at timestamptz,
    version bigint not null
);
create unique index bookings_event on bookings (event_id);
create unique index bookings_cancel_token on bookings (cancel_token);
create unique index bookings_reschedule_token on bookings (reschedule_token);
