package dev.traitflow.core.audience;

import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.trait.Definitions;
import java.util.ArrayList;
import java.util.List;

/** Reads audiences that tests write as JSON, in which {@code '} may stand for {@code "}. */
public final class Audiences {
  private Audiences() {}

  /** A definition without problems. */
  public static AudienceDefinition of(String json) {
    List<Problem> problems = new ArrayList<>();
    AudienceDefinition definition =
        AudienceDefinition.parse(new Fields(Definitions.json(json), "", problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.toString());
    }
    return definition;
  }

  /** What is wrong with a definition, as text. */
  public static List<String> problems(String json) {
    List<Problem> problems = new ArrayList<>();
    AudienceDefinition.parse(new Fields(Definitions.json(json), "", problems));
    return problems.stream().map(Problem::toString).toList();
  }
}
