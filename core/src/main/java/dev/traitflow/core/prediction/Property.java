package dev.traitflow.core.prediction;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.traitflow.core.json.CallJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads single top-level members of an event's {@code properties} without building a tree, because
 * features are folded again and again over the same bytes.
 */
final class Property {
  /** Larger amounts are taken for rubbish and ignored; sums of them would lose all precision. */
  static final double AMOUNT_MAX = 1e15;

  private static final List<String> AMOUNT_NAMES = List.of("revenue", "total", "value");
  private static final byte[][] COMMERCE_BYTES =
      quoted(List.of("revenue", "total", "value", "products", "product_id", "sku"));

  /** A larger quantity is cut here, for the same reason. */
  private static final double ITEMS_MAX = 1e9;

  private Property() {}

  /**
   * What an event says of money and products.
   *
   * @param amount {@code revenue}, else {@code total}, else {@code value}; NaN if none of them is a
   *     number or the text of one
   * @param items {@code quantity} of all {@code products}, or the event's own; 1 for a product that
   *     does not say, 0 if no product is named
   * @param products hashes of each {@code product_id}, or {@code sku} where there is none
   */
  record Commerce(double amount, double items, long[] products) {
    static final Commerce NONE = new Commerce(Double.NaN, 0, new long[0]);
  }

  /** Reads money and products in one pass. Keys written with escapes may not be found. */
  static Commerce commerce(byte[] properties) {
    if (!mayTellOfCommerce(properties)) {
      return Commerce.NONE;
    }
    CommerceReader reader = new CommerceReader();
    try (JsonParser parser = CallJson.FACTORY.createParser(properties)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        reader.event(parser);
      }
    } catch (IOException malformed) {
      // What was read before the fault stays read.
      return reader.result();
    }
    return reader.result();
  }

  /** Collects one event's money and products. */
  private static final class CommerceReader {
    private final double[] amounts = {Double.NaN, Double.NaN, Double.NaN};
    private double items;
    private long[] products = new long[4];
    private int count;

    void event(JsonParser parser) throws IOException {
      double ownItems = product(parser, true);
      items = items == 0 ? ownItems : items;
    }

    /** Reads an object of an event or of a product; returns how many items it says it is. */
    private double product(JsonParser parser, boolean isEvent) throws IOException {
      long id = 0;
      long sku = 0;
      double quantity = 1;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.START_ARRAY && isEvent && name.equals("products")) {
          products(parser);
        } else if (value.isStructStart()) {
          parser.skipChildren();
        } else if (value.isNumeric() || value == JsonToken.VALUE_STRING) {
          int amount = isEvent ? AMOUNT_NAMES.indexOf(name) : -1;
          if (amount >= 0) {
            amounts[amount] = number(parser.getText());
          } else if (name.equals("quantity")) {
            double said = number(parser.getText());
            quantity = said >= 0 ? Math.min(said, ITEMS_MAX) : 1;
          } else if (name.equals("product_id")) {
            id = hash(parser.getText());
          } else if (name.equals("sku")) {
            sku = hash(parser.getText());
          }
        }
      }
      long known = id != 0 ? id : sku;
      if (known == 0) {
        return 0;
      }
      if (count == products.length) {
        products = Arrays.copyOf(products, 2 * count);
      }
      products[count++] = known;
      return quantity;
    }

    private void products(JsonParser parser) throws IOException {
      JsonToken token = parser.nextToken();
      while (token != null && token != JsonToken.END_ARRAY) {
        if (token == JsonToken.START_OBJECT) {
          items += product(parser, false);
        } else {
          parser.skipChildren();
        }
        token = parser.nextToken();
      }
    }

    Commerce result() {
      double amount = amounts[0];
      amount = Double.isNaN(amount) ? amounts[1] : amount;
      amount = Double.isNaN(amount) ? amounts[2] : amount;
      return new Commerce(amount, items, Arrays.copyOf(products, count));
    }

    /** FNV-1a, never 0. */
    private static long hash(String text) {
      long hash = 0xCBF29CE484222325L;
      for (int i = 0; i < text.length(); i++) {
        hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
      }
      return hash == 0 ? 1 : hash;
    }
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
        (name, value, parser) -> {
          boolean scalar = value.isNumeric() || value == JsonToken.VALUE_STRING;
          if (scalar && name.equals(wanted)) {
            found[0] = parser.getText();
          }
        });
    return found[0];
  }

  /** Takes one trait that an identify call set. */
  interface TraitTaker {
    /** Takes its number, or NaN if it is none. */
    void take(String trait, double value);
  }

  /**
   * Reads the traits of an identify call, in their order; of a doubled one the later counts. A
   * boolean is 1 or 0; everything else that is no JSON number is NaN.
   */
  static void traits(byte[] traits, TraitTaker taker) {
    read(
        traits,
        (name, value, parser) ->
            taker.take(
                name,
                value.isNumeric()
                    ? number(parser.getText())
                    : value.isBoolean() ? (value == JsonToken.VALUE_TRUE ? 1 : 0) : Double.NaN));
  }

  private interface Member {
    /** Takes one member; the parser stands at its value, behind its inside if it has one. */
    void accept(String name, JsonToken value, JsonParser parser) throws IOException;
  }

  /** Bytes that are no JSON object hold no members: they must not stop a fold over a history. */
  private static void read(byte[] properties, Member member) {
    if (properties.length == 0) {
      return;
    }
    try (JsonParser parser = CallJson.FACTORY.createParser(properties)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value.isStructStart()) {
          parser.skipChildren();
        }
        member.accept(name, value, parser);
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

  /** True if one of the names may be in the bytes: one pass, which most events end with. */
  private static boolean mayTellOfCommerce(byte[] bytes) {
    for (int i = 0; i < bytes.length - 1; i++) {
      if (bytes[i] == '"') {
        for (byte[] name : COMMERCE_BYTES) {
          if (name[1] == bytes[i + 1] && startsWith(bytes, i, name)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean startsWith(byte[] bytes, int from, byte[] wanted) {
    return from + wanted.length <= bytes.length
        && Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
  }

  private static byte[][] quoted(List<String> names) {
    return names.stream()
        .map(name -> ("\"" + name + "\"").getBytes(StandardCharsets.UTF_8))
        .toArray(byte[][]::new);
  }
}
