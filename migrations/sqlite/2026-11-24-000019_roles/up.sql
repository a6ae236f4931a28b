-- SQLite cannot change a CHECK, so the table is copied: mentors and judges are new.
CREATE TABLE grants_new (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    event_id TEXT REFERENCES events (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'organizer', 'mentor', 'judge', 'participant')),
    created_at TIMESTAMP NOT NULL
);
INSERT INTO grants_new SELECT id, account_id, event_id, role, created_at FROM grants;
DROP TABLE grants;
ALTER TABLE grants_new RENAME TO grants;
CREATE INDEX grants_account ON grants (account_id);
CREATE INDEX grants_role ON grants (role);
