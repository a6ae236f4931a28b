DROP TABLE idempotency_keys;
DROP TABLE presence;
CREATE TABLE instances_old (
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
INSERT INTO instances_old
SELECT id, user_id,
    CASE state WHEN 'Pausing' THEN 'Running' WHEN 'Paused' THEN 'Running' WHEN 'Resuming' THEN 'Running' ELSE state END,
    state_since,
    CASE intent WHEN 'pause' THEN 'run' ELSE intent END,
    generation, attempts, next_attempt_at, failure_code, failure_reason, host_port, image, created_at
FROM instances;
DROP TABLE instances;
ALTER TABLE instances_old RENAME TO instances;
CREATE INDEX instances_state ON instances (state);
