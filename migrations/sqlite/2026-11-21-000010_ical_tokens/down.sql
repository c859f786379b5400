drop table ical_tokens;
