package dev.traitflow.core.space;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.json.CallJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the definition of a space from the log and the topic of definitions. Its numbers are the
 * exact decimals that were defined, so that a job compares with what a preview compared with.
 */
public final class KeptDefinition {
  private static final JsonMapper JSON =
      JsonMapper.builder(CallJson.FACTORY.copy())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private KeptDefinition() {}

  /**
   * Reads a definition that was accepted before and is kept since.
   *
   * @param json the definition as JSON in UTF-8
   * @throws IllegalStateException if it cannot be read
   */
  public static SpaceDefinition read(byte[] json) {
    try {
      return of(JSON.readTree(json));
    } catch (IOException e) {
      throw new IllegalStateException("kept definition: cannot be read", e);
    }
  }

  /**
   * As {@link #read}, of JSON that was parsed with exact decimals.
   *
   * @throws IllegalStateException if it is no definition that can have been accepted
   */
  public static SpaceDefinition of(JsonNode json) {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition definition = SpaceDefinition.kept(json, problems);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          "space " + json.path("id").asText() + ": got " + problems + " (expected no problems)");
    }
    return definition;
  }
}
