DROP TABLE idempotency_keys;
DROP TABLE presence;
DROP INDEX instances_expiry;
ALTER TABLE instances DROP COLUMN warned_minutes;
ALTER TABLE instances DROP COLUMN expires_at;
ALTER TABLE instances DROP COLUMN timeout_minutes;
UPDATE instances SET state = 'Running' WHERE state IN ('Pausing', 'Paused', 'Resuming');
UPDATE instances SET intent = 'run' WHERE intent = 'pause';
ALTER TABLE instances DROP CONSTRAINT instances_state_check;
ALTER TABLE instances ADD CONSTRAINT instances_state_check CHECK (
    state IN ('Pending', 'Running', 'Stopping', 'Terminated', 'Failed')
);
ALTER TABLE instances DROP CONSTRAINT instances_intent_check;
ALTER TABLE instances ADD CONSTRAINT instances_intent_check CHECK (intent IN ('run', 'terminate'));
