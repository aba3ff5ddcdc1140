package dev.traitflow.predict.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.ml.training.Contest;
import dev.traitflow.ml.training.TrainingOutcome.Refused;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What came of a training, as the JSON file a trainer leaves behind.
 *
 * @param json the answer: {@code outcome} is one of the words below, and the other fields hang on
 *     it
 */
public record TrainerAnswer(ObjectNode json) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String TRAINED = "trained";
  private static final String REFUSED = "refused";
  private static final String FAILED = "failed";

  /** A model that lies in a directory. */
  static TrainerAnswer trained(Trained trained, Path bundle) {
    ObjectNode json = JSON.createObjectNode().put("outcome", TRAINED);
    json.put("version", trained.bundle().version()).put("path", bundle.toString());
    json.set("card", trained.bundle().card());
    json.set("checks", CheckJson.of(trained.checks()));
    Contest contest = trained.contest();
    if (contest != null) {
      json.set("contest", contest.toJson());
    }
    return new TrainerAnswer(json);
  }

  /** No model, for a reason that lies in the data. */
  static TrainerAnswer refused(Refused refused) {
    ObjectNode json = JSON.createObjectNode().put("outcome", REFUSED);
    json.put("code", refused.code()).put("message", refused.sentence());
    json.set("checks", CheckJson.of(refused.checks()));
    return new TrainerAnswer(json);
  }

  /** No model, for a reason that does not lie in the data. */
  public static TrainerAnswer failed(String message) {
    return new TrainerAnswer(
        JSON.createObjectNode().put("outcome", FAILED).put("message", message));
  }

  /** True if there is a new bundle. */
  public boolean isTrained() {
    return is(TRAINED);
  }

  /** True if the data was refused. */
  public boolean isRefused() {
    return is(REFUSED);
  }

  /** Version of the new bundle. */
  public String version() {
    return json.path("version").asText();
  }

  /** Local directory of the new bundle. */
  public String path() {
    return json.path("path").asText();
  }

  /** Card of the new bundle. */
  public JsonNode card() {
    return json.path("card");
  }

  /** Every gate that was looked at. */
  public ArrayNode checks() {
    return json.withArray("checks");
  }

  /** The code of a refusal. */
  public String code() {
    return json.path("code").asText();
  }

  /** Why there is no model. */
  public String message() {
    return json.path("message").asText();
  }

  /** How the new model did beside the one in force; missing if there was none. */
  public JsonNode contest() {
    return json.path("contest");
  }

  /** Writes the answer. */
  public void write(Path file) throws IOException {
    Files.write(file, JSON.writeValueAsBytes(json));
  }

  static TrainerAnswer read(Path file) throws IOException {
    if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode json) {
      return new TrainerAnswer(json);
    }
    throw new IOException("got no object (expected the answer of a training)");
  }

  private boolean is(String outcome) {
    return json.path("outcome").asText().equals(outcome);
  }
}
