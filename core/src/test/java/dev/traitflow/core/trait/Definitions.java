package dev.traitflow.core.trait;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.condition.EventFilter;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import java.util.ArrayList;
import java.util.List;

/** Reads definitions that tests write as JSON, in which {@code '} may stand for {@code "}. */
public final class Definitions {
  private Definitions() {}

  /** A definition without problems. */
  public static TraitDefinition of(String json) {
    List<Problem> problems = new ArrayList<>();
    TraitDefinition definition = TraitDefinition.parse(new Fields(json(json), "", problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.toString());
    }
    return definition;
  }

  /** What is wrong with a definition, as text. */
  public static List<String> problems(String json) {
    List<Problem> problems = new ArrayList<>();
    TraitDefinition.parse(new Fields(json(json), "", problems));
    return problems.stream().map(Problem::toString).toList();
  }

  /** A filter without problems. */
  public static EventFilter filter(String json) {
    List<Problem> problems = new ArrayList<>();
    EventFilter filter = EventFilter.parse(new Fields(json(json), "", problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.toString());
    }
    return filter;
  }

  /** JSON as a definition has it. */
  public static JsonNode json(String json) {
    try {
      return new ObjectMapper().readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }
}
