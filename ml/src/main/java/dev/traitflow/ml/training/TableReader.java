package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.evaluation.Baselines;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.FeatureMapping.Column;
import dev.traitflow.ml.model.TrainingTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From training rows to tables of numbers; each method is one more pass over the rows. */
final class TableReader {
  /**
   * More numbers than this are not held in memory: rows are left out, by a hash of who and when.
   */
  private static final long NUMBERS_MAX = 10_000_000;

  private static final int BASE_PROFILES = 20_000;

  private final PredictionDefinition definition;
  private final Iterable<TrainingRow> source;
  private final RowSurvey survey;
  private final long now;
  private final long seed;

  /** Which share of the rows is held in memory. */
  private double share = 1;

  TableReader(
      PredictionDefinition definition,
      Iterable<TrainingRow> source,
      RowSurvey survey,
      long now,
      long seed) {
    this.definition = definition;
    this.source = source;
    this.survey = survey;
    this.now = now;
    this.seed = seed;
  }

  /**
   * The customer-base model of everybody known at the present, or at the newest cutoff if there are
   * no rows of the present. Null if it would look at an excluded event, or at too few people.
   */
  @Nullable CustomerBaseModel customerBase() {
    if (ColumnChoice.baseColumns(definition).isEmpty()) {
      return null;
    }
    long at = survey.knownNow() > 0 ? now : survey.evaluationCutoff();
    double asked = Math.min(1, BASE_PROFILES / (double) Math.max(1, survey.knownNow()));
    List<double[]> targets = new ArrayList<>();
    for (TrainingRow row : source) {
      FeatureBlock block = row.features();
      if (row.cutoff() == at && block.known() && fold(block.profile(), seed + 2) < asked) {
        targets.add(Labels.target(definition, block));
      }
    }
    return CustomerBaseModel.fit(targets, at, definition.windowDays());
  }

  /** Maps the labelled rows, without scales yet. If there are too many, some rows of everybody. */
  TrainingTable read(List<Column> columns, @Nullable CustomerBaseModel base) {
    FeatureMapping unscaled = FeatureMapping.unscaled(columns, base);
    long total = survey.counts().values().stream().mapToLong(count -> count.rows).sum();
    share = Math.min(1, NUMBERS_MAX / (double) Math.max(1, total * columns.size()));
    List<TrainingTable.Row> rows = new ArrayList<>();
    for (TrainingRow row : source) {
      if (isHeld(row)) {
        rows.add(
            new TrainingTable.Row(
                unscaled.row(row.features()),
                Baselines.inputs(definition, row.features()),
                survey.label(row),
                row.cutoff(),
                fold(row.features().profile(), seed)));
      }
    }
    return new TrainingTable(rows);
  }

  /** True for a labelled row that is not left out for lack of memory. */
  private boolean isHeld(TrainingRow row) {
    return survey.isLabelled(row)
        && fold(row.features().profile(), seed + 1 + row.cutoff()) < share;
  }

  /** Which rows are wanted. */
  interface RowChoice {
    /** True for a row at that cutoff of a profile with that fold. */
    boolean wants(long cutoff, double fold);
  }

  /** What a model says of those labelled rows, in the order in which {@link #read} has them. */
  double[] scores(ModelBundle model, RowChoice choice) {
    List<Double> scores = new ArrayList<>();
    for (TrainingRow row : source) {
      FeatureBlock block = row.features();
      if (isHeld(row) && choice.wants(row.cutoff(), fold(block.profile(), seed))) {
        scores.add(model.function().value(model.function().raw(model.mapping().row(block))));
      }
    }
    return scores.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The kept columns of a table that was mapped without scales, on their scales. */
  static TrainingTable scale(TrainingTable raw, List<Column> columns, FeatureMapping mapping) {
    int[] kept = mapping.columns().stream().mapToInt(columns::indexOf).toArray();
    List<TrainingTable.Row> rows = new ArrayList<>(raw.size());
    for (TrainingTable.Row row : raw.rows()) {
      double[] picked = new double[kept.length];
      for (int i = 0; i < kept.length; i++) {
        picked[i] = row.features()[kept[i]];
      }
      mapping.scale(picked);
      rows.add(new TrainingTable.Row(picked, row.simple(), row.label(), row.cutoff(), row.fold()));
    }
    return new TrainingTable(rows);
  }

  /** Raw scores, ascending, of everybody scored at the present, or at the evaluation otherwise. */
  double[] population(FeatureMapping mapping, ScoringFunction function, TrainingTable evaluation) {
    List<Double> scores = new ArrayList<>();
    if (survey.hasPopulation()) {
      for (TrainingRow row : source) {
        if (row.cutoff() == now && Labels.eligible(definition, row.features())) {
          scores.add(function.raw(mapping.row(row.features())));
        }
      }
    } else {
      evaluation.rows().forEach(row -> scores.add(function.raw(row.features())));
    }
    return scores.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /** 0 to 1, the same for all rows of a profile. */
  private static double fold(String profile, long seed) {
    long hash = seed * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < profile.length(); i++) {
      hash = (hash ^ profile.charAt(i)) * 0x100000001B3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
    hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
    return ((hash ^ (hash >>> 32)) >>> 11) * 0x1.0p-53;
  }
}
