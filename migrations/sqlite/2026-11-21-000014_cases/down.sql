drop index events_case;
alter table events drop column case_id;
