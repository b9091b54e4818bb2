CREATE TABLE uplinks (
  deduplicationId String,
  time DateTime64(6, 'UTC'),
  deviceInfo JSON,
  fCnt UInt32,
  fPort Nullable(UInt8),
  data String,
  object String,
  rxInfo Array(JSON),
  txInfo JSON
)
ENGINE = MergeTree
ORDER BY time;
