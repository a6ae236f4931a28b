DROP TABLE volume_removals;
ALTER TABLE users DROP COLUMN email_folded;
ALTER TABLE users DROP COLUMN sandbox;
ALTER TABLE groups DROP COLUMN sandbox;
