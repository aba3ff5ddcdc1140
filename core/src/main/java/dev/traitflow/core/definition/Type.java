package dev.traitflow.core.definition;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Which values a member of a definition takes. */
public sealed interface Type {
  /** Its JSON Schema. */
  ObjectNode schema();

  /** What its values are, in a few words of Markdown. */
  String words();

  /** The objects that its values are or hold. */
  default List<Spec> objects() {
    return List.of();
  }

  /** Any value. */
  record Any() implements Type {
    @Override
    public String words() {
      return "any";
    }

    @Override
    public ObjectNode schema() {
      return node();
    }
  }

  /** True or false. */
  record Truth() implements Type {
    @Override
    public String words() {
      return "`true`, `false`";
    }

    @Override
    public ObjectNode schema() {
      return node("boolean");
    }
  }

  /**
   * A text.
   *
   * @param min least number of characters
   * @param max greatest number of characters; {@link Integer#MAX_VALUE} for no bound
   * @param expression a regular expression for the whole text; empty for any
   */
  record Text(int min, int max, String expression) implements Type {
    @Override
    public String words() {
      if (!expression.isEmpty()) {
        return "text matching `" + expression + "`";
      }
      if (max < Integer.MAX_VALUE) {
        return "text of " + min + " to " + max + " characters";
      }
      return min > 0 ? "text, not empty" : "text";
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = node("string");
      if (!expression.isEmpty()) {
        schema.put("pattern", "^" + expression + "$");
      }
      if (min > 0) {
        schema.put("minLength", min);
      }
      if (max < Integer.MAX_VALUE) {
        schema.put("maxLength", max);
      }
      return schema;
    }
  }

  /**
   * A whole number.
   *
   * @param min least; {@link Integer#MIN_VALUE} for no bound
   * @param max greatest; {@link Integer#MAX_VALUE} for no bound
   */
  record Whole(int min, int max) implements Type {
    @Override
    public String words() {
      if (max < Integer.MAX_VALUE) {
        return "whole number, " + min + " to " + max;
      }
      return min > Integer.MIN_VALUE ? "whole number, at least " + min : "whole number";
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = node("integer");
      if (min > Integer.MIN_VALUE) {
        schema.put("minimum", min);
      }
      if (max < Integer.MAX_VALUE) {
        schema.put("maximum", max);
      }
      return schema;
    }
  }

  /** One of some words. */
  record Word(List<String> choices) implements Type {
    public Word {
      choices = List.copyOf(choices);
    }

    @Override
    public String words() {
      return choices.stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = node();
      choices.forEach(schema.putArray("enum")::add);
      return schema;
    }
  }

  /** One of some whole numbers. */
  record Choice(List<Integer> numbers) implements Type {
    public Choice {
      numbers = List.copyOf(numbers);
    }

    @Override
    public String words() {
      return numbers.stream().map(each -> "`" + each + "`").collect(Collectors.joining(", "));
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = node();
      numbers.forEach(schema.putArray("enum")::add);
      return schema;
    }
  }

  /** A list of {@code min..max} items; {@link Integer#MAX_VALUE} for no upper bound. */
  record Items(Type items, int min, int max) implements Type {
    @Override
    public String words() {
      String bounds =
          max < Integer.MAX_VALUE
              ? " (" + (min == max ? "" : min + " to ") + max + ")"
              : min > 0 ? " (at least " + min + ")" : "";
      return "list" + bounds + " of " + items.words();
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = node("array");
      if (min > 0) {
        schema.put("minItems", min);
      }
      if (max < Integer.MAX_VALUE) {
        schema.put("maxItems", max);
      }
      schema.set("items", items.schema());
      return schema;
    }

    @Override
    public List<Spec> objects() {
      return items.objects();
    }
  }

  /** An object with members of any name, whose values are all of one type. */
  record Named(Type values) implements Type {
    @Override
    public String words() {
      return values instanceof Any ? "object" : "object with values " + values.words();
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = node("object");
      if (!(values instanceof Any)) {
        schema.set("additionalProperties", values.schema());
      }
      return schema;
    }

    @Override
    public List<Spec> objects() {
      return values.objects();
    }
  }

  /**
   * An object of a known kind, or of one of several.
   *
   * @param specs the kinds; asked for late, since a group of conditions can hold groups
   */
  record Nested(List<Supplier<Spec>> specs) implements Type {
    public Nested {
      specs = List.copyOf(specs);
    }

    @Override
    public String words() {
      return objects().stream()
          .map(spec -> "[" + spec.name() + "](#" + spec.name() + ")")
          .collect(Collectors.joining(" or "));
    }

    @Override
    public ObjectNode schema() {
      if (specs.size() == 1) {
        return reference(specs.get(0).get());
      }
      ObjectNode schema = node();
      ArrayNode choices = schema.putArray("anyOf");
      objects().forEach(spec -> choices.add(reference(spec)));
      return schema;
    }

    @Override
    public List<Spec> objects() {
      return specs.stream().map(Supplier::get).toList();
    }

    private static ObjectNode reference(Spec spec) {
      return node().put("$ref", "#/$defs/" + spec.name());
    }
  }

  /** A type beside which null says the same as a missing member. */
  record OrNull(Type type) implements Type {
    @Override
    public String words() {
      return type.words() + ", or `null`";
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = node();
      ArrayNode choices = schema.putArray("anyOf");
      choices.add(type.schema());
      choices.add(node("null"));
      return schema;
    }

    @Override
    public List<Spec> objects() {
      return type.objects();
    }
  }

  /** Any value; what it must be follows from other members. */
  static Type any() {
    return new Any();
  }

  /** A text, which may be empty. */
  static Type text() {
    return new Text(0, Integer.MAX_VALUE, "");
  }

  /** A text that is not empty. */
  static Type name() {
    return new Text(1, Integer.MAX_VALUE, "");
  }

  /** True or false. */
  static Type truth() {
    return new Truth();
  }

  /** A whole number. */
  static Type whole() {
    return new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** A text that the regular expression matches as a whole. */
  static Type matching(String expression) {
    return new Text(0, Integer.MAX_VALUE, expression);
  }

  /** One of some words. */
  static Type oneOf(String... words) {
    return new Word(List.of(words));
  }

  /** One of the constants of an enumeration, as definitions write them. */
  static <E> Type oneOf(E[] constants, Function<E, String> wireName) {
    return new Word(Arrays.stream(constants).map(wireName).toList());
  }

  /** A list of any length. */
  static Type listOf(Type items) {
    return new Items(items, 0, Integer.MAX_VALUE);
  }

  /** An object of a known kind. */
  static Type object(Supplier<Spec> spec) {
    return new Nested(List.of(spec));
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode node(String type) {
    return node().put("type", type);
  }
}
