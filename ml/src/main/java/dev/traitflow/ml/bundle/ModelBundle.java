package dev.traitflow.ml.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.codec.Fields;
import dev.traitflow.core.codec.Problem;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.evaluation.PlattScaling;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.regression.Regressor;

/**
 * One trained version of a prediction, with all that scoring needs: the model, the mapping from
 * features, the calibration, the frozen distribution of scores and the card.
 *
 * <p>On disk it is the directory {@code <root>/<space>/<key>/<version>/} of {@code model.pb} (and
 * {@code amount.pb} for spend), {@code features.json}, {@code population.json} and {@code
 * card.json}. A directory appears whole or not at all and is never changed.
 */
public final class ModelBundle {
  /** The label of a row with the outcome. */
  public static final String POSITIVE = "1";

  /** The label of a row without it. */
  public static final String NEGATIVE = "0";

  /** Scores kept of the population; more would not move a percentile of two decimals. */
  public static final int POPULATION_MAX = 20_001;

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final String version;
  private final PredictionDefinition definition;
  private final FeatureMapping mapping;
  private final Model<Label> classifier;
  private final @Nullable Model<Regressor> amounts;
  private final ScoringFunction function;
  private final double[] population;
  private final ObjectNode card;

  private ModelBundle(
      String version,
      PredictionDefinition definition,
      FeatureMapping mapping,
      Model<Label> classifier,
      @Nullable Model<Regressor> amounts,
      ScoringFunction function,
      double[] population,
      ObjectNode card) {
    this.version = version;
    this.definition = definition;
    this.mapping = mapping;
    this.classifier = classifier;
    this.amounts = amounts;
    this.function = function;
    this.population = population;
    this.card = card;
  }

  /**
   * Makes a bundle of what training found.
   *
   * @param amounts the model of log amounts, null unless the prediction is of spend
   * @param function how the models' outputs become a score
   * @param population raw scores of everybody scored, ascending
   * @param now when it was trained, epoch milliseconds
   * @param card what people should know; version and creation time are added
   */
  public static ModelBundle create(
      PredictionDefinition definition,
      FeatureMapping mapping,
      Model<Label> classifier,
      @Nullable Model<Regressor> amounts,
      ScoringFunction function,
      double[] population,
      long now,
      ObjectNode card) {
    double[] kept = thin(population);
    String version =
        STAMP.format(Instant.ofEpochMilli(now)) + "-" + digest(definition, mapping, function, kept);
    ObjectNode full = MAPPER.createObjectNode();
    full.put("version", version).put("created", Instant.ofEpochMilli(now).toString());
    full.setAll(card);
    return new ModelBundle(version, definition, mapping, classifier, amounts, function, kept, full);
  }

  /** The weights of a classifier for {@link #POSITIVE}, in the mapping's order. */
  public static LinearWeights weights(Model<Label> classifier, FeatureMapping mapping) {
    int positive = classifier.getOutputIDInfo().getID(new Label(POSITIVE));
    return LinearWeights.of(classifier, mapping.names(), positive);
  }

  /** The weights of a model of log amounts, in the mapping's order. */
  public static LinearWeights amountWeights(Model<Regressor> amounts, FeatureMapping mapping) {
    return LinearWeights.of(amounts, mapping.names(), -1);
  }

  /** {@code yyyymmddThhmmssZ-} and a hash of what scores depend on. */
  public String version() {
    return version;
  }

  /** The prediction it answers. */
  public PredictionDefinition definition() {
    return definition;
  }

  /** From features to a row of the model. */
  public FeatureMapping mapping() {
    return mapping;
  }

  /** The Tribuo model of the chance. */
  public Model<Label> classifier() {
    return classifier;
  }

  /** The Tribuo model of log amounts, or null. */
  public @Nullable Model<Regressor> amounts() {
    return amounts;
  }

  /** From rows to scores. */
  public ScoringFunction function() {
    return function;
  }

  /** Raw scores of the population at training time, ascending, thinned evenly if many. */
  public double[] population() {
    return population.clone();
  }

  /** The model card. */
  public ObjectNode card() {
    return card.deepCopy();
  }

  /**
   * Writes the bundle below {@code root} and moves it into place at once.
   *
   * @return its directory; one that is there already is left as it is, for the same version holds
   *     the same model
   */
  public Path write(Path root, String space) throws IOException {
    Path parent = root.resolve(space).resolve(definition.key());
    Path target = parent.resolve(version);
    if (Files.isDirectory(target)) {
      return target;
    }
    Files.createDirectories(parent);
    Path draft = Files.createTempDirectory(parent, ".draft-");
    List<Path> files = new ArrayList<>();
    try {
      files.add(draft.resolve("model.pb"));
      classifier.serializeToFile(draft.resolve("model.pb"));
      if (amounts != null) {
        files.add(draft.resolve("amount.pb"));
        amounts.serializeToFile(draft.resolve("amount.pb"));
      }
      files.add(write(draft.resolve("features.json"), features(definition, mapping, function)));
      files.add(write(draft.resolve("population.json"), MAPPER.valueToTree(population)));
      files.add(write(draft.resolve("card.json"), card));
      move(draft, target);
    } finally {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(draft);
    }
    return target;
  }

  /**
   * Reads a bundle.
   *
   * @throws IOException if a file is missing or cannot be read
   * @throws IllegalArgumentException if it was made for other features than this program computes,
   *     or its parts do not fit together; the message says what differs
   */
  public static ModelBundle load(Path directory) throws IOException {
    JsonNode features = MAPPER.readTree(directory.resolve("features.json").toFile());
    verify(features.path("profile_features"), FeatureSet.PROFILE_FEATURES, "profile features");
    verify(features.path("event_features"), FeatureSet.EVENT_FEATURES, "event features");
    List<Problem> problems = new ArrayList<>();
    PredictionDefinition definition =
        PredictionDefinition.parseForEvaluation(
            new Fields(features.path("definition"), "/definition", problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("definition of the bundle: " + problems.get(0));
    }
    FeatureMapping mapping = FeatureMapping.fromJson(features.path("columns"));
    Model<Label> classifier = model(directory.resolve("model.pb"), Label.class);
    Model<Regressor> amounts =
        definition.isProbability() ? null : model(directory.resolve("amount.pb"), Regressor.class);
    ScoringFunction function =
        new ScoringFunction(
            weights(classifier, mapping),
            new PlattScaling(
                features.path("calibration_intercept").asDouble(),
                features.path("calibration_slope").asDouble()),
            amounts == null ? null : amountWeights(amounts, mapping),
            features.path("amount_factor").asDouble(),
            features.path("log_amount_max").asDouble());
    double[] population =
        MAPPER.readValue(directory.resolve("population.json").toFile(), double[].class);
    JsonNode card = MAPPER.readTree(directory.resolve("card.json").toFile());
    if (!(card instanceof ObjectNode object)) {
      throw new IllegalArgumentException("card.json: got no object (expected one)");
    }
    return new ModelBundle(
        object.path("version").asText(),
        definition,
        mapping,
        classifier,
        amounts,
        function,
        population,
        object);
  }

  private static <T extends org.tribuo.Output<T>> Model<T> model(Path file, Class<T> output)
      throws IOException {
    try {
      return Model.deserializeFromFile(file).castModel(output);
    } catch (ClassCastException | IllegalStateException other) {
      throw new IllegalArgumentException(
          file.getFileName() + ": is not a model of " + output.getSimpleName(), other);
    }
  }

  private static void verify(JsonNode found, List<String> expected, String what) {
    List<String> names = new ArrayList<>();
    found.forEach(name -> names.add(name.asText()));
    if (!names.equals(expected)) {
      List<String> gone = new ArrayList<>(names);
      gone.removeAll(expected);
      List<String> fresh = new ArrayList<>(expected);
      fresh.removeAll(names);
      throw new IllegalArgumentException(
          what
              + " of the bundle: got "
              + names.size()
              + (gone.isEmpty() ? "" : " with " + gone)
              + (fresh.isEmpty() ? "" : " without " + fresh)
              + " (expected the "
              + expected.size()
              + " this program computes, in its order); train the prediction again");
    }
  }

  private static ObjectNode features(
      PredictionDefinition definition, FeatureMapping mapping, ScoringFunction function) {
    ObjectNode json = MAPPER.createObjectNode();
    json.set("definition", definition.toJson());
    json.put("feature_set", FeatureSet.HASH);
    FeatureSet.PROFILE_FEATURES.forEach(json.putArray("profile_features")::add);
    FeatureSet.EVENT_FEATURES.forEach(json.putArray("event_features")::add);
    json.put("transform", "sign(x) log(1 + |x|), then (x - mean) / deviation");
    mapping.toJson(json.putArray("columns"));
    json.put("calibration_intercept", function.calibration().intercept());
    json.put("calibration_slope", function.calibration().slope());
    json.put("amount_factor", function.amountFactor());
    return json.put("log_amount_max", function.logAmountMax());
  }

  private static Path write(Path file, JsonNode json) throws IOException {
    return Files.write(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
  }

  /** Somebody else may have written the same version meanwhile: theirs is as good. */
  private static void move(Path draft, Path target) throws IOException {
    try {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException there) {
      return;
    } catch (AtomicMoveNotSupportedException unsupported) {
      Files.move(draft, target);
    }
  }

  private static double[] thin(double[] sorted) {
    if (sorted.length <= POPULATION_MAX) {
      return sorted.clone();
    }
    double[] kept = new double[POPULATION_MAX];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = sorted[(int) ((long) i * (sorted.length - 1) / (kept.length - 1))];
    }
    return kept;
  }

  private static String digest(
      PredictionDefinition definition,
      FeatureMapping mapping,
      ScoringFunction function,
      double[] population) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String features = MAPPER.writeValueAsString(features(definition, mapping, function));
      digest.update(features.getBytes(StandardCharsets.UTF_8));
      update(digest, function.chance().weights());
      update(digest, function.chance().bias());
      if (function.amount() != null) {
        update(digest, function.amount().weights());
        update(digest, function.amount().bias());
      }
      update(digest, population);
      return HexFormat.of().formatHex(digest.digest()).substring(0, 8);
    } catch (NoSuchAlgorithmException | JsonProcessingException impossible) {
      throw new IllegalStateException("digest of a bundle: cannot be computed", impossible);
    }
  }

  private static void update(MessageDigest digest, double... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES);
    buffer.asDoubleBuffer().put(values);
    digest.update(buffer);
  }
}
