package dev.traitflow.core.trait;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The texts that are instants: ISO-8601 with a zone, or a date, which means its midnight in UTC.
 */
public final class ZonedTime {
  private static final int DATE_LENGTH = "2025-01-31".length();

  private static final DateTimeFormatter ZONED =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter();

  private ZonedTime() {}

  /** Returns the instant, or null if the text has no zone or is no time. */
  public static @Nullable Instant parse(String text) {
    if (text.length() < DATE_LENGTH || text.charAt(4) != '-') {
      return null;
    }
    try {
      return text.length() == DATE_LENGTH
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : ZONED.parse(text, Instant::from);
    } catch (DateTimeException unreadable) {
      return null;
    }
  }
}
