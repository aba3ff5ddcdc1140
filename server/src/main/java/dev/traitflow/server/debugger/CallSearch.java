package dev.traitflow.server.debugger;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What calls somebody wants to see; null wants any.
 *
 * @param text a text anywhere in the raw call or in the event's name, whatever its case
 * @param type wire name of the type
 * @param event the event's name, exactly
 * @param status what became of it
 */
public record CallSearch(
    @Nullable String text,
    @Nullable String type,
    @Nullable String event,
    @Nullable CallStatus status) {

  /** Wants every call. */
  public static final CallSearch ALL = new CallSearch(null, null, null, null);

  /**
   * True if a call is wanted.
   *
   * @param callType wire name of its type, null if it has none
   * @param name what it is called, null if it has no name
   * @param became what became of it, null if that is none of the statuses
   * @param raw the call as compact JSON
   */
  boolean matches(
      @Nullable String callType, @Nullable String name, @Nullable CallStatus became, String raw) {
    return (type == null || type.equals(callType))
        && (event == null || event.equals(name))
        && (status == null || status == became)
        && (text == null || holds(raw, text) || (name != null && holds(name, text)));
  }

  /** A text with quotes in it stands escaped in JSON. */
  private static boolean holds(String whole, String part) {
    String lower = whole.toLowerCase(Locale.ROOT);
    String wanted = part.toLowerCase(Locale.ROOT);
    return lower.contains(wanted)
        || lower.contains(new String(JsonStringEncoder.getInstance().quoteAsString(wanted)));
  }
}
