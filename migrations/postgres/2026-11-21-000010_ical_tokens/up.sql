-- Tokens that open a feed of all calendars that their owner sees. The SQLite half of this name says the same.

create table ical_tokens (
    id uuid primary key,
    user_id uuid not null references users (id),
    token bytea not null,
    created_at timestamptz not null,
    revoked_at timestamptz
);
create unique index ical_tokens_token on ical_tokens (token);
create index ical_tokens_user on ical_tokens (user_id, id) where revoked_at is null;
