ALTER TABLE editor_sessions DROP COLUMN port;
DROP INDEX instances_public_port_key;
DROP TABLE public_ports;
ALTER TABLE instances DROP COLUMN public_port;
