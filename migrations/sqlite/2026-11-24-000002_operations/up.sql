-- SQLite cannot change a CHECK, so the table is copied. Times of expiry are new.
CREATE TABLE instances_new (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (
        state IN ('Pending', 'Running', 'Pausing', 'Paused', 'Resuming', 'Stopping', 'Terminated', 'Failed')
    ),
    state_since TIMESTAMP NOT NULL,
    intent TEXT NOT NULL CHECK (intent IN ('run', 'pause', 'terminate')),
    generation BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at TIMESTAMP,
    failure_code TEXT,
    failure_reason TEXT,
    host_port BIGINT NOT NULL UNIQUE CHECK (host_port BETWEEN 1 AND 65535),
    image TEXT,
    timeout_minutes BIGINT NOT NULL DEFAULT 0,
    expires_at TIMESTAMP,
    warned_minutes BIGINT,
    created_at TIMESTAMP NOT NULL
);
INSERT INTO instances_new
    (id, user_id, state, state_since, intent, generation, attempts, next_attempt_at, failure_code, failure_reason,
     host_port, image, created_at)
SELECT id, user_id, state, state_since, intent, generation, attempts, next_attempt_at, failure_code, failure_reason,
     host_port, image, created_at
FROM instances;
DROP TABLE instances;
ALTER TABLE instances_new RENAME TO instances;
CREATE INDEX instances_state ON instances (state);
CREATE INDEX instances_expiry ON instances (expires_at);

-- When somebody last used an editor. A table of its own: rows of instances change by compare-and-set only.
CREATE TABLE presence (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    last_active_at TIMESTAMP NOT NULL
);

-- What a program asked for once already. The key is the program's own, so it counts per account.
CREATE TABLE idempotency_keys (
    key_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
