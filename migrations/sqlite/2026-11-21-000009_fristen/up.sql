-- Fristen, and the history of them that nothing changes. The Postgres half of this name says the same.

-- A Frist has the id of its event. `doc` holds what it says; the columns beside it are what it is found by. An id of
-- zeroes stands where there is none.
create table fristen (
    id blob not null primary key references events (id),
    calendar_id blob not null references calendars (id),
    due_at integer not null,
    case_id blob not null,
    chain_id blob not null,
    assignee_id blob not null,
    trigger_id blob not null,
    verified integer not null,
    deleted integer not null,
    doc text not null,
    created_by blob not null references users (id),
    created_at integer not null,
    updated_at integer not null,
    version integer not null
) strict;
create index fristen_due on fristen (calendar_id, due_at, id);
create index fristen_chain on fristen (chain_id, due_at, id);
create index fristen_trigger on fristen (trigger_id);

-- `entry` is kept as the very text that its hash goes over.
create table frist_history (
    seq integer not null primary key,
    frist_id blob not null,
    entry text not null,
    hash blob not null
) strict;
create index frist_history_frist on frist_history (frist_id, seq);

-- One row: where the history ends. Whoever appends takes it first.
create table frist_history_end (
    id integer not null primary key,
    seq integer not null,
    hash blob not null
) strict;
insert into frist_history_end (id, seq, hash) values (1, 0, zeroblob(32));

create trigger frist_history_is_not_changed before update on frist_history begin
    select raise(abort, 'the history of Fristen is never changed');
end;
create trigger frist_history_is_not_cut before delete on frist_history begin
    select raise(abort, 'the history of Fristen is never changed');
end;
