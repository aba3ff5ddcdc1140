package dev.traitflow.core.trait;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** As what a property's value is read. */
public enum ValueType {
  /** As its text; everything but null has one. */
  TEXT,
  /** As an exact decimal; what is not numeric is skipped. */
  NUMBER,
  /** As one value that is a whole array; what is no array is skipped. */
  ARRAY;

  /** The name in definitions. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
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
