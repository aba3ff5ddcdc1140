package dev.traitflow.core.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.definition.Type;

/** The tokens of a space. */
public final class TokensKind extends Kind<TokenDefinition> {
  private static final Spec SPEC =
      Spec.of(
          "token",
          "Something that reads profiles.",
          Spec.member("name", Type.name(), "Shown to people.").required(),
          Spec.member(
                  "token",
                  Type.name(),
                  "The secret; ${NAME} takes it from the environment. Only a hash is kept.")
              .required()
              .secret());

  public TokensKind() {
    super("tokens", "token", "What may read profiles.", SPEC, TokenDefinition::parse);
  }

  @Override
  public String key(JsonNode object) {
    return object.path("name").asText();
  }

  @Override
  public String loss(boolean isDeleted, String profiles, int version) {
    return "reads with the " + (isDeleted ? "" : "old ") + "token are refused";
  }
}
