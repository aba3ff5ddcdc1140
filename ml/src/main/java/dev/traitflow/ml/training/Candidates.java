package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.Member.Kind;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.model.FlatTrees;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What every candidate, fitted on older rows, said about the newest closed window, and the choice
 * among them: the strength of the linear member, the rounds of the trees, and the shares of a
 * blend.
 *
 * <p>On some hundred outcomes the difference between members is mostly chance and their mean is the
 * safest guess. So each choice has a default, and another takes its place only if it is better by
 * more than one standard error of the difference, row by row.
 */
final class Candidates {
  /** Strengths of the linear member that are tried, the default first. */
  private static final double[] COSTS = {0.01, 0.001, 0.1};

  /** The same for spend: amounts are noisier than outcomes. */
  private static final double[] SPEND_COSTS = {0.0003, 0.00003, 0.003};

  /** Rounds of the trees that are tried, the default first. */
  private static final int[] ROUNDS = {120, 40, 80, 160, 200, 250, 300};

  private static final int[] SPEND_ROUNDS = {80, 40, 120, 160, 200, 250, 300};
  private static final int ROUNDS_MAX = 300;

  private final PredictionDefinition definition;
  private final double[] costs;
  private final int[] rounds;
  private final double[] labels;
  private final Map<Kind, List<double[]>> margins = new EnumMap<>(Kind.class);

  /**
   * A choice.
   *
   * @param cost strength of the linear member
   * @param rounds rounds of the trees
   * @param shares weights of the members, adding up to 1; none is 0
   */
  record Choice(double cost, int rounds, Map<Kind, Double> shares) {}

  private Candidates(PredictionDefinition definition, TrainingTable validation) {
    this.definition = definition;
    this.costs = definition.isProbability() ? COSTS : SPEND_COSTS;
    this.rounds = definition.isProbability() ? ROUNDS : SPEND_ROUNDS;
    this.labels = definition.isProbability() ? validation.outcomes() : validation.labels();
  }

  /** Fits every candidate on {@code train} and lets it score {@code validation}. */
  static Candidates fit(
      PredictionDefinition definition,
      MemberTraining training,
      TrainingTable train,
      TrainingTable validation,
      boolean withBase) {
    Candidates candidates = new Candidates(definition, validation);
    // Trees take longest and go first; each fit runs on one thread.
    List<Member> fitted =
        IntStream.rangeClosed(0, candidates.costs.length)
            .parallel()
            .mapToObj(
                i ->
                    i == 0
                        ? training.trees(train, ROUNDS_MAX)
                        : training.linear(train, candidates.costs[i - 1]))
            .toList();
    candidates.margins.put(
        Kind.LINEAR,
        fitted.stream().skip(1).map(line -> MemberTraining.margins(line, validation)).toList());
    FlatTrees trees = (FlatTrees) fitted.get(0).predictor();
    List<double[]> staged = new ArrayList<>();
    for (int rounds : candidates.rounds) {
      staged.add(
          validation.rows().stream()
              .mapToDouble(row -> trees.apply(row.features(), rounds))
              .toArray());
    }
    candidates.margins.put(Kind.TREES, staged);
    if (withBase) {
      candidates.margins.put(
          Kind.CUSTOMER_BASE, List.of(MemberTraining.margins(training.customerBase(), validation)));
    }
    return candidates;
  }

  /** How many configurations a choice compares. */
  int tried() {
    return costs.length + rounds.length + blends().size();
  }

  /** The choice by the rows that {@code looksAt} accepts. */
  Choice choose(IntPredicate looksAt) {
    int[] rows = IntStream.range(0, labels.length).filter(looksAt).toArray();
    int cost = prefer(margins.getOrDefault(Kind.LINEAR, List.of()), rows);
    int stage = prefer(margins.getOrDefault(Kind.TREES, List.of()), rows);
    List<Map<Kind, Double>> blends = blends();
    List<double[]> blended = new ArrayList<>();
    for (Map<Kind, Double> shares : blends) {
      blended.add(margins(new Choice(costs[cost], rounds[stage], shares)));
    }
    return new Choice(costs[cost], rounds[stage], blends.get(prefer(blended, rows)));
  }

  /** What the chosen blend said about every row. */
  double[] margins(Choice choice) {
    double[] sum = new double[labels.length];
    choice.shares.forEach(
        (kind, share) -> {
          double[] theirs = margins.getOrDefault(kind, List.of()).get(index(kind, choice));
          for (int i = 0; i < sum.length; i++) {
            sum[i] += share * theirs[i];
          }
        });
    return sum;
  }

  /** The loss of each candidate and of the choice on all rows, for the card. */
  Map<String, Double> losses(Choice choice) {
    int[] rows = IntStream.range(0, labels.length).toArray();
    Map<String, Double> losses = new LinkedHashMap<>();
    margins.forEach(
        (kind, list) -> {
          for (int i = 0; i < list.size(); i++) {
            String setting =
                switch (kind) {
                  case LINEAR -> " cost " + costs[i];
                  case TREES -> " rounds " + rounds[i];
                  case CUSTOMER_BASE -> "";
                };
            losses.put(kind.word() + setting, mean(losses(list.get(i), rows)));
          }
        });
    losses.put("chosen", mean(losses(margins(choice), rows)));
    return losses;
  }

  /**
   * The shares that are tried, the default first. For spend the customer-base model is one of three
   * equals: it knows best how little a few amounts say. For chances its columns are enough.
   */
  private List<Map<Kind, Double>> blends() {
    List<Map<Kind, Double>> blends = new ArrayList<>();
    boolean base = margins.containsKey(Kind.CUSTOMER_BASE);
    if (base && !definition.isProbability()) {
      blends.add(shares(2, 2, 2));
    }
    blends.add(shares(3, 3, 0));
    blends.add(shares(4, 2, 0));
    blends.add(shares(2, 4, 0));
    blends.add(shares(5, 1, 0));
    blends.add(shares(1, 5, 0));
    if (base && definition.isProbability()) {
      blends.add(shares(2, 2, 2));
    }
    return blends;
  }

  private static Map<Kind, Double> shares(int linear, int trees, int base) {
    Map<Kind, Double> shares = new EnumMap<>(Kind.class);
    shares.put(Kind.LINEAR, linear / 6.0);
    shares.put(Kind.TREES, trees / 6.0);
    if (base > 0) {
      shares.put(Kind.CUSTOMER_BASE, base / 6.0);
    }
    return shares;
  }

  private int index(Kind kind, Choice choice) {
    return switch (kind) {
      case LINEAR ->
          IntStream.range(0, costs.length)
              .filter(i -> costs[i] == choice.cost)
              .findFirst()
              .orElseThrow();
      case TREES ->
          IntStream.range(0, rounds.length)
              .filter(i -> rounds[i] == choice.rounds)
              .findFirst()
              .orElseThrow();
      case CUSTOMER_BASE -> 0;
    };
  }

  /** The first, or the one that is better by most of those better by a standard error. */
  private int prefer(List<double[]> candidates, int[] rows) {
    double[] first = losses(candidates.get(0), rows);
    int best = 0;
    double bestGain = 0;
    for (int c = 1; c < candidates.size(); c++) {
      double[] gains = losses(candidates.get(c), rows);
      for (int i = 0; i < gains.length; i++) {
        gains[i] = first[i] - gains[i];
      }
      double gain = mean(gains);
      double squares = 0;
      for (double each : gains) {
        squares += (each - gain) * (each - gain);
      }
      double error = Math.sqrt(squares) / Math.max(1, gains.length);
      if (gain > error && gain > bestGain) {
        best = c;
        bestGain = gain;
      }
    }
    return best;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? 0 : sum / values.length;
  }

  /** The loss of each row once the level has been mended, since calibration will mend it. */
  private double[] losses(double[] all, int[] rows) {
    double[] margin = IntStream.of(rows).mapToDouble(i -> all[i]).toArray();
    double[] truth = IntStream.of(rows).mapToDouble(i -> labels[i]).toArray();
    if (!definition.isProbability()) {
      return tweedie(margin, truth);
    }
    PlattScaling line = PlattScaling.fitCautiously(margin, truth);
    for (int i = 0; i < margin.length; i++) {
      double odds = line.logOdds(margin[i]);
      // log(1 + exp(odds)) without overflow
      margin[i] = Math.max(0, odds) + Math.log1p(Math.exp(-Math.abs(odds))) - truth[i] * odds;
    }
    return margin;
  }

  /** Tweedie deviance of power 1.5, up to what does not depend on the scores. */
  private static double[] tweedie(double[] logs, double[] truths) {
    double actual = 0;
    double expected = 0;
    for (int i = 0; i < logs.length; i++) {
      actual += Math.max(0, truths[i]);
      expected += Math.exp(logs[i]);
    }
    double shift = actual > 0 && expected > 0 ? Math.log(actual / expected) : 0;
    double[] losses = new double[logs.length];
    for (int i = 0; i < logs.length; i++) {
      double half = (logs[i] + shift) / 2;
      losses[i] = 2 * Math.max(0, truths[i]) * Math.exp(-half) + 2 * Math.exp(half);
    }
    return losses;
  }
}
