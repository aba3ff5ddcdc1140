package dev.traitflow.core.prediction;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads single top-level members of an event's {@code properties} without building a tree, because
 * features are folded again and again over the same bytes.
 */
final class Property {
  /** Larger amounts are taken for rubbish and ignored; sums of them would lose all precision. */
  static final double AMOUNT_MAX = 1e15;

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final List<String> AMOUNT_NAMES = List.of("revenue", "total", "value");
  private static final List<byte[]> AMOUNT_BYTES = quoted(AMOUNT_NAMES);

  private Property() {}

  /**
   * The amount of an event: {@code revenue}, else {@code total}, else {@code value}; NaN if none of
   * them is a number or the text of one. Keys written with escapes are not found.
   */
  static double amount(byte[] properties) {
    if (AMOUNT_BYTES.stream().noneMatch(name -> contains(properties, name))) {
      return Double.NaN;
    }
    double[] found = {Double.NaN, Double.NaN, Double.NaN};
    read(
        properties,
        (name, value) -> {
          int index = AMOUNT_NAMES.indexOf(name);
          if (index >= 0) {
            found[index] = number(value);
          }
        });
    return !Double.isNaN(found[0]) ? found[0] : !Double.isNaN(found[1]) ? found[1] : found[2];
  }

  /** The number at {@code wanted}, or NaN. */
  static double number(byte[] properties, String wanted) {
    return number(text(properties, wanted));
  }

  /** The scalar at {@code wanted} as text, or null. */
  static @Nullable String text(byte[] properties, String wanted) {
    @Nullable String[] found = {null};
    read(
        properties,
        (name, value) -> {
          if (name.equals(wanted)) {
            found[0] = value;
          }
        });
    return found[0];
  }

  private interface Member {
    void accept(String name, String value);
  }

  /** Bytes that are no JSON object hold no members: they must not stop a fold over a history. */
  private static void read(byte[] properties, Member member) {
    if (properties.length == 0) {
      return;
    }
    try (JsonParser parser = FACTORY.createParser(properties)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value.isStructStart()) {
          parser.skipChildren();
        } else if (value.isNumeric() || value == JsonToken.VALUE_STRING) {
          member.accept(name, parser.getText());
        }
      }
    } catch (IOException malformed) {
      // What was read before the fault stays read.
      return;
    }
  }

  private static double number(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 64 || !isPlain(text)) {
      return Double.NaN;
    }
    try {
      double value = Double.parseDouble(text);
      return Math.abs(value) <= AMOUNT_MAX ? value : Double.NaN;
    } catch (NumberFormatException notNumber) {
      return Double.NaN;
    }
  }

  /** Keeps out what Java alone would read as a number: hexadecimal, suffixes, blanks, names. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] bytes, byte[] wanted) {
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      int j = 0;
      while (j < wanted.length && bytes[i + j] == wanted[j]) {
        j++;
      }
      if (j == wanted.length) {
        return true;
      }
    }
    return false;
  }

  private static List<byte[]> quoted(List<String> names) {
    return names.stream()
        .map(name -> ("\"" + name + "\"").getBytes(StandardCharsets.UTF_8))
        .toList();
  }
}
