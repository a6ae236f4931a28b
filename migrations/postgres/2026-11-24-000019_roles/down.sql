DROP INDEX grants_role;
DELETE FROM grants WHERE role IN ('mentor', 'judge');
ALTER TABLE grants DROP CONSTRAINT grants_role_check;
ALTER TABLE grants ADD CONSTRAINT grants_role_check CHECK (role IN ('admin', 'organizer', 'participant'));
