package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.replay.Replay;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the demo prints at its end.
 *
 * @param result what became of the lines
 * @param status the server's status, with its counts
 * @param models one answer of the training for each prediction
 * @param profile a profile as the export has it; empty if none has both predictions
 * @param replaySeconds time spent on replaying
 * @param trainSeconds time spent on training
 */
record DemoReport(
    Replay.Result result,
    JsonNode status,
    JsonNode models,
    ObjectNode profile,
    double replaySeconds,
    double trainSeconds) {
  private static final List<String> PROBABILITY_METRICS =
      List.of("auc", "logloss", "brier", "ece10", "lift10");
  private static final List<String> VALUE_METRICS =
      List.of("mae", "spearman", "gini_norm", "total_error");

  /** The same as {@link #print} for programs. */
  ObjectNode toJson(String space) {
    ObjectNode document = Answer.JSON.createObjectNode();
    document.put("read", result.read());
    document.put("accepted", result.totals().accepted());
    document.put("duplicate", result.totals().duplicate());
    document.put("rejected", result.totals().rejected());
    ObjectNode reasons = document.putObject("reasons");
    result.totals().reasons().forEach(reasons::put);
    document.put("events_per_second", perSecond());
    document.put("replay_seconds", replaySeconds);
    document.put("train_seconds", trainSeconds);
    document.put("profiles", count("profiles/" + space));
    document.put("merges", count("merges/" + space));
    document.set("models", models);
    document.set("profile", profile);
    return document;
  }

  /** For people. */
  void print(String space, PrintWriter out) {
    out.printf(Locale.ROOT, "%nWhat happened%n");
    out.printf(
        Locale.ROOT,
        "  read %d accepted %d duplicate %d rejected %d%n",
        result.read(),
        result.totals().accepted(),
        result.totals().duplicate(),
        result.totals().rejected());
    result
        .totals()
        .reasons()
        .forEach((reason, count) -> out.printf(Locale.ROOT, "    %-24s %d%n", reason, count));
    out.printf(Locale.ROOT, "  %,d events/s over %.0f s of replay%n", perSecond(), replaySeconds);
    out.printf(
        Locale.ROOT,
        "  %,d profiles made, %,d merges%n",
        count("profiles/" + space),
        count("merges/" + space));
    out.printf(Locale.ROOT, "%nModels, trained in %.0f s%n", trainSeconds);
    for (JsonNode model : models) {
      printModel(model, out);
    }
    printProfile(out);
  }

  private static void printModel(JsonNode model, PrintWriter out) {
    out.printf(Locale.ROOT, "  %s: %s", model.path("prediction").asText(), state(model));
    JsonNode card = model.path("card");
    if (card.isMissingNode()) {
      out.printf("%n");
      return;
    }
    out.printf(
        Locale.ROOT,
        " (%s, quality %s)%n",
        card.path("model").asText(),
        card.path("quality").asText());
    JsonNode rows = card.path("metrics");
    List<String> names = rows.path("model").has("auc") ? PROBABILITY_METRICS : VALUE_METRICS;
    out.printf(Locale.ROOT, "    %-28s", "on the later period");
    names.forEach(name -> out.printf(Locale.ROOT, "%12s", name));
    out.printf("%n");
    Map<String, JsonNode> table = new TreeMap<>();
    rows.properties().forEach(row -> collect(row.getKey(), row.getValue(), table));
    table.forEach(
        (name, row) -> {
          out.printf(Locale.ROOT, "    %-28s", name);
          names.forEach(
              metric -> out.printf(Locale.ROOT, "%12.4f", row.path(metric).asDouble(Double.NaN)));
          out.printf("%n");
        });
  }

  /** Rows of metrics lie side by side or one level deeper (the baselines). */
  private static void collect(String name, JsonNode row, Map<String, JsonNode> table) {
    if (row.has("auc") || row.has("mae")) {
      table.put(name.equals("model") ? "> model" : name, row);
    } else {
      row.properties().forEach(deeper -> collect(deeper.getKey(), deeper.getValue(), table));
    }
  }

  private static String state(JsonNode model) {
    return model.path("state").asText()
        + (model.has("message") ? ": " + model.path("message").asText() : "");
  }

  private void printProfile(PrintWriter out) {
    if (profile.isEmpty()) {
      out.printf("%nNo profile has both predictions.%n");
      return;
    }
    out.printf(Locale.ROOT, "%nA profile: %s%n", profile.path("segment_id").asText());
    profile
        .path("external_ids")
        .properties()
        .forEach(id -> out.printf(Locale.ROOT, "  %-34s %s%n", id.getKey(), id.getValue()));
    out.printf(Locale.ROOT, "  traits at %s%n", profile.path("as_of").asText());
    profile
        .path("traits")
        .properties()
        .forEach(
            trait -> out.printf(Locale.ROOT, "    %-32s %s%n", trait.getKey(), trait.getValue()));
  }

  private long perSecond() {
    return Math.round(result.read() / Math.max(replaySeconds, 0.001));
  }

  private long count(String name) {
    return status.path("counts").path(name).asLong();
  }
}
