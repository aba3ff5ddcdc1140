package dev.traitflow.ml.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.ml.evaluation.Calibration;
import dev.traitflow.ml.evaluation.IsotonicScaling;
import dev.traitflow.ml.evaluation.PlattScaling;
import java.util.ArrayList;
import java.util.List;

/** Calibrations in a bundle's JSON. */
public final class Calibrations {
  private Calibrations() {}

  /** Writes what {@link #fromJson} reads back to the same. */
  public static ObjectNode toJson(Calibration calibration, ObjectNode json) {
    if (calibration instanceof PlattScaling line) {
      return json.put("kind", "platt")
          .put("intercept", line.intercept())
          .put("slope", line.slope());
    }
    IsotonicScaling steps = (IsotonicScaling) calibration;
    json.put("kind", "isotonic");
    ArrayNode margins = json.putArray("margins");
    steps.margins().forEach(margins::add);
    ArrayNode odds = json.putArray("log_odds");
    steps.odds().forEach(odds::add);
    return json;
  }

  /**
   * Reads {@link #toJson}.
   *
   * @throws IllegalArgumentException if it is neither kind, or does not rise
   */
  public static Calibration fromJson(JsonNode json) {
    return switch (json.path("kind").asText()) {
      case "platt" ->
          new PlattScaling(json.path("intercept").asDouble(), json.path("slope").asDouble());
      case "isotonic" -> new IsotonicScaling(numbers(json, "margins"), numbers(json, "log_odds"));
      default ->
          throw new IllegalArgumentException(
              "calibration: got '" + json.path("kind").asText() + "' (expected platt or isotonic)");
    };
  }

  private static List<Double> numbers(JsonNode json, String name) {
    List<Double> values = new ArrayList<>();
    json.path(name).forEach(value -> values.add(value.asDouble()));
    return values;
  }
}
