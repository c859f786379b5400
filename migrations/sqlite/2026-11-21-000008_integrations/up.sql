-- Accounts at providers, what is kept the same as there, and what their syncs did. The Postgres half of this name says
-- the same.

-- Tokens are sealed with the server's key.
create table integrations (
    id blob not null primary key,
    user_id blob not null references users (id),
    provider text not null,
    email text not null,
    access blob not null,
    access_until integer not null,
    refresh blob not null,
    health text not null,
    last_synced_at integer,
    last_error text,
    created_at integer not null,
    updated_at integer not null,
    version integer not null
) strict;
create unique index integrations_user on integrations (user_id, provider);

create table link_attempts (
    state blob not null primary key,
    user_id blob not null references users (id),
    provider text not null,
    verifier blob not null,
    expires_at integer not null
) strict;
create index link_attempts_expiry on link_attempts (expires_at);
create index link_attempts_user on link_attempts (user_id);

create table calendar_links (
    id blob not null primary key,
    integration_id blob not null references integrations (id),
    remote_id text not null,
    name text not null,
    is_primary integer not null,
    writable integer not null,
    calendar_id blob not null references calendars (id),
    sync_cursor text,
    held integer not null,
    busy_until integer,
    synced_at integer,
    created_at integer not null,
    version integer not null
) strict;
create unique index calendar_links_remote on calendar_links (integration_id, remote_id);
create unique index calendar_links_calendar on calendar_links (integration_id, calendar_id);
create index calendar_links_of on calendar_links (calendar_id, id);

-- An event and its copy at a provider, as they were when they last were the same. Events come and go; a pair whose
-- event is gone is found by that.
create table sync_pairs (
    link_id blob not null references calendar_links (id),
    event_id blob not null,
    remote_id text not null,
    version integer not null,
    doc text not null,
    primary key (link_id, event_id)
) strict;
create unique index sync_pairs_remote on sync_pairs (link_id, remote_id);

create table sync_log (
    id blob not null primary key,
    integration_id blob not null references integrations (id),
    at integer not null,
    side text not null,
    deed text not null,
    event_id blob,
    remote_id text,
    title text not null,
    fields text not null,
    reason text not null
) strict;
create index sync_log_order on sync_log (integration_id, id);

-- What events lost to later changes elsewhere.
create table event_history (
    id blob not null primary key,
    event_id blob not null,
    at integer not null,
    source text not null,
    field text,
    value text not null,
    reason text not null
) strict;
create index event_history_order on event_history (event_id, id);
