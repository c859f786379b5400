drop table event_history;
drop table sync_log;
drop table sync_pairs;
drop table calendar_links;
drop table link_attempts;
drop table integrations;
