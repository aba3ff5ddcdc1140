package dev.traitflow.core.space;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.definition.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The members of a whole space, from the specifications of its kinds. */
public final class SpaceSpec {
  private static final Spec COMPAT =
      Spec.of(
          "compat",
          "Where the vendor's behaviour is wanted in place of ours.",
          Spec.member(
                  "always_200",
                  Type.truth(),
                  "true: a call with an unknown write key is answered 200 and dropped. One space"
                      + " that says so decides for the server.")
              .byDefault(false));

  private static final Spec IDENTITY =
      Spec.of(
          "identity",
          "How identifiers are taken from events and when profiles are merged.",
          list(Kinds.IDENTIFIERS),
          Spec.member(
                  "email_from_properties",
                  Type.truth(),
                  "true: properties.email is taken as an email.")
              .byDefault(false),
          Spec.member(
                  "blocked_defaults",
                  Type.oneOf("vendor", "extended"),
                  "What is blocked for a type whose rule lists nothing. extended: for user_id and"
                      + " anonymous_id also undefined, nan, guest and the like.")
              .byDefault("extended"));

  /** The members of a space. */
  public static final Spec SPEC = spec();

  private SpaceSpec() {}

  private static Spec spec() {
    List<Spec.Member> members = new ArrayList<>();
    members.add(
        Spec.member(
            "id",
            Type.matching("[a-z0-9_-]{1,64}"),
            "Names the space in URLs and commands; fixed for good. Generated once if it is"
                + " missing."));
    members.add(
        Spec.member(
                "name",
                new Type.Text(1, 128, ""),
                "Shown to people. The slug of the first name names the space, too.")
            .required());
    members.add(
        Spec.member(
                "environment",
                Type.oneOf("dev", "prod"),
                "Chosen once. A prod space takes secrets from the environment only.")
            .byDefault("dev"));
    members.add(
        Spec.member(
                "limits",
                Type.oneOf("none", "vendor"),
                "vendor: the limits of the vendor's plans hold.")
            .byDefault("none"));
    members.add(
        Spec.member(
                "identifier_deletion",
                Type.truth(),
                "false: the Profile API refuses to delete identifiers.")
            .byDefault(true));
    members.add(Spec.member("compat", Type.object(() -> COMPAT), COMPAT.summary()));
    members.add(Spec.member("identity", Type.object(() -> IDENTITY), IDENTITY.summary()));
    for (Kind<?> kind : Kinds.ALL) {
      if (kind.path().equals(kind.member())) {
        members.add(list(kind));
      }
    }
    members.add(Spec.setBySystem("staged", Type.listOf(Type.any())));
    members.add(Spec.setBySystem("paused", Type.truth()));
    return Spec.of(
        "space",
        "One space: what may send events, who may read profiles, and what is computed for them.",
        members.toArray(Spec.Member[]::new));
  }

  private static Spec.Member list(Kind<?> kind) {
    String path = kind.path();
    return Spec.member(
        path.substring(path.lastIndexOf('/') + 1),
        Type.listOf(Type.object(kind::spec)),
        kind.documentation());
  }

  /** Every object that a space is made of, by its name, the space itself first. */
  public static Map<String, Spec> objects() {
    Map<String, Spec> all = new LinkedHashMap<>();
    SPEC.addTo(all);
    return all;
  }

  /** The JSON Schema (2020-12) of a space file. */
  public static ObjectNode schema() {
    ObjectNode schema = SPEC.schema();
    ObjectNode document = schema.objectNode();
    document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    document.put("title", "Traitflow space file");
    document.setAll(schema);
    ObjectNode parts = document.putObject("$defs");
    objects()
        .forEach(
            (name, spec) -> {
              if (spec != SPEC) {
                parts.set(name, spec.schema());
              }
            });
    return document;
  }
}
