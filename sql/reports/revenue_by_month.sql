-- Revenue by month
-- Question: how much did new and returning buyers spend in each month?
-- Shows: whether growth comes from new customers or from loyal ones. Revenue is gross: refunds
--   are not subtracted. Months are those of UTC; a buyer is new in the month of the profile's
--   first completed order.
-- Columns: space, order_month (yyyy-MM), currency, orders, revenue, new_buyers,
--   returning_buyers, new_revenue, returning_revenue.
WITH orders AS (
  SELECT
    space,
    profile,
    DATE_FORMAT(ts, 'yyyy-MM') AS order_month,
    COALESCE(JSON_VALUE(properties, '$.currency'), 'USD') AS currency,
    COALESCE(TRY_CAST(JSON_VALUE(properties, '$.revenue') AS DECIMAL(18, 4)), 0) AS revenue
  FROM events
  WHERE type = 'track' AND event = 'Order Completed'
),
first_months AS (
  SELECT space, profile, MIN(order_month) AS first_month
  FROM orders
  GROUP BY space, profile
)
SELECT
  o.space,
  o.order_month,
  o.currency,
  COUNT(*) AS orders,
  SUM(o.revenue) AS revenue,
  COUNT(DISTINCT o.profile) FILTER (WHERE o.order_month = f.first_month) AS new_buyers,
  COUNT(DISTINCT o.profile) FILTER (WHERE o.order_month > f.first_month) AS returning_buyers,
  COALESCE(SUM(o.revenue) FILTER (WHERE o.order_month = f.first_month), 0) AS new_revenue,
  COALESCE(SUM(o.revenue) FILTER (WHERE o.order_month > f.first_month), 0) AS returning_revenue
FROM orders AS o
JOIN first_months AS f ON f.space = o.space AND f.profile = o.profile
GROUP BY o.space, o.order_month, o.currency
ORDER BY o.space, o.order_month, o.currency;
