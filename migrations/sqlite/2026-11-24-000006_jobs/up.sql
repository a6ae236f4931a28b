-- Wishes about many instances. How far an open item is stands in its instance; only outcomes are kept here.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('launch', 'pause', 'resume', 'terminate', 'recreate', 'renew')),
    account_id TEXT,
    cause TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    cancelled_at TIMESTAMP,
    finished_at TIMESTAMP
);
CREATE INDEX jobs_age ON jobs (created_at);
CREATE INDEX jobs_account ON jobs (account_id);

-- Users and instances may go while the job that was about them is still told of, so these ids refer to nothing.
CREATE TABLE job_items (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    user_id TEXT,
    label TEXT NOT NULL,
    instance_id TEXT,
    generation BIGINT NOT NULL,
    outcome TEXT CHECK (outcome IN ('done', 'failed', 'refused', 'cancelled', 'overtaken')),
    reason TEXT,
    ended_at TIMESTAMP,
    PRIMARY KEY (job_id, position)
);
CREATE INDEX job_items_instance ON job_items (instance_id);
