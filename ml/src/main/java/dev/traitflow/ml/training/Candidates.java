package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.model.Candidate;
import dev.traitflow.ml.model.ModelFamilies;
import dev.traitflow.ml.model.ModelFamily;
import dev.traitflow.ml.model.Predictor;
import dev.traitflow.ml.model.TrainingSetup;
import dev.traitflow.ml.model.TrainingTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What every candidate, fitted on older rows, said about the newest closed window, and the choice
 * among them: a candidate of each family, and the shares of a blend.
 *
 * <p>On some hundred outcomes the difference between members is mostly chance and their mean is the
 * safest guess. So each choice has a default, and another takes its place only if it is better by
 * more than one standard error of the difference, row by row.
 */
final class Candidates {
  private final PredictionDefinition definition;
  private final double[] labels;
  private final List<Tried> tried;
  private final List<double[]> blends;

  /** A family with what each of its candidates said about every row of the window. */
  private record Tried(ModelFamily family, List<Candidate> candidates, List<double[]> margins) {
    double[] margins(Candidate candidate) {
      return margins.get(candidates.indexOf(candidate));
    }
  }

  /**
   * What was chosen of a family.
   *
   * @param share its weight in the blend, 0 if it is no member
   */
  record Part(ModelFamily family, Candidate candidate, double share) {}

  /**
   * A choice.
   *
   * @param parts one for each family that was tried; shares add up to 1
   */
  record Choice(List<Part> parts) {
    Choice {
      parts = List.copyOf(parts);
    }

    /** The families that have a share. */
    List<Part> members() {
      return parts.stream().filter(part -> part.share > 0).toList();
    }
  }

  private Candidates(PredictionDefinition definition, double[] labels, List<Tried> tried) {
    this.definition = definition;
    this.labels = labels;
    this.tried = tried;
    this.blends = Blends.of(tried.stream().map(Tried::family).toList(), definition);
  }

  /** Fits every candidate on {@code train} and lets it score {@code validation}. */
  static Candidates fit(TrainingSetup setup, TrainingTable train, TrainingTable validation) {
    PredictionDefinition definition = setup.definition();
    List<Tried> tried =
        ModelFamilies.ALL.parallelStream()
            .filter(family -> family.isAvailable(setup))
            .map(
                family ->
                    new Tried(
                        family,
                        family.candidates(definition),
                        family.fitCandidates(setup, train).stream()
                            .map(predictor -> margins(predictor, validation))
                            .toList()))
            .toList();
    return new Candidates(
        definition,
        definition.isProbability() ? validation.outcomes() : validation.labels(),
        tried);
  }

  private static double[] margins(Predictor predictor, TrainingTable table) {
    return table.rows().stream().mapToDouble(row -> predictor.apply(row.features())).toArray();
  }

  /** How many configurations a choice compares. A family with one candidate is no choice. */
  int tried() {
    int settings =
        tried.stream().mapToInt(each -> each.candidates.size()).filter(count -> count > 1).sum();
    return settings + blends.size();
  }

  /** The choice by the rows that {@code looksAt} accepts. */
  Choice choose(IntPredicate looksAt) {
    int[] rows = IntStream.range(0, labels.length).filter(looksAt).toArray();
    List<Candidate> chosen = new ArrayList<>();
    for (Tried each : tried) {
      chosen.add(each.candidates.get(prefer(each.margins, rows)));
    }
    List<Choice> choices = blends.stream().map(shares -> choice(chosen, shares)).toList();
    return choices.get(prefer(choices.stream().map(this::margins).toList(), rows));
  }

  private Choice choice(List<Candidate> chosen, double[] shares) {
    return new Choice(
        IntStream.range(0, shares.length)
            .mapToObj(i -> new Part(tried.get(i).family, chosen.get(i), shares[i]))
            .toList());
  }

  /** What the chosen blend said about every row. */
  double[] margins(Choice choice) {
    double[] sum = new double[labels.length];
    for (int family = 0; family < tried.size(); family++) {
      Part part = choice.parts.get(family);
      if (part.share > 0) {
        double[] theirs = tried.get(family).margins(part.candidate);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += part.share * theirs[i];
        }
      }
    }
    return sum;
  }

  /** The loss of each candidate and of the choice on all rows, for the card. */
  Map<String, Double> losses(Choice choice) {
    int[] rows = IntStream.range(0, labels.length).toArray();
    Map<String, Double> losses = new LinkedHashMap<>();
    for (Tried each : tried) {
      for (Candidate candidate : each.candidates) {
        losses.put(candidate.label(each.family), mean(losses(each.margins(candidate), rows)));
      }
    }
    losses.put("chosen", mean(losses(margins(choice), rows)));
    return losses;
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
