-- Identifiers per profile
-- Question: how many identifiers do profiles hold, and how many profiles were merged into them?
-- Shows: how well identities are joined. Profiles with very many identifiers point to a shared
--   device or a test account.
-- Columns: space, collection, identifiers (held by one profile), profiles (that hold so many),
--   merged_profiles (merged into those).
WITH held AS (
  SELECT space, collection, profile, COUNT(*) AS identifiers
  FROM external_ids
  GROUP BY space, collection, profile
),
merged AS (
  SELECT space, canonical AS profile, COUNT(*) AS merged_profiles
  FROM merges
  GROUP BY space, canonical
)
SELECT
  h.space,
  h.collection,
  h.identifiers,
  COUNT(*) AS profiles,
  SUM(COALESCE(m.merged_profiles, 0)) AS merged_profiles
FROM held AS h
LEFT JOIN merged AS m ON m.space = h.space AND m.profile = h.profile
GROUP BY h.space, h.collection, h.identifiers
ORDER BY space, collection, identifiers;
