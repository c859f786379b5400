-- What a feed needs: when it last changed (Last-Modified), and a calendar's events one after the other. The Postgres half of
-- this name says the same.

alter table calendars add column touched_at integer not null default 0;
update calendars set touched_at = max(updated_at, coalesce(
    (select max(updated_at) from events where events.calendar_id = calendars.id), updated_at));
create index events_of_calendar on events (calendar_id, id) where deleted_at is null;
