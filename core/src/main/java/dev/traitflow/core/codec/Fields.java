package dev.traitflow.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object of a definition strictly: every key must be asked for, every value must
 * have its type. Problems are collected, not thrown, so that a file's author sees all of them at
 * once; readers return a harmless default in place of what is wrong.
 */
public final class Fields {
  private final JsonNode node;
  private final String pointer;
  private final List<Problem> problems;
  private final boolean kept;
  private final SortedSet<String> known = new TreeSet<>();

  /** Reads {@code node}, found at {@code pointer}; adds what is wrong to {@code problems}. */
  public Fields(JsonNode node, String pointer, List<Problem> problems) {
    this(node, pointer, problems, false);
  }

  private Fields(JsonNode node, String pointer, List<Problem> problems, boolean kept) {
    this.node = node;
    this.pointer = pointer;
    this.problems = problems;
    this.kept = kept;
    if (!node.isObject()) {
      problems.add(new Problem(pointer, "got " + kind(node) + " (expected an object)"));
    }
  }

  /**
   * Reads a definition that was accepted before, perhaps by an older version of this program: what
   * {@link #problemAtSave} says is left out, since a start must not fail for a rule that is
   * younger.
   */
  public static Fields kept(JsonNode node, List<Problem> problems) {
    return new Fields(node, "", problems, true);
  }

  /** The JSON pointer of this object. */
  public String pointer() {
    return pointer;
  }

  /** The whole object as it was read. */
  public JsonNode whole() {
    return node;
  }

  /** Adds a problem with the member {@code name}, or with the object itself if empty. */
  public void problem(String name, String message) {
    problems.add(new Problem(name.isEmpty() ? pointer : pointer + "/" + name, message));
  }

  /**
   * Adds a problem as {@link #problem} does, unless the definition was accepted before: then the
   * caller answers something harmless.
   */
  public void problemAtSave(String name, String message) {
    if (!kept) {
      problem(name, message);
    }
  }

  /** True if the member is there and not null. */
  public boolean has(String name) {
    return get(name) != null;
  }

  /** The member as it is, or null if it is missing or null. */
  public @Nullable JsonNode get(String name) {
    known.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /** A text that must be there and not be empty. */
  public String text(String name) {
    JsonNode value = get(name);
    if (value == null || (value.isTextual() && value.textValue().isEmpty())) {
      problem(name, "is missing (expected a text)");
      return "";
    }
    return optionalText(name).orElse("");
  }

  /** A text that may be missing. */
  public Optional<String> optionalText(String name) {
    return optional(name, "a text", value -> value.isTextual() ? value.textValue() : null);
  }

  /** An integer of {@code min..max}, or {@code fallback} if missing. */
  public int integer(String name, int fallback, int min, int max) {
    return optional(
            name,
            "an integer from " + min + " to " + max,
            value ->
                value.canConvertToExactIntegral()
                        && value.canConvertToInt()
                        && value.intValue() >= min
                        && value.intValue() <= max
                    ? (Integer) value.intValue()
                    : null)
        .orElse(fallback);
  }

  /** A boolean, or {@code fallback} if missing. */
  public boolean bool(String name, boolean fallback) {
    return optional(name, "true or false", value -> value.isBoolean() ? value.asBoolean() : null)
        .orElse(fallback);
  }

  /** One of the words, matched by {@code parse}, which answers null for a word it does not know. */
  public <T> Optional<T> word(String name, String expected, Function<String, @Nullable T> parse) {
    return optional(
        name, expected, value -> value.isTextual() ? parse.apply(value.textValue()) : null);
  }

  /** A list of texts; empty if missing. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : array(name)) {
      if (item.isTextual()) {
        texts.add(item.textValue());
      } else {
        problem(name, "got " + kind(item) + " in the list (expected texts)");
      }
    }
    return texts;
  }

  /** An object; null if missing. */
  public @Nullable Fields object(String name) {
    JsonNode value = get(name);
    return value == null ? null : new Fields(value, pointer + "/" + name, problems, kept);
  }

  /** Reads each object of a list; empty if missing. */
  public <T> List<T> objects(String name, Function<Fields, T> read) {
    List<T> values = new ArrayList<>();
    int index = 0;
    for (JsonNode item : array(name)) {
      values.add(
          read.apply(new Fields(item, pointer + "/" + name + "/" + index++, problems, kept)));
    }
    return values;
  }

  /**
   * To be called last: adds a problem for every key nobody asked for, with the nearest known one.
   */
  public void end() {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        problem(name, "is not a known key" + suggestion(name));
      }
    }
  }

  private Iterable<JsonNode> array(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      problem(name, "got " + kind(value) + " (expected a list)");
      return List.of();
    }
    return value;
  }

  private <T> Optional<T> optional(
      String name, String expected, Function<JsonNode, @Nullable T> read) {
    JsonNode value = get(name);
    if (value == null) {
      return Optional.empty();
    }
    T result = read.apply(value);
    if (result == null) {
      problem(name, "got " + kind(value) + " (expected " + expected + ")");
    }
    return Optional.ofNullable(result);
  }

  private String suggestion(String name) {
    String best = nearest(name, known);
    return best.isEmpty()
        ? " (expected one of " + String.join(", ", known) + ")"
        : "; did you mean " + best + "?";
  }

  /** The candidate somebody may have meant who wrote {@code name}; empty if none is like it. */
  public static String nearest(String name, Iterable<String> candidates) {
    String best = "";
    int bestDistance = 4;
    for (String candidate : candidates) {
      int distance = distance(name, candidate);
      if (distance < bestDistance && distance < candidate.length()) {
        bestDistance = distance;
        best = candidate;
      }
    }
    return best;
  }

  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int above = row[j];
        int cost = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(above, row[j - 1]) + 1, diagonal + cost);
        diagonal = above;
      }
    }
    return row[right.length()];
  }

  private static String kind(JsonNode value) {
    if (value.isTextual()) {
      return "'" + value.textValue() + "'";
    }
    return value.isContainerNode() ? (value.isArray() ? "a list" : "an object") : value.toString();
  }
}
