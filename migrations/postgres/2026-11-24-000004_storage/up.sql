-- How a workspace is kept: decided once, so that a configuration that changes never hides somebody's files.
ALTER TABLE workspaces ADD COLUMN storage TEXT COLLATE "C" NOT NULL DEFAULT 'volumes'
    CHECK (storage IN ('volumes', 'bind', 'ephemeral'));
ALTER TABLE workspaces ADD COLUMN bind_path TEXT COLLATE "C";
CREATE UNIQUE INDEX workspaces_bind_path_key ON workspaces (bind_path);
