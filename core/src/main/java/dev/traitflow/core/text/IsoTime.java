package dev.traitflow.core.text;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes ISO-8601 instants as epoch milliseconds.
 *
 * <p>Written by hand because several times are read for every event: a formatter of the JDK costs
 * more than the rest of the envelope.
 */
public final class IsoTime {
  /** What {@link #parse} answers for a text that is no time. */
  public static final long ABSENT = Long.MIN_VALUE;

  private static final long MILLIS_PER_DAY = 86_400_000L;
  private static final int DATE_LENGTH = "2025-03-01".length();
  private static final int FRACTION_DIGITS_MAX = 9;
  private static final int[] DAYS_OF_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  private static final DateTimeFormatter ANY_YEAR =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
  private static final long YEAR_0 = -719_528L * MILLIS_PER_DAY;
  private static final long YEAR_10000 = 2_932_897L * MILLIS_PER_DAY;

  private IsoTime() {}

  /**
   * Returns the epoch milliseconds of a date ({@code 2025-03-01}, midnight UTC) or of a date and
   * time ({@code 2025-03-01T08:59:40.123456789+01:00}) in any form of ISO 8601, or {@link #ABSENT}
   * if the text is null or anything else.
   *
   * <p>Minutes, seconds, fraction (cut to milliseconds) and zone ({@code Z}, {@code +hh}, {@code
   * +hhmm}, {@code +hh:mm}) may be left out; no zone is UTC. Dates may be calendar, week or ordinal
   * dates, basic or extended; years have four digits, or a sign and up to six. The leap second
   * {@code :60} is read as the second after it, {@code 24:00} as the next midnight.
   */
  public static long parse(@Nullable String text) {
    if (text == null) {
      return ABSENT;
    }
    long common = parseCommon(text);
    if (common != ABSENT) {
      return common;
    }
    IsoForms.Reading rare = IsoForms.read(text);
    return rare == null ? ABSENT : rare.instant().toEpochMilli();
  }

  /**
   * Returns the instant of a date and time with a zone, in any form of ISO 8601 and to the
   * nanosecond, or of the midnight in UTC of a date {@code 2025-03-01}; null for anything else.
   */
  public static @Nullable Instant parseZoned(String text) {
    IsoForms.Reading reading = IsoForms.read(text);
    boolean isDate = text.length() == DATE_LENGTH && text.charAt(4) == '-' && text.charAt(7) == '-';
    return reading != null && (reading.hasZone() || isDate) ? reading.instant() : null;
  }

  /** The form that nearly all senders use, read without a look at any other. */
  private static long parseCommon(String text) {
    if (text.length() < DATE_LENGTH || text.charAt(4) != '-' || text.charAt(7) != '-') {
      return ABSENT;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    int day = digits(text, 8, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) {
      return ABSENT;
    }
    long midnight = epochDay(year, month, day) * MILLIS_PER_DAY;
    return text.length() == DATE_LENGTH ? midnight : addTimeOfDay(text, midnight);
  }

  private static long addTimeOfDay(String text, long midnight) {
    int length = text.length();
    char separator = text.charAt(10);
    boolean separated = separator == 'T' || separator == 't' || separator == ' ';
    int hour = digits(text, 11, 2);
    int minute = digits(text, 14, 2);
    if (!separated || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
      return ABSENT;
    }
    if (text.charAt(13) != ':') {
      return ABSENT;
    }
    int position = 16;
    int second = 0;
    int millis = 0;
    if (position < length && text.charAt(position) == ':') {
      second = digits(text, 17, 2);
      if (second < 0 || second > 60) {
        return ABSENT;
      }
      position = 19;
      if (position < length && (text.charAt(position) == '.' || text.charAt(position) == ',')) {
        int end = endOfDigits(text, position + 1);
        int count = end - position - 1;
        if (count < 1 || count > FRACTION_DIGITS_MAX) {
          return ABSENT;
        }
        millis = millisOfFraction(text, position + 1, count);
        position = end;
      }
    }
    int offsetMinutes = offsetMinutes(text, position);
    if (offsetMinutes == Integer.MIN_VALUE) {
      return ABSENT;
    }
    long minutes = hour * 60L + minute - offsetMinutes;
    return midnight + (minutes * 60 + second) * 1000 + millis;
  }

  /**
   * Returns the instant in ISO-8601, UTC, with milliseconds: {@code 2025-03-01T08:59:40.123Z}.
   * Years beyond 0000 to 9999 have a sign.
   */
  public static String format(long epochMillis) {
    if (epochMillis < YEAR_0 || epochMillis >= YEAR_10000) {
      return ANY_YEAR.format(Instant.ofEpochMilli(epochMillis));
    }
    long day = Math.floorDiv(epochMillis, MILLIS_PER_DAY);
    int time = (int) Math.floorMod(epochMillis, MILLIS_PER_DAY);
    char[] text = new char[24];
    putDate(text, day);
    text[10] = 'T';
    put(text, 11, 2, time / 3_600_000);
    text[13] = ':';
    put(text, 14, 2, time / 60_000 % 60);
    text[16] = ':';
    put(text, 17, 2, time / 1000 % 60);
    text[19] = '.';
    put(text, 20, 3, time % 1000);
    text[23] = 'Z';
    return new String(text);
  }

  /** Minutes east of UTC of the zone from {@code position} to the end, or the least int. */
  private static int offsetMinutes(String text, int position) {
    int left = text.length() - position;
    if (left == 0) {
      return 0;
    }
    char first = text.charAt(position);
    if (left == 1) {
      return first == 'Z' || first == 'z' ? 0 : Integer.MIN_VALUE;
    }
    boolean colon = left == 6 && text.charAt(position + 3) == ':';
    if ((first != '+' && first != '-') || (left != 3 && left != 5 && !colon)) {
      return Integer.MIN_VALUE;
    }
    int hours = digits(text, position + 1, 2);
    int minutes = left == 3 ? 0 : digits(text, position + (colon ? 4 : 3), 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int total = hours * 60 + minutes;
    return first == '-' ? -total : total;
  }

  /** The number of {@code count} ASCII digits, or -1 if they are not there. */
  private static int digits(String text, int from, int count) {
    if (from + count > text.length()) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < from + count; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static int millisOfFraction(String text, int from, int count) {
    int millis = 0;
    for (int i = 0; i < 3; i++) {
      millis = millis * 10 + (i < count ? text.charAt(from + i) - '0' : 0);
    }
    return millis;
  }

  private static int daysOfMonth(int year, int month) {
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : DAYS_OF_MONTH[month - 1];
  }

  /**
   * Days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so
   * that the leap day is the last of its year, and in eras of 400 years, which all have 146,097
   * days.
   */
  private static long epochDay(int year, int month, int day) {
    int marchYear = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(marchYear, 400);
    int yearOfEra = marchYear - era * 400;
    int monthFromMarch = (month + 9) % 12;
    int dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468;
  }

  /** The inverse of {@link #epochDay}. */
  private static void putDate(char[] text, long epochDay) {
    long shifted = epochDay + 719_468;
    int era = (int) Math.floorDiv(shifted, 146_097L);
    int dayOfEra = (int) (shifted - era * 146_097L);
    int leapDays = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096;
    int yearOfEra = (dayOfEra - leapDays) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int monthFromMarch = (5 * dayOfYear + 2) / 153;
    int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    put(text, 0, 4, yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
    text[4] = '-';
    put(text, 5, 2, month);
    text[7] = '-';
    put(text, 8, 2, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1);
  }

  private static void put(char[] text, int from, int count, int number) {
    int left = number;
    for (int i = from + count - 1; i >= from; i--) {
      text[i] = (char) ('0' + left % 10);
      left /= 10;
    }
  }
}
