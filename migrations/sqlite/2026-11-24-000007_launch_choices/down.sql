ALTER TABLE instances DROP COLUMN ephemeral;
ALTER TABLE instances DROP COLUMN secure;
