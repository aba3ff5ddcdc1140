package dev.traitflow.core.audience;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs the examples of an audience: each says whether a profile with some traits is a member. They
 * go through the conditions that the engine judges by.
 */
public final class AudienceExamples {
  private AudienceExamples() {}

  /**
   * Returns what is wrong with the examples, or untrue of them; empty if all hold.
   *
   * @param audience a definition without problems
   * @param pointer JSON pointer of the definition
   */
  public static List<Problem> check(AudienceDefinition audience, String pointer) {
    List<Problem> problems = new ArrayList<>();
    int index = 0;
    for (JsonNode example : audience.examples()) {
      Fields fields = new Fields(example, pointer + "/examples/" + index++, problems);
      int before = problems.size();
      if (fields.object("traits") == null) {
        fields.problem("traits", "is missing (expected the traits of a profile)");
      }
      JsonNode traits =
          Objects.requireNonNullElse(fields.get("traits"), JsonNodeFactory.instance.objectNode());
      List<String> audiences = fields.texts("audiences");
      boolean identified = !fields.bool("anonymous", false) || audience.includeAnonymous();
      if (!fields.has("value")) {
        fields.problem("value", "is missing (expected true for a member, false for others)");
      }
      boolean expected = fields.bool("value", false);
      fields.end();
      boolean member = identified && audience.root().test(new Example(traits, audiences));
      if (problems.size() == before && member != expected) {
        fields.problem("value", "got " + expected + ", but the conditions give " + member);
      }
    }
    return problems;
  }

  private record Example(JsonNode traits, List<String> audiences) implements AudienceFacts {
    @Override
    public @Nullable JsonNode trait(String key) {
      JsonNode value = traits.get(key);
      return value == null || value.isNull() ? null : value;
    }

    @Override
    public boolean isMember(String audience) {
      return audiences.contains(audience);
    }
  }
}
