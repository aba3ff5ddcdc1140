package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.ml.bundle.BundleFiles;
import dev.traitflow.ml.bundle.BundleReference;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.drift.InputBins;
import dev.traitflow.predict.rows.BatchFailedException;
import dev.traitflow.predict.rows.PointInTimeRows;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores everybody in a space by the models in force. The percentiles are taken over the population
 * as it is now, not as it was at the training: else a space that grows or cools down would have no
 * top and no bottom any more. How far inputs moved is told on the same rows.
 */
final class Refresh {
  private static final Logger LOG = LoggerFactory.getLogger(Refresh.class);

  private final TrainingContext context;
  private final Trainings trainings;

  Refresh(TrainingContext context, Trainings trainings) {
    this.context = context;
    this.trainings = trainings;
  }

  /** Orders the scoring of everybody; returns when it stands in the log. */
  void refresh(String space) throws InterruptedException {
    SpaceDefinition definition = context.server().spaces().find(space).orElse(null);
    if (definition == null) {
      return;
    }
    context.catchUp();
    long now = context.now();
    long known = 0;
    try (PointInTimeRows rows =
        context
            .rows()
            .make(
                space + "-scores-" + now,
                definition,
                new TreeSet<>(Set.of(now)),
                now,
                share -> {})) {
      known = rows.rows().count(now);
      for (PredictionDefinition prediction : definition.predictions()) {
        score(space, prediction, rows, now);
      }
    } catch (IOException | BatchFailedException failure) {
      // Old populations are better than old scores.
      LOG.error("the population of {} could not be scored anew", space, failure);
      for (PredictionDefinition prediction : definition.predictions()) {
        context
            .states()
            .changeKnown(
                space,
                prediction.key(),
                state ->
                    state.hasModel()
                        ? state.scored(state.population(), state.drift(), now)
                        : state);
      }
    }
    context.rounds().order(space, known);
    LOG.info("everybody in {} is scored as of {}", space, IsoTime.format(now));
  }

  private void score(
      String space, PredictionDefinition prediction, PointInTimeRows rows, long now) {
    ModelState state =
        context
            .states()
            .states()
            .find(space, prediction.key())
            .filter(ModelState::hasModel)
            .orElse(null);
    if (state == null) {
      return;
    }
    try {
      BundleReference reference = BundleReference.parse(state.path());
      BundleFiles files = context.bundles().get(reference);
      ModelBundle bundle = ModelBundle.of(files);
      InputBins.Tally tally = InputBins.of(files).tally(bundle);
      DoubleStream.Builder scores = DoubleStream.builder();
      for (TrainingRow row : rows.rows().at(Set.of(now))) {
        if (Labels.eligible(prediction, row.features())) {
          scores.add(tally.add(row.features()));
        }
      }
      BundleReference population =
          context.bundles().putPopulation(reference, now, scores.build().toArray());
      ObjectNode drift = tally.drift().toJson();
      drift.put("as_of", IsoTime.format(now));
      newestEvent(rows.rows().statistics(), now, drift);
      context
          .states()
          .changeKnown(
              space,
              prediction.key(),
              before ->
                  before.version().equals(state.version())
                      ? before.scored(population.toString(), drift, now)
                      : before);
      // Scorers may still be reading the one before; older ones are of no use to anybody.
      String before = BundleReference.parse(state.population()).name();
      context.bundles().deletePopulations(reference, Set.of(population.name(), before));
    } catch (IOException | RuntimeException unusable) {
      // An edge: whatever a damaged bundle makes a library throw, it is trained anew.
      LOG.error("{} of {} cannot be scored", prediction.key(), space, unusable);
      DefinedPredictions.trainAnew(context, trainings, state, unusable);
    }
  }

  private static void newestEvent(EventStatistics statistics, long now, ObjectNode drift) {
    long newest =
        statistics.names().values().stream()
            .mapToLong(EventStatistics.NameStatistics::last)
            .max()
            .orElse(now);
    drift.put("newest_event_age_seconds", Math.max(0, now - newest) / 1000);
  }
}
