package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.runtime.Failure;
import java.util.Optional;

/**
 * Asks a server how far trainings are, for the progress line. What cannot be asked is left out,
 * since it is only for the eyes.
 */
final class TrainingWatch {
  /** How often it should look. */
  static final long PERIOD_MILLIS = 500;

  private final ServerClient server;
  private final Optional<String> space;
  private final ProgressLine line;
  private String shown = "";

  TrainingWatch(ServerClient server, Optional<String> space, Console console) {
    this.server = server;
    this.space = space;
    this.line = console.progress("train");
  }

  /** Shows how far the prediction is that is being trained. */
  void look() {
    try {
      ask();
    } catch (Failure busy) {
      // The request that waits for the training tells what is wrong.
      shown = "";
    }
  }

  private void ask() {
    Optional<JsonNode> all =
        name().flatMap(name -> server.get("/config/spaces/" + name + "/predictions"));
    if (all.isEmpty()) {
      return;
    }
    JsonNode first = null;
    for (JsonNode each : all.get().path("data")) {
      JsonNode progress = each.path("progress");
      boolean waits = progress.path("step").asText().startsWith("waiting for");
      if (progress.isObject() && (first == null || !waits)) {
        first = each;
        if (!waits) {
          break;
        }
      }
    }
    if (first != null) {
      show(first.path("key").asText(), first.path("progress"));
    }
  }

  private void show(String key, JsonNode progress) {
    String step = progress.path("step").asText();
    String next = key + ": " + step;
    if (!next.equals(shown)) {
      line.part(key);
      shown = next;
    }
    line.at(
        progress.path("share").asDouble(),
        step,
        progress.path("seconds_left").asDouble(Double.NaN));
  }

  /** Clears the line of a terminal. */
  void end() {
    line.end();
  }

  /** The space that was named, or the only one. */
  private Optional<String> name() {
    if (space.isPresent()) {
      return space.map(ProfileGetCommand::encode);
    }
    JsonNode all = server.get("/config/spaces").orElseGet(Answer.JSON::createArrayNode);
    return all.size() == 1
        ? Optional.of(ProfileGetCommand.encode(all.path(0).path("id").asText()))
        : Optional.empty();
  }
}
