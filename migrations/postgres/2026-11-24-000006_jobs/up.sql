-- Wishes about many instances. How far an open item is stands in its instance; only outcomes are kept here.
CREATE TABLE jobs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('launch', 'pause', 'resume', 'terminate', 'recreate', 'renew')),
    account_id TEXT COLLATE "C",
    cause TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    cancelled_at TIMESTAMP,
    finished_at TIMESTAMP
);
CREATE INDEX jobs_age ON jobs (created_at);
CREATE INDEX jobs_account ON jobs (account_id);

-- Users and instances may go while the job that was about them is still told of, so these ids refer to nothing.
CREATE TABLE job_items (
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    user_id TEXT COLLATE "C",
    label TEXT COLLATE "C" NOT NULL,
    instance_id TEXT COLLATE "C",
    generation BIGINT NOT NULL,
    outcome TEXT COLLATE "C" CHECK (outcome IN ('done', 'failed', 'refused', 'cancelled', 'overtaken')),
    reason TEXT COLLATE "C",
    ended_at TIMESTAMP,
    PRIMARY KEY (job_id, position)
);
CREATE INDEX job_items_instance ON job_items (instance_id);
