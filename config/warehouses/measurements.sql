CREATE TABLE measurements (
  dev_eui text NOT NULL,
  name text NOT NULL,
  id text NOT NULL,
  time timestamptz,
  value double precision,
  text text,
  bool boolean,
  device_name text,
  tenant_id text,
  PRIMARY KEY (dev_eui, name, id)
);
CREATE INDEX ON measurements (name, time);
