-- Whether the editor asks the person for a password, and whether anything outlives the sandbox: decided at each launch.
ALTER TABLE instances ADD COLUMN secure BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE instances ADD COLUMN ephemeral BOOLEAN NOT NULL DEFAULT FALSE;
-- What was launched without volumes before, has none now either.
UPDATE instances SET ephemeral = TRUE
    WHERE user_id IN (SELECT user_id FROM workspaces WHERE storage = 'ephemeral');
