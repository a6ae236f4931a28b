-- Mentors and judges are new.
ALTER TABLE grants DROP CONSTRAINT grants_role_check;
ALTER TABLE grants ADD CONSTRAINT grants_role_check CHECK (
    role IN ('admin', 'organizer', 'mentor', 'judge', 'participant')
);
CREATE INDEX grants_role ON grants (role);
