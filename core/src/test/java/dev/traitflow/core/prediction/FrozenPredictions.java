package dev.traitflow.core.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.codec.Frozen;
import dev.traitflow.core.trait.EventBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What this package stores. */
public final class FrozenPredictions {
  private static final long DAY = 86_400_000L;

  private static final FeatureBlock BLOCK =
      new FeatureBlock(
          "spa_shop",
          "use_1",
          1_740_000_000_000L,
          true,
          new double[] {1, -2, 0.5, -0.0},
          new TreeMap<>(Map.of("Order Completed", new double[] {3, 1e300})),
          new TreeMap<>(Map.of("age", 36.0, "rate", 0.5)),
          List.of("p_buy"),
          List.of("vip", "window_shoppers"));

  /** Version 1 had neither traits nor audiences. */
  private static final FeatureBlock BLOCK_1 =
      new FeatureBlock("s", "p", 5, true, new double[] {1, 2}, events("A", 0.5))
          .withPredicted(List.of("p_buy"));

  private static final TrainingRow ROW =
      new TrainingRow(BLOCK, BLOCK.at(), new TreeMap<>(Map.of("buy", 1.0, "spend", 12.75)));

  private static final ModelState STATE =
      new ModelState(
          "spa_shop",
          "churn",
          ModelState.Phase.LIVE,
          "too_few_positives",
          "Nur 3 Käufe",
          json("[{\"code\":\"rows\",\"passed\":true}]"),
          "v7",
          "models/churn/v7",
          "models/churn/v7/scores",
          1,
          2,
          3,
          json("{\"auc\":0.81}"),
          json("{\"psi\":0.02}"),
          List.of(new ModelState.Version("v6", "models/churn/v6", 1, "replaced")));

  private static SortedMap<String, double[]> events(String name, double... features) {
    SortedMap<String, double[]> events = new TreeMap<>();
    events.put(name, features);
    return events;
  }

  private static EventStatistics statistics(boolean late) {
    EventStatistics statistics = new EventStatistics();
    for (int day : new int[] {20_000, 20_001, 20_009}) {
      long timestamp = day * DAY + 1;
      long received = timestamp + (late && day == 20_009 ? 2 * DAY : 1);
      statistics.add(
          EventBuilder.track("Order Completed").at(timestamp).received(received).build());
    }
    if (late) {
      statistics.addMerged(2);
    }
    return statistics;
  }

  private static JsonNode json(String text) {
    try {
      return new JsonMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModelState state(byte[] json) {
    try {
      return ModelState.fromJson(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every form. */
  public static final List<Frozen> ALL =
      List.of(
          Frozen.earlier("feature-block.v1", FeatureBlock.CODEC, BLOCK_1),
          Frozen.of("feature-block.v2", FeatureBlock.CODEC, BLOCK),
          Frozen.key("feature-block.key.v1", BLOCK.topicKey()),
          Frozen.of("training-row.v1", TrainingRow.CODEC, ROW),
          Frozen.earlier("event-statistics.v1", EventStatistics.CODEC, statistics(false)),
          Frozen.of("event-statistics.v2", EventStatistics.CODEC, statistics(true)),
          new Frozen("model-state.json", STATE.toJson(), FrozenPredictions::state, STATE),
          Frozen.key("model-state.key.v1", STATE.topicKey()));

  private FrozenPredictions() {}
}
