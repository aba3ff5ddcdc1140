package dev.traitflow.core.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every form of ISO 8601 that names an instant: calendar, week and ordinal dates, basic and
 * extended, expanded years, {@code 24:00}, and a decimal fraction of any length on the last of
 * hours, minutes and seconds. {@link IsoTime} reads the common form itself and asks here for the
 * rest.
 *
 * <p>Date and time are both basic or both extended, as the standard demands. Dates and times of
 * reduced precision ({@code 2025-03}) and durations are no instants.
 */
final class IsoForms {
  /** Longer texts are no times; it also bounds the work on a hostile one. */
  private static final int LENGTH_MAX = 80;

  private static final int SECONDS_PER_DAY = 86_400;
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  /** An expanded year has a sign and more than four digits; a minus may be U+2212. */
  private static final String SIGN = "[+\\-\u2212]";

  private static final String ZONE = "(?<zone>[Zz]|" + SIGN + "\\d\\d(?::?\\d\\d)?)?";

  private static final Pattern EXTENDED =
      Pattern.compile(
          "(?<year>\\d{4}|"
              + SIGN
              + "\\d{5,6})-(?:(?<month>\\d\\d)-(?<day>\\d\\d)|[Ww](?<week>\\d\\d)-(?<weekday>\\d)"
              + "|(?<ordinal>\\d{3}))(?:[Tt ](?<hour>\\d\\d)(?::(?<minute>\\d\\d)(?::(?<second>\\d\\d))?)?"
              + "(?:[.,](?<fraction>\\d+))?"
              + ZONE
              + ")?");

  private static final Pattern BASIC =
      Pattern.compile(
          "(?<year>\\d{4}|"
              + SIGN
              + "\\d{6})(?:(?<month>\\d\\d)(?<day>\\d\\d)|[Ww](?<week>\\d\\d)(?<weekday>\\d)"
              + "|(?<ordinal>\\d{3}))(?:[Tt](?<hour>\\d\\d)(?:(?<minute>\\d\\d)(?<second>\\d\\d)?)?"
              + "(?:[.,](?<fraction>\\d+))?"
              + ZONE
              + ")?");

  private IsoForms() {}

  /**
   * What a text says.
   *
   * @param instant with UTC where it names no zone; a fraction is cut to nanoseconds
   * @param hasZone whether it names one
   */
  record Reading(Instant instant, boolean hasZone) {}

  /** Reads a text; null if it is no date and no date with a time. */
  static @Nullable Reading read(String text) {
    if (text.length() > LENGTH_MAX) {
      return null;
    }
    Matcher form = EXTENDED.matcher(text);
    if (!form.matches()) {
      form = BASIC.matcher(text);
      if (!form.matches()) {
        return null;
      }
    }
    try {
      return reading(form);
    } catch (DateTimeException impossibleDate) {
      return null;
    }
  }

  private static @Nullable Reading reading(Matcher form) {
    long midnight = date(form).toEpochDay() * SECONDS_PER_DAY;
    if (form.group("hour") == null) {
      return new Reading(Instant.ofEpochSecond(midnight), false);
    }
    int hour = number(form, "hour", 0);
    int minute = number(form, "minute", 0);
    int second = number(form, "second", 0);
    if (hour > 24 || minute > 59 || second > 60) {
      return null;
    }
    int unit = form.group("minute") == null ? 3_600 : form.group("second") == null ? 60 : 1;
    long nanos = nanos(form.group("fraction"), unit);
    if (hour == 24 && (minute > 0 || second > 0 || nanos > 0)) {
      return null;
    }
    String zone = form.group("zone");
    int offset = zone == null ? 0 : offsetSeconds(zone);
    long seconds = midnight + hour * 3_600L + minute * 60L + second - offset;
    return new Reading(Instant.ofEpochSecond(seconds, nanos), zone != null);
  }

  private static LocalDate date(Matcher form) {
    int year = Integer.parseInt(form.group("year").replace('\u2212', '-'));
    if (form.group("month") != null) {
      return LocalDate.of(year, number(form, "month", 0), number(form, "day", 0));
    }
    if (form.group("ordinal") != null) {
      return LocalDate.ofYearDay(year, number(form, "ordinal", 0));
    }
    int week = number(form, "week", 0);
    int weekday = number(form, "weekday", 0);
    LocalDate inYear = LocalDate.of(year, 1, 4); // always in week 1
    long weeks = inYear.range(IsoFields.WEEK_OF_WEEK_BASED_YEAR).getMaximum();
    if (week < 1 || week > weeks || weekday < 1 || weekday > 7) {
      throw new DateTimeException("no such week or day of a week");
    }
    return inYear.plusDays((week - 1) * 7L + weekday - inYear.getDayOfWeek().getValue());
  }

  private static int number(Matcher form, String group, int absent) {
    String digits = form.group(group);
    return digits == null ? absent : Integer.parseInt(digits);
  }

  /** Nanoseconds of a fraction of hours, minutes or seconds, cut. */
  private static long nanos(@Nullable String fraction, int unitSeconds) {
    return fraction == null
        ? 0
        : new BigDecimal("0." + fraction)
            .multiply(BigDecimal.valueOf((long) unitSeconds * NANOS_PER_SECOND))
            .setScale(0, RoundingMode.DOWN)
            .longValueExact();
  }

  private static int offsetSeconds(String zone) {
    if (zone.length() == 1) {
      return 0;
    }
    int hours = Integer.parseInt(zone.substring(1, 3));
    int minutes = zone.length() == 3 ? 0 : Integer.parseInt(zone.substring(zone.length() - 2));
    if (hours > 23 || minutes > 59) {
      throw new DateTimeException("no such offset");
    }
    int seconds = (hours * 60 + minutes) * 60;
    return zone.charAt(0) == '+' ? seconds : -seconds;
  }
}
