-- What programs sign in with. A table of its own: no sign-in link is ever taken for one, and none for a link. `secret_hash` is
-- SHA-256. Rows of revoked ones stay, so that whatever was made with them can still be told.
CREATE TABLE api_tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
    secret_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    made_with TEXT COLLATE "C" REFERENCES api_tokens (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE INDEX api_tokens_account ON api_tokens (account_id);
CREATE INDEX api_tokens_made_with ON api_tokens (made_with);
