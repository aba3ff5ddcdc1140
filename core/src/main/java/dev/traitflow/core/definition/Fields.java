package dev.traitflow.core.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object of a definition strictly: every key must be asked for, every value must
 * have its type. Problems are collected, not thrown, so that a file's author sees all of them at
 * once; readers return a harmless default in place of what is wrong.
 *
 * <p>One mistake is one problem: what is wrong with a place of which a problem is known already,
 * with one inside of it or around it, only follows from that and is not added.
 */
public final class Fields {
  /** More than this nobody reads; each new one is compared with all others. */
  private static final int PROBLEMS_MAX = 1_000;

  private final JsonNode node;
  private final String pointer;
  private final List<Problem> problems;
  private final boolean kept;
  private final SortedSet<String> known = new TreeSet<>();
  private final Set<String> mistyped = new HashSet<>();

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
      problem("", "got " + kind(node) + " (expected an object)");
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
    if (problems.size() >= PROBLEMS_MAX || mistyped.contains(name)) {
      return;
    }
    String place = place(name);
    for (Problem known : problems) {
      if (isWithin(known.pointer(), place) || isWithin(place, known.pointer())) {
        return;
      }
    }
    problems.add(new Problem(place, message));
  }

  /**
   * True if nothing is known to be wrong with any of these members, not even its name. What was
   * read of one that is not sound is a default, and nothing may be concluded from it.
   */
  public boolean isSound(String... names) {
    for (String name : names) {
      if (mistyped.contains(name)) {
        return false;
      }
      for (Problem known : problems) {
        if (isWithin(known.pointer(), place(name)) || isWithin(place(name), known.pointer())) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Adds a problem for every object of a list that has the same as one before it; it is at the
   * second and names the first.
   *
   * @param list the list
   * @param member what must differ
   * @param values what the objects have, in the order of the list; empty is left out
   */
  public void distinct(String list, String member, List<String> values) {
    distinct(list, member, values, new HashMap<>());
  }

  /**
   * As {@link #distinct(String, String, List)}, over several lists.
   *
   * @param seen where each value was seen first; those of this list are added
   */
  public void distinct(String list, String member, List<String> values, Map<String, String> seen) {
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      String object = list + "/" + i;
      String first = value.isEmpty() ? null : seen.putIfAbsent(value, place(object));
      if (first != null && !first.equals(place(object))) {
        problem(
            object + "/" + member,
            "got '"
                + value
                + "', which "
                + first
                + " has already (expected another "
                + member
                + ")");
      }
    }
  }

  private String place(String name) {
    return name.isEmpty() ? pointer : pointer + "/" + name;
  }

  private static boolean isWithin(String inner, String outer) {
    return inner.startsWith(outer)
        && (inner.length() == outer.length() || inner.charAt(outer.length()) == '/');
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
        String meant = nearest(name, known);
        mistyped.add(meant);
        // That the one that was meant is missing, or the object is unclear, follows from this.
        problems.removeIf(
            problem ->
                problem.pointer().equals(pointer)
                    || (problem.pointer().equals(place(meant)) && !node.has(meant)));
        problems.add(new Problem(place(name), "is not a known key" + suggestion(meant)));
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

  private String suggestion(String best) {
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
