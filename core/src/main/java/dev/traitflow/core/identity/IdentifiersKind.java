package dev.traitflow.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.definition.Type;

/** The identity rules of a space, one for each type of identifier. */
public final class IdentifiersKind extends Kind<IdentifierRule> {
  private static final Spec BLOCKED =
      Spec.of(
              "blocked",
              "One blocked value, or a pattern of them: exactly one of the two.",
              Spec.member("exact", Type.text(), "Compared exactly."),
              Spec.member(
                  "regex",
                  new Type.Text(0, 1000, ""),
                  "Of RE2's syntax; blocks every value in which it finds a match."))
          .exactlyOneMember();

  private static final Spec SPEC =
      Spec.of(
          "identifier",
          "The rule about one type of identifier.",
          Spec.member(
                  "type",
                  Type.matching("[^\\s:/?#A-Z]{1,64}"),
                  "Such as user_id or email; lower case.")
              .required(),
          Spec.member(
              "limit",
              new Type.Whole(1, 1000),
              "How many values one profile may gain within the window."),
          Spec.member(
                  "window",
                  Type.oneOf("ever", "daily", "weekly", "monthly", "annually"),
                  "The window of the limit.")
              .byDefault("ever"),
          Spec.member(
              "priority",
              new Type.Whole(1, 2147483646),
              "1 is strongest: a rank among the defaults, user_id 1 and email 2. Types that nothing is said of follow by name."),
          Spec.member(
              "blocked", Type.listOf(Type.object(() -> BLOCKED)), "Values that identify nobody."),
          Spec.member(
              "custom_keys",
              Type.listOf(Type.text()),
              "Traits and properties whose values are taken as identifiers of this type."),
          Spec.member("collection", Type.oneOf("users", "accounts"), "Which profiles it names."));

  public IdentifiersKind() {
    super(
        "identity/identifiers",
        "identity rule",
        "Rules by type of identifier; defaults hold for all other types.",
        SPEC,
        fields -> IdentifierRule.parse(fields, BlockedDefaults.EXTENDED));
  }

  @Override
  public String key(JsonNode object) {
    return object.path("type").asText();
  }

  @Override
  public String loss(boolean isDeleted, String profiles, int version) {
    return "its limit, priority and blocked values; identifiers of that type follow the defaults";
  }
}
