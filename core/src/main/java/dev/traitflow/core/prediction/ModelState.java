package dev.traitflow.core.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.text.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of the topic {@code models}: how a prediction stands and which bundle is in force for
 * it. Of one prediction the newest record counts. Whoever trains writes it; scorers look at the
 * bundle, servers show the rest.
 *
 * @param space id of the space
 * @param prediction key of the prediction
 * @param phase how it stands
 * @param code why it failed, or why the newest training did not replace the model in force, such as
 *     {@code too_few_positives}; empty if neither
 * @param message the same for people
 * @param checks every gate of the newest training, an array of objects with {@code code}, {@code
 *     passed}, {@code sentence} and {@code numbers}
 * @param version version of the bundle in force, empty if there is none
 * @param path where that bundle lies: a URI relative to the root of whoever reads bundles, or, in
 *     records of before, the absolute path of a directory
 * @param population where the scores of the last scoring of everybody lie, in the same form, empty
 *     for those in the bundle; percentiles are taken over them
 * @param trainedAt when the bundle in force was trained, epoch milliseconds of the space's clock; 0
 *     if there is none
 * @param triedAt when training was tried last; 0 for never
 * @param scoredAt when everybody was scored last; 0 for never
 * @param card the card of the bundle in force; an empty object if there is none
 * @param drift how inputs and scores moved since training; an empty object if it is unknown
 * @param versions the newest 200 versions there were, oldest first
 */
public record ModelState(
    String space,
    String prediction,
    Phase phase,
    String code,
    String message,
    JsonNode checks,
    String version,
    String path,
    String population,
    long trainedAt,
    long triedAt,
    long scoredAt,
    JsonNode card,
    JsonNode drift,
    List<Version> versions) {

  /** The code of a model that was in force and cannot be read, or wants other features. */
  public static final String BUNDLE_MISMATCH = "bundle_mismatch";

  private static final JsonMapper JSON = new JsonMapper();

  /** How a prediction stands. */
  public enum Phase {
    /** It is trained for the first time. */
    IN_PROGRESS("In Progress"),
    /** A model is in force. */
    LIVE("Live"),
    /** There is no model; the code says why. */
    FAILED("Failed");

    private final String word;

    Phase(String word) {
      this.word = word;
    }

    /** The word people read. */
    public String word() {
      return word;
    }

    static Phase of(String word) {
      for (Phase phase : values()) {
        if (phase.word.equals(word)) {
          return phase;
        }
      }
      throw new IllegalArgumentException(
          "state: got '" + word + "' (expected In Progress, Live or Failed)");
    }
  }

  /**
   * A bundle that was trained.
   *
   * @param version its version
   * @param path where it lies, as {@link ModelState#path}
   * @param trainedAt epoch milliseconds of the space's clock
   * @param decision why it came into force or did not, for people
   */
  public record Version(String version, String path, long trainedAt, String decision) {
    private static final int DECISION_CHARS_MAX = 1_000;

    public Version {
      decision = Utf8.cut(decision, DECISION_CHARS_MAX);
    }
  }

  /** Greatest length of {@link #toJson()}, in bytes. */
  public static final int BYTES_MAX = 900 << 10;

  private static final int VERSIONS_MAX = 200;

  public ModelState {
    versions = List.copyOf(newest(versions));
  }

  private static List<Version> newest(List<Version> versions) {
    int size = versions.size();
    return size <= VERSIONS_MAX ? versions : versions.subList(size - VERSIONS_MAX, size);
  }

  /** A prediction whose first training begins. */
  public static ModelState begun(String space, String prediction) {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    return new ModelState(
        space,
        prediction,
        Phase.IN_PROGRESS,
        "",
        "",
        JsonNodeFactory.instance.arrayNode(),
        "",
        "",
        "",
        0,
        0,
        0,
        none,
        none,
        List.of());
  }

  /** True if scorers have something to load. */
  public boolean hasModel() {
    return !version.isEmpty();
  }

  /** True if scorers have nothing to load anew when this follows {@code other}. */
  public boolean scoresLike(ModelState other) {
    return version.equals(other.version)
        && path.equals(other.path)
        && population.equals(other.population);
  }

  /**
   * The same while it is trained: a model in force goes on; without one nothing is known but why
   * the last one cannot be used.
   */
  public ModelState beingTrained() {
    if (hasModel()) {
      return this;
    }
    boolean broken = code.equals(BUNDLE_MISMATCH);
    return judged(
        Phase.IN_PROGRESS, broken ? code : "", broken ? message : "", checks, triedAt, versions);
  }

  /** The same with no model in force, because its bundle cannot be used. */
  public ModelState unusable(String why) {
    return judged(Phase.FAILED, BUNDLE_MISMATCH, why, checks, triedAt, versions)
        .inForce("", "", 0, scoredAt, JsonNodeFactory.instance.objectNode());
  }

  /** The same after a training that brought no model into force. */
  public ModelState refused(String why, String sentence, JsonNode gates, long at) {
    return judged(hasModel() ? Phase.LIVE : Phase.FAILED, why, sentence, gates, at, versions);
  }

  /** The same with another bundle in force, of the population that lies in it. */
  public ModelState live(Version bundle, JsonNode itsCard, JsonNode gates, long at) {
    return judged(Phase.LIVE, "", "", gates, at, with(bundle))
        .inForce(bundle.version, bundle.path, bundle.trainedAt, at, itsCard);
  }

  /** The same after a training whose model did not come into force: it is kept beside. */
  public ModelState challenged(Version loser, JsonNode gates, long at) {
    return judged(phase, "", "", gates, at, with(loser));
  }

  /** The same with a bundle of before in force again, of the population that lies in it. */
  public ModelState rolledBack(Version bundle, JsonNode itsCard) {
    return judged(Phase.LIVE, "", "", checks, triedAt, with(bundle))
        .inForce(bundle.version, bundle.path, bundle.trainedAt, scoredAt, itsCard);
  }

  /** The same model with another word about it. */
  private ModelState judged(
      Phase stands, String why, String sentence, JsonNode gates, long at, List<Version> all) {
    return new ModelState(
        space,
        prediction,
        stands,
        why,
        sentence,
        gates,
        version,
        path,
        population,
        trainedAt,
        at,
        scoredAt,
        card,
        drift,
        all);
  }

  /** The same word about another model, whose population lies in its bundle. */
  private ModelState inForce(
      String itsVersion, String itsPath, long trained, long scored, JsonNode itsCard) {
    return new ModelState(
        space,
        prediction,
        phase,
        code,
        message,
        checks,
        itsVersion,
        itsPath,
        "",
        trained,
        triedAt,
        scored,
        itsCard,
        JsonNodeFactory.instance.objectNode(),
        versions);
  }

  /** When a model was trained last, in force or not; 0 for never. */
  public long builtAt() {
    return versions.stream().mapToLong(Version::trainedAt).max().orElse(0);
  }

  /** The versions with one added, or replaced where it stands. */
  private List<Version> with(Version one) {
    List<Version> all = new ArrayList<>(versions);
    all.replaceAll(each -> each.version.equals(one.version) ? one : each);
    if (!all.contains(one)) {
      all.add(one);
    }
    return all;
  }

  /** The same after everybody was scored; percentiles are taken over {@code scores} from now on. */
  public ModelState scored(String scores, JsonNode moved, long at) {
    return new ModelState(
        space,
        prediction,
        phase,
        code,
        message,
        checks,
        version,
        path,
        scores,
        trainedAt,
        triedAt,
        at,
        card,
        moved,
        versions);
  }

  /** The topic's key. */
  public byte[] topicKey() {
    return topicKey(space, prediction);
  }

  /** The topic's key of a prediction; an empty value under it says that it is gone. */
  public static byte[] topicKey(String space, String prediction) {
    return new ByteWriter().writeByte(1).writeString(space).writeString(prediction).toBytes();
  }

  /**
   * The record as JSON. What describes the model is left out where it takes more than the bound of
   * the record; it can be read from the bundle.
   */
  public byte[] toJson() {
    byte[] whole = json(checks, card, drift);
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    return whole.length <= BYTES_MAX
        ? whole
        : json(JsonNodeFactory.instance.arrayNode(), none, none);
  }

  private byte[] json(JsonNode gates, JsonNode described, JsonNode moved) {
    ObjectNode json = JSON.createObjectNode();
    json.put("space", space).put("prediction", prediction).put("state", phase.word());
    json.put("code", code).put("message", message);
    json.set("checks", gates);
    json.put("version", version).put("path", path).put("population", population);
    json.put("trained_at", trainedAt).put("tried_at", triedAt).put("scored_at", scoredAt);
    json.set("card", described);
    json.set("drift", moved);
    ArrayNode list = json.putArray("versions");
    for (Version each : versions) {
      list.addObject()
          .put("version", each.version)
          .put("path", each.path)
          .put("trained_at", each.trainedAt)
          .put("decision", each.decision);
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads {@link #toJson()}.
   *
   * @throws IOException if it is no JSON
   */
  public static ModelState fromJson(byte[] bytes) throws IOException {
    JsonNode json = JSON.readTree(bytes);
    List<Version> versions = new ArrayList<>();
    for (JsonNode each : json.path("versions")) {
      versions.add(
          new Version(
              each.path("version").asText(),
              each.path("path").asText(),
              each.path("trained_at").asLong(),
              each.path("decision").asText()));
    }
    return new ModelState(
        json.path("space").asText(),
        json.path("prediction").asText(),
        // Records of before there were states name a bundle in force.
        Phase.of(json.path("state").asText(Phase.LIVE.word())),
        json.path("code").asText(),
        json.path("message").asText(),
        json.path("checks").isArray() ? json.path("checks") : JSON.createArrayNode(),
        json.path("version").asText(),
        json.path("path").asText(),
        json.path("population").asText(),
        json.path("trained_at").asLong(),
        json.path("tried_at").asLong(),
        json.path("scored_at").asLong(),
        json.path("card").isObject() ? json.path("card") : JSON.createObjectNode(),
        json.path("drift").isObject() ? json.path("drift") : JSON.createObjectNode(),
        versions);
  }
}
