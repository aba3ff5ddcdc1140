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
        Map<String, Integer> frequency =
            names.computeIfAbsent(row.cutoff(), cutoff -> new HashMap<>());
        row.features().events().keySet().forEach(name -> frequency.merge(name, 1, Integer::sum));
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

  /** Labels at the newest closed cutoff. */
  LabelCounts labels() {
    Count newest = counts.getOrDefault(evaluationCutoff(), new Count());
    return new LabelCounts(
        scored > 0 ? scored : newest.rows, newest.positives, newest.rows - newest.positives);
  }

  /** Known profiles at the present, asked about or not. */
  int knownNow() {
    return knownNow;
  }

  /** True if percentiles can be taken over rows at the present. */
  boolean hasPopulation() {
    return scored > 0;
  }

  /** The most frequent event names of the rows to train on, most frequent first. */
  List<String> frequentEvents(int most) {
    Map<String, Integer> total = new TreeMap<>();
    names.forEach(
        (cutoff, frequency) -> {
          if (isTraining(cutoff) || !isSplitByTime()) {
            frequency.forEach((name, count) -> total.merge(name, count, Integer::sum));
          }
        });
    return total.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Integer> e) -> -e.getValue())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .limit(most)
        .toList();
  }
}
