package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.space.TokenDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.log.ExactJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A space as it stands, and what must not be forgotten when its definition changes.
 *
 * @param definition the definition with its id, with slots and versions of its traits, and with
 *     hashes in place of tokens and write keys
 * @param slug the slug of the first definition: a new name does not change it
 * @param nextSlot the smallest slot no trait of this space ever had
 * @param history every version of every trait the space ever had, oldest first, by key
 * @param applied what the file that was applied last made
 * @param offset the place in the log of the definition; -1 before it is there
 */
record SpaceEntry(
    SpaceDefinition definition,
    String slug,
    int nextSlot,
    Map<String, List<JsonNode>> history,
    AppliedFile applied,
    long offset) {

  /** What the versions take at most: they travel in one record with the definition. */
  static final int HISTORY_BYTES_MAX = SpaceDefinition.BYTES_MAX - (64 << 10);

  SpaceEntry {
    history = Map.copyOf(history);
  }

  /** What is remembered beside the definition, as JSON. */
  JsonNode ledger() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("slug", slug).put("next_slot", nextSlot).put("offset", offset);
    ObjectNode byKey = node.putObject("history");
    new TreeMap<>(history).forEach((key, all) -> byKey.putArray(key).addAll(all));
    node.set("applied", applied.json());
    return node;
  }

  /** The entry of a definition and its ledger. */
  static SpaceEntry of(SpaceDefinition definition, JsonNode ledger) {
    Map<String, List<JsonNode>> history = new TreeMap<>();
    for (Map.Entry<String, JsonNode> one : ledger.path("history").properties()) {
      List<JsonNode> all = new ArrayList<>();
      one.getValue().forEach(all::add);
      history.put(one.getKey(), List.copyOf(all));
    }
    return new SpaceEntry(
        definition,
        ledger.path("slug").asText(definition.slug()),
        ledger.path("next_slot").intValue(),
        history,
        AppliedFile.of(ledger.path("applied")),
        ledger.path("offset").asLong(-1));
  }

  /** The same, found in the log at {@code place}. */
  SpaceEntry at(long place) {
    return new SpaceEntry(definition, slug, nextSlot, history, applied, place);
  }

  /** The same after a file was applied that made this. */
  SpaceEntry madeBy(AppliedFile file) {
    return new SpaceEntry(definition, slug, nextSlot, history, file, offset);
  }

  /** The hashes of the tokens that may read this space. */
  List<String> tokenHashes() {
    return definition.tokens().stream().map(TokenDefinition::token).toList();
  }

  /** The JSON of the traits readers see, by key. */
  Map<String, ObjectNode> live() {
    return byKey(definition.traits(), definition.json().path("traits"));
  }

  /** The JSON of the traits that are being computed, by key. */
  Map<String, ObjectNode> staged() {
    return byKey(definition.staged(), definition.json().path("staged"));
  }

  /** The JSON of the newest version of each trait, by key. */
  Map<String, ObjectNode> newest() {
    Map<String, ObjectNode> newest = live();
    newest.putAll(staged());
    return newest;
  }

  /**
   * The definition as someone would write it today: each trait in its newest version, without what
   * the system set.
   */
  ObjectNode wanted() {
    ObjectNode json = definition.json().deepCopy();
    json.remove(List.of("staged", "paused"));
    Map<String, ObjectNode> newest = newest();
    if (json.has("traits") || !newest.isEmpty()) {
      ArrayNode traits = json.putArray("traits");
      newest
          .values()
          .forEach(trait -> traits.add(trait.deepCopy().remove(Kinds.TRAITS.setBySystem())));
    }
    return json;
  }

  /** By the keys as parsed: a trait without a key has the one derived from its name. */
  static Map<String, ObjectNode> byKey(List<TraitDefinition> traits, JsonNode json) {
    Map<String, ObjectNode> byKey = new LinkedHashMap<>();
    for (int i = 0; i < traits.size(); i++) {
      byKey.put(traits.get(i).key(), (ObjectNode) json.path(i));
    }
    return byKey;
  }

  /**
   * The history within the bound of its record: of what is too much, the oldest versions keep their
   * number only.
   */
  static Map<String, List<JsonNode>> within(Map<String, List<JsonNode>> history) {
    long bytes = 0;
    List<Version> oldestFirst = new ArrayList<>();
    for (Map.Entry<String, List<JsonNode>> entry : new TreeMap<>(history).entrySet()) {
      List<JsonNode> all = entry.getValue();
      for (int i = 0; i < all.size(); i++) {
        bytes += bytes(all.get(i));
        oldestFirst.add(new Version(entry.getKey(), i, all.size() - i));
      }
    }
    if (bytes <= HISTORY_BYTES_MAX) {
      return history;
    }
    oldestFirst.sort(Comparator.comparingInt(Version::age).reversed());
    Map<String, List<JsonNode>> left = new HashMap<>(history);
    for (Version version : oldestFirst) {
      List<JsonNode> all = new ArrayList<>(left.getOrDefault(version.key, List.of()));
      ObjectNode number = JsonNodeFactory.instance.objectNode();
      number.put("key", version.key).put("version", version.place + 1);
      bytes += bytes(number) - bytes(all.set(version.place, number));
      left.put(version.key, List.copyOf(all));
      if (bytes <= HISTORY_BYTES_MAX) {
        break;
      }
    }
    return left;
  }

  /** A version of a key by its place in the list; the newest has age 1. */
  private record Version(String key, int place, int age) {}

  private static int bytes(JsonNode version) {
    return ExactJson.write(version).length;
  }

  /** The history with one more version of a key. */
  static void remember(Map<String, List<JsonNode>> history, String key, JsonNode version) {
    List<JsonNode> all = new ArrayList<>(history.getOrDefault(key, List.of()));
    all.add(version.deepCopy());
    history.put(key, List.copyOf(all));
  }

  /** A copy of the history to add to. */
  Map<String, List<JsonNode>> historyToAddTo() {
    return new HashMap<>(history);
  }
}
