-- Ids are UUIDv7 as TEXT, times UTC with microseconds, enums TEXT with CHECK. A `*_folded` column is the lower-case form that
-- uniqueness and search compare.

CREATE TABLE settings (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE events (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    event_id TEXT COLLATE "C" NOT NULL UNIQUE,
    title TEXT COLLATE "C",
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE accounts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C",
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE grants (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    event_id TEXT COLLATE "C" REFERENCES events (id) ON DELETE CASCADE,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('admin', 'organizer', 'participant')),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX grants_account ON grants (account_id);

CREATE TABLE groups (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    event_id TEXT COLLATE "C" NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C",
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (event_id, name_folded)
);

CREATE TABLE users (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    group_id TEXT COLLATE "C" NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    account_id TEXT COLLATE "C" REFERENCES accounts (id) ON DELETE SET NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C",
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (group_id, name_folded)
);
CREATE INDEX users_account ON users (account_id);

-- Outlives users: browsers keep what a host name once was, so a slug is never given twice.
CREATE TABLE slugs (
    slug TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL,
    given_at TIMESTAMP NOT NULL
);

CREATE TABLE tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('sign_in_once', 'sign_in')),
    secret_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    used_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE INDEX tokens_account ON tokens (account_id);

-- A browser that is signed in to the dashboard. `id_hash` is SHA-256: the cookie's value is stored nowhere.
CREATE TABLE sessions (
    id_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id TEXT COLLATE "C" REFERENCES accounts (id) ON DELETE CASCADE,
    data TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- A browser that may open one editor; ends with the session that it came from.
CREATE TABLE editor_sessions (
    id_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    session_id_hash TEXT COLLATE "C" NOT NULL REFERENCES sessions (id_hash) ON DELETE CASCADE,
    slug TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX editor_sessions_session ON editor_sessions (session_id_hash);

CREATE TABLE workspaces (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    workspace_volume TEXT COLLATE "C" NOT NULL UNIQUE,
    home_volume TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE instances (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('Pending', 'Running', 'Stopping', 'Terminated', 'Failed')),
    state_since TIMESTAMP NOT NULL,
    intent TEXT COLLATE "C" NOT NULL CHECK (intent IN ('run', 'terminate')),
    generation BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at TIMESTAMP,
    failure_code TEXT COLLATE "C",
    failure_reason TEXT COLLATE "C",
    host_port BIGINT NOT NULL UNIQUE CHECK (host_port BETWEEN 1 AND 65535),
    image TEXT COLLATE "C",
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX instances_state ON instances (state);

CREATE TABLE activity (
    number BIGINT NOT NULL PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    account_id TEXT COLLATE "C",
    cause TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C",
    group_id TEXT COLLATE "C",
    user_id TEXT COLLATE "C",
    change TEXT COLLATE "C" NOT NULL
);

-- One row: the number of the last activity. Every write begins by raising it, which also takes SQLite's write lock.
CREATE TABLE activity_sequence (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    last BIGINT NOT NULL
);
INSERT INTO activity_sequence (id, last) VALUES (1, 0);
