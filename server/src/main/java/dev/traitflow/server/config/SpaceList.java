package dev.traitflow.server.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.identity.BlockedDefaults;
import dev.traitflow.core.identity.IdentifierRule;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The lists of objects that a space's definition has, and what names an object in each. */
@SuppressWarnings("ImmutableEnumChecker") // pointers and parsers have no state
public enum SpaceList {
  SOURCES("sources", "source", SpaceDefinition.Source::parse) {
    @Override
    public String key(JsonNode object) {
      return object.path("slug").asText(SpaceDefinition.slug(object.path("name").asText()));
    }
  },
  TOKENS("tokens", "token", SpaceDefinition.Token::parse) {
    @Override
    public String key(JsonNode object) {
      return object.path("name").asText();
    }
  },
  IDENTIFIERS(
      "identity/identifiers",
      "identity rule",
      fields -> IdentifierRule.parse(fields, BlockedDefaults.EXTENDED)) {
    @Override
    public String key(JsonNode object) {
      return object.path("type").asText();
    }
  },
  TRAITS("traits", "trait", TraitDefinition::parse) {
    @Override
    public String key(JsonNode object) {
      return keyOrName(object);
    }
  },
  AUDIENCES("audiences", "audience", AudienceDefinition::parse) {
    @Override
    public String key(JsonNode object) {
      return keyOrName(object);
    }
  },
  PREDICTIONS("predictions", "prediction", PredictionDefinition::parse) {
    @Override
    public String key(JsonNode object) {
      return keyOrName(object);
    }
  },
  DESTINATIONS("destinations", "destination", DestinationDefinition::parse) {
    @Override
    public String key(JsonNode object) {
      return object.path("name").asText();
    }
  };

  private final String path;
  private final String word;
  private final JsonPointer pointer;
  private final Consumer<Fields> parser;

  SpaceList(String path, String word, Consumer<Fields> parser) {
    this.path = path;
    this.word = word;
    this.parser = parser;
    this.pointer = JsonPointer.compile("/" + path);
  }

  /** Where the list is in a definition: {@code traits}, {@code identity/identifiers}. */
  public String path() {
    return path;
  }

  /** The member of the definition that the list is, or is in: {@code traits}, {@code identity}. */
  public String member() {
    return path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
  }

  /** What one of its objects is called in sentences. */
  public String word() {
    return word;
  }

  /** What names an object in its list. */
  public abstract String key(JsonNode object);

  /** The list in a definition, a missing node if the definition does not have it. */
  JsonNode in(JsonNode definition) {
    return definition.at(pointer);
  }

  /** The objects of a definition by what names them, in their order. */
  Map<String, ObjectNode> byKey(JsonNode definition) {
    Map<String, ObjectNode> byKey = new LinkedHashMap<>();
    for (JsonNode object : in(definition)) {
      String key = key(object);
      // Tokens alone may share a name.
      for (int other = 2; byKey.containsKey(key); other++) {
        key = key(object) + "#" + other;
      }
      byKey.put(key, (ObjectNode) object);
    }
    return byKey;
  }

  /** True if a space has an object of that name in this list. */
  public boolean has(SpaceDefinition space, String key) {
    return byKey(space.json()).containsKey(key);
  }

  /** Replaces the list in a definition. */
  void set(ObjectNode definition, List<ObjectNode> objects) {
    definition.withArray("/" + path).removeAll().addAll(objects);
  }

  /** True if {@code member} is the name of a list where the list stands. */
  static boolean isList(String member) {
    return Arrays.stream(values())
        .anyMatch(list -> list.path.substring(list.path.indexOf('/') + 1).equals(member));
  }

  /** True if an object of this list can be as it is, seen by itself. */
  boolean takes(ObjectNode object) {
    List<Problem> problems = new ArrayList<>();
    parser.accept(new Fields(object, "", problems));
    return problems.isEmpty();
  }

  private static String keyOrName(JsonNode object) {
    return object.path("key").asText(TraitDefinition.keyOf(object.path("name").asText()));
  }
}
