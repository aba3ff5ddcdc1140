package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.traitflow.core.event.Event;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The stupid answer to conditions: reads the raw JSON again for every event. */
final class NaiveConditions {
  private final NaiveTraits traits;

  NaiveConditions(NaiveTraits traits) {
    this.traits = traits;
  }

  boolean group(JsonNode group, Event event) {
    if (!group.path("same_element").asBoolean()) {
      return group(group, event, null, null);
    }
    String prefix = prefix(group);
    List<JsonNode> elements =
        traits.find(event, prefix).stream()
            .filter(JsonNode::isArray)
            .flatMap(array -> array.valueStream())
            .toList();
    if (elements.isEmpty()) {
      return group(group, event, prefix, MissingNode.getInstance());
    }
    return elements.stream().anyMatch(element -> group(group, event, prefix, element));
  }

  private boolean group(
      JsonNode group, Event event, @Nullable String prefix, @Nullable JsonNode element) {
    boolean all = group.has("all");
    for (JsonNode part : group.get(all ? "all" : "any")) {
      boolean holds =
          part.has("op")
              ? condition(part, event, prefix, element)
              : part.path("same_element").asBoolean()
                  ? group(part, event)
                  : group(part, event, prefix, element);
      if (holds != all) {
        return holds;
      }
    }
    return all;
  }

  private boolean condition(
      JsonNode condition, Event event, @Nullable String prefix, @Nullable JsonNode element) {
    String path = condition.get("property").textValue();
    List<JsonNode> values =
        prefix != null && element != null && path.startsWith(prefix + ".$.")
            ? NaiveTraits.walk(element, path.substring(prefix.length() + 3))
            : traits.find(event, path);
    return holds(condition, values);
  }

  /** True if a condition holds for the values found. */
  static boolean holds(JsonNode condition, List<JsonNode> values) {
    String op = condition.get("op").textValue();
    return switch (op) {
      case "exists" -> !values.isEmpty();
      case "not_exists" -> values.isEmpty();
      case "not_contains" -> values.stream().noneMatch(v -> judge("contains", condition, v));
      default -> values.stream().anyMatch(v -> judge(op, condition, v));
    };
  }

  private static boolean judge(String op, JsonNode condition, JsonNode found) {
    JsonNode wanted = condition.get("value");
    String left = fold(condition, NaiveText.text(found));
    return switch (op) {
      case "equals" -> equal(condition, found, wanted);
      case "not_equals" -> !equal(condition, found, wanted);
      case "less_than" -> order(found, wanted, -1, -1);
      case "less_or_equal" -> order(found, wanted, -1, 0);
      case "greater_than" -> order(found, wanted, 1, 1);
      case "greater_or_equal" -> order(found, wanted, 1, 0);
      case "contains" -> left.contains(fold(condition, NaiveText.text(wanted)));
      case "starts_with" -> left.startsWith(fold(condition, NaiveText.text(wanted)));
      case "ends_with" -> left.endsWith(fold(condition, NaiveText.text(wanted)));
      case "equals_one_of" -> wanted.valueStream().anyMatch(w -> equal(condition, found, w));
      case "contains_one_of" ->
          wanted.valueStream().anyMatch(w -> left.contains(fold(condition, NaiveText.text(w))));
      case "before_date", "after_date" -> {
        Instant a = found.isTextual() ? instant(found.textValue()) : null;
        Instant b = instant(wanted.textValue());
        yield a != null && b != null && (op.equals("before_date") ? a.isBefore(b) : a.isAfter(b));
      }
      default -> throw new IllegalArgumentException("op: got " + op);
    };
  }

  private static boolean equal(JsonNode condition, JsonNode found, JsonNode wanted) {
    if (condition.path("value_type").asText().equals("number")) {
      return order(found, wanted, 0, 0);
    }
    return fold(condition, NaiveText.text(found)).equals(fold(condition, NaiveText.text(wanted)));
  }

  private static boolean order(JsonNode found, JsonNode wanted, int one, int other) {
    BigDecimal a = NaiveText.number(found);
    BigDecimal b = NaiveText.number(wanted);
    return a != null
        && b != null
        && (Integer.signum(a.compareTo(b)) == one || Integer.signum(a.compareTo(b)) == other);
  }

  private static String fold(JsonNode condition, String text) {
    return condition.path("ignore_case").asBoolean() ? text.toLowerCase(Locale.ROOT) : text;
  }

  private static @Nullable Instant instant(String text) {
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException none) {
      return null;
    }
  }

  /** The array of the first path with {@code $} in the group. */
  private static String prefix(JsonNode group) {
    for (JsonNode part : group.get(group.has("all") ? "all" : "any")) {
      String path = part.has("op") ? part.get("property").textValue() : prefix(part);
      int each = path.indexOf(".$");
      if (each >= 0) {
        return path.substring(0, each);
      }
    }
    return "";
  }
}
