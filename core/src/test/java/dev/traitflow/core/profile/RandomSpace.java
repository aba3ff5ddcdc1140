package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.trait.EventBuilder;
import dev.traitflow.core.trait.TraitDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Definitions and events drawn from a seed. All is drawn from few values and a coarse clock, so
 * that ties, events on the very edge of a window, and values that collide are common.
 */
final class RandomSpace {
  /** The clock's step; windows are multiples of it. */
  static final long STEP = 10 * 60_000L;

  /** All events lie in this many steps from {@link #START}, two days. */
  static final int STEPS = 288;

  static final long START = 1_740_787_200_000L;

  private static final List<String> NAMES = List.of("A", "A", "A", "B", "Page Viewed");
  private static final List<String> PATHS =
      List.of(
          "n",
          "n",
          "s",
          "s",
          "tags",
          "tags.$",
          "items.$.p",
          "items.$.c",
          "items.$.t.$",
          "o.x",
          "o",
          "k\\.d",
          "mixed",
          "context.page.path",
          "page_name",
          "page_category",
          "screen_name");
  private static final List<String> ONE_VALUE =
      List.of("equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with");
  private static final List<String> NUMERIC =
      List.of("less_than", "greater_than", "less_or_equal", "greater_or_equal");
  private static final List<String> TEXTS =
      List.of(
          "\"red\"",
          "\"Red\"",
          "\"blue\"",
          "\"\"",
          "\"2\"",
          "\"10\"",
          "\"9\"",
          "\"ré\"",
          "\"\\uff5e\"",
          "\"\\ud83d\\ude00\"",
          "\"a\\\"b\"");
  private static final List<String> NUMBERS =
      List.of(
          "0", "1", "2", "2.0", "2.50", "-3", "0.1", "0.2", "1e2", "-0.0", "12.345678901234567");
  private static final List<String> NUMERIC_TEXTS =
      List.of("\"19.99\"", "\"-3\"", "\"1e3\"", "\"19,99\"", "\"$5\"", "\" 7\"", "\"2.0\"");
  private static final List<String> DATES =
      List.of(
          "\"2025-03-01\"",
          "\"2025-03-02T00:00:00Z\"",
          "\"2025-03-01T10:00:00+02:00\"",
          "\"2025-03-01T10:00:00\"");

  private final Random random;

  RandomSpace(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
  }

  /** Between one and six definitions as JSON. */
  List<JsonNode> definitions() {
    int size = 1 + random.nextInt(6);
    List<JsonNode> definitions = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      definitions.add(NaiveTraits.read(definition(i).getBytes(StandardCharsets.UTF_8)));
    }
    return definitions;
  }

  /** The definitions as the engine reads them. */
  static List<TraitDefinition> parse(List<JsonNode> definitions) {
    List<Problem> problems = new ArrayList<>();
    List<TraitDefinition> parsed = new ArrayList<>();
    for (JsonNode definition : definitions) {
      parsed.add(TraitDefinition.parse(new Fields(definition, "", problems)));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems + " in " + definitions);
    }
    return parsed;
  }

  /** Up to 24 events with distinct message ids, in no order, spread out or close together. */
  List<Event> events() {
    int size = random.nextInt(random.nextInt(8) == 0 ? 25 : 13);
    int steps = random.nextBoolean() ? STEPS : STEPS / 6;
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      events.add(event(i, steps));
    }
    return events;
  }

  /** An instant of the clock around the events. */
  long instant() {
    return START + random.nextInt(STEPS + 40) * STEP;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  Random random() {
    return random;
  }

  private String definition(int index) {
    String type =
        any(
            List.of(
                "event_counter",
                "aggregation",
                "aggregation",
                "most_frequent",
                "first",
                "last",
                "unique_list",
                "unique_list_count"));
    StringBuilder out = new StringBuilder("{\"key\":\"");
    out.append(index < 2 && random.nextInt(8) == 0 ? "plan_" + index : "t" + index);
    out.append("\",\"type\":\"").append(type).append("\",\"event\":\"").append(any(NAMES));
    out.append('"');
    if (!type.equals("event_counter")) {
      out.append(",\"property\":").append(quoted(any(PATHS)));
    }
    if (type.equals("aggregation")) {
      String aggregation = any(List.of("sum", "avg", "min", "max"));
      out.append(",\"aggregation\":\"").append(aggregation).append('"');
      if (aggregation.startsWith("m") && random.nextInt(3) == 0) {
        out.append(",\"value_type\":\"text\"");
      }
    } else if (!type.equals("event_counter") && random.nextBoolean()) {
      out.append(",\"value_type\":\"").append(any(List.of("text", "number", "array"))).append('"');
    }
    if (type.equals("most_frequent") && random.nextBoolean()) {
      out.append(",\"minimum_frequency\":").append(1 + random.nextInt(3));
    }
    if (random.nextInt(3) == 0) {
      out.append(",\"conditions\":").append(group(1));
    }
    if (random.nextInt(4) > 0) {
      out.append(",\"window\":").append(window());
    }
    if (random.nextInt(6) == 0) {
      out.append(",\"backfill\":false,\"created_at\":").append(START + STEPS / 3 * STEP);
    }
    return out.append('}').toString();
  }

  private String window() {
    return switch (random.nextInt(3)) {
      case 0 ->
          random.nextBoolean()
              ? "{\"within\":\"" + (1 + random.nextInt(30)) + " h\"}"
              : "{\"within\":\"1d\"}";
      case 1 -> {
        int from = random.nextInt(12);
        yield "{\"between\":[\"" + from + " h\",\"" + (from + 1 + random.nextInt(20)) + "h\"]}";
      }
      default -> "{\"session\":\"" + (30 + 10 * random.nextInt(30)) + " m\"}";
    };
  }

  private String group(int depth) {
    boolean same = random.nextInt(3) == 0;
    int size = 1 + random.nextInt(3);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (depth < 3 && !same && random.nextInt(4) == 0) {
        parts.add(group(depth + 1));
      } else {
        parts.add(condition(same ? any(List.of("items.$.p", "items.$.c", "s")) : any(PATHS)));
      }
    }
    if (same) {
      parts.add(condition("items.$.c"));
    }
    return "{\""
        + (random.nextBoolean() ? "all" : "any")
        + "\":["
        + String.join(",", parts)
        + "]"
        + (same ? ",\"same_element\":true" : "")
        + "}";
  }

  private String condition(String path) {
    String op;
    String value;
    switch (random.nextInt(6)) {
      case 0 -> {
        op = any(NUMERIC);
        value = any(NUMBERS);
      }
      case 1 -> {
        op = any(List.of("exists", "not_exists"));
        value = "";
      }
      case 2 -> {
        op = any(List.of("before_date", "after_date"));
        value = any(DATES.subList(0, 3));
      }
      case 3 -> {
        op = any(List.of("equals_one_of", "contains_one_of"));
        value = "[" + any(TEXTS) + "," + any(NUMBERS) + "]";
      }
      case 4 -> {
        op = any(List.of("equals", "not_equals"));
        value = any(NUMBERS) + ",\"value_type\":\"number\"";
      }
      default -> {
        op = any(ONE_VALUE);
        value = random.nextInt(4) == 0 ? any(List.of("true", "2", "\"p\"")) : any(TEXTS);
      }
    }
    String fold = random.nextInt(4) == 0 ? ",\"ignore_case\":true" : "";
    return "{\"property\":"
        + quoted(path)
        + ",\"op\":\""
        + op
        + "\""
        + (value.isEmpty() ? "" : ",\"value\":" + value)
        + fold
        + "}";
  }

  private Event event(int index, int steps) {
    long at = START + random.nextInt(steps) * STEP + (random.nextInt(6) == 0 ? 1 : 0);
    String id = any(List.of("m", "\uff5e", "\ud83d\ude00", "n")) + index;
    EventBuilder event =
        switch (random.nextInt(10)) {
          case 0 -> EventBuilder.page(random.nextBoolean() ? "Home" : null, any(List.of("x", "y")));
          case 1 ->
              EventBuilder.identify(object(List.of("plan_" + random.nextInt(3), "t0", "é"), true));
          case 2 ->
              random.nextInt(3) > 0
                  ? EventBuilder.write(
                      any(List.of("w1", "w2", "A")), object(List.of("plan_0", "p1", "t1"), true))
                  : EventBuilder.of(any(List.of(EventType.GROUP, EventType.ALIAS)), "");
          default -> EventBuilder.track(any(NAMES));
        };
    return event
        .id(id)
        .at(at)
        .received(at + random.nextInt(3) * STEP)
        .with(properties())
        .in(random.nextBoolean() ? "" : "{\"page\":{\"path\":" + value(1) + "}}")
        .build();
  }

  private String properties() {
    if (random.nextInt(10) == 0) {
      return "";
    }
    List<String> members = new ArrayList<>();
    members.add("\"n\":" + any(random.nextInt(3) == 0 ? NUMERIC_TEXTS : NUMBERS));
    members.add("\"s\":" + any(TEXTS));
    members.add("\"tags\":[" + value(1) + "," + value(1) + "]");
    members.add("\"items\":" + items());
    members.add("\"o\":" + object(List.of("x", "y"), true));
    members.add("\"k.d\":" + value(0));
    members.add("\"mixed\":" + value(0));
    members.add("\"page_name\":\"own\"");
    members.removeIf(member -> random.nextInt(3) == 0);
    return "{" + String.join(",", members) + "}";
  }

  private String items() {
    List<String> items = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      items.add(random.nextInt(6) == 0 ? value(1) : object(List.of("p", "c", "t"), false));
    }
    return "[" + String.join(",", items) + "]";
  }

  private String object(List<String> keys, boolean nulls) {
    List<String> members = new ArrayList<>();
    for (String key : keys) {
      if (random.nextInt(3) > 0) {
        members.add(quoted(key) + ":" + (nulls && random.nextInt(4) == 0 ? "null" : value(1)));
      }
    }
    return "{" + String.join(", ", members) + "}";
  }

  private String value(int depth) {
    return switch (random.nextInt(depth == 0 ? 9 : 7)) {
      case 0, 1 -> any(NUMBERS);
      case 2, 3 -> any(TEXTS);
      case 4 -> any(NUMERIC_TEXTS);
      case 5 -> any(List.of("true", "false", "null"));
      case 6 -> any(DATES);
      case 7 -> "[" + value(1) + ", " + value(1) + "]";
      default -> "{\"x\" : " + value(1) + "}";
    };
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\") + "\"";
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
