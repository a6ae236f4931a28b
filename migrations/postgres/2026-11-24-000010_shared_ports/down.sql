ALTER TABLE instances DROP COLUMN shared_ports;
