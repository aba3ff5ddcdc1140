package dev.traitflow.ml.backtest;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.scoring.Scorer;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.ml.training.TrainingOutcome;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import dev.traitflow.ml.training.TrainingProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * One prediction as it would have been made at a cutoff: trained on events before it, with labels
 * that were closed by then, and put to everybody known by then.
 */
public final class CutoffEvaluation {
  private static final String SPACE = "evaluation";

  private CutoffEvaluation() {}

  /**
   * What came of it.
   *
   * @param outcome the training
   * @param scores probability or expected amount by user; empty if training was refused
   */
  public record Result(TrainingOutcome outcome, SortedMap<String, Double> scores) {}

  /**
   * Trains and scores.
   *
   * @param histories each user's events in history order; later ones than the cutoff are not looked
   *     at
   * @param cutoff epoch milliseconds
   * @param seed of the training; that of a service gives the model the service would have made
   * @param ignoreGates true to train although data checks fail
   */
  public static Result run(
      PredictionDefinition definition,
      SortedMap<String, SortedSet<Event>> histories,
      long cutoff,
      long seed,
      boolean ignoreGates,
      TrainingProgress progress) {
    EventStatistics statistics = new EventStatistics();
    SortedMap<String, List<Event>> known = new TreeMap<>();
    for (Map.Entry<String, SortedSet<Event>> entry : histories.entrySet()) {
      List<Event> before = new ArrayList<>();
      for (Event event : entry.getValue()) {
        if (event.timestamp() >= cutoff) {
          break;
        }
        before.add(event);
        statistics.add(event);
      }
      if (!before.isEmpty()) {
        known.put(entry.getKey(), before);
      }
    }
    List<TrainingRow> rows = rows(definition, known, statistics, cutoff);
    TrainingOutcome outcome =
        PredictionTraining.train(definition, rows, cutoff, seed, statistics, ignoreGates, progress);
    SortedMap<String, Double> scores = new TreeMap<>();
    if (outcome instanceof Trained trained) {
      Scorer scorer = new Scorer(trained.bundle());
      known.forEach(
          (user, history) ->
              scores.put(
                  user,
                  scorer
                      .score(FeatureSet.extract(SPACE, user, true, history, cutoff))
                      .probabilityOrAmount()));
    }
    return new Result(outcome, scores);
  }

  /** The rows the training job would make: by cutoff, then by profile. */
  static List<TrainingRow> rows(
      PredictionDefinition definition,
      SortedMap<String, List<Event>> histories,
      EventStatistics statistics,
      long now) {
    long[] cutoffs =
        PredictionTraining.cutoffs(definition, now, statistics.first(), histories.size()).stream()
            .mapToLong(Long::longValue)
            .toArray();
    SortedMap<Long, List<TrainingRow>> byCutoff = new TreeMap<>();
    histories.forEach(
        (user, history) -> {
          for (TrainingRow row :
              TrainingRow.of(SPACE, user, history, List.of(definition), cutoffs, now)) {
            byCutoff.computeIfAbsent(row.cutoff(), each -> new ArrayList<>()).add(row);
          }
        });
    List<TrainingRow> rows = new ArrayList<>();
    byCutoff.values().forEach(rows::addAll);
    return rows;
  }
}
