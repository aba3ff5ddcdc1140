package dev.traitflow.core.trait;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Fields;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of a trait's events count at an instant {@code now}, by their timestamps alone. Days have
 * 24 hours.
 */
public sealed interface Window {
  /** All events, future ones too. */
  record Lifetime() implements Window {}

  /**
   * The events of {@code (now - millis, now]}.
   *
   * @param millis length, above 0
   */
  record Within(long millis) implements Window {}

  /**
   * The events of {@code (now - toMillis, now - fromMillis]}.
   *
   * @param fromMillis age an event must have reached, from 0
   * @param toMillis age it must not have reached, above {@code fromMillis}
   */
  record Between(long fromMillis, long toMillis) implements Window {}

  /**
   * The session of the last event, while it is open: events less than {@code gapMillis} apart share
   * a session, and it closes when {@code now - last >= gapMillis}.
   *
   * @param gapMillis 30 minutes to 90 days
   */
  record Session(long gapMillis) implements Window {}

  /** Reads a window strictly; what is wrong is added to the reader's problems. */
  static Window parse(Fields fields) {
    boolean within = fields.has("within");
    boolean between = fields.has("between");
    boolean session = fields.has("session");
    Window window = new Lifetime();
    if ((within ? 1 : 0) + (between ? 1 : 0) + (session ? 1 : 0) != 1) {
      fields.problem("", "is unclear (expected one of within, between and session)");
    } else if (within) {
      window = new Within(duration(fields, "within", fields.get("within"), 1));
    } else if (between) {
      window = between(fields);
    } else {
      window = session(fields);
    }
    fields.end();
    return window;
  }

  /**
   * Returns the milliseconds of a duration: an integer of up to six digits, an optional blank, and
   * {@code m}, {@code h} or {@code d}; -1 for any other text.
   */
  static long parseMillis(String text) {
    Matcher matcher = DurationText.PATTERN.matcher(text);
    if (!matcher.matches()) {
      return -1;
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "m" -> Duration.ofMinutes(number).toMillis();
      case "h" -> Duration.ofHours(number).toMillis();
      default -> Duration.ofHours(24 * number).toMillis();
    };
  }

  private static Window between(Fields fields) {
    JsonNode pair = fields.get("between");
    if (pair == null || !pair.isArray() || pair.size() != 2) {
      fields.problem("between", "got " + pair + " (expected two durations such as [7 d, 10 d])");
      return new Lifetime();
    }
    long from = duration(fields, "between", pair.get(0), 0);
    long to = duration(fields, "between", pair.get(1), 1);
    if (from >= to) {
      fields.problem("between", "got " + pair + " (expected the first to be shorter)");
    }
    return new Between(from, to);
  }

  private static Window session(Fields fields) {
    long gap = duration(fields, "session", fields.get("session"), 1);
    if (gap < Duration.ofMinutes(30).toMillis() || gap > Duration.ofDays(90).toMillis()) {
      fields.problem("session", "got " + fields.get("session") + " (expected 30 m to 90 d)");
    }
    return new Session(gap);
  }

  private static long duration(Fields fields, String name, @Nullable JsonNode value, long min) {
    long millis = value != null && value.isTextual() ? parseMillis(value.textValue()) : -1;
    if (millis < min) {
      fields.problem(name, "got " + value + " (expected a duration such as 30 d, 12 h or 30 m)");
    }
    return Math.max(millis, min);
  }

  /** How a duration is written. */
  final class DurationText {
    private static final Pattern PATTERN = Pattern.compile("([0-9]{1,6}) ?([mhd])");

    private DurationText() {}
  }
}
