-- Accounts at providers, what is kept the same as there, and what their syncs did. The SQLite half of this name says
-- the same.

-- Tokens are sealed with the server's key.
create table integrations (
    id uuid primary key,
    user_id uuid not null references users (id),
    provider text not null,
    email text not null,
    access bytea not null,
    access_until timestamptz not null,
    refresh bytea not null,
    health text not null,
    last_synced_at timestamptz,
    last_error text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version bigint not null
);
create unique index integrations_user on integrations (user_id, provider);

create table link_attempts (
    state bytea primary key,
    user_id uuid not null references users (id),
    provider text not null,
    verifier bytea not null,
    expires_at timestamptz not null
);
create index link_attempts_expiry on link_attempts (expires_at);
create index link_attempts_user on link_attempts (user_id);

create table calendar_links (
    id uuid primary key,
    integration_id uuid not null references integrations (id),
    remote_id text not null,
    name text not null,
    is_primary boolean not null,
    writable boolean not null,
    calendar_id uuid not null references calendars (id),
    sync_cursor text,
    held boolean not null,
    busy_until timestamptz,
    synced_at timestamptz,
    created_at timestamptz not null,
    version bigint not null
);
create unique index calendar_links_remote on calendar_links (integration_id, remote_id);
create unique index calendar_links_calendar on calendar_links (integration_id, calendar_id);
create index calendar_links_of on calendar_links (calendar_id, id);

-- An event and its copy at a provider, as they were when they last were the same. Events come and go; a pair whose
-- event is gone is found by that.
create table sync_pairs (
    link_id uuid not null references calendar_links (id),
    event_id uuid not null,
    remote_id text not null,
    version bigint not null,
    doc jsonb not null,
    primary key (link_id, event_id)
);
create unique index sync_pairs_remote on sync_pairs (link_id, remote_id);

create table sync_log (
    id uuid primary key,
    integration_id uuid not null references integrations (id),
    at timestamptz not null,
    side text not null,
    deed text not null,
    event_id uuid,
    remote_id text,
    title text not null,
    fields text not null,
    reason text not null
);
create index sync_log_order on sync_log (integration_id, id);

-- What events lost to later changes elsewhere.
create table event_history (
    id uuid primary key,
    event_id uuid not null,
    at timestamptz not null,
    source text not null,
    field text,
    value text not null,
    reason text not null
);
create index event_history_order on event_history (event_id, id);
