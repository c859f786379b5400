-- Accounts, the credentials that speak for them, calendars, events, and what the server keeps for itself.
-- The Postgres half of this name says the same; `crates/adapters/store/src/schema.rs` reads both.
--
-- Ids are blobs of 16 bytes, instants integers of microseconds since 1970, truths 0 and 1.

create table users (
    id blob not null primary key,
    email text not null,
    name text,
    timezone text not null,
    free_busy_visibility text not null,
    password text not null,
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer,
    version integer not null
) strict;
create unique index users_email on users (email) where deleted_at is null;

create table sessions (
    id blob not null primary key,
    user_id blob not null references users (id),
    family blob not null,
    token blob not null,
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    revoked_at integer
) strict;
create unique index sessions_token on sessions (token);
create index sessions_family on sessions (family);
create index sessions_user on sessions (user_id);

create table api_keys (
    id blob not null primary key,
    user_id blob not null references users (id),
    name text not null,
    scopes text not null,
    token blob not null,
    created_at integer not null,
    revoked_at integer
) strict;
create unique index api_keys_token on api_keys (token);
create index api_keys_user on api_keys (user_id, id) where revoked_at is null;

create table calendars (
    id blob not null primary key,
    owner_id blob not null references users (id),
    name text not null,
    color text not null,
    is_public integer not null,
    feed_generation integer not null,
    feed_token blob not null,
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer,
    version integer not null,
    revision integer not null
) strict;
create unique index calendars_feed_token on calendars (feed_token);
create index calendars_owner on calendars (owner_id);
create index calendars_trash on calendars (owner_id, deleted_at, id) where deleted_at is not null;

create table memberships (
    calendar_id blob not null references calendars (id),
    user_id blob not null references users (id),
    role text not null,
    color_theme text,
    created_at integer not null,
    updated_at integer not null,
    primary key (calendar_id, user_id)
) strict, without rowid;
create index memberships_user on memberships (user_id, calendar_id);

-- `doc` holds the event; the columns beside it are what it is found by. What never ends has the
-- last instant there is in `ends_at`. `reach` is how long the event takes, in coarse levels, so that a window knows how
-- far back to look.
create table events (
    id blob not null primary key,
    calendar_id blob not null references calendars (id),
    uid text not null,
    title text not null,
    starts_at integer not null,
    ends_at integer not null,
    is_series integer not null,
    reach integer not null,
    search_text text not null,
    tags_text text not null,
    doc text not null,
    created_by blob not null references users (id),
    updated_by blob not null references users (id),
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer,
    version integer not null
) strict;
create unique index events_uid on events (calendar_id, uid) where deleted_at is null;
create index events_window on events (calendar_id, is_series, reach, starts_at, id, ends_at) where deleted_at is null;
create index events_trash on events (calendar_id, deleted_at, id) where deleted_at is not null;

create table answers (
    caller text not null,
    key text not null,
    fingerprint blob not null,
    created_at integer not null,
    lease integer not null,
    status integer,
    body blob,
    primary key (caller, key)
) strict;
create index answers_age on answers (created_at);

create table settings (
    key text not null primary key,
    value blob not null
) strict, without rowid;
