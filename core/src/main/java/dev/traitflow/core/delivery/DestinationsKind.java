package dev.traitflow.core.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Reference;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.definition.Type;
import dev.traitflow.core.definition.Unique;
import java.util.List;

/** The destinations of a space. */
public final class DestinationsKind extends Kind<DestinationDefinition> {
  private static final Spec SPEC =
      Spec.of(
              "destination",
              "What receives the values that name it, and the events of the sources it names.",
              Spec.member(
                  "id",
                  Type.matching("[A-Za-z0-9_-]{1,64}"),
                  "Fixed for good. Default: generated once."),
              Spec.member(
                      "name",
                      new Type.Text(1, 255, ""),
                      "Shown to people, and to receivers among the integrations.")
                  .required(),
              Spec.member(
                  "kind", Type.oneOf("capture"), "capture keeps what it receives, for reading."),
              Spec.member("type", Type.oneOf("capture"), "Another word for kind."),
              Spec.member("enabled", Type.truth(), "false: it receives nothing.").byDefault(false),
              Spec.member("action", Type.oneOf("identify", "track"), "As what values are sent.")
                  .byDefault("identify"),
              Spec.member(
                  "actions",
                  new Type.Named(Type.oneOf("identify", "track")),
                  "As what the values of single computations are sent, by key."),
              Spec.member(
                  "sources",
                  Type.listOf(Type.text()),
                  "Slugs of the sources whose events it receives. Default: none."),
              Spec.member("description", Type.text(), "What it is for."),
              Spec.later("mappings"),
              Spec.later("id_sync"),
              Spec.later("filters"),
              Spec.later("settings"),
              Spec.later("rate"),
              Spec.later("event_names"))
          .atLeastOneOf("kind", "type");

  public DestinationsKind() {
    super(
        Reference.DESTINATIONS,
        "destination",
        "What is told of changed values.",
        SPEC,
        DestinationDefinition::parse);
  }

  @Override
  public String key(JsonNode object) {
    return object.path("name").asText();
  }

  @Override
  public List<Unique> unique(DestinationDefinition destination) {
    return List.of(
        new Unique(path(), "name", destination.name()), new Unique(path(), "id", destination.id()));
  }

  @Override
  public List<Reference> references(DestinationDefinition destination) {
    return Reference.toSources(destination.sources());
  }

  @Override
  public String idPrefix() {
    return "dst_";
  }

  @Override
  public String loss(boolean isDeleted, String profiles, int version) {
    return "nothing is sent to it any more";
  }
}
