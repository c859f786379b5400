drop table settings;
drop table answers;
drop table events;
drop table memberships;
drop table calendars;
drop table api_keys;
drop table sessions;
drop table users;
