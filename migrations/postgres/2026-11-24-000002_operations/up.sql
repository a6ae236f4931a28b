-- Pausing is new, and times of expiry are.
ALTER TABLE instances DROP CONSTRAINT instances_state_check;
ALTER TABLE instances ADD CONSTRAINT instances_state_check CHECK (
    state IN ('Pending', 'Running', 'Pausing', 'Paused', 'Resuming', 'Stopping', 'Terminated', 'Failed')
);
ALTER TABLE instances DROP CONSTRAINT instances_intent_check;
ALTER TABLE instances ADD CONSTRAINT instances_intent_check CHECK (intent IN ('run', 'pause', 'terminate'));
ALTER TABLE instances ADD COLUMN timeout_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN expires_at TIMESTAMP;
ALTER TABLE instances ADD COLUMN warned_minutes BIGINT;
CREATE INDEX instances_expiry ON instances (expires_at);

-- When somebody last used an editor. A table of its own: rows of instances change by compare-and-set only.
CREATE TABLE presence (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    last_active_at TIMESTAMP NOT NULL
);

-- What a program asked for once already. The key is the program's own, so it counts per account.
CREATE TABLE idempotency_keys (
    key_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
