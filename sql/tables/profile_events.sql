-- Profile events
-- Question: which records does the topic of accepted events hold?
-- Shows: one row for each Kafka record, repeats after a restart included; the view `events` has
--   each event once. A record without a value erases its key: all columns but record_key,
--   partition and offset are NULL.
-- Columns: profile is the profile at the time the event was resolved (the view follows later
--   merges); sequence is the arrival order; ts is when it happened; properties, traits and
--   context are JSON texts.
CREATE TABLE profile_events (
  record_key BYTES,
  space STRING,
  profile STRING,
  sequence BIGINT,
  message_id STRING,
  type STRING,
  event STRING,
  ts TIMESTAMP_LTZ(3),
  received_at TIMESTAMP_LTZ(3),
  source STRING,
  user_id STRING,
  anonymous_id STRING,
  group_id STRING,
  previous_id STRING,
  title STRING,
  category STRING,
  properties STRING,
  traits STRING,
  context STRING,
  identifiers ARRAY<ROW<`collection` STRING, `type` STRING, `identifier` STRING>>,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = 'profiles.events',
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
  'traitflow.record' = 'resolved-event'
);
