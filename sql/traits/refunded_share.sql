-- Share of orders refunded
-- Question: which share of its completed orders did each profile have refunded?
-- Shows: who sends goods back. A refund counts once and only for an order of the same profile
--   (the same order_id); orders without an order_id are left out.
-- Columns: space, profile, refunded_share (0 to 1, four decimals), orders, refunded_orders.
SELECT
  space,
  profile,
  CAST(CAST(SUM(refunded) AS DECIMAL(18, 4)) / COUNT(*) AS DECIMAL(5, 4)) AS refunded_share,
  COUNT(*) AS orders,
  SUM(refunded) AS refunded_orders
FROM (
  SELECT
    space,
    profile,
    order_id,
    MAX(CASE WHEN event = 'Order Completed' THEN 1 ELSE 0 END) AS completed,
    MAX(CASE WHEN event = 'Order Refunded' THEN 1 ELSE 0 END) AS refunded
  FROM (
    SELECT space, profile, event, JSON_VALUE(properties, '$.order_id') AS order_id
    FROM events
    WHERE type = 'track' AND event IN ('Order Completed', 'Order Refunded')
  )
  WHERE order_id IS NOT NULL
  GROUP BY space, profile, order_id
)
WHERE completed = 1
GROUP BY space, profile;
