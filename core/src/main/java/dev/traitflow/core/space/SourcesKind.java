package dev.traitflow.core.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Reference;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.definition.Type;
import dev.traitflow.core.definition.Unique;
import java.util.List;

/** The sources of a space. */
public final class SourcesKind extends Kind<SourceDefinition> {
  private static final Spec SETTINGS =
      Spec.of(
          "source_settings",
          "How the calls of a source are treated.",
          Spec.member(
                  "strict",
                  Type.truth(),
                  "true: callers are told at once which events are refused.")
              .byDefault(false),
          Spec.member(
                  "flex_normalise",
                  Type.truth(),
                  "Contact-center events get the lower-case property names that recipes use.")
              .byDefault(true),
          Spec.member("labels", Type.listOf(Type.text()), "Such as environment:dev."));

  private static final Spec SPEC =
      Spec.of(
          "source",
          "Something that sends events.",
          Spec.member(
              "id",
              Type.matching("src_[a-z0-9_-]{1,60}"),
              "Names it for good. Derived from the space and the slug if it is missing. The same id and write key in several spaces is one source that feeds all of them."),
          Spec.member("name", Type.name(), "Shown to people.").required(),
          Spec.member(
              "slug",
              Type.matching("[A-Za-z0-9_-]{1,64}"),
              "Names it in events and commands. Default: the name as a slug."),
          Spec.member(
                  "kind",
                  Type.oneOf(SourceKind.values(), SourceKind::wireName),
                  "What it is, from the catalog.")
              .byDefault("server"),
          Spec.member(
                  "write_key",
                  Type.name(),
                  "Authenticates its calls; ${NAME} takes it from the environment.")
              .required()
              .secret(),
          Spec.member("enabled", Type.truth(), "false: its events are discarded.").byDefault(true),
          Spec.member(
              "settings", Type.object(() -> SETTINGS), "How the calls of a source are treated."));

  public SourcesKind() {
    super(Reference.SOURCES, "source", "What may send events.", SPEC, SourceDefinition::parse);
  }

  @Override
  public String key(JsonNode object) {
    return object.path("slug").asText(SpaceDefinition.slug(object.path("name").asText()));
  }

  @Override
  public List<Unique> unique(SourceDefinition source) {
    return List.of(new Unique(path(), "slug", source.slug()));
  }

  @Override
  public String loss(boolean isDeleted, String profiles, int version) {
    return "calls with its " + (isDeleted ? "" : "old ") + "write key are refused";
  }
}
