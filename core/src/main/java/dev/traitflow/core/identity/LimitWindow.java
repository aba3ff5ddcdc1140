package dev.traitflow.core.identity;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The span of time within which the values of one identifier type are counted. */
public enum LimitWindow {
  EVER(0),
  DAILY(1),
  WEEKLY(7),
  MONTHLY(30),
  ANNUALLY(365);

  private static final long MILLIS_PER_DAY = 86_400_000L;

  private final long millis;
  private final String word = name().toLowerCase(Locale.ROOT);

  LimitWindow(int days) {
    this.millis = days * MILLIS_PER_DAY;
  }

  /** The word in a definition, such as {@code weekly}. */
  public String word() {
    return word;
  }

  /** The window of that word, or null if there is none. */
  public static @Nullable LimitWindow ofWord(String word) {
    for (LimitWindow window : values()) {
      if (window.word.equals(word)) {
        return window;
      }
    }
    return null;
  }

  /**
   * True if a mapping created at {@code createdAt} counts for an event at {@code at}, both epoch
   * milliseconds: it lies in {@code (at - window, at]}.
   */
  boolean counts(long createdAt, long at) {
    return this == EVER || (createdAt > at - millis && createdAt <= at);
  }
}
