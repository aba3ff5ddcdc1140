package dev.traitflow.core.condition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which events count: conditions in groups, parsed once. */
public sealed interface EventFilter {
  /** Deepest nesting of groups. */
  int DEPTH_MAX = 5;

  /** Greatest number of conditions. */
  int CONDITIONS_MAX = 50;

  /** Lets every event pass. */
  static EventFilter everything() {
    return new Group(true, List.of(), null);
  }

  /** True if the event passes. */
  default boolean test(EventFields event) {
    return test(event, null);
  }

  /**
   * True if the event passes, with paths into the bound array judged on the bound element alone.
   */
  boolean test(EventFields event, @Nullable Bound bound);

  /**
   * One element of an array, for conditions that must hold for the same one.
   *
   * @param path a path whose first {@code $} steps into that array
   * @param element the element; null if the array is missing or empty
   */
  record Bound(PropertyPath path, @Nullable JsonNode element) {}

  /**
   * Conditions of which all or any must hold.
   *
   * @param all true if all must hold, false if one is enough
   * @param parts conditions and groups
   * @param element a path into the array whose one element must fulfil the group, or null. Without
   *     any element the group is judged on a missing one
   */
  record Group(boolean all, List<EventFilter> parts, @Nullable PropertyPath element)
      implements EventFilter {
    public Group {
      parts = List.copyOf(parts);
    }

    @Override
    public boolean test(EventFields event, @Nullable Bound bound) {
      if (element == null) {
        return holds(event, bound);
      }
      List<JsonNode> elements = element.elements(event);
      for (JsonNode candidate : elements) {
        if (holds(event, new Bound(element, candidate))) {
          return true;
        }
      }
      return elements.isEmpty() && holds(event, new Bound(element, null));
    }

    private boolean holds(EventFields event, @Nullable Bound bound) {
      for (EventFilter part : parts) {
        if (part.test(event, bound) != all) {
          return !all;
        }
      }
      return all;
    }
  }

  /**
   * One condition.
   *
   * @param path where the values are
   * @param operator what must hold
   * @param operand what they are compared with
   */
  record Condition(PropertyPath path, Operator operator, Operand operand) implements EventFilter {
    @Override
    public boolean test(EventFields event, @Nullable Bound bound) {
      List<JsonNode> values =
          bound != null && path.sharesElements(bound.path())
              ? path.valuesIn(bound.element())
              : path.values(event);
      return operator.holds(values, operand);
    }
  }

  /** Reads a group strictly; what is wrong is added to the reader's problems. */
  static EventFilter parse(Fields fields) {
    List<Condition> conditions = new ArrayList<>();
    EventFilter filter = group(fields, 1, conditions);
    if (conditions.size() > CONDITIONS_MAX) {
      fields.problem(
          "", "has " + conditions.size() + " conditions (expected at most " + CONDITIONS_MAX + ")");
    }
    return filter;
  }

  private static EventFilter group(Fields fields, int depth, List<Condition> seen) {
    boolean all = fields.has("all");
    boolean any = fields.has("any");
    boolean sameElement = fields.bool("same_element", false);
    if (all == any) {
      fields.problem("", "has " + (all ? "both" : "neither") + " (expected one of all and any)");
    }
    if (depth > DEPTH_MAX) {
      fields.problem("", "is nested too deep (expected at most " + DEPTH_MAX + " groups)");
      return everything();
    }
    int before = seen.size();
    List<EventFilter> parts = fields.objects(all ? "all" : "any", part -> part(part, depth, seen));
    if (parts.isEmpty() && any) {
      fields.problem("any", "is empty (expected at least one condition)");
    }
    PropertyPath element = sameElement ? element(fields, seen.subList(before, seen.size())) : null;
    fields.end();
    return new Group(all, parts, element);
  }

  private static EventFilter part(Fields fields, int depth, List<Condition> seen) {
    if (fields.has("all") || fields.has("any")) {
      return group(fields, depth + 1, seen);
    }
    Operator operator =
        fields.word("op", "one of " + Operator.NAMES, Operator::of).orElse(Operator.EXISTS);
    if (!fields.has("op")) {
      fields.problem("op", "is missing (expected one of " + Operator.NAMES + ")");
    }
    PropertyPath path = path(fields, "property");
    Condition condition = new Condition(path, operator, Operand.parse(fields, operator));
    fields.end();
    seen.add(condition);
    return condition;
  }

  /** Reads a path; a harmless one stands in for what is wrong. */
  static PropertyPath path(Fields fields, String name) {
    String text = fields.text(name);
    try {
      return PropertyPath.parse(text.isEmpty() ? name : text);
    } catch (IllegalArgumentException malformed) {
      fields.problem(name, "got '" + text + "' (expected a path such as a.b or a.$.b)");
      return PropertyPath.parse(name);
    }
  }

  private static @Nullable PropertyPath element(Fields fields, List<Condition> conditions) {
    PropertyPath element = null;
    for (Condition condition : conditions) {
      if (condition.path().hasEach()) {
        if (element == null) {
          element = condition.path();
        } else if (!element.sharesElements(condition.path())) {
          fields.problem(
              "same_element",
              "has paths into different arrays: " + element + " and " + condition.path());
        }
      }
    }
    if (element == null) {
      fields.problem("same_element", "has no path with $ (expected one, such as products.$.sku)");
    }
    return element;
  }
}
