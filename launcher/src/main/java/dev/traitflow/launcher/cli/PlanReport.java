package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A plan, or what became of it, for people. */
final class PlanReport {
  private static final List<String> COUNTS = List.of("added", "changed", "removed", "unchanged");
  private static final int SAMPLE_MAX = 3;

  private PlanReport() {}

  /** Prints the plan of a space. */
  static void print(JsonNode plan, PrintWriter out) {
    String space = plan.path("space").asText();
    out.println(
        "space " + (space.isEmpty() ? "(new)" : space) + ": " + plan.path("action").asText());
    boolean nothing = plan.path("action").asText().equals("edit") && plan.path("others").isEmpty();
    for (JsonNode trait : plan.path("traits")) {
      if (!trait.path("action").asText().equals("keep")) {
        nothing = false;
        printTrait(trait, out);
      }
    }
    List<String> others = new ArrayList<>();
    plan.path("others").forEach(other -> others.add(other.asText()));
    if (!others.isEmpty()) {
      out.println("also changed: " + String.join(", ", others));
    }
    if (nothing) {
      out.println("no value changes");
    } else if (plan.has("events_to_read")) {
      out.println(
          "reads "
              + plan.path("events_to_read").asText()
              + " events of "
              + plan.path("profiles").asText()
              + " profiles, about "
              + plan.path("estimated_seconds").asText()
              + " s");
    }
    out.flush();
  }

  private static void printTrait(JsonNode trait, PrintWriter out) {
    List<String> counts = new ArrayList<>();
    for (String count : COUNTS) {
      if (trait.has(count)) {
        counts.add(trait.path(count).asText() + " " + count);
      }
    }
    if (trait.has("kept_as_custom")) {
      counts.add(trait.path("kept_as_custom").asText() + " profiles keep it as a custom trait");
    }
    out.println(
        trait.path("action").asText()
            + " "
            + trait.path("key").asText()
            + (counts.isEmpty() ? "" : ": " + String.join(", ", counts)));
    int shown = 0;
    for (JsonNode difference : trait.path("sample")) {
      if (shown++ < SAMPLE_MAX) {
        out.println(
            "  "
                + difference.path("segment_id").asText()
                + ": "
                + value(difference.path("before"))
                + " -> "
                + value(difference.path("after")));
      }
    }
  }

  private static String value(JsonNode value) {
    return value.isNull() || value.isMissingNode() ? "none" : value.toString();
  }
}
