package dev.traitflow.core.delivery;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** As what a value is sent to a destination. */
public enum Action {
  /** An identify call with the value among the traits. */
  IDENTIFY,
  /** A track call with the value among the properties. */
  TRACK;

  /** The name in definitions and payloads. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the action of that name, or null if there is none. */
  public static @Nullable Action of(String wireName) {
    return switch (wireName) {
      case "identify" -> IDENTIFY;
      case "track" -> TRACK;
      default -> null;
    };
  }
}
