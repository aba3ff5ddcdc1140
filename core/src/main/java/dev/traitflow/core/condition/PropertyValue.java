package dev.traitflow.core.condition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.text.Decimals;
import dev.traitflow.core.text.Utf8;
import java.math.BigDecimal;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A usable value of a property. Two values of one type are equal if and only if their texts are.
 *
 * @param type as what it was read
 * @param text its text: as sent, as decimal text, or as compact JSON
 * @param number the number, without trailing zeros; null unless the type is {@code NUMBER}
 */
public record PropertyValue(ValueType type, String text, @Nullable BigDecimal number) {

  /** Numbers by size, others by code point of their text; for values of one type. */
  public static final Comparator<PropertyValue> ORDER = PropertyValue::compare;

  /**
   * A value whose text takes more bytes of UTF-8 is not usable. A call is smaller; only an object
   * or array of numbers with exponents can be longer as text than as it was sent, up to eighty
   * times.
   */
  public static final int TEXT_BYTES_MAX = EventParser.MERGED_BYTES_MAX;

  /** Reads a value that is not null; the answer is null if it is not usable as that type. */
  public static @Nullable PropertyValue of(JsonNode value, ValueType type) {
    return switch (type) {
      case TEXT -> ofText(type, value);
      case ARRAY -> value.isArray() ? ofText(type, value) : null;
      case NUMBER -> {
        BigDecimal number = Decimals.of(value);
        yield number == null ? null : of(number);
      }
    };
  }

  private static @Nullable PropertyValue ofText(ValueType type, JsonNode value) {
    // No character takes less than a byte.
    String text = ValueText.within(value, TEXT_BYTES_MAX);
    return text == null || Utf8.length(text) > TEXT_BYTES_MAX
        ? null
        : new PropertyValue(type, text, null);
  }

  /** A number. */
  public static PropertyValue of(BigDecimal number) {
    BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    return new PropertyValue(ValueType.NUMBER, plain.toPlainString(), plain);
  }

  /** The value as it leaves: a JSON string, number or array. */
  public String json() {
    return type == ValueType.TEXT ? ValueText.quoted(text) : text;
  }

  /** The number; only for numbers. */
  public BigDecimal decimal() {
    if (number == null) {
      throw new IllegalStateException("value: got " + type + " (expected NUMBER)");
    }
    return number;
  }

  public void write(ByteWriter out) {
    out.writeByte(type.wireCode()).writeString(text);
  }

  public static PropertyValue read(ByteReader in) {
    ValueType type = ValueType.ofWireCode(in.readByte());
    String text = in.readString();
    return type == ValueType.NUMBER
        ? of(new BigDecimal(text))
        : new PropertyValue(type, text, null);
  }

  private static int compare(PropertyValue left, PropertyValue right) {
    return left.type == ValueType.NUMBER
        ? left.decimal().compareTo(right.decimal())
        : CodePointOrder.INSTANCE.compare(left.text, right.text);
  }
}
