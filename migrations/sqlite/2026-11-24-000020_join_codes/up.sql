-- What people type to come into an event. The code itself is kept, because it is shown on a wall again and again.
CREATE TABLE join_codes (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    group_id TEXT REFERENCES groups (id) ON DELETE CASCADE,
    code TEXT NOT NULL UNIQUE,
    seats BIGINT NOT NULL CHECK (seats > 0),
    places BIGINT NOT NULL CHECK (places > 0),
    approval BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);

-- Who came by a code, or was not known: let in at once, or once an organizer says so.
CREATE TABLE arrivals (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    code_id TEXT REFERENCES join_codes (id) ON DELETE SET NULL,
    -- SHA-256 of what their page carried, so that one form sent twice is one arrival.
    form_hash TEXT UNIQUE,
    name TEXT NOT NULL,
    group_id TEXT REFERENCES groups (id) ON DELETE SET NULL,
    team TEXT,
    standing TEXT NOT NULL CHECK (standing IN ('waiting', 'let_in', 'refused')),
    asked_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP
);
CREATE INDEX arrivals_account ON arrivals (account_id);
CREATE INDEX arrivals_code ON arrivals (code_id);
CREATE INDEX arrivals_standing ON arrivals (standing);
