-- Ids are UUIDv7 as TEXT, times UTC with microseconds, enums TEXT with CHECK. A `*_folded` column is the lower-case form that
-- uniqueness and search compare.

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    title TEXT,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    password_hash TEXT,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    event_id TEXT REFERENCES events (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'organizer', 'participant')),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX grants_account ON grants (account_id);

CREATE TABLE groups (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    title TEXT,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (event_id, name_folded)
);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    account_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    email TEXT,
    slug TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (group_id, name_folded)
);
CREATE INDEX users_account ON users (account_id);

-- Outlives users: browsers keep what a host name once was, so a slug is never given twice.
CREATE TABLE slugs (
    slug TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    given_at TIMESTAMP NOT NULL
);

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('sign_in_once', 'sign_in')),
    secret_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    used_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE INDEX tokens_account ON tokens (account_id);

-- A browser that is signed in to the dashboard. `id_hash` is SHA-256: the cookie's value is stored nowhere.
CREATE TABLE sessions (
    id_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    data TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- A browser that may open one editor; ends with the session that it came from.
CREATE TABLE editor_sessions (
    id_hash TEXT NOT NULL PRIMARY KEY,
    session_id_hash TEXT NOT NULL REFERENCES sessions (id_hash) ON DELETE CASCADE,
    slug TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX editor_sessions_session ON editor_sessions (session_id_hash);

CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    workspace_volume TEXT NOT NULL UNIQUE,
    home_volume TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE instances (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('Pending', 'Running', 'Stopping', 'Terminated', 'Failed')),
    state_since TIMESTAMP NOT NULL,
    intent TEXT NOT NULL CHECK (intent IN ('run', 'terminate')),
    generation BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at TIMESTAMP,
    failure_code TEXT,
    failure_reason TEXT,
    host_port BIGINT NOT NULL UNIQUE CHECK (host_port BETWEEN 1 AND 65535),
    image TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX instances_state ON instances (state);

CREATE TABLE activity (
    number BIGINT NOT NULL PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    account_id TEXT,
    cause TEXT NOT NULL,
    kind TEXT NOT NULL,
    event_id TEXT,
    group_id TEXT,
    user_id TEXT,
    change TEXT NOT NULL
);

-- One row: the number of the last activity. Every write begins by raising it, which also takes SQLite's write lock.
CREATE TABLE activity_sequence (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    last BIGINT NOT NULL
);
INSERT INTO activity_sequence (id, last) VALUES (1, 0);
