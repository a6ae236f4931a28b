-- The port at which a sandbox is reached where sandboxes have no names, the instance's for life.
ALTER TABLE instances ADD COLUMN public_port BIGINT;
-- Outlives instances: browsers keep what an origin once was, so a port is never given to somebody else.
CREATE TABLE public_ports (
    port BIGINT NOT NULL PRIMARY KEY,
    instance_id TEXT NOT NULL
);
-- Those that are there already get theirs in the order in which they were made.
UPDATE instances SET public_port =
    20000 + (SELECT COUNT(*) FROM instances AS earlier WHERE earlier.id <= instances.id);
INSERT INTO public_ports (port, instance_id) SELECT public_port, id FROM instances;
CREATE UNIQUE INDEX instances_public_port_key ON instances (public_port);
-- Which port of the sandbox a browser may come to; none is the editor.
ALTER TABLE editor_sessions ADD COLUMN port BIGINT;
