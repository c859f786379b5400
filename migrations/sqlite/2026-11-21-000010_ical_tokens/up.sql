-- Tokens that open a feed of all calendars that their owner sees. The Postgres half of this name says the same.

create table ical_tokens (
    id blob not null primary key,
    user_id blob not null references users (id),
    token blob not null,
    created_at integer not null,
    revoked_at integer
) strict;
create unique index ical_tokens_token on ical_tokens (token);
create index ical_tokens_user on ical_tokens (user_id, id) where revoked_at is null;
