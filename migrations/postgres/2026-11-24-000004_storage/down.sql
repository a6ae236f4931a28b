DROP INDEX workspaces_bind_path_key;
ALTER TABLE workspaces DROP COLUMN bind_path;
ALTER TABLE workspaces DROP COLUMN storage;
