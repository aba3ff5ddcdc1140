-- Profile changes
-- Question: which records does the topic of trait values hold?
-- Shows: one row for each Kafka record; the view `traits` has the current values. A record
--   without a value erases its key: all columns but record_key, partition and offset are NULL.
-- Columns: kind is 'value' (trait has this json now, NULL if it is gone) or 'absorbed' (profile
--   took loser in); trait to source only if a value, loser and sequence only if absorbed; of one
--   key the highest (attempt, offset) wins.
CREATE TABLE profile_changes (
  record_key BYTES,
  space STRING,
  profile STRING,
  attempt BIGINT,
  as_of TIMESTAMP_LTZ(3),
  kind STRING,
  trait STRING,
  trait_class STRING,
  json STRING,
  version INT,
  updated_at TIMESTAMP_LTZ(3),
  source STRING,
  loser STRING,
  sequence BIGINT,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = 'profiles.changes',
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
  'traitflow.record' = 'profile-change'
);
