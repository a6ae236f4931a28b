ALTER TABLE events DROP COLUMN archived_at;
ALTER TABLE events DROP COLUMN join_policy;
ALTER TABLE events DROP COLUMN time_zone;
ALTER TABLE events DROP COLUMN ends_at;
ALTER TABLE events DROP COLUMN starts_at;
