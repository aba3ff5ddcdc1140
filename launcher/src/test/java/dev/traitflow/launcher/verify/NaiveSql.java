package dev.traitflow.launcher.verify;

import static dev.traitflow.launcher.verify.NaiveSpace.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes one plain SQL query for a trait's definition, over a table {@code events} with a row for
 * each event of each profile.
 *
 * <p>It says what the semantics say in the order in which they say it: events of that name that
 * fulfil the conditions; their usable values; those in the window now; the aggregate. A profile
 * with a usable value at any time has a row, whose value is null if nothing lies in the window.
 */
final class NaiveSql {
  /** Functions the queries use; to be run once for each connection. */
  static final List<String> MACROS =
      List.of(
          """
          CREATE MACRO text_of(v) AS CASE json_type(v)
            WHEN 'NULL' THEN NULL
            WHEN 'VARCHAR' THEN json_extract_string(v, '$')
            WHEN 'DOUBLE' THEN CASE WHEN contains(lower(CAST(v AS VARCHAR)), 'e')
              THEN error('the oracle cannot write this number') ELSE CAST(v AS VARCHAR) END
            ELSE CAST(v AS VARCHAR) END""",
          """
          CREATE MACRO is_decimal(s) AS
            regexp_full_match(s, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?')""",
          """
          CREATE MACRO decimal_of(s) AS CASE
            WHEN length(s) > 25 OR regexp_matches(s, '\\.[0-9]{11}|[eE]-')
              THEN error('the oracle cannot hold this number')
            ELSE CAST(s AS DECIMAL(38, 10)) END""",
          """
          CREATE MACRO number_of(v) AS CASE
            WHEN json_type(v) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN decimal_of(text_of(v))
            WHEN json_type(v) = 'VARCHAR' AND is_decimal(text_of(v)) THEN decimal_of(text_of(v))
            ELSE NULL END""",
          """
          CREATE MACRO plain(d) AS regexp_replace(CAST(d AS VARCHAR), '\\.?0+$', '')""",
          """
          CREATE MACRO instant_of(v) AS CASE
            WHEN json_type(v) <> 'VARCHAR' THEN NULL
            WHEN regexp_full_match(text_of(v), '[0-9]{4}-[0-9]{2}-[0-9]{2}')
              THEN epoch_ms(TRY_CAST(text_of(v) AS TIMESTAMP))
            WHEN regexp_full_match(
                text_of(v), '[0-9-]{10}[Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:?[0-9]{2})')
              THEN epoch_ms(TRY_CAST(text_of(v) AS TIMESTAMPTZ))
            ELSE NULL END""");

  private final Map<?, ?> trait;
  private final long now;

  private NaiveSql(Map<?, ?> trait, long now) {
    this.trait = trait;
    this.now = now;
  }

  /**
   * The query of a trait at {@code now}, epoch milliseconds. Its columns are {@code profile},
   * {@code value} as text (the sum for averages) and {@code n}, the number of values for averages.
   */
  static String query(Map<?, ?> trait, long now) {
    if (text(trait, "backfill", "true").equals("false")
        || !text(trait, "level", "user").equals("user")) {
      throw new IllegalArgumentException("the oracle does not know this trait: " + trait);
    }
    return new NaiveSql(trait, now).query();
  }

  private String query() {
    return String.format(
        """
        WITH matching AS (SELECT * FROM events WHERE event = %s AND %s),
        taking AS (%s),
        present AS (%s),
        current AS (%s)
        SELECT profile, value, n FROM (SELECT DISTINCT profile FROM present)
        LEFT JOIN (%s) USING (profile)""",
        literal(text(trait, "event")),
        trait.get("conditions") == null ? "true" : group((Map<?, ?>) trait.get("conditions")),
        taking(),
        trait.get("window") == null
            ? "SELECT * FROM taking"
            : "SELECT * FROM taking WHERE ts <= " + now,
        window(),
        aggregate());
  }

  /** Events that take part, with their usable values. */
  private String taking() {
    if (text(trait, "type").equals("event_counter")) {
      return "SELECT profile, n, ts, mid, CAST([] AS BIGINT[]) AS pos, 1 AS value FROM matching";
    }
    String value =
        switch (valueType()) {
          case "number" -> "number_of(v)";
          case "text" -> "text_of(v)";
          case "array" -> "CASE WHEN json_type(v) = 'ARRAY' THEN CAST(v AS VARCHAR) END";
          default -> throw new IllegalArgumentException("value_type: got " + valueType());
        };
    return String.format(
        """
        SELECT profile, n, ts, mid, pos, %s AS value
        FROM (%s) JOIN events USING (n) WHERE (%s) IS NOT NULL""",
        value, values(text(trait, "property"), "matching"), value);
  }

  private String valueType() {
    boolean aggregation = text(trait, "type").equals("aggregation");
    return text(trait, "value_type", aggregation ? "number" : "text");
  }

  /** What of it lies in the window now. */
  private String window() {
    if (!(trait.get("window") instanceof Map<?, ?> window)) {
      return "SELECT * FROM present";
    }
    if (window.get("within") != null) {
      return "SELECT * FROM present WHERE ts > " + (now - millis(text(window, "within")));
    }
    if (window.get("between") instanceof List<?> pair) {
      return String.format(
          "SELECT * FROM present WHERE ts > %d AND ts <= %d",
          now - millis(String.valueOf(pair.get(1))), now - millis(String.valueOf(pair.get(0))));
    }
    long gap = millis(text(window, "session"));
    return String.format(
        """
        SELECT p.* FROM present p
        JOIN (
          SELECT profile, ts, sum(is_new) OVER (PARTITION BY profile ORDER BY ts) AS session FROM (
            SELECT profile, ts,
              CASE WHEN ts - lag(ts) OVER (PARTITION BY profile ORDER BY ts) >= %d
                THEN 1 ELSE 0 END AS is_new
            FROM (SELECT DISTINCT profile, ts FROM present))) s USING (profile, ts)
        WHERE %d - (SELECT max(ts) FROM present l WHERE l.profile = p.profile) < %d
        QUALIFY s.session = max(s.session) OVER (PARTITION BY p.profile)""",
        gap, now, gap);
  }

  private String aggregate() {
    return switch (text(trait, "type")) {
      case "event_counter" -> grouped("CAST(count(DISTINCT n) AS VARCHAR)");
      case "aggregation" ->
          switch (text(trait, "aggregation")) {
            case "sum", "avg" -> grouped("CAST(sum(value) AS VARCHAR)");
            case "min" -> grouped("CAST(min(value) AS VARCHAR)");
            case "max" -> grouped("CAST(max(value) AS VARCHAR)");
            default -> throw new IllegalArgumentException("aggregation: got " + trait);
          };
      case "most_frequent" -> mostFrequent();
      case "first" -> oneOf("ts, mid, pos");
      case "last" -> oneOf("ts DESC, mid DESC, pos DESC");
      case "unique_list" ->
          grouped("CAST(to_json(list_sort(list_distinct(list(value)))[:10000]) AS VARCHAR)");
      case "unique_list_count" -> grouped("CAST(least(count(DISTINCT value), 10000) AS VARCHAR)");
      default -> throw new IllegalArgumentException("type: got " + trait);
    };
  }

  private static String grouped(String value) {
    return "SELECT profile, " + value + " AS value, count(*) AS n FROM current GROUP BY profile";
  }

  private String mostFrequent() {
    String shown = valueType().equals("number") ? "plain(value)" : "value";
    return String.format(
        """
        SELECT profile, value, n FROM (
          SELECT profile, %s AS value, count(*) AS n FROM current GROUP BY profile, %s)
        WHERE n >= %s
        QUALIFY row_number() OVER (PARTITION BY profile ORDER BY n DESC, value) = 1""",
        shown, shown, text(trait, "minimum_frequency", "2"));
  }

  private static String oneOf(String order) {
    return "SELECT profile, CAST(value AS VARCHAR) AS value, 1 AS n FROM current"
        + " QUALIFY row_number() OVER (PARTITION BY profile ORDER BY "
        + order
        + ") = 1";
  }

  /** A group of conditions or one condition as a predicate on {@code n}. */
  private static String group(Map<?, ?> group) {
    if (group.get("same_element") != null) {
      throw new IllegalArgumentException("the oracle does not know same_element: " + group);
    }
    boolean all = group.get("all") != null;
    List<String> parts = new ArrayList<>();
    for (Map<?, ?> part : NaiveSpace.maps(all ? group.get("all") : group.get("any"))) {
      boolean nested = part.get("all") != null || part.get("any") != null;
      parts.add("(" + (nested ? group(part) : condition(part)) + ")");
    }
    return "(" + (parts.isEmpty() ? "true" : String.join(all ? " AND " : " OR ", parts)) + ")";
  }

  private static String condition(Map<?, ?> condition) {
    String operator = text(condition, "op");
    boolean negation = operator.equals("not_contains") || operator.equals("not_exists");
    String test = test(negation ? operator.substring(4) : operator, condition);
    String values = values(text(condition, "property"), "events");
    return String.format(
        "n %s (SELECT n FROM (%s) WHERE %s)", negation ? "NOT IN" : "IN", values, test);
  }

  /** A predicate on one value {@code v}; unknown counts as false. */
  private static String test(String operator, Map<?, ?> condition) {
    boolean ignoreCase = text(condition, "ignore_case", "false").equals("true");
    boolean number = text(condition, "value_type", "text").equals("number");
    Function<Object, String> operand =
        value -> ignoreCase ? "lower(" + literal(value) + ")" : literal(value);
    String text = ignoreCase ? "lower(text_of(v))" : "text_of(v)";
    Object value = condition.get("value");
    return switch (operator) {
      case "exists" -> "text_of(v) IS NOT NULL";
      case "equals", "not_equals" -> {
        String sign = operator.equals("equals") ? " = " : " <> ";
        yield number
            ? (operator.equals("equals")
                ? "number_of(v) = " + decimal(value)
                : "text_of(v) IS NOT NULL AND number_of(v) IS DISTINCT FROM " + decimal(value))
            : text + sign + operand.apply(nonNull(value));
      }
      case "less_than" -> "number_of(v) < " + decimal(value);
      case "greater_than" -> "number_of(v) > " + decimal(value);
      case "less_or_equal" -> "number_of(v) <= " + decimal(value);
      case "greater_or_equal" -> "number_of(v) >= " + decimal(value);
      case "contains" -> "contains(" + text + ", " + operand.apply(nonNull(value)) + ")";
      case "starts_with" -> "starts_with(" + text + ", " + operand.apply(nonNull(value)) + ")";
      case "ends_with" -> "ends_with(" + text + ", " + operand.apply(nonNull(value)) + ")";
      case "before_date", "after_date" ->
          String.format(
              "instant_of(v) %s instant_of(CAST(to_json(%s) AS JSON))",
              operator.equals("before_date") ? "<" : ">", literal(nonNull(value)));
      case "equals_one_of" -> anyOf(value, each -> text + " = " + operand.apply(each));
      case "contains_one_of" ->
          anyOf(value, each -> "contains(" + text + ", " + operand.apply(each) + ")");
      default -> throw new IllegalArgumentException("op: got " + operator);
    };
  }

  private static String anyOf(@Nullable Object list, Function<Object, String> test) {
    List<String> parts = new ArrayList<>();
    for (Object element : (List<?>) nonNull(list)) {
      parts.add(test.apply(nonNull(element)));
    }
    return "(" + String.join(" OR ", parts) + ")";
  }

  private static Object nonNull(@Nullable Object value) {
    return Objects.requireNonNull(value, "value: is missing");
  }

  /**
   * A query for the values at a path: {@code n}, the positions in the arrays on the way and the
   * value {@code v}, one row for each element where the path steps into an array.
   */
  static String values(String path, String from) {
    List<String> steps = new ArrayList<>();
    for (String step : path.split("(?<!\\\\)\\.", -1)) {
      steps.add(step.replace("\\.", "."));
    }
    boolean context = steps.get(0).equals("context");
    String sql =
        String.format(
            "SELECT n, CAST([] AS BIGINT[]) AS pos, CAST(%s AS JSON) AS v FROM %s",
            context ? "context" : "properties", from);
    for (String step : context ? steps.subList(1, steps.size()) : steps) {
      sql =
          step.equals("$")
              ? String.format(
                  """
                  SELECT n, list_append(pos, i) AS pos, v FROM (
                    SELECT n, pos, unnest(range(CAST(json_array_length(v) AS BIGINT))) AS i,
                      unnest(json_extract(v, '$[*]')) AS v FROM (%s)
                    WHERE json_type(v) = 'ARRAY')""",
                  sql)
              : String.format(
                  "SELECT n, pos, json_extract(v, %s) AS v FROM (%s)",
                  literal("$.\"" + step + "\""), sql);
    }
    return sql;
  }

  /** A duration such as {@code 30 d} in milliseconds. */
  static long millis(String duration) {
    long number = Long.parseLong(duration.replaceAll("[^0-9]", ""));
    return switch (duration.charAt(duration.length() - 1)) {
      case 'm' -> number * 60_000;
      case 'h' -> number * 3_600_000;
      case 'd' -> number * 86_400_000;
      default -> throw new IllegalArgumentException("duration: got " + duration);
    };
  }

  private static String decimal(@Nullable Object value) {
    return "decimal_of(" + literal(nonNull(value)) + ")";
  }

  private static String literal(Object value) {
    return "'" + value.toString().replace("'", "''") + "'";
  }
}
