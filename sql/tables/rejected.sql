-- Rejected calls
-- Question: which calls were refused, and why?
-- Shows: one row for each Kafka record of the topic of refused calls.
-- Columns: reason is the code of the tracking API's discard table; message says what was found;
--   sample is the call as it came, cut at 32,768 bytes; origin and line name the replayed file,
--   if any.
CREATE TABLE rejected (
  space STRING,
  source STRING,
  sequence BIGINT,
  origin STRING,
  line BIGINT,
  received_at TIMESTAMP_LTZ(3),
  reason STRING,
  message STRING,
  sample STRING,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = 'events.rejected',
  'properties.bootstrap.servers' = '${bootstrap}',
  ${kafka}
  'properties.default.api.timeout.ms' = '15000',
  'properties.request.timeout.ms' = '10000',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = '${bounded}',
  'format' = 'traitflow',
  'traitflow.record' = 'rejected-call'
);
