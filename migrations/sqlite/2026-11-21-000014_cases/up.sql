-- The legal case of an event, which stands in `doc` too, as text; no case is the empty text. The Postgres half of this name
-- says the same.

alter table events add column case_id text not null default '';
update events set case_id = coalesce(json_extract(doc, '$.case_id'), '');
create index events_case on events (calendar_id, case_id, is_series, reach, starts_at, id, ends_at)
    where deleted_at is null and case_id <> '';
