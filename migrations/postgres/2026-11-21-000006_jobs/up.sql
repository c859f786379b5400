-- The queue. The SQLite half of this name says the same.
--
-- A job waits (neither leased nor dead), is worked on (leased), or is dead. `run_at` is when it is due; of one that is
-- leased, when the lease runs out, for then it is due again.

create table jobs (
    id uuid primary key,
    kind text not null,
    payload text not null,
    key text,
    run_at timestamptz not null,
    attempts integer not null,
    lease uuid,
    last_error text,
    created_at timestamptz not null,
    dead_at timestamptz
);
create index jobs_due on jobs (run_at, id) where dead_at is null;
create index jobs_dead on jobs (id) where dead_at is not null;
create index jobs_lease on jobs (lease, id) where lease is not null;
-- Of one key one job waits and one is worked on. Those without a key are not in each other's way.
create unique index jobs_waiting_key on jobs (key) where lease is null and dead_at is null;
create unique index jobs_leased_key on jobs (key) where lease is not null;

-- Housekeeping removes those that expired long ago.
create index sessions_expiry on sessions (expires_at);
