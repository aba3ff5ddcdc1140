package dev.traitflow.core.condition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dotted path to values of an event, parsed once.
 *
 * <p>It starts in {@code properties}, or after the prefix {@code context.} in the context; {@code
 * \.} is a dot that belongs to a name; {@code $} steps into each element of an array, and finds
 * nothing in what is no array.
 */
public final class PropertyPath {
  private static final String EACH = "$";

  private final String text;
  private final boolean inContext;
  private final List<String> names;
  private final int firstEach;

  private PropertyPath(String text, boolean inContext, List<String> names) {
    this.text = text;
    this.inContext = inContext;
    this.names = List.copyOf(names);
    this.firstEach = names.indexOf(EACH);
  }

  /**
   * Reads a path.
   *
   * @throws IllegalArgumentException if it is empty, has an empty part, or starts with {@code $}
   */
  public static PropertyPath parse(String text) {
    List<String> names = split(text);
    boolean inContext = names.size() > 1 && text.startsWith("context.");
    if (inContext) {
      names.remove(0);
    }
    if (names.contains("") || names.get(0).equals(EACH)) {
      throw new IllegalArgumentException(
          "property: got '" + text + "' (expected names with dots between, such as a.b or a.$.b)");
    }
    return new PropertyPath(text, inContext, names);
  }

  /** True if the path steps into arrays, so that one event can have many values. */
  public boolean hasEach() {
    return firstEach >= 0;
  }

  /** The values of an event in the order sent, without nulls; empty if missing. */
  public List<JsonNode> values(EventFields event) {
    String name = names.get(0);
    JsonNode start = inContext ? event.context().get(name) : event.property(name);
    return follow(start, 1);
  }

  /** The elements of the array that the first {@code $} steps into, nulls too; only with one. */
  List<JsonNode> elements(EventFields event) {
    PropertyPath array = new PropertyPath(text, inContext, names.subList(0, firstEach));
    List<JsonNode> elements = new ArrayList<>();
    for (JsonNode found : array.values(event)) {
      if (found.isArray()) {
        found.forEach(elements::add);
      }
    }
    return elements;
  }

  /** The values in one of {@link #elements}; null stands for no element. */
  List<JsonNode> valuesIn(@Nullable JsonNode element) {
    return follow(element, firstEach + 1);
  }

  /** True if both paths step first into the same array. */
  boolean sharesElements(PropertyPath other) {
    return hasEach()
        && inContext == other.inContext
        && firstEach == other.firstEach
        && names.subList(0, firstEach).equals(other.names.subList(0, firstEach));
  }

  private List<JsonNode> follow(@Nullable JsonNode start, int from) {
    JsonNode node = start;
    for (int i = from; i < names.size() && node != null; i++) {
      if (names.get(i).equals(EACH)) {
        return followEach(node, i + 1);
      }
      node = node.get(names.get(i));
    }
    return node == null || node.isNull() || node.isMissingNode() ? List.of() : List.of(node);
  }

  private List<JsonNode> followEach(JsonNode array, int from) {
    if (!array.isArray()) {
      return List.of();
    }
    List<JsonNode> found = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      found.addAll(follow(element, from));
    }
    return found;
  }

  private static List<String> split(String text) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '.') {
        name.append('.');
        i++;
      } else if (c == '.') {
        names.add(name.toString());
        name.setLength(0);
      } else {
        name.append(c);
      }
    }
    names.add(name.toString());
    return names;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PropertyPath that
        && inContext == that.inContext
        && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return Objects.hash(inContext, names);
  }

  /** The path as it was read. */
  @Override
  public String toString() {
    return text;
  }
}
