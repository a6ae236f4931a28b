-- Who did what, on what, from where, and what came of it. Whoever and whatever it names may be gone, so nothing refers to anything.
CREATE TABLE audit (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    account_id TEXT COLLATE "C",
    who TEXT COLLATE "C" NOT NULL,
    via TEXT COLLATE "C" NOT NULL CHECK (via IN ('page', 'api', 'command_line', 'editor', 'background')),
    address TEXT COLLATE "C",
    deed TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    object_kind TEXT COLLATE "C",
    object_id TEXT COLLATE "C",
    object TEXT COLLATE "C",
    event_id TEXT COLLATE "C",
    outcome TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    reason TEXT COLLATE "C",
    times BIGINT NOT NULL CHECK (times > 0),
    request_id TEXT COLLATE "C",
    who_folded TEXT COLLATE "C" NOT NULL,
    object_folded TEXT COLLATE "C"
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_event ON audit (event_id, number);
CREATE INDEX audit_account ON audit (account_id, number);
