-- Events
-- Question: which events does each profile have?
-- Shows: each accepted event once, with the profile it belongs to now; erased events are left
--   out.
-- Columns: as those of profile_events, where profile is canonical and resolved_profile is the
--   one the event was resolved to.
CREATE VIEW events AS
SELECT
  e.space,
  -- An id that a profile got when a merge was taken back ends with ~ and a number.
  SPLIT_INDEX(COALESCE(m.canonical, e.profile), '~', 0) AS profile,
  e.profile AS resolved_profile,
  e.sequence,
  e.message_id,
  e.type,
  e.event,
  e.ts,
  e.received_at,
  e.source,
  e.user_id,
  e.anonymous_id,
  e.group_id,
  e.previous_id,
  e.title,
  e.category,
  e.properties,
  e.traits,
  e.context,
  e.identifiers
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY record_key ORDER BY `offset` DESC) AS newest
  FROM profile_events
) AS e
LEFT JOIN merges AS m ON m.space = e.space AND m.profile = e.profile
WHERE e.newest = 1
  AND e.space IS NOT NULL
  AND '${space}' IN ('', e.space);
