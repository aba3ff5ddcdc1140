-- Identifiers
-- Question: which records does the topic of identifiers and merges hold?
-- Shows: one row for each Kafka record; the view `external_ids` has the current owner of each
--   identifier. A record without a value erases its key: all columns but record_key, partition
--   and offset are NULL.
-- Columns: kind is 'mapped' (an identifier was given to profile), 'merged' (profile now reads as
--   canonical), 'unmapped' (an identifier is nobody's any more) or 'deleted' (a profile is);
--   collection, type, identifier and source only if mapped, canonical only if
--   merged; of one key the highest sequence wins.
CREATE TABLE identifiers (
  record_key BYTES,
  space STRING,
  sequence BIGINT,
  kind STRING,
  collection STRING,
  type STRING,
  identifier STRING,
  profile STRING,
  canonical STRING,
  ts TIMESTAMP_LTZ(3),
  message_id STRING,
  source STRING,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = 'identifiers',
  'properties.bootstrap.servers' = '${bootstrap}',
  ${kafka}
  'properties.default.api.timeout.ms' = '15000',
  'properties.request.timeout.ms' = '10000',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = '${bounded}',
  'key.format' = 'raw',
  'key.fields' = 'record_key',
  'value.fields-include' = 'EXCEPT_KEY',
  'format' = 'traitflow',
  'traitflow.record' = 'identity-change'
);
