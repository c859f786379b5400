-- Until when an account at a provider is left alone, whose quota is used up. The SQLite half of this name says the same.

alter table integrations add column paused_until timestamptz;
