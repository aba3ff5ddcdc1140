package dev.traitflow.core.prediction;

import dev.traitflow.core.prediction.EventStatistics.NameStatistics;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The gates data has to pass before a model may be trained on it (page "Predictions FAQs and
 * requirements" of the vendor). A gate that fails says how far the data is from it, because "not
 * enough data" alone helps nobody.
 */
public final class DataChecks {
  /** Days before the instant in which event types and gaps are looked at. */
  public static final int FEATURE_WINDOW_DAYS = 90;

  private static final long DAY = PredictionDefinition.DAY;
  private static final int USERS_MAX = 10_000_000;
  private static final int LABELS_MIN = 100;

  private static final int GAPS_NAMED = 6;

  private DataChecks() {}

  /** On how many days of the feature window the target event must have been seen. */
  public enum TargetDays {
    /** On each, as the vendor asks for a first model. */
    EACH("at least once every day"),
    /** On four of five: a shop may be closed on Sundays. */
    MOST("on at least 80 % of the days"),
    /** On one of any seven in a row, which is asked before a model in force is trained again. */
    EACH_WEEK("fewer than 7 in a row");

    private static final double SHARE = 0.8;
    private final String words;

    TargetDays(String words) {
      this.words = words;
    }

    private boolean allow(int days, int without, int longest) {
      return this == EACH_WEEK ? longest < 7 : without <= missingMax(days);
    }

    /** How many of so many days may be without the event, if it is counted at all. */
    private int missingMax(int days) {
      return this == MOST ? (int) ((1 - SHARE) * days + 1e-9) : 0;
    }
  }

  /**
   * What a gate found.
   *
   * @param code the gate's code, the reason of a refusal
   * @param passed true if training may go on
   * @param numbers what was found and what was wanted, by name
   * @param sentence the same for people
   */
  public record Check(
      String code, boolean passed, SortedMap<String, Double> numbers, String sentence) {
    public Check {
      numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
    }
  }

  /**
   * The labels at the newest closed cutoff.
   *
   * @param users known profiles that would be scored: of a cohort its members
   * @param positives those that did the target, or spent something
   * @param negatives those that did not
   */
  public record LabelCounts(int users, int positives, int negatives) {}

  /**
   * Runs every gate, in the order in which they should be told.
   *
   * @param at the newest cut, epoch milliseconds: the instant scores are wanted for; {@code
   *     statistics} should hold nothing after it
   * @param targetDays on how many days the target event must have been seen
   */
  public static List<Check> run(
      PredictionDefinition definition,
      EventStatistics statistics,
      LabelCounts labels,
      long at,
      TargetDays targetDays) {
    SortedMap<String, NameStatistics> names = statistics.names();
    List<Check> checks = new ArrayList<>();
    checks.add(unknownEvent(definition, names));
    checks.add(history(definition, statistics.first(), at));
    checks.add(eventTypes(names, at));
    checks.add(gaps(definition, names, at, targetDays));
    checks.add(check("cohort_too_small", labels.users > 1, labels.users, 2, scored(definition)));
    checks.add(
        new Check(
            "too_many_users",
            labels.users < USERS_MAX,
            numbers("found", labels.users, "below", USERS_MAX),
            scored(definition)
                + ": got "
                + labels.users
                + " (expected fewer than "
                + USERS_MAX
                + ")"));
    checks.add(
        check(
            "too_few_positives",
            labels.positives >= LABELS_MIN,
            labels.positives,
            LABELS_MIN,
            "profiles with the outcome in the newest closed window"));
    checks.add(
        check(
            "too_few_negatives",
            labels.negatives >= LABELS_MIN,
            labels.negatives,
            LABELS_MIN,
            "profiles without the outcome in the newest closed window"));
    return List.copyOf(checks);
  }

  private static String scored(PredictionDefinition definition) {
    return definition.cohort().isEmpty()
        ? "known profiles to score"
        : "known profiles to score in the audience " + definition.cohort();
  }

  private static Check unknownEvent(
      PredictionDefinition definition, SortedMap<String, NameStatistics> names) {
    List<String> missing =
        definition.events().stream()
            .filter(
                name -> !names.containsKey(name) && !name.equals(PredictionDefinition.ANY_EVENT))
            .toList();
    boolean passed = missing.size() < definition.events().size() && !names.isEmpty();
    return new Check(
        "unknown_event",
        passed,
        numbers("found", definition.events().size() - missing.size(), "expected", 1),
        passed
            ? "target event: seen"
            : "target event: never saw "
                + String.join(" or ", missing)
                + " (expected at least once)");
  }

  private static Check history(PredictionDefinition definition, long first, long at) {
    double found = first == Long.MAX_VALUE ? 0 : Math.max(0, at - first) / (double) DAY;
    double wanted = 3.0 * definition.windowDays();
    return check(
        "not_enough_history", found >= wanted, found, wanted, "days of history (three windows)");
  }

  private static Check eventTypes(SortedMap<String, NameStatistics> names, long at) {
    int types = typesWithin(names, at, FEATURE_WINDOW_DAYS);
    int recent = typesWithin(names, at, 15);
    SortedMap<String, Double> numbers = numbers("found", types, "expected", 5);
    numbers.put("found_15d", (double) recent);
    return new Check(
        "too_few_event_types",
        types >= 5 && recent > 1 && recent < 2000,
        numbers,
        "event types: got "
            + types
            + " in the last 90 days and "
            + recent
            + " in the last 15 (expected at least 5, and more than 1 and fewer than 2000)");
  }

  /** The window starts with the history if that is younger; the day under way is not judged. */
  private static Check gaps(
      PredictionDefinition definition,
      SortedMap<String, NameStatistics> names,
      long at,
      TargetDays targetDays) {
    TreeSet<Long> days = new TreeSet<>();
    long oldest = Long.MAX_VALUE;
    for (var entry : names.entrySet()) {
      oldest = Math.min(oldest, Math.floorDiv(entry.getValue().first(), DAY));
      if (definition.events().contains(entry.getKey())
          || definition.events().contains(PredictionDefinition.ANY_EVENT)) {
        for (long day : entry.getValue().days()) {
          days.add(day);
        }
      }
    }
    long end = Math.floorDiv(at, DAY);
    long start = Math.max(end - FEATURE_WINDOW_DAYS, Math.min(oldest, end));
    List<long[]> gaps = new ArrayList<>();
    int without = 0;
    int longest = 0;
    for (long day = start; day < end; day++) {
      if (days.contains(day)) {
        continue;
      }
      long[] last = gaps.isEmpty() ? null : gaps.get(gaps.size() - 1);
      if (last == null || last[1] < day - 1) {
        last = new long[] {day, day};
        gaps.add(last);
      }
      last[1] = day;
      without++;
      longest = (int) Math.max(longest, day - last[0] + 1);
    }
    int asked = (int) (end - start);
    SortedMap<String, Double> numbers =
        numbers("found", without, "expected", targetDays.missingMax(asked));
    numbers.put("longest", (double) longest);
    numbers.put("days", (double) asked);
    return new Check(
        "target_event_gaps",
        targetDays.allow(asked, without, longest),
        numbers,
        String.format(
            Locale.ROOT,
            "target event: missing on %d of the last %d days, at most %d in a row%s (expected %s)",
            without,
            asked,
            longest,
            named(gaps),
            targetDays.words));
  }

  /** The missing days, UTC, in one piece where they follow each other: the longest pieces. */
  private static String named(List<long[]> gaps) {
    if (gaps.isEmpty()) {
      return "";
    }
    StringJoiner text = new StringJoiner(", ", ": ", "");
    gaps.stream()
        .sorted(Comparator.comparingLong(gap -> gap[0] - gap[1]))
        .limit(GAPS_NAMED)
        .sorted(Comparator.comparingLong(gap -> gap[0]))
        .forEach(
            gap ->
                text.add(
                    LocalDate.ofEpochDay(gap[0])
                        + (gap[1] > gap[0] ? " to " + LocalDate.ofEpochDay(gap[1]) : "")));
    int more = gaps.size() - GAPS_NAMED;
    return more > 0 ? text + " and " + more + " shorter gaps" : text.toString();
  }

  private static int typesWithin(SortedMap<String, NameStatistics> names, long at, int days) {
    return (int)
        names.values().stream()
            .filter(name -> name.last() >= at - days * DAY && name.first() < at)
            .count();
  }

  private static Check check(
      String code, boolean passed, double found, double wanted, String what) {
    String sentence =
        String.format(
            Locale.ROOT, "%s: got %.0f (expected at least %.0f)", what, Math.floor(found), wanted);
    return new Check(code, passed, numbers("found", found, "expected", wanted), sentence);
  }

  private static SortedMap<String, Double> numbers(
      String first, double one, String second, double two) {
    return new TreeMap<>(Map.of(first, one, second, two));
  }
}
