package dev.traitflow.core.trait;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of computed traits. */
public enum TraitType {
  EVENT_COUNTER,
  AGGREGATION,
  MOST_FREQUENT,
  FIRST,
  LAST,
  UNIQUE_LIST,
  UNIQUE_LIST_COUNT;

  /** The names of all, for messages. */
  static final String NAMES =
      Arrays.stream(values()).map(TraitType::wireName).collect(Collectors.joining(", "));

  /** The name in definitions. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the type of that name, or null if there is none. */
  public static @Nullable TraitType of(String wireName) {
    for (TraitType type : values()) {
      if (type.wireName().equals(wireName)) {
        return type;
      }
    }
    return null;
  }
}
