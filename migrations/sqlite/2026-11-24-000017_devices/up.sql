-- Where somebody is signed in, as JSON: what the browser says of itself, from which address it came, and how they signed in.
ALTER TABLE sessions ADD COLUMN device TEXT;
