-- Who was in somebody else's editor, from when to when. `ended_at` is NULL while they are there.
CREATE TABLE visits (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('admin', 'organizer', 'mentor', 'judge', 'participant')),
    began_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    asked_to_leave BOOLEAN NOT NULL
);
CREATE INDEX visits_user ON visits (user_id, account_id);
CREATE INDEX visits_end ON visits (ended_at);
