package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.codec.Problem;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.log.ExactJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Turns a definition as someone wrote it into the one that is kept: with the space's id, with
 * hashes in place of tokens, and with the slot and version of each trait.
 *
 * <p>Laws: a trait whose calculation did not change keeps slot and version; any other gets a slot
 * no trait of the space ever had, and the next version of its key. So a value computed by an older
 * definition can never be taken for one of a newer.
 */
final class SpaceRevision {
  private static final List<String> SET_BY_SYSTEM = List.of("slot", "version", "created_at");

  /** Members for people: they say nothing about what is computed. */
  private static final List<String> DESCRIPTIVE =
      List.of("key", "name", "description", "examples", "destinations");

  private SpaceRevision() {}

  /**
   * Returns what the space becomes.
   *
   * @param wanted the definition as written
   * @param id the space's id
   * @param current what the space is now, null if it is new
   * @param now when new and changed traits are created, epoch milliseconds
   * @param random for the salts of new tokens
   */
  static SpaceEntry revise(
      SpaceDefinition wanted,
      String id,
      @Nullable SpaceEntry current,
      long now,
      RandomGenerator random) {
    // Through bytes and back: numbers of a file and of the topic must compare equal.
    ObjectNode json = (ObjectNode) ExactJson.readOwn(ExactJson.write(wanted.json()));
    json.put("id", id);
    hashTokens(json, current, random);
    Map<String, Integer> versions = new HashMap<>();
    Map<String, JsonNode> before = new HashMap<>();
    int nextSlot = 0;
    if (current != null) {
      versions.putAll(current.versions());
      nextSlot = current.nextSlot();
      before.putAll(traitsByKey(current.definition().traits(), current.definition().json()));
    }
    // By the keys as parsed: a trait without a key has the one derived from its name.
    for (Map.Entry<String, JsonNode> next : traitsByKey(wanted.traits(), json).entrySet()) {
      ObjectNode trait = (ObjectNode) next.getValue();
      JsonNode old = before.get(next.getKey());
      if (old != null && calculation(old).equals(calculation(trait))) {
        SET_BY_SYSTEM.forEach(name -> trait.set(name, old.get(name)));
      } else {
        int version = versions.merge(next.getKey(), 1, Integer::sum);
        trait.put("slot", (long) nextSlot++).put("version", (long) version).put("created_at", now);
      }
    }
    AudienceRevision.revise(
        wanted, json, current == null ? null : current.definition(), versions, now);
    String slug = current == null ? wanted.slug() : current.slug();
    return new SpaceEntry(parse(json), slug, nextSlot, versions);
  }

  /** Reads a definition that was accepted before. */
  static SpaceDefinition parse(JsonNode json) {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition definition = SpaceDefinition.parse(json, problems);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          "space " + json.path("id").asText() + ": got " + problems + " (expected no problems)");
    }
    return definition;
  }

  private static void hashTokens(
      ObjectNode json, @Nullable SpaceEntry current, RandomGenerator random) {
    List<String> known = current == null ? List.of() : current.tokenHashes();
    for (JsonNode item : json.path("tokens")) {
      String secret = item.path("token").asText();
      if (SecretHash.isHash(secret)) {
        continue;
      }
      byte[] salt = new byte[16];
      random.nextBytes(salt);
      // The same token keeps its hash, or the same file would look changed each time.
      String hash =
          known.stream()
              .filter(old -> SecretHash.matches(old, secret))
              .findFirst()
              .orElseGet(() -> SecretHash.of(secret, salt));
      ((ObjectNode) item).put("token", hash);
    }
  }

  private static JsonNode calculation(JsonNode trait) {
    ObjectNode copy = trait.deepCopy();
    copy.remove(DESCRIPTIVE);
    copy.remove(SET_BY_SYSTEM);
    return copy;
  }

  private static Map<String, JsonNode> traitsByKey(List<TraitDefinition> traits, JsonNode json) {
    Map<String, JsonNode> byKey = new LinkedHashMap<>();
    for (int i = 0; i < traits.size(); i++) {
      byKey.put(traits.get(i).key(), json.path("traits").path(i));
    }
    return byKey;
  }
}
