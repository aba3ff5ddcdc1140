package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.runtime.Failure;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Where predictions are asked for, and how they are printed for people. */
final class PredictionReport {
  private static final String LINE = "%-32s %-10s %-12s %-34s %-10s %s%n";

  private PredictionReport() {}

  /** The address of the predictions of the space a command means. */
  static String path(ServerClient server, TargetOptions target) {
    String space = SpaceChoice.id(server, target.space());
    return "/config/spaces/" + ProfileGetCommand.encode(space) + "/predictions";
  }

  /** The address of one prediction. */
  static String path(ServerClient server, TargetOptions target, String key) {
    return path(server, target) + "/" + ProfileGetCommand.encode(key);
  }

  /** What lies at an address that names a prediction. */
  static JsonNode found(ServerClient server, String path) {
    return server
        .get(path)
        .orElseThrow(
            () ->
                new Failure(
                    server.base() + path + ": got none (expected a prediction of the space)"));
  }

  static void printList(JsonNode predictions, PrintWriter out) {
    if (predictions.isEmpty()) {
      out.println("no predictions");
    } else {
      out.printf(LINE, "key", "kind", "state", "version", "quality", "scored");
      for (JsonNode each : predictions) {
        out.printf(
            LINE,
            text(each.path("key")),
            text(each.path("kind")),
            text(each.path("state")),
            text(each.path("version")),
            text(each.path("statistics").path("quality")),
            text(each.path("scored_at")));
      }
    }
    out.flush();
  }

  static void print(JsonNode prediction, PrintWriter out) {
    out.println(
        text(prediction.path("key"))
            + " ("
            + text(prediction.path("kind"))
            + "): "
            + text(prediction.path("state")));
    if (prediction.path("code").isTextual()) {
      out.println("  " + text(prediction.path("code")) + ": " + text(prediction.path("message")));
    }
    JsonNode progress = prediction.path("progress");
    if (progress.isObject()) {
      out.println("  " + text(progress.path("percent")) + " %: " + text(progress.path("step")));
    }
    for (String field : List.of("version", "trained_at", "scored_at", "next_refresh_at")) {
      if (prediction.path(field).isTextual()) {
        out.println("  " + field + " " + text(prediction.path(field)));
      }
    }
    printChecks(prediction.path("checks"), out);
    printStatistics(prediction.path("statistics"), out);
    for (JsonNode warning : prediction.path("warnings")) {
      out.println("  warning: " + warning.asText());
    }
    out.flush();
  }

  static void printPreview(JsonNode preview, PrintWriter out) {
    out.println(
        text(preview.path("eligible"))
            + " of "
            + text(preview.path("known"))
            + " known users would be scored ("
            + text(preview.path("profiles"))
            + " with anonymous ones)");
    printChecks(preview.path("checks"), out);
    out.println(
        preview.path("ready").asBoolean()
            ? "every check passes"
            : "would be refused: " + text(preview.path("code")));
    out.flush();
  }

  static void printVersions(JsonNode versions, PrintWriter out) {
    if (versions.isEmpty()) {
      out.println("no versions");
    }
    for (JsonNode each : versions) {
      out.println(
          (each.path("in_force").asBoolean() ? "* " : "  ")
              + text(each.path("version"))
              + "  "
              + text(each.path("trained_at"))
              + "  "
              + text(each.path("decision")));
    }
    out.flush();
  }

  private static void printChecks(JsonNode checks, PrintWriter out) {
    for (JsonNode check : checks) {
      out.println(
          (check.path("passed").asBoolean() ? "  ok    " : "  FAILS ")
              + text(check.path("code"))
              + ": "
              + text(check.path("sentence")));
    }
  }

  private static void printStatistics(JsonNode statistics, PrintWriter out) {
    if (!statistics.isObject()) {
      return;
    }
    StringBuilder line = new StringBuilder("  quality ").append(text(statistics.path("quality")));
    for (String metric :
        List.of("auc", "log_loss", "lift_quality", "mae", "rank_correlation", "gini")) {
      if (statistics.path(metric).isNumber()) {
        line.append(
            String.format(Locale.ROOT, ", %s %.3f", metric, statistics.path(metric).asDouble()));
      }
    }
    out.println(line);
    for (JsonNode event : statistics.path("contributions")) {
      out.println(
          String.format(
              Locale.ROOT,
              "  %4.0f %% %s",
              100 * event.path("weight").asDouble(),
              text(event.path("event"))));
    }
  }

  private static String text(JsonNode value) {
    return value.isValueNode() && !value.isNull() ? value.asText() : "-";
  }
}
