-- What a group or a user has instead of the configured limits, image and runtime, as JSON; NULL for nothing of their own.
ALTER TABLE groups ADD COLUMN sandbox TEXT;
ALTER TABLE users ADD COLUMN sandbox TEXT;

-- Search compares folded text only.
ALTER TABLE users ADD COLUMN email_folded TEXT;
UPDATE users SET email_folded = lower(email);

-- The volumes that somebody asked to delete together with their user. A row goes once the volume is gone.
CREATE TABLE volume_removals (
    volume TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    asked_by TEXT NOT NULL
);
