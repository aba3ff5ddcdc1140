package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/** An explanation of a value, for people. */
final class WhyReport {
  private WhyReport() {}

  /** Prints the explanation. */
  static void print(JsonNode why, PrintWriter out) {
    String version = why.at("/definition/version").asText();
    out.println(
        why.path("key").asText()
            + " = "
            + (why.path("value").isNull() ? "no value" : why.path("value").toString())
            + " as of "
            + why.path("as_of").asText()
            + (version.isEmpty()
                ? " (" + why.path("class").asText() + ")"
                : ", version " + version));
    printWindow(why.path("window"), out);
    if (why.has("set_by")) {
      out.println("set by " + event(why.path("set_by")));
    }
    if (why.has("decided_by")) {
      out.println("decided by " + event(why.path("decided_by")));
    }
    if (why.has("prediction")) {
      ScoreReport.print(why, out);
    }
    if (why.has("counted")) {
      printList("counted", why.path("counted"), out);
      printList("not counted", why.path("not_counted"), out);
    }
    out.flush();
  }

  private static void printWindow(JsonNode window, PrintWriter out) {
    if (window.isObject() && window.path("after").isTextual()) {
      out.println(
          "window: after "
              + window.path("after").asText()
              + " until "
              + window.path("until").asText()
              + (window.has("open")
                  ? (window.path("open").asBoolean() ? ", open until " : ", closed at ")
                      + window.path("closes_at").asText()
                  : ""));
    }
  }

  private static void printList(String name, JsonNode list, PrintWriter out) {
    long total = list.path("total").asLong();
    int shown = list.path("events").size();
    out.println(
        name
            + ": "
            + total
            + (total == 1 ? " event" : " events")
            + (shown < total ? ", the newest " + shown + ":" : ""));
    for (JsonNode event : list.path("events")) {
      out.println("  " + event(event) + detail(event));
    }
  }

  private static String event(JsonNode event) {
    return event.path("timestamp").asText()
        + "  "
        + event.path("event").asText()
        + "  "
        + event.path("message_id").asText();
  }

  private static String detail(JsonNode event) {
    StringBuilder detail = new StringBuilder();
    if (event.has("values")) {
      detail.append("  ").append(list(event.path("values")));
    }
    if (event.has("reason")) {
      detail.append("  ").append(event.path("reason").asText().replace('_', ' '));
    }
    JsonNode condition = event.path("condition");
    if (condition.has("property")) {
      detail
          .append(": ")
          .append(condition.path("property").asText())
          .append(' ')
          .append(condition.path("op").asText());
      if (condition.has("value")) {
        detail.append(' ').append(condition.path("value"));
      }
    } else if (event.has("pointer")) {
      detail.append(": none of ").append(event.path("pointer").asText());
    }
    if (event.has("found")) {
      JsonNode found = event.path("found");
      detail.append(found.isEmpty() ? "" : ", found " + list(found));
    }
    return detail.toString();
  }

  private static String list(JsonNode values) {
    return values.size() == 1 ? values.get(0).toString() : values.toString();
  }
}
