-- Merges
-- Question: which profile does each merged profile read as now?
-- Shows: the newest pointer of each profile that was merged away; no chain needs to be followed.
-- Columns: space, profile (merged away), canonical (the survivor), sequence (arrival order of
--   the merging event), merged_at (its timestamp), message_id.
-- A pointer from a profile to itself takes an earlier merge back.
CREATE VIEW merges AS
SELECT space, profile, canonical, sequence, ts AS merged_at, message_id
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY record_key ORDER BY sequence DESC, `offset` DESC) AS newest
  FROM identifiers AS i
  WHERE kind = 'merged'
    AND '${space}' IN ('', space)
    AND NOT EXISTS (
      SELECT 1 FROM identifiers AS erased
      WHERE erased.record_key = i.record_key
        AND erased.space IS NULL
        AND erased.`offset` > i.`offset`)
)
WHERE newest = 1 AND canonical <> profile;
