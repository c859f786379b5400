-- Calendars that stand at an address elsewhere, and to which people subscribed. The SQLite half of this name says the
-- same.
create table feeds (
    id uuid primary key,
    owner_id uuid not null references users (id),
    name text not null,
    url text not null,
    format text not null,
    destination text not null,
    calendar_id uuid not null references calendars (id),
    mirror_account text,
    mirror_calendar text,
    etag text,
    last_modified text,
    digest bytea,
    held boolean not null,
    failures integer not null,
    last_error text,
    last_synced_at timestamptz,
    next_sync_at timestamptz not null,
    events bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version bigint not null
);
create unique index feeds_name on feeds (owner_id, name);
create index feeds_owner on feeds (owner_id, id);
create index feeds_calendar on feeds (calendar_id);

-- Whether the calendar at the provider only shows what is here.
alter table calendar_links add column mirror boolean not null default false;
