-- Top category of the last 90 days
-- Question: on which category did each profile spend the most in the last 90 days?
-- Shows: what to put first. Spend is price times quantity (1 if absent) over the products of
--   completed orders in the 90 days up to the clock of the space; a tie goes to the category
--   first in the alphabet.
-- Columns: space, profile, top_category, spent.
SELECT space, profile, category AS top_category, spent
FROM (
  SELECT
    space,
    profile,
    category,
    spent,
    ROW_NUMBER() OVER (PARTITION BY space, profile ORDER BY spent DESC, category) AS place
  FROM (
    SELECT
      space,
      profile,
      JSON_VALUE(product, '$.category') AS category,
      SUM(
        TRY_CAST(JSON_VALUE(product, '$.price') AS DECIMAL(18, 4))
        * COALESCE(TRY_CAST(JSON_VALUE(product, '$.quantity') AS INT), 1)) AS spent
    FROM (
      SELECT e.space, e.profile, p.product
      FROM events AS e
      JOIN clocks AS c ON c.space = e.space
      CROSS JOIN UNNEST(
        JSON_QUERY(e.properties, '$.products' RETURNING ARRAY<STRING>)) AS p (product)
      WHERE e.type = 'track'
        AND e.event = 'Order Completed'
        AND e.ts > c.as_of - INTERVAL '90' DAY
        AND e.ts <= c.as_of
    )
    GROUP BY space, profile, JSON_VALUE(product, '$.category')
  )
  WHERE category IS NOT NULL AND spent IS NOT NULL
)
WHERE place = 1;
