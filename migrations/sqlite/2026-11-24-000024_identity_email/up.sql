-- The first address that whoever vouches for the account had made sure of, as of its last use.
ALTER TABLE identities ADD COLUMN email TEXT;
