package dev.traitflow.ml.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.DataChecks;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.evaluation.LossComparison;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.FeatureMapping.Column;
import dev.traitflow.ml.model.TrainingSetup;
import dev.traitflow.ml.model.TrainingTable;
import dev.traitflow.ml.training.Candidates.Choice;
import dev.traitflow.ml.training.RowSurvey.Count;
import dev.traitflow.ml.training.TrainingOutcome.Refused;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Trains one prediction: from rows at several cutoffs to a bundle, or to a refusal.
 *
 * <p>Time is split and never mixed. With a window W and the present {@code now}, candidates are
 * fitted on rows whose labels closed by {@code now - W} and chosen and measured on the rows of
 * {@code now - W}; what was chosen is fitted a last time on everything closed. Scales and the
 * choice of events come from the training rows alone. Same rows, seed and present give the same
 * bits.
 *
 * <p>Where history is shorter than two windows there are no labels to learn from and to measure on:
 * then the customer-base model answers alone, and the card says so.
 */
public final class PredictionTraining {
  /** Event names looked at beside the targets: the most frequent ones. */
  static final int EVENTS_MAX = 20;

  /** Traits looked at: the most frequent ones. */
  static final int TRAITS_MAX = 20;

  private static final long DAY = PredictionDefinition.DAY;
  private static final int OLDER_CUTOFFS = 8;
  private static final double[] NONE = {};

  /** Up to so many profiles, older cutoffs are cheap and needed. */
  public static final long SMALL_SPACE_PROFILES = 10_000;

  private static final int FAR_CUTOFFS = 24;
  private static final long FAR_STEP = 30 * DAY;

  private final PredictionDefinition definition;
  private final Iterable<TrainingRow> source;
  private final long now;
  private final long seed;
  private final EventStatistics statistics;
  private final @Nullable ModelBundle champion;
  private final TrainingProgress progress;
  private final RowSurvey survey;

  private PredictionTraining(
      PredictionDefinition definition,
      Iterable<TrainingRow> source,
      long now,
      long seed,
      EventStatistics statistics,
      @Nullable ModelBundle champion,
      TrainingProgress progress) {
    this.definition = definition;
    this.source = source;
    this.now = now;
    this.seed = seed;
    this.statistics = statistics;
    this.champion = champion;
    this.progress = progress;
    progress.at("reading rows", 0);
    this.survey = new RowSurvey(definition, source, now);
  }

  /**
   * The cutoffs at which rows are wanted, newest first: the present (no labels; the population that
   * percentiles are taken over), {@code now - W} to choose and measure on, and older ones to train
   * on. None lies before the history, and the older ones leave half a window of history, and 30
   * days at least, before them.
   *
   * <p>In a large space the older ones are 15 to 30 days apart, until W before {@code now - W} and
   * some more. A small space has few outcomes a window and needs more windows: there they begin 15
   * days apart and go on every 30 days for two years more. On earlier cutoffs of the development
   * data that took 1 to 3 % off the log loss of rare goals.
   *
   * @param now the present, epoch milliseconds
   * @param firstEvent time of the oldest event, epoch milliseconds
   * @param profiles how many there are; {@link Long#MAX_VALUE} if that is not known
   */
  public static List<Long> cutoffs(
      PredictionDefinition definition, long now, long firstEvent, long profiles) {
    long window = definition.window();
    int days = definition.windowDays();
    boolean small = profiles <= SMALL_SPACE_PROFILES;
    long step = (small || days <= 45 ? 15 : days <= 120 ? 30 : days / 4) * DAY;
    long needed = firstEvent + Math.max(window / 2, 30 * DAY);
    TreeSet<Long> cutoffs = new TreeSet<>(Collections.reverseOrder());
    cutoffs.add(now);
    if (now - window > firstEvent) {
      cutoffs.add(now - window);
    }
    long older = now - window;
    long near = (window + step - 1) / step + OLDER_CUTOFFS;
    for (int i = 0; i < near + (small ? FAR_CUTOFFS : 0); i++) {
      older -= i < near ? step : FAR_STEP;
      if (older >= needed) {
        cutoffs.add(older);
      }
    }
    return List.copyOf(cutoffs);
  }

  /**
   * Trains.
   *
   * @param rows rows at the {@link #cutoffs}, in any order that is the same each time; iterated up
   *     to four times. Rows of unknown profiles and labels whose window has not closed are ignored
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
    Gates gates = ignoreGates ? Gates.IGNORED : Gates.USUAL;
    return train(definition, rows, now, seed, statistics, gates, null, progress);
  }

  /**
   * The same for a prediction of a space.
   *
   * @param gates which data is refused
   * @param champion the model in force, which the new one is compared with; null if there is none
   */
  public static TrainingOutcome train(
      PredictionDefinition definition,
      Iterable<TrainingRow> rows,
      long now,
      long seed,
      EventStatistics statistics,
      Gates gates,
      @Nullable ModelBundle champion,
      TrainingProgress progress) {
    PredictionTraining training =
        new PredictionTraining(definition, rows, now, seed, statistics, champion, progress);
    List<Check> checks =
        DataChecks.run(
            definition,
            statistics,
            training.survey.labels(),
            now,
            gates.targetDays(champion != null));
    boolean ignoreGates = gates == Gates.IGNORED;
    for (Check check : checks) {
      if (!check.passed() && !ignoreGates) {
        return Refused.because(check, checks, training.canBeTrained());
      }
    }
    return training.train(checks, ignoreGates);
  }

  /** True if a model could be trained, were it not for gates. */
  private boolean canBeTrained() {
    Count count = survey.training();
    return isLabelFree() || (count.positives > 0 && count.positives < count.rows);
  }

  private boolean isLabelFree() {
    return now - statistics.first() < 2 * definition.window();
  }

  private TrainingOutcome train(List<Check> checks, boolean ignoreGates) {
    progress.at("fitting the customer-base model", 0.05);
    TableReader reader = new TableReader(definition, source, survey, now, seed);
    @Nullable CustomerBaseModel base = reader.customerBase();
    if (isLabelFree()) {
      return labelFree(reader, base, checks);
    }
    progress.at("mapping features", 0.1);
    List<Column> columns =
        ColumnChoice.columns(
            definition,
            survey.frequentEvents(EVENTS_MAX),
            survey.frequentTraits(TRAITS_MAX),
            base != null);
    TrainingTable raw = reader.read(columns, base);
    TrainingTable rawTraining = raw.where(this::isTraining);
    if (columns.isEmpty()) {
      return refuse(
          "no_features", "features: got none that is not excluded (expected one)", 0, checks);
    }
    if (!rawTraining.hasBothOutcomes()) {
      return oneOutcome(rawTraining, checks);
    }
    FeatureMapping mapping = ColumnChoice.scaled(columns, rawTraining.features(), base);
    if (mapping.columns().isEmpty()) {
      return refuse("no_features", "features: got none that differ (expected one)", 0, checks);
    }
    TrainingTable all = TableReader.scale(raw, columns, mapping);
    TrainingTable train = all.where(this::isTraining);
    TrainingTable evaluation = all.where(this::isEvaluation);
    TrainingSetup setup = new TrainingSetup(definition, mapping, seed, now);

    progress.at("fitting candidates on older rows", 0.15);
    Candidates candidates = Candidates.fit(setup, train, evaluation);
    progress.at("choosing", 0.45);
    Choice choice = candidates.choose(row -> true);
    double[] scores = measuredScores(candidates, evaluation);
    Evaluation measured = Evaluation.of(definition, scores, train, evaluation);
    @Nullable Contest contest = contest(reader, evaluation, scores);
    Check predictive = measured.check();
    List<Check> everything = new ArrayList<>(checks);
    everything.add(predictive);
    if (!predictive.passed() && definition.refusePoor() && !ignoreGates) {
      return Refused.because(predictive, everything, true);
    }

    progress.at("fitting on everything closed", 0.5);
    LastFit last = new LastFit(setup, all, survey.evaluationCutoff(), choice);
    ScoringFunction function = last.function(progress);
    progress.at("scoring the population", 0.9);
    double[] population = reader.population(mapping, function, evaluation);
    ModelCard card = new ModelCard(definition, survey, mapping, seed, now, candidates.tried());
    ObjectNode json =
        card.toJson(
            everything,
            measured,
            function,
            all,
            population.length,
            candidates.losses(choice),
            choice);
    return done(mapping, function, population, json, everything, contest);
  }

  /** Nothing can be learnt where everybody did the same, whatever gates are ignored. */
  private static Refused oneOutcome(TrainingTable rows, List<Check> checks) {
    boolean all = rows.size() > 0 && rows.labels()[0] > 0;
    return refuse(
        all ? "too_few_negatives" : "too_few_positives",
        rows.size() == 0
            ? "rows to train on: got none whose window had closed in time (expected known profiles"
                + " two windows before the cutoff)"
            : String.format(
                Locale.ROOT,
                "outcomes to learn from: %s of the %d rows to train on %s (expected some with the"
                    + " outcome and some without)",
                all ? "each" : "none",
                rows.size(),
                all ? "has the outcome" : "has the outcome, at no earlier cutoff"),
        0,
        checks);
  }

  /** How the candidates' scores of the newest window compare with those of the model in force. */
  private @Nullable Contest contest(TableReader reader, TrainingTable evaluation, double[] scores) {
    if (champion == null) {
      return null;
    }
    long windowBegan = survey.evaluationCutoff();
    if (evaluation.size() == 0 || !Contest.isFair(champion, windowBegan)) {
      return Contest.unfair(champion, windowBegan, definition.window());
    }
    double[] theirs =
        reader.scores(
            champion,
            (cutoff, fold) -> isEvaluation(new TrainingTable.Row(NONE, NONE, 0, cutoff, fold)));
    double[] truths = definition.isProbability() ? evaluation.outcomes() : evaluation.labels();
    return Contest.of(
        champion, LossComparison.of(theirs, scores, truths, definition.isProbability()));
  }

  private Trained done(
      FeatureMapping mapping,
      ScoringFunction function,
      double[] population,
      ObjectNode card,
      List<Check> checks,
      @Nullable Contest contest) {
    ObjectNode data = card.withObjectProperty("data");
    data.put("late_event_share", statistics.lateShare());
    data.put("merged_event_share", statistics.mergedShare());
    ModelBundle bundle = ModelBundle.create(definition, mapping, function, population, now, card);
    boolean isSame = contest != null && contest.champion().equals(bundle.version());
    progress.at("done", 1);
    return contest == null || isSame
        ? new Trained(bundle, checks, null)
        : new Trained(bundle.withCard("contest", contest.toJson()), checks, contest);
  }

  /** The customer-base model alone. */
  private TrainingOutcome labelFree(
      TableReader reader, @Nullable CustomerBaseModel base, List<Check> checks) {
    List<Column> columns = ColumnChoice.baseColumns(definition);
    boolean isPlain = definition.minCount() == 1 && definition.conditions().isEmpty();
    if (base == null || columns.isEmpty() || !isPlain) {
      return refuse(
          "not_enough_history",
          "history: got less than two windows, so that no labels can be had (expected that, or 50"
              + " profiles with the target event and a question of at least once without"
              + " conditions, which the customer-base model answers without labels)",
          0,
          checks);
    }
    FeatureMapping mapping = FeatureMapping.unscaled(columns, base);
    ScoringFunction function =
        new ScoringFunction(
            List.of(Member.customerBase(definition, mapping)),
            PlattScaling.IDENTITY,
            !definition.isProbability(),
            1,
            700);
    double[] population = reader.population(mapping, function, new TrainingTable(List.of()));
    ModelCard card = new ModelCard(definition, survey, mapping, seed, now, 1);
    ObjectNode json = card.labelFree(checks, function, population.length);
    return done(mapping, function, population, json, checks, null);
  }

  /**
   * Scores of the newest window for the card. Half of the profiles is scored by what the other half
   * chose, so that no row measures a choice it had a part in. Nothing is calibrated: the level is
   * that of older windows, as it will be when the stored model meets the next one.
   */
  private double[] measuredScores(Candidates candidates, TrainingTable evaluation) {
    double[] scores = new double[evaluation.size()];
    for (int half = 0; half < 2; half++) {
      boolean first = half == 0;
      double[] margins =
          candidates.margins(
              candidates.choose(row -> isFirstHalf(evaluation.rows().get(row)) != first));
      for (int i = 0; i < scores.length; i++) {
        if (isFirstHalf(evaluation.rows().get(i)) == first) {
          scores[i] =
              definition.isProbability() ? PlattScaling.sigmoid(margins[i]) : Math.exp(margins[i]);
        }
      }
    }
    return scores;
  }

  private static boolean isFirstHalf(TrainingTable.Row row) {
    return Math.floorMod((long) (row.fold() * 1e9), 2L) == 0;
  }

  /** Without rows that are old enough, half of the profiles stands in for the past. */
  private boolean isTraining(TrainingTable.Row row) {
    return survey.isSplitByTime() ? survey.isTraining(row.cutoff()) : row.fold() < 0.5;
  }

  private boolean isEvaluation(TrainingTable.Row row) {
    return row.cutoff() == survey.evaluationCutoff()
        && (survey.isSplitByTime() || row.fold() >= 0.5);
  }

  private static Refused refuse(String code, String sentence, int found, List<Check> checks) {
    TreeMap<String, Double> numbers = new TreeMap<>();
    numbers.put("found", (double) found);
    return new Refused(code, numbers, sentence, checks, false);
  }
}
