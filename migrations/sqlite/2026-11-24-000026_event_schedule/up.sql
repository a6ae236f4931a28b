-- When an event takes place, written with the offset of its zone then (RFC 3339); how people come in; since when it is over for good.
ALTER TABLE events ADD COLUMN starts_at TEXT;
ALTER TABLE events ADD COLUMN ends_at TEXT;
ALTER TABLE events ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE events ADD COLUMN join_policy TEXT NOT NULL DEFAULT 'codes' CHECK (join_policy IN ('codes', 'approval', 'closed'));
ALTER TABLE events ADD COLUMN archived_at TIMESTAMP;
