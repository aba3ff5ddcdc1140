package dev.traitflow.predict.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.DataChecks.Check;
import java.util.List;

/** Gates as JSON. */
public final class CheckJson {
  private CheckJson() {}

  /** Every gate with its code, whether it was passed, its sentence and its numbers. */
  public static ArrayNode of(List<Check> checks) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Check check : checks) {
      ObjectNode one = list.addObject();
      one.put("code", check.code()).put("passed", check.passed()).put("sentence", check.sentence());
      ObjectNode numbers = one.putObject("numbers");
      check
          .numbers()
          .forEach(
              (name, value) -> {
                if (Double.isFinite(value)) {
                  numbers.put(name, value);
                } else {
                  numbers.putNull(name);
                }
              });
    }
    return list;
  }

  /** The sentences of the gates that were not passed. */
  public static ArrayNode failed(ArrayNode checks) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (JsonNode check : checks) {
      if (!check.path("passed").asBoolean()) {
        list.add(check.path("sentence"));
      }
    }
    return list;
  }
}
