-- Calendars that stand at an address elsewhere, and to which people subscribed. The Postgres half of this name says the
-- same.
create table feeds (
    id blob not null primary key,
    owner_id blob not null references users (id),
    name text not null,
    url text not null,
    format text not null,
    destination text not null,
    calendar_id blob not null references calendars (id),
    mirror_account text,
    mirror_calendar text,
    etag text,
    last_modified text,
    digest blob,
    held integer not null,
    failures integer not null,
    last_error text,
    last_synced_at integer,
    next_sync_at integer not null,
    events integer not null,
    created_at integer not null,
    updated_at integer not null,
    version integer not null
) strict;
create unique index feeds_name on feeds (owner_id, name);
create index feeds_owner on feeds (owner_id, id);
create index feeds_calendar on feeds (calendar_id);

-- Whether the calendar at the provider only shows what is here.
alter table calendar_links add column mirror integer not null default 0;
