package dev.traitflow.launcher.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import picocli.CommandLine.TypeConversionException;

/** Instants as people write them: ISO 8601 with an offset, or a date, which is its midnight UTC. */
final class Times {
  private Times() {}

  /**
   * @throws TypeConversionException if the text is neither
   */
  static Instant parse(String text) {
    try {
      return text.indexOf('T') >= 0
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "time: got " + text + " (expected 2025-03-01 or 2025-03-01T00:00:00Z)");
    }
  }
}
