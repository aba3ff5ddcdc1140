package dev.traitflow.bench.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a source, and how its fields are read: what cannot be read is refused with the place
 * where it stands, in the manner of a compiler, because the sources have half a million lines.
 *
 * @param file the source
 * @param line from 1
 */
record SourcePlace(Path file, long line) {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,18}");

  /** The largest integer up to which a double holds every one. */
  private static final double EXACT_MAX = 1L << 53;

  /** An error at this place: what it is about, what was found, what was expected. */
  IOException error(String what, String got, String expected) {
    return new IOException(
        file + ":" + line + ": " + what + ": got " + got + " (expected " + expected + ")");
  }

  /** Reads a finite decimal number. */
  double number(String what, String text) throws IOException {
    String stripped = text.strip();
    if (NUMBER.matcher(stripped).matches()) {
      double value = Double.parseDouble(stripped);
      if (Double.isFinite(value)) {
        return value;
      }
    }
    throw error(what, "'" + text + "'", "a number");
  }

  /** Reads an integer. */
  long integer(String what, String text) throws IOException {
    if (!INTEGER.matcher(text).matches()) {
      throw error(what, "'" + text + "'", "an integer");
    }
    return Long.parseLong(text);
  }

  /** Reads a number and drops what stands behind the point. */
  long wholePart(String what, String text) throws IOException {
    double value = number(what, text);
    if (Math.abs(value) > EXACT_MAX) {
      throw error(what, "'" + text + "'", "at most 9007199254740992");
    }
    return (long) value;
  }

  /**
   * Reads a time of UTC.
   *
   * @param format with six groups: year, month, day, hour, minute and second; groups that it has
   *     not are the day's start
   * @param expected the format in words
   * @return epoch seconds
   */
  long time(String what, String text, Pattern format, String expected) throws IOException {
    Matcher matcher = format.matcher(text);
    if (matcher.matches()) {
      int[] fields = new int[6];
      for (int i = 0; i < matcher.groupCount(); i++) {
        fields[i] = Integer.parseInt(matcher.group(i + 1));
      }
      try {
        return LocalDateTime.of(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5])
            .toEpochSecond(ZoneOffset.UTC);
      } catch (DateTimeException e) {
        throw error(what, "'" + text + "'", expected);
      }
    }
    throw error(what, "'" + text + "'", expected);
  }
}
