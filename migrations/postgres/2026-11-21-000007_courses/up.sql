-- Courses, and what events are filtered by in lists that are read by number: their kind and course, which stand in `doc`
-- too; no course is the empty text. The SQLite half of this name says the same.

create table courses (
    owner_id uuid not null references users (id),
    id text not null,
    name text not null,
    code text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version bigint not null,
    primary key (owner_id, id)
);
create index courses_by_age on courses (owner_id, created_at, id);

alter table events add column kind text not null default 'event';
alter table events add column course_id text not null default '';
update events set kind = coalesce(doc -> 'details' ->> 'kind', 'event'), course_id = coalesce(doc ->> 'course_id', '');
create index events_by_number on events (calendar_id, is_series, starts_at, id, ends_at, kind, course_id)
    where deleted_at is null;
