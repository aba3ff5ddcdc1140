package dev.traitflow.core.identity;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is blocked for a type whose rule lists no values of its own. */
public enum BlockedDefaults {
  /** The vendor's values: {@code -1}, {@code null}, {@code anonymous} and rows of zeros. */
  VENDOR,

  /**
   * Those, and for the ids of users and visitors what programs write for a person they do not know.
   * Each would join strangers.
   */
  EXTENDED;

  private static final List<BlockedValue> ALWAYS =
      List.of(
          BlockedValue.ZEROS,
          BlockedValue.exact("-1"),
          BlockedValue.exact("null"),
          BlockedValue.exact("anonymous"));

  private static final BlockedValue NOBODY =
      BlockedValue.words(
          "undefined",
          "nan",
          "none",
          "nil",
          "null",
          "(null)",
          "[object object]",
          "anonymous",
          "guest",
          "distinct_id",
          "not_authenticated",
          "true",
          "false",
          "0");

  private static final List<BlockedValue> OF_IDS =
      List.of(ALWAYS.get(0), ALWAYS.get(1), ALWAYS.get(2), ALWAYS.get(3), NOBODY);

  /** The values blocked for a type of identifier. */
  public List<BlockedValue> of(String type) {
    boolean isId = type.equals(Identifier.USER_ID) || type.equals(Identifier.ANONYMOUS_ID);
    return this == EXTENDED && isId ? OF_IDS : ALWAYS;
  }

  /** The word in a definition. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of that word, or null. */
  static @Nullable BlockedDefaults ofWord(String word) {
    for (BlockedDefaults each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    return null;
  }
}
