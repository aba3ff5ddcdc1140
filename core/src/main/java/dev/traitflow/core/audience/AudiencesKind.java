package dev.traitflow.core.audience;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.condition.Operator;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Listed;
import dev.traitflow.core.definition.Reference;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.definition.Type;
import dev.traitflow.core.definition.Unique;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The audiences of a space. */
public final class AudiencesKind extends Kind<AudienceDefinition> {
  private static final Set<String> CONDITIONS = Set.of("root", "include_anonymous");

  private static final Spec TRAIT_CONDITION =
      Spec.of(
          "trait_condition",
          "One condition on a trait.",
          Spec.member("trait", Type.name(), "Key of the trait.").required(),
          Spec.member("op", Type.oneOf(Operator.values(), Operator::wireName), "What must hold.")
              .required(),
          Spec.member(
              "value",
              Type.any(),
              "What is compared with: a list for the one_of operators, none for exists and not_exists."),
          Spec.member(
                  "value_type",
                  Type.oneOf("text", "number"),
                  "number: both sides are compared as numbers.")
              .byDefault("text"),
          Spec.member("ignore_case", Type.truth(), "true: upper and lower case are the same.")
              .byDefault(false),
          Spec.member("not", Type.truth(), "true: and not who.").byDefault(false));

  private static final Spec AUDIENCE_CONDITION =
      Spec.of(
          "audience_condition",
          "One condition on another audience.",
          Spec.member("audience", Type.name(), "Key of the audience.").required(),
          Spec.member("member", Type.truth(), "false: the user must not be a member.")
              .byDefault(true),
          Spec.member("not", Type.truth(), "true: and not who.").byDefault(false));

  private static final Spec GROUP =
      Spec.of(
              "audience_group",
              "Conditions of which all or any must hold.",
              Spec.member(
                  "all",
                  new Type.Items(
                      new Type.Nested(
                          List.of(
                              () -> TRAIT_CONDITION,
                              () -> AUDIENCE_CONDITION,
                              AudiencesKind::group)),
                      1,
                      Integer.MAX_VALUE),
                  "All of these must hold."),
              Spec.member(
                  "any",
                  new Type.Items(
                      new Type.Nested(
                          List.of(
                              () -> TRAIT_CONDITION,
                              () -> AUDIENCE_CONDITION,
                              AudiencesKind::group)),
                      1,
                      Integer.MAX_VALUE),
                  "One of these is enough."))
          .exactlyOneOf("all", "any");

  private static final Spec EXAMPLE =
      Spec.of(
          "audience_example",
          "A profile, and whether it is a member.",
          Spec.member("traits", new Type.Named(Type.any()), "What the profile has.").required(),
          Spec.member("audiences", Type.listOf(Type.text()), "Other audiences it is a member of."),
          Spec.member("anonymous", Type.truth(), "true: it has only anonymous ids.")
              .byDefault(false),
          Spec.member("value", Type.truth(), "true: it is a member.").required());

  private static final Spec SPEC =
      Spec.of(
              "audience",
              "A set of users whose traits fulfil conditions, kept current.",
              Spec.member(
                  "key",
                  Type.matching("[a-z0-9_]{1,255}"),
                  "Its key on the profile; never changes. Default: derived from the name."),
              Spec.member("name", new Type.Text(0, 255, ""), "Shown to people. Default: the key."),
              Spec.member("level", Type.oneOf("user"), "Whose profiles are members.")
                  .byDefault("user"),
              Spec.member(
                      "include_anonymous",
                      Type.truth(),
                      "true: profiles without user_id, email, android.idfa and ios.idfa can be members.")
                  .byDefault(false),
              Spec.member(
                      "include_historical",
                      Type.truth(),
                      "Means nothing to conditions on traits, which look at the values of now.")
                  .byDefault(true),
              Spec.member(
                      "root", Type.object(() -> GROUP), "Conditions of which all or any must hold.")
                  .required(),
              Spec.member(
                  "destinations",
                  Type.listOf(Type.text()),
                  "Ids or names of the destinations that are told who enters and leaves."),
              Spec.member("description", Type.text(), "What it is for."),
              Spec.member(
                  "examples",
                  Type.listOf(Type.object(() -> EXAMPLE)),
                  "Traits and whether they make a member; traitflow validate runs them."),
              Spec.later("lookback"),
              Spec.later("enrich"),
              Spec.setBySystem("version", Type.whole()),
              Spec.setBySystem("created_at", Type.whole()))
          .atLeastOneOf("key", "name");

  public AudiencesKind() {
    super(
        "audiences", "audience", "Sets of users by their traits.", SPEC, AudienceDefinition::parse);
  }

  private static Spec group() {
    return GROUP;
  }

  @Override
  public String key(JsonNode object) {
    return TraitDefinition.keyOf(object);
  }

  @Override
  public List<Unique> unique(AudienceDefinition audience) {
    return List.of(new Unique(Unique.COMPUTATION, "key", audience.key()));
  }

  @Override
  public List<Reference> references(AudienceDefinition audience) {
    List<Reference> references = new ArrayList<>(Reference.toDestinations(audience.destinations()));
    for (String other : audience.references()) {
      references.add(Reference.toAudience(other, "root"));
    }
    return references;
  }

  @Override
  public void check(List<Listed<AudienceDefinition>> audiences, Fields space) {
    if (space.isSound(path())) {
      AudienceDefinition.checkReferences(audiences, space);
    }
  }

  @Override
  public Versions versions() {
    return Versions.NUMBERED;
  }

  @Override
  public boolean decides(String member) {
    return CONDITIONS.contains(member);
  }

  @Override
  public String loss(boolean isDeleted, String profiles, int version) {
    return isDeleted
        ? "the membership of "
            + profiles
            + " stays as custom traits and is computed no more; its key is taken until a file names"
            + " it or restore=true brings it back"
        : "the membership of " + profiles + " is judged by other conditions";
  }
}
