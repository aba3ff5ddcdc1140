-- Days since the last order
-- Question: how many whole days ago did each profile last complete an order?
-- Shows: who has gone quiet; profiles that never ordered have no row.
-- Columns: space, profile, days_since_last_order (0 or more, counted back from the clock of the
--   space).
SELECT
  o.space,
  o.profile,
  TIMESTAMPDIFF(DAY, o.last_order_at, c.as_of) AS days_since_last_order
FROM (
  SELECT space, profile, MAX(ts) AS last_order_at
  FROM events
  WHERE type = 'track' AND event = 'Order Completed'
  GROUP BY space, profile
) AS o
JOIN clocks AS c ON c.space = o.space;
