package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.DataChecks;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.FeatureMapping;
import dev.traitflow.ml.bundle.FeatureMapping.Column;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.evaluation.Baselines;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.evaluation.ProbabilityMetrics;
import dev.traitflow.ml.training.TrainingOutcome.Refused;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Trains one prediction: from rows at several cutoffs to a bundle, or to a refusal.
 *
 * <p>Time is split and never mixed. With a window W and the present {@code now}, models are chosen
 * and fitted on rows whose labels closed by {@code now - W}, evaluated once on the rows of {@code
 * now - W}, and fitted a last time on everything closed. Scales and the choice of events come from
 * the training rows alone. Same rows, seed and present give the same bits.
 */
public final class PredictionTraining {
  /** Event names looked at beside the targets: the most frequent ones. */
  static final int EVENTS_MAX = 15;

  private static final long DAY = PredictionDefinition.DAY;
  private static final int OLDER_CUTOFFS_MAX = 6;
  private static final long CUTOFF_STEP = 30 * DAY;
  private static final int NEWER_CUTOFFS_MAX = 2;

  /** More numbers than this are not held in memory; whole profiles are left out by their hash. */
  private static final long NUMBERS_MAX = 8_000_000;

  private static final int TUNING_ROWS_MAX = 12_000;
  private static final double TUNING_SHARE = 0.75;
  private static final double[] COSTS = {0.003, 0.03, 0.3};

  private final PredictionDefinition definition;
  private final Iterable<TrainingRow> source;
  private final long now;
  private final long seed;
  private final TrainingProgress progress;
  private final RowSurvey survey;

  private PredictionTraining(
      PredictionDefinition definition,
      Iterable<TrainingRow> source,
      long now,
      long seed,
      TrainingProgress progress) {
    this.definition = definition;
    this.source = source;
    this.now = now;
    this.seed = seed;
    this.progress = progress;
    progress.at("reading rows", 0);
    this.survey = new RowSurvey(definition, source, now);
  }

  /**
   * The cutoffs at which rows are wanted, newest first: the present (no labels; the population that
   * percentiles are taken over), {@code now - W} to evaluate on, a few between that and {@code now
   * - 2W} for the last fit, and up to six older ones, 30 days apart, to train on. None lies before
   * the history, and the extra ones leave a window's length of history before them.
   *
   * @param now the present, epoch milliseconds
   * @param firstEvent time of the oldest event, epoch milliseconds
   */
  public static List<Long> cutoffs(PredictionDefinition definition, long now, long firstEvent) {
    long window = definition.window();
    long step = CUTOFF_STEP;
    long needed = firstEvent + Math.max(window, 30 * DAY);
    TreeSet<Long> cutoffs = new TreeSet<>(Collections.reverseOrder());
    cutoffs.add(now);
    if (now - window > firstEvent) {
      cutoffs.add(now - window);
    }
    for (int i = 1; i <= NEWER_CUTOFFS_MAX && i * step < window; i++) {
      if (now - window - i * step >= needed) {
        cutoffs.add(now - window - i * step);
      }
    }
    for (int i = 0; i < OLDER_CUTOFFS_MAX; i++) {
      long cutoff = now - 2 * window - i * step;
      if (i == 0 ? cutoff > firstEvent : cutoff >= needed) {
        cutoffs.add(cutoff);
      }
    }
    return List.copyOf(cutoffs);
  }

  /**
   * Trains.
   *
   * @param rows rows at the {@link #cutoffs}, in any order that is the same each time; iterated up
   *     to three times. Rows of unknown profiles and labels whose window has not closed are ignored
   * @param now the present, epoch milliseconds: nothing in the rows may come from later
   * @param seed decides which profiles are held out
   * @param statistics event names of the space before {@code now}
   * @param ignoreGates true to train although data checks fail, as evaluations do
   * @param progress hears what is being done
   */
  public static TrainingOutcome train(
      PredictionDefinition definition,
      Iterable<TrainingRow> rows,
      long now,
      long seed,
      EventStatistics statistics,
      boolean ignoreGates,
      TrainingProgress progress) {
    LinearTraining.silence();
    PredictionTraining training = new PredictionTraining(definition, rows, now, seed, progress);
    List<Check> checks = DataChecks.run(definition, statistics, training.survey.labels(), now);
    for (Check check : checks) {
      if (!check.passed() && !ignoreGates) {
        return Refused.because(check, checks);
      }
    }
    return training.train(checks, ignoreGates);
  }

  private TrainingOutcome train(List<Check> checks, boolean ignoreGates) {
    progress.at("mapping features", 0.1);
    List<Column> columns = ColumnChoice.columns(definition, survey.frequentEvents(EVENTS_MAX));
    TrainingTable raw = read(columns);
    TrainingTable rawTraining = raw.where(this::isTraining);
    if (columns.isEmpty() || !rawTraining.hasBothOutcomes()) {
      return refuse(
          "too_few_positives",
          "rows to train on: got "
              + rawTraining.size()
              + " at cutoffs whose labels are closed, or all of one outcome (expected both)",
          rawTraining.size(),
          checks);
    }
    FeatureMapping mapping = ColumnChoice.scaled(columns, rawTraining.features());
    if (mapping.columns().isEmpty()) {
      return refuse("no_features", "features: got none that differ (expected one)", 0, checks);
    }
    TrainingTable all = scale(raw, columns, mapping);
    TrainingTable train = all.where(this::isTraining);
    TrainingTable evaluation = all.where(this::isEvaluation);
    LinearTraining linear = new LinearTraining(mapping.names(), seed, now);

    progress.at("choosing the regularisation", 0.3);
    Tuned tuned = tune(linear, mapping, train);
    progress.at("evaluating", 0.5);
    boolean amounts = !definition.isProbability();
    FittedModel trained = FittedModel.fit(linear, mapping, train, tuned.cost, amounts);
    ScoringFunction before =
        trained.function(tuned.calibration, trained.amountFactor(train, tuned.calibration));
    Evaluation measured = Evaluation.of(definition, before, train, evaluation);
    Check predictive = measured.check();
    List<Check> everything = new ArrayList<>(checks);
    everything.add(predictive);
    if (!predictive.passed() && definition.refusePoor() && !ignoreGates) {
      return Refused.because(predictive, everything);
    }

    return fitLast(linear, mapping, all, evaluation, tuned, measured, everything);
  }

  /** Fits on all closed rows and bundles that model with the measures of the one before it. */
  private Trained fitLast(
      LinearTraining linear,
      FeatureMapping mapping,
      TrainingTable all,
      TrainingTable evaluation,
      Tuned tuned,
      Evaluation measured,
      List<Check> checks) {
    progress.at("fitting on everything", 0.7);
    boolean amounts = !definition.isProbability();
    FittedModel last = FittedModel.fit(linear, mapping, all, tuned.cost, amounts);
    // Held-out profiles tell how far margins overshoot. The level of the newest window alone is no
    // better a guess of the next one than the level of all: the last fit has seen both.
    ScoringFunction function =
        last.function(tuned.calibration, last.amountFactor(evaluation, tuned.calibration));
    progress.at("scoring the population", 0.9);
    double[] population = population(mapping, function, evaluation);
    ModelCard card =
        new ModelCard(definition, survey, mapping, seed, now, tuned.cost, COSTS.length);
    ModelBundle bundle =
        ModelBundle.create(
            definition,
            mapping,
            last.classifier(),
            last.amounts(),
            function,
            population,
            now,
            card.toJson(checks, measured, function, all.size(), population.length));
    progress.at("done", 1);
    return new Trained(bundle, checks);
  }

  private record Tuned(double cost, PlattScaling calibration) {}

  /** Holds out profiles of the training rows to choose the strength and the calibration on. */
  private Tuned tune(LinearTraining linear, FeatureMapping mapping, TrainingTable train) {
    double share = Math.min(1, TUNING_ROWS_MAX / (double) train.size());
    TrainingTable fit = train.where(row -> row.fold() < TUNING_SHARE * share);
    TrainingTable held =
        train.where(row -> row.fold() >= TUNING_SHARE * share && row.fold() < share);
    Tuned best = new Tuned(COSTS[1], PlattScaling.IDENTITY);
    double bestLoss = Double.POSITIVE_INFINITY;
    if (!fit.hasBothOutcomes() || !held.hasBothOutcomes()) {
      return best;
    }
    for (double cost : COSTS) {
      FittedModel model = FittedModel.fit(linear, mapping, fit, cost, false);
      double[] margins = model.margins(held);
      double[] plain = Arrays.stream(margins).map(PlattScaling::sigmoid).toArray();
      double loss = ProbabilityMetrics.logLoss(plain, held.outcomes());
      if (loss < bestLoss) {
        bestLoss = loss;
        best = new Tuned(cost, PlattScaling.fit(margins, held.outcomes()));
      }
    }
    return best;
  }

  /** The second pass: maps the labelled rows, without scales yet. */
  private TrainingTable read(List<Column> columns) {
    FeatureMapping unscaled = FeatureMapping.unscaled(columns);
    long total = survey.counts().values().stream().mapToLong(count -> count.rows).sum();
    double share = Math.min(1, NUMBERS_MAX / (double) Math.max(1, total * columns.size()));
    List<TrainingTable.Row> rows = new ArrayList<>();
    for (TrainingRow row : source) {
      if (survey.isLabelled(row) && fold(row.features().profile(), seed + 1) < share) {
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

  private static TrainingTable scale(
      TrainingTable raw, List<Column> columns, FeatureMapping mapping) {
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

  /** Without rows that are old enough, half of the profiles stands in for the past. */
  private boolean isTraining(TrainingTable.Row row) {
    return survey.isSplitByTime() ? survey.isTraining(row.cutoff()) : row.fold() < 0.5;
  }

  private boolean isEvaluation(TrainingTable.Row row) {
    return row.cutoff() == survey.evaluationCutoff()
        && (survey.isSplitByTime() || row.fold() >= 0.5);
  }

  /** Raw scores, ascending, of everybody scored at the present, or at the evaluation otherwise. */
  private double[] population(
      FeatureMapping mapping, ScoringFunction function, TrainingTable evaluation) {
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

  private static Refused refuse(String code, String sentence, int found, List<Check> checks) {
    TreeMap<String, Double> numbers = new TreeMap<>();
    numbers.put("found", (double) found);
    return new Refused(code, numbers, sentence, checks);
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
