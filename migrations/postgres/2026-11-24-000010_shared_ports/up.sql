-- The ports inside a sandbox that others may come to, and who, as JSON; all others are their owner's alone.
ALTER TABLE instances ADD COLUMN shared_ports TEXT COLLATE "C" NOT NULL DEFAULT '[]';
