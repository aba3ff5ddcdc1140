package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.runtime.Failure;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/**
 * How far trainings are, on stderr: one line that is redrawn on a terminal, else a line whenever
 * something else is done. What cannot be asked is left out, since it is only for the eyes.
 */
final class TrainingWatch {
  /** How often it should look. */
  static final long PERIOD_MILLIS = 500;

  private final ServerClient server;
  private final Optional<String> space;
  private final Console console;
  private String shown = "";

  TrainingWatch(ServerClient server, Optional<String> space, Console console) {
    this.server = server;
    this.space = space;
    this.console = console;
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
    String step = key + ": " + progress.path("step").asText();
    boolean terminal = console.terminal();
    if (!terminal && step.equals(shown)) {
      return;
    }
    shown = step;
    String left =
        progress.path("seconds_left").isNumber()
            ? ", about " + progress.path("seconds_left").asLong() + " s left"
            : "";
    String line =
        String.format(Locale.ROOT, "[%3.0f %%] ", 100 * progress.path("share").asDouble())
            + step
            + left;
    PrintWriter err = console.err();
    if (terminal) {
      err.print("\r\u001b[K" + line);
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** Clears the line of a terminal. */
  void end() {
    if (console.terminal() && !shown.isEmpty()) {
      console.err().print("\r\u001b[K");
      console.err().flush();
    }
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
