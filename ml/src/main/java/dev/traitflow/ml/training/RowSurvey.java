package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.DataChecks.LabelCounts;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The first pass over training rows: how many there are at each cutoff, and which events are
 * frequent in the rows to train on. It decides what is training and what is evaluation, before any
 * feature is looked at.
 */
final class RowSurvey {
  private final PredictionDefinition definition;
  private final long now;
  private final SortedMap<Long, Count> counts = new TreeMap<>();
  private final SortedMap<Long, Map<String, Integer>> names = new TreeMap<>();
  private final SortedMap<Long, Map<String, Integer>> traits = new TreeMap<>();
  private int scored;
  private int knownNow;

  /** Rows of one cutoff. */
  static final class Count {
    int rows;
    int positives;
  }

  RowSurvey(PredictionDefinition definition, Iterable<TrainingRow> rows, long now) {
    this.definition = definition;
    this.now = now;
    for (TrainingRow row : rows) {
      if (row.cutoff() == now && row.features().known()) {
        knownNow++;
      }
      if (row.cutoff() == now && Labels.eligible(definition, row.features())) {
        scored++;
      }
      if (isLabelled(row)) {
        Count count = counts.computeIfAbsent(row.cutoff(), cutoff -> new Count());
        count.rows++;
        count.positives += label(row) > 0 ? 1 : 0;
        count(names, row.cutoff(), row.features().events().keySet());
        count(traits, row.cutoff(), row.features().traits().keySet());
      }
    }
  }

  /**
   * True if the row may be learnt from: a known profile with a label whose window has closed. The
   * window is checked here again, because an open one would make everybody a negative.
   */
  boolean isLabelled(TrainingRow row) {
    return row.features().known()
        && row.labels().containsKey(definition.key())
        && row.cutoff() + definition.window() <= now;
  }

  double label(TrainingRow row) {
    return row.labels().getOrDefault(definition.key(), 0.0);
  }

  /** Rows by cutoff, oldest first. */
  SortedMap<Long, Count> counts() {
    return counts;
  }

  /** The newest closed cutoff, on which models are evaluated; none if there are no rows. */
  long evaluationCutoff() {
    return counts.isEmpty() ? Long.MIN_VALUE : counts.lastKey();
  }

  /** True if a cutoff's labels were closed when the evaluation's features were taken. */
  boolean isTraining(long cutoff) {
    return cutoff + definition.window() <= evaluationCutoff();
  }

  /** True if the evaluation is on later rows; else profiles have to be split instead. */
  boolean isSplitByTime() {
    return counts.keySet().stream().anyMatch(this::isTraining);
  }

  /** All rows to train on. */
  Count training() {
    Count all = new Count();
    counts.forEach(
        (cutoff, count) -> {
          if (isTraining(cutoff) || !isSplitByTime()) {
            all.rows += count.rows;
            all.positives += count.positives;
          }
        });
    return all;
  }

  /** Labels at the newest closed cutoff. */
  LabelCounts labels() {
    Count newest = counts.getOrDefault(evaluationCutoff(), new Count());
    // Who is in a cohort is known of the present alone.
    boolean counted = scored > 0 || !definition.cohort().isEmpty();
    return new LabelCounts(
        counted ? scored : newest.rows, newest.positives, newest.rows - newest.positives);
  }

  /** Known profiles at the present, asked about or not. */
  int knownNow() {
    return knownNow;
  }

  /** True if percentiles can be taken over rows at the present. */
  boolean hasPopulation() {
    return scored > 0;
  }

  /** The most frequent event names of the rows to train on that are not excluded. */
  List<String> frequentEvents(int most) {
    return mostFrequent(names, definition.excludedEvents(), most);
  }

  /** The most frequent numeric and boolean traits of the rows to train on, without excluded. */
  List<String> frequentTraits(int most) {
    return mostFrequent(traits, definition.excludedTraits(), most);
  }

  /** Most frequent first. What is excluded does not even take a place from others. */
  private List<String> mostFrequent(
      SortedMap<Long, Map<String, Integer>> byCutoff, List<String> excluded, int most) {
    Map<String, Integer> total = new TreeMap<>();
    byCutoff.forEach(
        (cutoff, frequency) -> {
          if (isTraining(cutoff) || !isSplitByTime()) {
            frequency.forEach((name, count) -> total.merge(name, count, Integer::sum));
          }
        });
    excluded.forEach(total::remove);
    return total.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Integer> e) -> -e.getValue())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .limit(most)
        .toList();
  }

  private static void count(
      SortedMap<Long, Map<String, Integer>> byCutoff, long cutoff, Iterable<String> keys) {
    Map<String, Integer> frequency = byCutoff.computeIfAbsent(cutoff, each -> new HashMap<>());
    keys.forEach(key -> frequency.merge(key, 1, Integer::sum));
  }
}
