package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An explanation of a score, for people: what raises it and what lowers it, event by event, with
 * bars as long as the contributions are strong, and the sum.
 */
final class ScoreReport {
  private static final int BAR_MAX = 30;
  private static final int FEATURES_SHOWN = 3;
  private static final int NAME_MAX = 32;

  /** Weaker contributions are summed up in one line: they do not move the second decimal. */
  private static final double CONTRIBUTION_MIN = 0.005;

  private final JsonNode why;
  private final PrintWriter out;

  private ScoreReport(JsonNode why, PrintWriter out) {
    this.why = why;
    this.out = out;
  }

  /** Prints the members that {@code why} has besides those of every answer. */
  static void print(JsonNode why, PrintWriter out) {
    new ScoreReport(why, out).print();
  }

  private void print() {
    if (why.has("model_version")) {
      out.println(
          "scored at "
              + why.path("scored_at").asText()
              + " by model "
              + why.path("model_version").asText());
    }
    if (!why.has("sum")) {
      why.path("text").forEach(sentence -> out.println(sentence.asText()));
      return;
    }
    boolean changed = !why.path("matches_stored").asBoolean(true);
    out.println(why.path("text").path(0).asText());
    if (changed) {
      out.println(why.path("text").path(1).asText());
    }
    out.println();
    List<JsonNode> up = new ArrayList<>();
    List<JsonNode> down = new ArrayList<>();
    double weak = 0;
    double strongest = 0;
    for (JsonNode event : why.path("events")) {
      double contribution = event.path("push").asDouble();
      strongest = Math.max(strongest, Math.abs(contribution));
      if (Math.abs(contribution) < CONTRIBUTION_MIN) {
        weak += contribution;
      } else {
        (contribution > 0 ? up : down).add(event);
      }
    }
    section("raise the score", up, strongest);
    section("lower the score", down, strongest);
    sum(weak);
  }

  private void section(String title, List<JsonNode> events, double strongest) {
    out.println(title + (events.isEmpty() ? ": nothing" : ""));
    for (JsonNode event : events) {
      double contribution = event.path("push").asDouble();
      int bar = (int) Math.max(1, Math.round(BAR_MAX * Math.abs(contribution) / strongest));
      out.println(
          String.format(
              Locale.ROOT,
              "  %-" + NAME_MAX + "s %+6.2f  %s",
              shortened(event.path("name").asText()),
              contribution,
              "█".repeat(bar)));
      int shown = 0;
      for (JsonNode feature : event.path("features")) {
        double part = feature.path("push").asDouble();
        if (shown++ < FEATURES_SHOWN && Math.abs(part) >= CONTRIBUTION_MIN) {
          out.println(
              String.format(
                  Locale.ROOT,
                  "  %" + NAME_MAX + "s %+6.2f  %s: %s",
                  "",
                  part,
                  feature.path("words").asText(),
                  feature.path("text").asText()));
        }
      }
    }
  }

  private void sum(double weak) {
    out.println("sum");
    line("base value: the average", why.at("/sum/base").asDouble(), of(why.path("base")));
    line("all contributions", why.at("/sum/pushes").asDouble(), "");
    if (Math.abs(weak) >= 0.0005) {
      out.println(
          String.format(
              Locale.ROOT, "  %-" + NAME_MAX + "s %+6.3f", "of them too weak to list", weak));
    }
    if (why.has("correction")) {
      line(
          why.at("/correction/by").asText().replace('_', ' '),
          why.at("/correction/value").asDouble(),
          "");
    }
    line("the score", why.at("/sum/total").asDouble(), of(why.path("score")));
    out.println(
        why.path("scale").asText().equals("log_amount")
            ? "Contributions are in the logarithm of the amount: +0.69 doubles it, -0.69 halves it."
            : "Contributions are in log odds: +0.69 doubles the odds, -0.69 halves them.");
  }

  private void line(String name, double value, String meaning) {
    out.println(
        String.format(Locale.ROOT, "  %-" + NAME_MAX + "s %+6.2f  %s", name, value, meaning)
            .stripTrailing());
  }

  /** The probability or amount of a part of the answer. */
  private String of(JsonNode part) {
    return part.has("amount")
        ? String.format(
            Locale.ROOT,
            "%.2f %s",
            part.path("amount").asDouble(),
            why.at("/score/currency").asText())
        : String.format(Locale.ROOT, "%.1f %%", 100 * part.path("probability").asDouble());
  }

  private static String shortened(String name) {
    return name.length() <= NAME_MAX ? name : name.substring(0, NAME_MAX - 1) + "…";
  }
}
