package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan, or what became of it, for people. */
final class PlanReport {
  private static final List<String> COUNTS = List.of("added", "changed", "removed", "unchanged");
  private static final int SAMPLE_MAX = 3;
  private static final int VALUE_MAX = 160;
  private static final Map<String, String> WORDS =
      Map.of(
          "sources", "source",
          "tokens", "token",
          "identity/identifiers", "identity rule",
          "traits", "trait",
          "audiences", "audience",
          "predictions", "prediction",
          "destinations", "destination");

  private final JsonNode plan;
  private final PrintWriter out;

  private PlanReport(JsonNode plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  /** Prints the plan of a space. */
  static void print(JsonNode plan, PrintWriter out) {
    new PlanReport(plan, out).print();
    out.flush();
  }

  /** What would be lost, a line for each object that something is lost of. */
  static List<String> losses(JsonNode plan) {
    List<String> losses = new ArrayList<>();
    for (String list : List.of("traits", "objects")) {
      for (JsonNode object : plan.path(list)) {
        if (object.has("lost")) {
          losses.add(
              object.path("action").asText()
                  + " "
                  + word(object)
                  + " "
                  + object.path("key").asText()
                  + ": "
                  + object.path("lost").asText());
        }
      }
    }
    return losses;
  }

  private void print() {
    String space = plan.path("space").asText();
    out.println(
        "space " + (space.isEmpty() ? "(new)" : space) + ": " + plan.path("action").asText());
    for (JsonNode trait : plan.path("traits")) {
      if (isChange(trait)) {
        printTrait(trait);
      }
    }
    for (JsonNode object : plan.path("objects")) {
      out.println(
          object.path("action").asText() + " " + word(object) + " " + object.path("key").asText());
      printChange(object);
    }
    plan.path("members").forEach(member -> out.println("edit " + field(member)));
    printUnmanaged();
    plan.path("warnings").forEach(warning -> out.println("warning: " + warning.asText()));
    if (!plan.path("changed").asBoolean()) {
      out.println("nothing to do");
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
  }

  private static boolean isChange(JsonNode trait) {
    return !trait.path("action").asText().equals("keep") || !trait.path("fields").isEmpty();
  }

  private void printTrait(JsonNode trait) {
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
    printChange(trait);
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

  /** The lines below an object: what comes back, which fields change, what is lost. */
  private void printChange(JsonNode object) {
    if (object.path("restored").asBoolean()) {
      out.println(
          "  its key was deleted before: it comes back as version "
              + object.path("version").asText()
              + ", computed from the history");
    }
    if (!object.path("action").asText().equals("delete")) {
      object.path("fields").forEach(field -> out.println("  " + field(field)));
    }
    if (object.has("lost")) {
      out.println("  lost: " + object.path("lost").asText());
    }
  }

  private void printUnmanaged() {
    Map<String, List<String>> kept = new LinkedHashMap<>();
    for (JsonNode object : plan.path("unmanaged")) {
      String why =
          object.path("listed").asBoolean()
              ? "stays; --prune removes it"
              : "stays; the file has no `" + object.path("member").asText().split("/")[0] + ":`";
      kept.computeIfAbsent(why, unseen -> new ArrayList<>())
          .add(word(object) + " " + object.path("key").asText());
    }
    kept.forEach(
        (why, names) ->
            names.forEach(
                name -> out.println("not managed by this file: " + name + " (" + why + ")")));
  }

  private static String word(JsonNode object) {
    return WORDS.getOrDefault(object.path("member").asText("traits"), "object");
  }

  private static String field(JsonNode change) {
    String name = change.path("field").asText();
    return change.path("secret").asBoolean()
        ? name + ": another one"
        : name
            + ": "
            + definition(change.path("before"))
            + " \u2192 "
            + definition(change.path("after"));
  }

  /** A value of a definition as a file would say it. */
  private static String definition(JsonNode value) {
    String text;
    if (value.isTextual()) {
      text = value.textValue();
    } else if (value.size() == 1 && value.path("within").isTextual()) {
      text = value.path("within").textValue();
    } else {
      text = value(value);
    }
    return text.length() <= VALUE_MAX ? text : text.substring(0, VALUE_MAX) + "...";
  }

  private static String value(JsonNode value) {
    return value.isNull() || value.isMissingNode() ? "none" : value.toString();
  }
}
