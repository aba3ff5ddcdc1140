package dev.traitflow.core.event;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The six calls of the tracking API, and the write by which the system itself sets traits. */
public enum EventType {
  IDENTIFY,
  TRACK,
  PAGE,
  SCREEN,
  GROUP,
  ALIAS,
  /**
   * Traits the system computed elsewhere (a prediction, a SQL trait) and sends back to a profile.
   */
  WRITE;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name in the {@code type} field of a call. */
  public String wireName() {
    return wireName;
  }

  /** Returns the call of that wire name, or null if there is none. {@code write} is not a call. */
  public static @Nullable EventType ofCall(String wireName) {
    return switch (wireName) {
      case "identify" -> IDENTIFY;
      case "track" -> TRACK;
      case "page" -> PAGE;
      case "screen" -> SCREEN;
      case "group" -> GROUP;
      case "alias" -> ALIAS;
      default -> null;
    };
  }
}
