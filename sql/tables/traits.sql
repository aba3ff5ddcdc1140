-- Traits
-- Question: which traits does each profile have now?
-- Shows: the newest value of each trait of each profile; traits that are gone and profiles
--   absorbed by a merge are left out.
-- Columns: space, profile, trait, trait_class (custom, computed, prediction, sql or audience),
--   json (the value as a JSON text), version (of its definition), updated_at, as_of (the instant
--   it is right at), source.
-- Known limit: a value that a lost attempt wrote shows until the next attempt has written that
--   trait again.
CREATE VIEW traits AS
SELECT
  space,
  -- An id that a profile got when a merge was taken back ends with ~ and a number.
  SPLIT_INDEX(profile, '~', 0) AS profile,
  trait,
  trait_class,
  json,
  version,
  updated_at,
  as_of,
  source
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY record_key ORDER BY attempt DESC, `offset` DESC) AS newest
  FROM profile_changes AS c
  WHERE kind = 'value'
    AND '${space}' IN ('', space)
    AND NOT EXISTS (
      SELECT 1 FROM profile_changes AS erased
      WHERE erased.record_key = c.record_key
        AND erased.space IS NULL
        AND erased.`offset` > c.`offset`)
) AS v
WHERE newest = 1
  AND json IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM absorbed AS a WHERE a.space = v.space AND a.profile = v.profile);
