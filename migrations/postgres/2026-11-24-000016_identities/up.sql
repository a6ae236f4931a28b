-- Accounts that people have elsewhere, each known by whoever vouches for it and by what it is called there for ever. An issuer's
-- URL stands for it, not its name in the configuration: another issuer under the same name is somebody else.
CREATE TABLE identities (
    authority TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    admin_by_list BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP NOT NULL,
    PRIMARY KEY (authority, subject)
);
CREATE INDEX identities_account ON identities (account_id);
-- Sign-ins that are under way at a provider. The state and the browser's secret are kept as SHA-256; what else an attempt needs
-- follows from the two.
CREATE TABLE sign_in_attempts (
    state_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    browser_hash TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    next TEXT COLLATE "C" NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_attempts_expiry ON sign_in_attempts (expires_at);
