alter table calendar_links drop column mirror;
drop table feeds;
