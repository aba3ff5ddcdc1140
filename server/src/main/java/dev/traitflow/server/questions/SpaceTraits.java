package dev.traitflow.server.questions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitLevel;
import java.util.List;
import java.util.Optional;

/**
 * Which computed traits of a space the profiles of a collection have: the one place where reads
 * over histories ask it.
 */
final class SpaceTraits {
  /** What the keys of a prediction's other traits end in. */
  private static final List<String> SCORE_ENDINGS = List.of("_probability", "_amount", "_currency");

  private SpaceTraits() {}

  /** The level of the profiles of a collection. */
  static TraitLevel level(String collection) {
    return collection.equals(Identifier.USERS) ? TraitLevel.USER : TraitLevel.ACCOUNT;
  }

  /**
   * The traits that readers see on profiles of the collection; frozen ones as if they ran, because
   * a history does not tell when they stopped.
   */
  static List<TraitDefinition> of(SpaceDefinition space, String collection) {
    return space.traits(level(collection)).stream().map(TraitDefinition::running).toList();
  }

  /** The trait of that key, if profiles of the collection have it. */
  static Optional<TraitDefinition> find(SpaceDefinition space, String collection, String key) {
    return of(space, collection).stream().filter(trait -> trait.key().equals(key)).findFirst();
  }

  /** The prediction that writes the trait of that key. */
  static Optional<PredictionDefinition> prediction(SpaceDefinition space, String key) {
    return space.predictions().stream()
        .filter(
            each ->
                key.equals(each.key())
                    || SCORE_ENDINGS.stream().anyMatch(end -> key.equals(each.key() + end)))
        .findFirst();
  }

  /** The definition as its author wrote it, with its version. */
  static JsonNode json(SpaceDefinition space, TraitDefinition trait) {
    int index = 0;
    while (!space.traits().get(index).key().equals(trait.key())) {
      index++;
    }
    if (!(space.json().path("traits").path(index) instanceof ObjectNode written)) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode shown = written.deepCopy();
    shown.remove(List.of("slot", "created_at", "examples"));
    return shown.put("key", trait.key()).put("version", trait.version());
  }
}
