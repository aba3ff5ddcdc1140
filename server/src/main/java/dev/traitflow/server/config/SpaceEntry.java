package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.SpaceDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A space as it stands, and what must not be forgotten when its definition changes.
 *
 * @param definition the definition with its id, with slots and versions of its traits, and with
 *     hashes in place of tokens
 * @param slug the slug of the first definition: a new name does not change it
 * @param nextSlot the smallest slot no trait of this space ever had
 * @param versions newest version of every trait the space ever had, by key
 */
record SpaceEntry(
    SpaceDefinition definition, String slug, int nextSlot, Map<String, Integer> versions) {

  SpaceEntry {
    versions = Map.copyOf(versions);
  }

  /** What is remembered beside the definition, as JSON. */
  JsonNode ledger() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("slug", slug).put("next_slot", nextSlot);
    ObjectNode byKey = node.putObject("versions");
    new TreeMap<>(versions).forEach(byKey::put);
    return node;
  }

  /** The entry of a definition and its ledger. */
  static SpaceEntry of(SpaceDefinition definition, JsonNode ledger) {
    Map<String, Integer> versions = new TreeMap<>();
    ledger
        .path("versions")
        .properties()
        .forEach(one -> versions.put(one.getKey(), one.getValue().intValue()));
    return new SpaceEntry(
        definition,
        ledger.path("slug").asText(definition.slug()),
        ledger.path("next_slot").intValue(),
        versions);
  }

  /** The hashes of the tokens that may read this space. */
  List<String> tokenHashes() {
    return definition.tokens().stream().map(SpaceDefinition.Token::token).toList();
  }
}
