package dev.traitflow.ml.model;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.prediction.PredictionDefinition;
import java.util.List;
import java.util.stream.IntStream;

/** Boosted trees, one a round. */
final class TreesFamily implements ModelFamily {
  private static final List<Candidate> ROUNDS = rounds(120, 40, 80, 160, 200, 250, 300);
  private static final List<Candidate> SPEND_ROUNDS = rounds(80, 40, 120, 160, 200, 250, 300);

  @Override
  public String name() {
    return "trees";
  }

  @Override
  public BlendRole role(PredictionDefinition definition) {
    return BlendRole.STANDING;
  }

  @Override
  public List<Candidate> candidates(PredictionDefinition definition) {
    return definition.isProbability() ? ROUNDS : SPEND_ROUNDS;
  }

  @Override
  public Predictor fit(TrainingSetup setup, TrainingTable table, Candidate candidate) {
    return grow(setup, table, candidate.value().intValue());
  }

  /** Fewer rounds are the first trees of more rounds, so that one fit yields all candidates. */
  @Override
  public List<Predictor> fitCandidates(TrainingSetup setup, TrainingTable table) {
    List<Integer> rounds =
        candidates(setup.definition()).stream().map(each -> each.value().intValue()).toList();
    int most = rounds.stream().mapToInt(Integer::intValue).max().orElseThrow();
    FlatTrees trees = grow(setup, table, most);
    return rounds.stream().<Predictor>map(trees::first).toList();
  }

  @Override
  public Predictor read(ByteReader in, int width) {
    return FlatTrees.read(in, width);
  }

  private static FlatTrees grow(TrainingSetup setup, TrainingTable table, int rounds) {
    TribuoTraining tribuo = TribuoTraining.of(setup);
    if (setup.definition().isProbability()) {
      return tribuo.chanceTrees(table.features(), table.outcomes(), rounds);
    }
    ScaledAmounts amounts = ScaledAmounts.of(table);
    return tribuo.amountTrees(table.features(), amounts.values(), rounds, amounts.offset());
  }

  private static List<Candidate> rounds(int... rounds) {
    return IntStream.of(rounds).mapToObj(each -> new Candidate("rounds", each)).toList();
  }
}
