package dev.traitflow.core.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.traitflow.core.json.NumberLiteral;
import dev.traitflow.core.text.Decimals;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text of a JSON value: strings as they are, numbers as decimal text, booleans as words,
 * objects and arrays as compact JSON with members in the order sent.
 */
public final class ValueText {
  private ValueText() {}

  /** The text of a value that is not null. */
  public static String of(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    return json(value);
  }

  /** The value as compact JSON: no white space, numbers in decimal text. */
  public static String json(JsonNode value) {
    if (value.isNumber()) {
      return Decimals.text(value.decimalValue());
    }
    StringBuilder out = new StringBuilder();
    append(out, value, Integer.MAX_VALUE);
    return out.toString();
  }

  /** As {@link #of}, or null if that has more characters. */
  static @Nullable String within(JsonNode value, int charsMax) {
    if (value.isTextual()) {
      return value.textValue().length() > charsMax ? null : value.textValue();
    }
    return jsonWithin(value, charsMax);
  }

  /**
   * As {@link #json}, or null if that has more characters: numbers with exponents are much longer
   * as text than as they were sent, and are not written out for nothing.
   */
  public static @Nullable String jsonWithin(JsonNode value, int charsMax) {
    StringBuilder out = new StringBuilder();
    append(out, value, charsMax);
    return out.length() > charsMax ? null : out.toString();
  }

  /** Appends {@code text} as a JSON string, with only the escapes JSON requires. */
  public static void appendQuoted(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(Character.forDigit(c >> 4, 16));
            out.append(Character.forDigit(c & 0xF, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** Returns {@code text} as a JSON string. */
  public static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    appendQuoted(out, text);
    return out.toString();
  }

  /** Appends the text, or so much of it that it is too long. */
  private static void append(StringBuilder out, JsonNode value, int charsMax) {
    if (value.isObject()) {
      appendObject(out, value, charsMax);
    } else if (value.isArray()) {
      out.append('[');
      for (int i = 0; i < value.size() && out.length() <= charsMax; i++) {
        if (i > 0) {
          out.append(',');
        }
        append(out, value.get(i), charsMax);
      }
      out.append(']');
    } else if (value.isTextual()) {
      appendQuoted(out, value.textValue());
    } else if (value.isNumber()) {
      out.append(Decimals.text(value.decimalValue()));
    } else if (value instanceof POJONode odd && odd.getPojo() instanceof NumberLiteral literal) {
      out.append(literal.text());
    } else {
      out.append(value.isBoolean() ? value.booleanValue() : null);
    }
  }

  private static void appendObject(StringBuilder out, JsonNode value, int charsMax) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      if (out.length() > charsMax) {
        return;
      }
      if (!first) {
        out.append(',');
      }
      first = false;
      appendQuoted(out, member.getKey());
      out.append(':');
      append(out, member.getValue(), charsMax);
    }
    out.append('}');
  }
}
