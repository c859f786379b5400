drop index events_by_number;
alter table events drop column course_id;
alter table events drop column kind;
drop table courses;
