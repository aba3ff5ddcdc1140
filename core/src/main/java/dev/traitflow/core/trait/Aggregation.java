package dev.traitflow.core.trait;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an aggregation makes of the values. */
public enum Aggregation {
  SUM,
  AVG,
  MIN,
  MAX;

  /** The name in definitions. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the aggregation of that name, or null if there is none. */
  public static @Nullable Aggregation of(String wireName) {
    for (Aggregation aggregation : values()) {
      if (aggregation.wireName().equals(wireName)) {
        return aggregation;
      }
    }
    return null;
  }
}
