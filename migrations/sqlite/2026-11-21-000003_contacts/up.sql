-- Address books. `kept` holds what a vCard said beside the columns, a content line below the other; `search_text` is what
-- a search looks through. The Postgres half of this name says the same.

create table contacts (
    id blob not null primary key,
    owner_id blob not null references users (id),
    uid text not null,
    first_name text,
    last_name text,
    email text,
    phone text,
    company text,
    notes text,
    kept text not null,
    search_text text not null,
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer,
    version integer not null
) strict;
create unique index contacts_uid on contacts (owner_id, uid) where deleted_at is null;
create index contacts_of_owner on contacts (owner_id, id) where deleted_at is null;
create index contacts_trash on contacts (owner_id, deleted_at, id) where deleted_at is not null;
