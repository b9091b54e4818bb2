CREATE TABLE device_up (
  dev_eui String,
  id String,
  time Int64,
  at DateTime64(3, 'UTC') MATERIALIZED fromUnixTimestamp64Milli(time, 'UTC'),
  tenant_id LowCardinality(String),
  application_name LowCardinality(String),
  device_name LowCardinality(String),
  f_cnt UInt32,
  f_port Nullable(UInt8),
  data String,
  rx_gateway_id LowCardinality(String),
  rx_rssi Nullable(Int32),
  rx_snr Nullable(Float32),
  tags String,
  object String
)
ENGINE = ReplacingMergeTree
ORDER BY (dev_eui, id);

CREATE TABLE measurements (
  dev_eui String,
  name LowCardinality(String),
  id String,
  time Int64,
  at DateTime64(3, 'UTC') MATERIALIZED fromUnixTimestamp64Milli(time, 'UTC'),
  value Nullable(Float64),
  text Nullable(String),
  bool Nullable(Bool),
  device_name LowCardinality(String),
  tenant_id LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (dev_eui, name, id);

CREATE TABLE devices (
  dev_eui String,
  name String,
  tenant_id LowCardinality(String),
  tenant_name LowCardinality(String),
  application_id LowCardinality(String),
  application_name LowCardinality(String),
  device_profile_id LowCardinality(String),
  device_profile_name LowCardinality(String),
  tags String,
  deleted Bool
)
ENGINE = ReplacingMergeTree
ORDER BY dev_eui;
