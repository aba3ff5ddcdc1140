-- Clocks
-- Question: what time is it in each space?
-- Shows: the greatest instant its data names. Queries about "the last 90 days" count back from
--   it and not from the wall clock, so that a replay of old data answers as it would have then.
-- Columns: space, as_of.
CREATE VIEW clocks AS
SELECT space, MAX(as_of) AS as_of
FROM (
  SELECT space, received_at AS as_of FROM profile_events
  UNION ALL
  SELECT space, as_of FROM profile_changes
)
WHERE '${space}' IN ('', space)
GROUP BY space;
