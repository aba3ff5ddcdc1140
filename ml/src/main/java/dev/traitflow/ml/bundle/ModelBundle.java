package dev.traitflow.ml.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.model.FeatureMapping;
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
import java.util.Map;

/**
 * One trained version of a prediction, with all that scoring needs: the model, the mapping from
 * features, the calibration, the frozen distribution of scores and the card.
 *
 * <p>On disk it is the directory {@code <root>/<space>/<key>/<version>/} of {@code members.bin},
 * {@code features.json}, {@code population.json} and {@code card.json}. A directory appears whole
 * or not at all and is never changed. Reading it takes no library that trains.
 */
public final class ModelBundle {
  /** Scores kept of the population; more would not move a percentile of two decimals. */
  public static final int POPULATION_MAX = 20_001;

  private static final String MEMBERS = "members.bin";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final String version;
  private final PredictionDefinition definition;
  private final FeatureMapping mapping;
  private final ScoringFunction function;
  private final double[] population;
  private final ObjectNode card;

  private ModelBundle(
      String version,
      PredictionDefinition definition,
      FeatureMapping mapping,
      ScoringFunction function,
      double[] population,
      ObjectNode card) {
    this.version = version;
    this.definition = definition;
    this.mapping = mapping;
    this.function = function;
    this.population = population;
    this.card = card;
  }

  /**
   * Makes a bundle of what training found.
   *
   * @param function the models and how they become a score
   * @param population raw scores of everybody scored, ascending
   * @param now when it was trained, epoch milliseconds
   * @param card what people should know; version and creation time are added
   */
  public static ModelBundle create(
      PredictionDefinition definition,
      FeatureMapping mapping,
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
    return new ModelBundle(version, definition, mapping, function, kept, full);
  }

  /** {@code yyyymmddThhmmssZ-} and a hash of what scores depend on. */
  public String version() {
    return version;
  }

  /** When it was trained, epoch milliseconds: no label it was fitted on is younger. */
  public long trainedAt() {
    return Instant.parse(card.path("created").asText()).toEpochMilli();
  }

  /** The prediction it answers. */
  public PredictionDefinition definition() {
    return definition;
  }

  /** From features to a row of the model. */
  public FeatureMapping mapping() {
    return mapping;
  }

  /** From rows to scores. */
  public ScoringFunction function() {
    return function;
  }

  /** Raw scores of the population at training time, ascending, thinned evenly if many. */
  public double[] population() {
    return population.clone();
  }

  /**
   * The same model with percentiles over another population.
   *
   * @param scores raw scores, ascending
   */
  public ModelBundle withPopulation(double[] scores) {
    return new ModelBundle(version, definition, mapping, function, scores.clone(), card);
  }

  /** The same model with one more field on its card. */
  public ModelBundle withCard(String field, JsonNode value) {
    ObjectNode more = card.deepCopy();
    more.set(field, value);
    return new ModelBundle(version, definition, mapping, function, population, more);
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
    return write(root, space, Map.of());
  }

  /**
   * The same with more files beside the bundle's own.
   *
   * @param more their contents by name
   */
  public Path write(Path root, String space, Map<String, JsonNode> more) throws IOException {
    Path parent = root.resolve(space).resolve(definition.key());
    Path target = parent.resolve(version);
    if (Files.isDirectory(target)) {
      return target;
    }
    Files.createDirectories(parent);
    Path draft = Files.createTempDirectory(parent, ".draft-");
    List<Path> files = new ArrayList<>();
    try {
      byte[] members = members(mapping).encode(function.members());
      files.add(Files.write(draft.resolve(MEMBERS), members));
      files.add(write(draft.resolve("features.json"), features(definition, mapping, function)));
      files.add(write(draft.resolve("population.json"), MAPPER.valueToTree(population)));
      files.add(write(draft.resolve(BundleFiles.CARD), card));
      for (Map.Entry<String, JsonNode> file : more.entrySet()) {
        files.add(write(draft.resolve(file.getKey()), file.getValue()));
      }
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
   * Reads the bundle of a directory; see {@link #of}.
   *
   * @throws IOException if a file is missing or cannot be read
   */
  public static ModelBundle load(Path directory) throws IOException {
    return of(BundleFiles.read(directory));
  }

  /**
   * Reads a bundle.
   *
   * @throws IOException if a file is missing or cannot be read
   * @throws IllegalArgumentException if it was made for other features than this program computes,
   *     or its parts do not fit together; the message says what differs
   */
  public static ModelBundle of(BundleFiles files) throws IOException {
    JsonNode features = MAPPER.readTree(files.get("features.json"));
    int format = features.path("format").asInt(1);
    if (format != MembersCodec.VERSION) {
      throw new IllegalArgumentException(
          "format of the bundle: got "
              + format
              + " (expected "
              + MembersCodec.VERSION
              + "); train the prediction again");
    }
    verify(features.path("profile_features"), FeatureSet.PROFILE_FEATURES, "profile features");
    verify(features.path("event_features"), FeatureSet.EVENT_FEATURES, "event features");
    List<Problem> problems = new ArrayList<>();
    PredictionDefinition definition =
        PredictionDefinition.parseForEvaluation(
            new Fields(features.path("definition"), "/definition", problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("definition of the bundle: " + problems.get(0));
    }
    JsonNode baseJson = features.path("customer_base");
    CustomerBaseModel base = baseJson.isObject() ? CustomerBaseModel.fromJson(baseJson) : null;
    FeatureMapping mapping = FeatureMapping.fromJson(features.path("columns"), base);
    ScoringFunction function =
        new ScoringFunction(
            members(mapping).decode(files.get(MEMBERS)),
            Calibrations.fromJson(features.path("calibration")),
            !definition.isProbability(),
            features.path("amount_factor").asDouble(),
            features.path("log_amount_max").asDouble());
    double[] population = PopulationJson.read(files.get("population.json"));
    JsonNode card = MAPPER.readTree(files.get(BundleFiles.CARD));
    if (!(card instanceof ObjectNode object)) {
      throw new IllegalArgumentException("card.json: got no object (expected one)");
    }
    return new ModelBundle(
        object.path("version").asText(), definition, mapping, function, population, object);
  }

  private static MembersCodec members(FeatureMapping mapping) {
    return new MembersCodec(mapping.columns().size());
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
    json.put("format", MembersCodec.VERSION);
    json.set("definition", definition.toJson());
    json.put("feature_set", FeatureSet.HASH);
    FeatureSet.PROFILE_FEATURES.forEach(json.putArray("profile_features")::add);
    FeatureSet.EVENT_FEATURES.forEach(json.putArray("event_features")::add);
    json.put("transform", "sign(x) log(1 + |x|), then (x - mean) / deviation");
    mapping.toJson(json.putArray("columns"));
    if (mapping.base() != null) {
      mapping.base().toJson(json.putObject("customer_base"));
    }
    for (Member member : function.members()) {
      ObjectNode one = json.withArray("members").addObject();
      one.put("kind", member.family().name()).put("weight", member.weight());
    }
    Calibrations.toJson(function.calibration(), json.putObject("calibration"));
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

  /** Every score, or as many of them as are kept, evenly. */
  static double[] thin(double[] sorted) {
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
      for (Member member : function.members()) {
        // What a model answers to rows of one column each stands for its weights.
        double[] row = new double[mapping.columns().size()];
        for (int column = 0; column < row.length; column++) {
          row[column] = 1;
          update(digest, member.predictor().apply(row));
          row[column] = 0;
        }
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
