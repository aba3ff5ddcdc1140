package dev.traitflow.predict.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.training.Gates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a trainer is asked for, as a file between two processes of one program: nothing older is
 * ever read.
 *
 * @param space id of the space
 * @param definition the prediction
 * @param rows directory of sorted training rows
 * @param cutoffs those of the rows that are used, epoch milliseconds
 * @param now the present, epoch milliseconds
 * @param seed decides which profiles are held out
 * @param gates which data is refused
 * @param champion local directory with a copy of the bundle in force, empty if there is none
 * @param models local directory that the bundle is written below
 */
public record TrainerRequest(
    String space,
    PredictionDefinition definition,
    Path rows,
    Collection<Long> cutoffs,
    long now,
    long seed,
    Gates gates,
    String champion,
    Path models) {
  private static final JsonMapper JSON = new JsonMapper();

  public TrainerRequest {
    cutoffs = Set.copyOf(cutoffs);
  }

  void write(Path file) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("space", space).put("rows", rows.toString()).put("models", models.toString());
    json.set("definition", definition.toJson());
    new TreeSet<>(cutoffs).forEach(json.putArray("cutoffs")::add);
    json.put("now", now).put("seed", seed).put("gates", gates.name()).put("champion", champion);
    Files.write(file, JSON.writeValueAsBytes(json));
  }

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static TrainerRequest read(Path file) throws IOException {
    JsonNode json = JSON.readTree(Files.readAllBytes(file));
    ArrayList<Problem> problems = new ArrayList<>();
    PredictionDefinition definition =
        PredictionDefinition.parseForEvaluation(
            new Fields(json.path("definition"), "/definition", problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("request of a training: " + problems.get(0));
    }
    ArrayList<Long> cutoffs = new ArrayList<>();
    json.path("cutoffs").forEach(cutoff -> cutoffs.add(cutoff.asLong()));
    return new TrainerRequest(
        json.path("space").asText(),
        definition,
        Path.of(json.path("rows").asText()),
        cutoffs,
        json.path("now").asLong(),
        json.path("seed").asLong(),
        Gates.valueOf(json.path("gates").asText()),
        json.path("champion").asText(),
        Path.of(json.path("models").asText()));
  }
}
