package dev.traitflow.core.condition;

import dev.traitflow.core.codec.WireCode;
import dev.traitflow.core.codec.WireCodes;
import org.jspecify.annotations.Nullable;

/** As what a property's value is read. */
public enum ValueType implements WireCode {
  /** As its text; everything but null has one. */
  TEXT(0, "text"),
  /** As an exact decimal; what is not numeric is skipped. */
  NUMBER(1, "number"),
  /** As one value that is a whole array; what is no array is skipped. */
  ARRAY(2, "array");

  private static final WireCodes<ValueType> CODES = new WireCodes<>("value type", values());

  private final int wireCode;
  private final String wireName;

  ValueType(int wireCode, String wireName) {
    this.wireCode = wireCode;
    this.wireName = wireName;
  }

  /**
   * The type of a {@link #wireCode}.
   *
   * @throws IllegalArgumentException if there is none
   */
  static ValueType ofWireCode(int code) {
    return CODES.of(code);
  }

  @Override
  public int wireCode() {
    return wireCode;
  }

  /** The name in definitions. */
  public String wireName() {
    return wireName;
  }

  /** Returns the type of that name, or null if there is none. */
  public static @Nullable ValueType of(String wireName) {
    return switch (wireName) {
      case "text" -> TEXT;
      case "number" -> NUMBER;
      case "array" -> ARRAY;
      default -> null;
    };
  }
}
