package dev.traitflow.core.event;

import dev.traitflow.core.codec.WireCode;
import dev.traitflow.core.codec.WireCodes;
import org.jspecify.annotations.Nullable;

/** The six calls of the tracking API, and the write by which the system itself sets traits. */
public enum EventType implements WireCode {
  IDENTIFY(0, "identify"),
  TRACK(1, "track"),
  PAGE(2, "page"),
  SCREEN(3, "screen"),
  GROUP(4, "group"),
  ALIAS(5, "alias"),
  /**
   * Traits the system computed elsewhere (a prediction, a SQL trait) and sends back to a profile.
   */
  WRITE(6, "write");

  private static final WireCodes<EventType> CODES = new WireCodes<>("event type", values());

  private final int wireCode;
  private final String wireName;

  EventType(int wireCode, String wireName) {
    this.wireCode = wireCode;
    this.wireName = wireName;
  }

  /**
   * The type of a {@link #wireCode}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static EventType ofWireCode(int code) {
    return CODES.of(code);
  }

  @Override
  public int wireCode() {
    return wireCode;
  }

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
