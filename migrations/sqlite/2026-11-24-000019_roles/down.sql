CREATE TABLE grants_old (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    event_id TEXT REFERENCES events (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'organizer', 'participant')),
    created_at TIMESTAMP NOT NULL
);
INSERT INTO grants_old SELECT id, account_id, event_id, role, created_at FROM grants WHERE role NOT IN ('mentor', 'judge');
DROP TABLE grants;
ALTER TABLE grants_old RENAME TO grants;
CREATE INDEX grants_account ON grants (account_id);
