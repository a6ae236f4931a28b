-- Who did what, on what, from where, and what came of it. Whoever and whatever it names may be gone, so nothing refers to anything.
CREATE TABLE audit (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at TIMESTAMP NOT NULL,
    account_id TEXT,
    who TEXT NOT NULL,
    via TEXT NOT NULL CHECK (via IN ('page', 'api', 'command_line', 'editor', 'background')),
    address TEXT,
    deed TEXT NOT NULL,
    detail TEXT NOT NULL,
    object_kind TEXT,
    object_id TEXT,
    object TEXT,
    event_id TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    reason TEXT,
    times BIGINT NOT NULL CHECK (times > 0),
    request_id TEXT,
    who_folded TEXT NOT NULL,
    object_folded TEXT
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_event ON audit (event_id, number);
CREATE INDEX audit_account ON audit (account_id, number);
