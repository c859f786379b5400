-- What a feed needs: when it last changed (Last-Modified), and a calendar's events one after the other. The SQLite half of
-- this name says the same.

alter table calendars add column touched_at timestamptz not null default 'epoch';
update calendars set touched_at = greatest(updated_at, coalesce(
    (select max(updated_at) from events where events.calendar_id = calendars.id), updated_at));
create index events_of_calendar on events (calendar_id, id) where deleted_at is null;
