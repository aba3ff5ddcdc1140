-- External ids
-- Question: which profile does each identifier read as now?
-- Shows: each identifier once, with the owner that the highest sequence gave it, merges followed.
-- Columns: space, profile (canonical), collection, type, identifier, mapped_profile (the owner
--   before merges), sequence, created_at, message_id and source of the event that brought it.
CREATE VIEW external_ids AS
SELECT
  i.space,
  -- An id that a profile got when a merge was taken back ends with ~ and a number.
  SPLIT_INDEX(COALESCE(m.canonical, i.profile), '~', 0) AS profile,
  i.collection,
  i.type,
  i.identifier,
  i.profile AS mapped_profile,
  i.sequence,
  i.ts AS created_at,
  i.message_id,
  i.source
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY record_key ORDER BY sequence DESC, `offset` DESC) AS newest
  FROM identifiers AS mapped
  WHERE kind = 'mapped'
    AND '${space}' IN ('', space)
    AND NOT EXISTS (
      SELECT 1 FROM identifiers AS erased
      WHERE erased.record_key = mapped.record_key
        AND erased.space IS NULL
        AND erased.`offset` > mapped.`offset`)
) AS i
LEFT JOIN merges AS m ON m.space = i.space AND m.profile = i.profile
WHERE i.newest = 1;
