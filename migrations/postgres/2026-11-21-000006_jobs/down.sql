drop index sessions_expiry;
drop table jobs;
