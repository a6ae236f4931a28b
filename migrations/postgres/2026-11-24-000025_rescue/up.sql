-- Whether the sandbox starts beside the person's home instead of in it.
ALTER TABLE instances ADD COLUMN rescue BOOLEAN NOT NULL DEFAULT FALSE;
