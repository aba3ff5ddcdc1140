package dev.traitflow.ml.explanation;

import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.explanation.Explanation.Correction;
import dev.traitflow.ml.explanation.Explanation.EventContribution;
import dev.traitflow.ml.explanation.Explanation.FeatureContribution;
import dev.traitflow.ml.model.Contributions;
import dev.traitflow.ml.model.FeatureMapping.Column;
import dev.traitflow.ml.scoring.Score;
import dev.traitflow.ml.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Explains scores of one bundle, exactly: a score is a weighted sum of members, so its
 * contributions (SHAP values) are the weighted sums of theirs. Immutable and thread-safe; some
 * milliseconds an explanation.
 *
 * <p>The base value, from which contributions are measured, is the average score of the rows the
 * members were fitted on: columns were standardised on them, so that a line's average row is all
 * zeros. Where the customer-base model answers alone nothing was standardised; then it is the mean
 * score of the population.
 *
 * <p>A straight calibration scales the contributions and needs no term of its own. A bent one does,
 * for what a contribution does to the probability depends on all others: contributions are then of
 * the log odds before it, and the bend stands beside them as a correction.
 */
public final class Explainer {
  private final ModelBundle bundle;
  private final Scorer scorer;
  private final ScoringFunction function;
  private final List<Contributions> members = new ArrayList<>();
  private final double base;

  /** Contributions of a row by column on the raw scale, from {@code base} to {@code raw}. */
  record RawContributions(double base, double[] contributions, double raw) {}

  /** The event or the custom trait a column looks at. */
  private record Source(String name, boolean isTrait) {
    static Source of(Column column) {
      return new Source(column.isOfTrait() ? column.trait() : column.block(), column.isOfTrait());
    }
  }

  /**
   * Prepares for a bundle.
   *
   * @throws IllegalArgumentException if its trees do not tell how many rows came by
   */
  public Explainer(ModelBundle bundle) {
    this.bundle = bundle;
    this.scorer = new Scorer(bundle);
    this.function = bundle.function();
    double[] averages = averages(bundle);
    double sum = 0;
    for (Member member : function.members()) {
      Contributions theirs = member.predictor().contributions(averages);
      members.add(theirs);
      sum += member.weight() * theirs.baseValue();
    }
    base = sum;
  }

  /** The version it explains. */
  public String version() {
    return bundle.version();
  }

  /** The prediction it explains. */
  public ModelBundle bundle() {
    return bundle;
  }

  /** Explains the score of a profile at the block's instant. */
  public Explanation explain(FeatureBlock block) {
    double[] row = bundle.mapping().row(block);
    RawContributions raw = raw(row);
    Score score = scorer.score(block);
    double stretch = 1;
    double shift = 0;
    double correction = 0;
    Correction by = Correction.NONE;
    if (function.isAmount()) {
      shift = Math.log(function.amountFactor());
      correction = Math.min(0, function.logAmountMax() - raw.raw());
      by = correction < 0 ? Correction.CAP : Correction.NONE;
    } else if (function.calibration() instanceof PlattScaling straight) {
      stretch = straight.slope();
      shift = straight.intercept();
    } else {
      correction = function.calibration().logOdds(raw.raw()) - raw.raw();
      by = Correction.CALIBRATION;
    }
    double total = stretch * raw.raw() + shift + correction;
    return new Explanation(
        score,
        function.isAmount(),
        stretch * raw.base() + shift,
        events(row, raw.contributions(), stretch, block),
        correction,
        by,
        total);
  }

  /** The contributions of a standardised row before any calibration. */
  RawContributions raw(double[] row) {
    double[] sums = new double[row.length];
    for (int i = 0; i < members.size(); i++) {
      members.get(i).add(row, function.members().get(i).weight(), sums);
    }
    return new RawContributions(base, sums, function.raw(row));
  }

  private List<EventContribution> events(
      double[] row, double[] contributions, double stretch, FeatureBlock block) {
    // An event may have the name of a trait's block: whose a column is decides too.
    Map<Source, List<FeatureContribution>> bySource = new LinkedHashMap<>();
    for (int i = 0; i < contributions.length; i++) {
      bySource
          .computeIfAbsent(Source.of(bundle.mapping().columns().get(i)), each -> new ArrayList<>())
          .add(
              new FeatureContribution(
                  bundle.mapping().columns().get(i).feature(),
                  stretch * contributions[i],
                  FeatureValue.of(bundle.mapping(), i, row, block)));
    }
    List<EventContribution> events = new ArrayList<>();
    bySource.forEach(
        (source, features) -> {
          features.sort(
              Comparator.comparingDouble(
                      (FeatureContribution each) -> -Math.abs(each.contribution()))
                  .thenComparing(FeatureContribution::feature));
          double sum = features.stream().mapToDouble(FeatureContribution::contribution).sum();
          events.add(new EventContribution(source.name(), source.isTrait(), sum, features));
        });
    events.sort(
        Comparator.comparingDouble((EventContribution each) -> -Math.abs(each.contribution()))
            .thenComparing(EventContribution::event));
    return events;
  }

  /** The average row, which the family of a model that answers alone may know better. */
  private static double[] averages(ModelBundle bundle) {
    int width = bundle.mapping().columns().size();
    List<Member> members = bundle.function().members();
    double[] population = bundle.population();
    if (members.size() != 1 || population.length == 0) {
      return new double[width];
    }
    Member alone = members.get(0);
    double mean = Arrays.stream(population).average().orElse(0) / alone.weight();
    return alone.family().averageRow(alone.predictor(), mean, width);
  }
}
