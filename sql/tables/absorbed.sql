-- Absorbed profiles
-- Question: which profiles have their values in another profile now?
-- Shows: each profile whose survivor already holds the united values. It trails the view
--   `merges` by the time the fold needs, so that values are never missing between the two.
-- Columns: space, profile (absorbed), canonical (the profile that took it in), sequence (of the
--   merging event).
CREATE VIEW absorbed AS
SELECT space, profile, canonical, sequence
FROM (
  SELECT
    c.space,
    c.loser AS profile,
    c.profile AS canonical,
    c.sequence,
    ROW_NUMBER() OVER (
      PARTITION BY c.space, c.loser
      ORDER BY c.sequence DESC, c.attempt DESC, c.`offset` DESC) AS newest
  FROM profile_changes AS c
  WHERE c.kind = 'absorbed'
    AND '${space}' IN ('', c.space)
    AND NOT EXISTS (
      SELECT 1 FROM profile_changes AS erased
      WHERE erased.record_key = c.record_key
        AND erased.space IS NULL
        AND erased.`offset` > c.`offset`)
) AS a
WHERE newest = 1
  -- A merge that was taken back: the profile points to itself by a later decision.
  AND NOT EXISTS (
    SELECT 1 FROM identifiers AS i
    WHERE i.kind = 'merged' AND i.space = a.space AND i.profile = a.profile
      AND i.canonical = i.profile AND i.sequence > a.sequence);
