drop index events_of_calendar;
alter table calendars drop column touched_at;
