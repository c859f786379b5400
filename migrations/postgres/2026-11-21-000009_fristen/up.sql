-- Fristen, and the history of them that nothing changes. The SQLite half of this name says the same.

-- A Frist has the id of its event. `doc` holds what it says; the columns beside it are what it is found by. An id of
-- zeroes stands where there is none.
create table fristen (
    id uuid primary key references events (id),
    calendar_id uuid not null references calendars (id),
    due_at timestamptz not null,
    case_id uuid not null,
    chain_id uuid not null,
    assignee_id uuid not null,
    trigger_id uuid not null,
    verified boolean not null,
    deleted boolean not null,
    doc jsonb not null,
    created_by uuid not null references users (id),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version bigint not null
);
create index fristen_due on fristen (calendar_id, due_at, id);
create index fristen_chain on fristen (chain_id, due_at, id);
create index fristen_trigger on fristen (trigger_id);

-- `entry` is kept as the very text that its hash goes over: jsonb would spell it anew.
create table frist_history (
    seq bigint primary key,
    frist_id uuid not null,
    entry text not null,
    hash bytea not null
);
create index frist_history_frist on frist_history (frist_id, seq);

-- One row: where the history ends. Whoever appends takes it first.
create table frist_history_end (
    id integer primary key,
    seq bigint not null,
    hash bytea not null
);
insert into frist_history_end (id, seq, hash) values (1, 0, decode(repeat('00', 32), 'hex'));

create function frist_history_stays() returns trigger language plpgsql as $$
begin
    raise exception 'the history of Fristen is never changed';
end
$$;
create trigger frist_history_stays before update or delete or truncate on frist_history
    execute function frist_history_stays();
