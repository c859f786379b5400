alter table integrations drop column paused_until;
