package dev.traitflow.core.sample;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes one tracking call as a line of JSON, member by member. Members keep the order in which
 * they are written; the caller closes what it opens.
 */
final class SampleCall {
  private static final DateTimeFormatter TIMES =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final StringBuilder json = new StringBuilder(384).append('{');

  /** Starts a call of this type. */
  SampleCall(String type) {
    text("type", type);
  }

  /** The time as a call carries it: ISO 8601, UTC, with milliseconds. */
  static String time(long millis) {
    return TIMES.format(Instant.ofEpochMilli(millis));
  }

  /** Adds a text; nothing if it is null. */
  SampleCall text(String name, @Nullable String value) {
    if (value != null) {
      name(name).append('"');
      JsonStringEncoder.getInstance().quoteAsString(value, json);
      json.append('"');
    }
    return this;
  }

  SampleCall number(String name, long value) {
    name(name).append(value);
    return this;
  }

  SampleCall flag(String name, boolean value) {
    name(name).append(value);
    return this;
  }

  /** Adds an amount of dollars, as a decimal without needless zeros. */
  SampleCall money(String name, long cents) {
    name(name).append(cents / 100);
    long rest = cents % 100;
    if (rest > 0) {
      json.append('.').append(rest / 10);
      if (rest % 10 > 0) {
        json.append(rest % 10);
      }
    }
    return this;
  }

  /** Opens an object. */
  SampleCall open(String name) {
    name(name).append('{');
    return this;
  }

  /** Opens a list. */
  SampleCall openList(String name) {
    name(name).append('[');
    return this;
  }

  /** Opens an object that is an element of a list. */
  SampleCall openElement() {
    comma().append('{');
    return this;
  }

  SampleCall close() {
    json.append('}');
    return this;
  }

  SampleCall closeList() {
    json.append(']');
    return this;
  }

  /** The whole line in UTF-8, without a line break. */
  byte[] line() {
    return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private StringBuilder name(String name) {
    return comma().append('"').append(name).append("\":");
  }

  private StringBuilder comma() {
    char last = json.charAt(json.length() - 1);
    return last == '{' || last == '[' ? json : json.append(',');
  }
}
