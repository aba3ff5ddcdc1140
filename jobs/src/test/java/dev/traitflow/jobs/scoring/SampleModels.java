package dev.traitflow.jobs.scoring;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.FeatureMapping.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Models of the space {@code shop} that predict purchases, and the features of its profiles. */
public final class SampleModels {
  /** The instant of the features, epoch milliseconds. */
  public static final long NOW = 20_000 * PredictionDefinition.DAY;

  private static final JsonMapper JSON = new JsonMapper();

  private SampleModels() {}

  /**
   * Trains a model and writes its bundle.
   *
   * @param keyOrJson the key of a prediction, or its definition as JSON
   * @param trainedAt epoch milliseconds
   * @return the bundle's directory
   */
  public static Path bundle(Path root, String keyOrJson, long trainedAt) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    if (keyOrJson.startsWith("{")) {
      json.setAll((ObjectNode) JSON.readTree(keyOrJson));
    } else {
      json.put("key", keyOrJson);
    }
    json.put("kind", "purchase");
    PredictionDefinition definition =
        PredictionDefinition.parse(new Fields(json, "", new ArrayList<>()));
    List<double[]> targets = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      targets.add(orders(random));
    }
    CustomerBaseModel base =
        Objects.requireNonNull(CustomerBaseModel.fit(targets, NOW, 30), "customer base");
    FeatureMapping mapping =
        FeatureMapping.unscaled(
            List.of(new Column("Order Completed", CustomerBaseModel.SILENCE)), base);
    Member member = Member.customerBase(definition, mapping);
    ScoringFunction function =
        new ScoringFunction(List.of(member), PlattScaling.IDENTITY, false, 1, 700);
    ObjectNode card = JsonNodeFactory.instance.objectNode();
    return ModelBundle.create(
            definition, mapping, function, new double[] {-1, 0, 1}, trainedAt, card)
        .write(root, "shop");
  }

  /** The announcement of a bundle that is in force. */
  public static ModelState announced(String key, String version, Path bundle) {
    ModelState.Version announced = new ModelState.Version(version, bundle.toString(), NOW, "");
    return ModelState.begun("shop", key)
        .live(announced, JSON.createObjectNode(), JSON.createArrayNode(), NOW);
  }

  /** The features of a known profile that has bought. */
  public static FeatureBlock buyer(String profile) {
    TreeMap<String, double[]> events = new TreeMap<>();
    events.put("Order Completed", orders(new Random(profile.hashCode())));
    return block(profile, events);
  }

  /** The features of a known profile that has never bought. */
  static FeatureBlock viewer(String profile) {
    TreeMap<String, double[]> events = new TreeMap<>();
    events.put("Page Viewed", orders(new Random(1)));
    return block(profile, events);
  }

  private static FeatureBlock block(String profile, SortedMap<String, double[]> events) {
    double[] totals = new double[FeatureSet.PROFILE_FEATURES.size()];
    totals[FeatureSet.position("count")] = 3;
    return new FeatureBlock("shop", profile, NOW, true, totals, events);
  }

  private static double[] orders(Random random) {
    double[] features = new double[FeatureSet.EVENT_FEATURES.size()];
    int days = 1 + random.nextInt(6);
    features[FeatureSet.position("count")] = days;
    features[FeatureSet.position("active_days")] = days;
    features[FeatureSet.position("days_since_first")] = 100 + random.nextInt(100);
    features[FeatureSet.position("days_since_last")] = days == 1 ? 100 : random.nextInt(90);
    return features;
  }
}
