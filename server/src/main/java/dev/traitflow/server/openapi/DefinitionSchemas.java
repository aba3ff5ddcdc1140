package dev.traitflow.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.space.Kinds;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The schemas of objects of spaces, from the specifications of their kinds: {@code TraitDefinition}
 * is what a caller sends, {@code Trait} what is answered, {@code Traits} the list. What is written
 * by hand goes before.
 */
final class DefinitionSchemas {
  private static final String IN_FILE = "#/$defs/";
  private static final String IN_DOCUMENT = "#/components/schemas/definition.";

  private final ObjectNode schemas;

  private DefinitionSchemas(ObjectNode schemas) {
    this.schemas = schemas;
  }

  /** Adds to a document's schemas those that are not there. */
  static void addTo(ObjectNode schemas) {
    DefinitionSchemas definitions = new DefinitionSchemas(schemas);
    Map<String, Spec> parts = new LinkedHashMap<>();
    for (Kind<?> kind : Kinds.ALL) {
      if (kind.path().equals(kind.member())) {
        definitions.add(kind);
        kind.spec().addTo(parts);
        parts.remove(kind.spec().name());
      }
    }
    parts.forEach(
        (name, spec) -> definitions.putIfAbsent("definition." + name, inDocument(spec.schema())));
  }

  private void add(Kind<?> kind) {
    String word = kind.word();
    String name = Character.toUpperCase(word.charAt(0)) + word.substring(1);
    ObjectNode sent = inDocument(kind.spec().schema());
    // What is answered has more members.
    sent.remove("additionalProperties");
    if (!kind.hasIds()) {
      keyFromName(sent);
      sent.withObject("/properties")
          .putObject("restore")
          .put("type", "boolean")
          .put("description", "true: a key that was deleted may come back.");
    }
    ObjectNode answered = JsonNodeFactory.instance.objectNode();
    answered.put("type", "object").put("description", kind.spec().summary());
    answered.putArray("required").add(kind.nameMember());
    answered.set("properties", sent.path("properties").deepCopy());
    answered.withObject("/properties").remove("restore");
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    list.put("type", "object").putArray("required").add("data");
    list.putObject("properties")
        .putObject("data")
        .put("type", "array")
        .putObject("items")
        .put("$ref", "#/components/schemas/" + name);
    putIfAbsent(name + "Definition", sent);
    putIfAbsent(name, answered);
    putIfAbsent(name + "s", list);
  }

  /** A caller may leave the key to be derived from the name; a preview needs neither. */
  private static void keyFromName(ObjectNode sent) {
    sent.remove("anyOf");
    ArrayNode required = sent.withArray("/required");
    for (int i = required.size() - 1; i >= 0; i--) {
      if (required.path(i).asText().equals("key")) {
        required.remove(i);
      }
    }
    if (required.isEmpty()) {
      sent.remove("required");
    }
  }

  private void putIfAbsent(String name, ObjectNode schema) {
    if (!schemas.has(name)) {
      schemas.set(name, schema);
    }
  }

  /** A schema of the file whose references lead to the parts of the document. */
  private static ObjectNode inDocument(ObjectNode schema) {
    for (JsonNode owner : schema.findParents("$ref")) {
      String reference = owner.path("$ref").asText();
      ((ObjectNode) owner).put("$ref", reference.replace(IN_FILE, IN_DOCUMENT));
    }
    return schema;
  }
}
