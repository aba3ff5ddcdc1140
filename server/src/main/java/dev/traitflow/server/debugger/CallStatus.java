package dev.traitflow.server.debugger;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What became of a call. */
public enum CallStatus {
  /** Nothing speaks against it so far. */
  ACCEPTED,
  /** It was refused, for a reason with a code. */
  REJECTED,
  /** Its messageId was seen before. */
  DUPLICATE;

  /** The name in answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status of this name; null if there is none. */
  public static @Nullable CallStatus of(String wireName) {
    for (CallStatus status : values()) {
      if (status.wireName().equals(wireName)) {
        return status;
      }
    }
    return null;
  }
}
