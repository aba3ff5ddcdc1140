package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.space.KeptDefinition;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
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
 * hashes in place of tokens and write keys, and with the slot and version of each trait.
 *
 * <p>Laws: a trait whose calculation did not change keeps slot and version; any other gets a slot
 * no trait of the space ever had, and the next version of its key. So a value computed by an older
 * definition can never be taken for one of a newer. A version that must first be computed from the
 * histories is staged: the one before stays until then.
 */
final class SpaceRevision {
  private final @Nullable SpaceEntry current;
  private final long now;
  private final Map<String, ObjectNode> live = new LinkedHashMap<>();
  private final Map<String, ObjectNode> staged = new LinkedHashMap<>();
  private final Map<String, List<JsonNode>> history;
  private final List<Problem> problems = new ArrayList<>();
  private final boolean restore;
  private int nextSlot;

  private SpaceRevision(@Nullable SpaceEntry current, long now, boolean restore) {
    this.current = current;
    this.now = now;
    this.restore = restore;
    history = current == null ? new HashMap<>() : current.historyToAddTo();
    nextSlot = current == null ? 0 : current.nextSlot();
  }

  /**
   * Returns what the space becomes.
   *
   * @param wanted the definition as written
   * @param id the space's id
   * @param current what the space is now, null if it is new
   * @param now when new and changed traits are created, epoch milliseconds
   * @param random for the salts of new tokens
   * @param restore whether a key that was deleted may come back, as its next version
   * @throws InvalidDefinitionException if a key was deleted before and may not come back, or is
   *     being computed and would change
   */
  static SpaceEntry revise(
      SpaceDefinition wanted,
      String id,
      @Nullable SpaceEntry current,
      long now,
      RandomGenerator random,
      boolean restore)
      throws InvalidDefinitionException {
    // Through bytes and back: numbers of a file and of the topic must compare equal.
    ObjectNode json = (ObjectNode) ExactJson.readOwn(ExactJson.write(wanted.json()));
    json.put("id", id);
    SpaceSecrets secrets = new SpaceSecrets(json, current);
    secrets.refuseShort();
    secrets.hash(id, random);
    SpaceRevision revision = new SpaceRevision(current, now, restore);
    for (Kind<?> kind : Kinds.ALL) {
      GivenIds.give(kind, json, current, random);
      revision.version(kind, json);
    }
    if (!revision.problems.isEmpty()) {
      throw new InvalidDefinitionException(revision.problems);
    }
    boolean paused = current != null && current.definition().paused();
    write(json, revision.live, revision.staged, paused);
    refuseTooLarge(json);
    String slug = current == null ? wanted.slug() : current.slug();
    AppliedFile applied = current == null ? AppliedFile.NONE : current.applied();
    return new SpaceEntry(
        KeptDefinition.of(json),
        slug,
        revision.nextSlot,
        SpaceEntry.within(revision.history),
        applied.within(json),
        -1);
  }

  private void version(Kind<?> kind, ObjectNode json) {
    if (kind.versions() == Kind.Versions.COMPUTED) {
      int index = 0;
      for (Map.Entry<String, ObjectNode> object : kind.byKey(json).entrySet()) {
        take(kind, "/" + kind.path() + "/" + index++, object.getKey(), object.getValue());
      }
    } else if (kind.versions() == Kind.Versions.NUMBERED) {
      NumberedVersions versions = new NumberedVersions(kind, current, history, now, restore);
      versions.take(json);
      problems.addAll(versions.problems());
    }
  }

  /** A definition is a record of the log and of the topic of definitions, which have bounds. */
  private static void refuseTooLarge(JsonNode json) throws InvalidDefinitionException {
    int bytes = ExactJson.write(json).length;
    if (bytes > SpaceDefinition.BYTES_MAX) {
      throw InvalidDefinitionException.of(
          "",
          "got "
              + bytes
              + " bytes of JSON with the versions that are being computed (expected at most "
              + SpaceDefinition.BYTES_MAX
              + "; shorten descriptions and examples, or split the space)");
    }
  }

  /** Returns the space with other traits live and staged than now, all of versions it has. */
  static SpaceEntry arrange(
      SpaceEntry entry,
      Map<String, ObjectNode> live,
      Map<String, ObjectNode> staged,
      boolean paused) {
    ObjectNode json = entry.definition().json().deepCopy();
    write(json, live, staged, paused);
    return new SpaceEntry(
        KeptDefinition.of(json),
        entry.slug(),
        entry.nextSlot(),
        entry.history(),
        entry.applied(),
        -1);
  }

  private static void write(
      ObjectNode json,
      Map<String, ObjectNode> live,
      Map<String, ObjectNode> staged,
      boolean paused) {
    json.remove(List.of("staged", "paused"));
    if (!live.isEmpty() || json.has("traits")) {
      json.putArray("traits").addAll(live.values());
    }
    if (!staged.isEmpty()) {
      json.putArray("staged").addAll(staged.values());
      if (paused) {
        json.put("paused", true);
      }
    }
  }

  private void take(Kind<?> kind, String pointer, String key, ObjectNode trait) {
    ObjectNode seen = current == null ? null : current.live().get(key);
    ObjectNode coming = current == null ? null : current.staged().get(key);
    ObjectNode newest = coming == null ? seen : coming;
    if (newest == null && history.containsKey(key) && !restore) {
      problems.add(
          new Problem(
              pointer,
              "has the key '"
                  + key
                  + "', which belonged to something that was deleted (expected a new key, or"
                  + " restore=true)"));
    } else if (newest != null && decisive(kind, newest).equals(decisive(kind, trait))) {
      kind.setBySystem().forEach(name -> trait.set(name, newest.get(name)));
      (coming == null ? live : staged).put(key, trait);
    } else if (coming != null) {
      problems.add(
          new Problem(
              pointer,
              "is the trait '"
                  + key
                  + "', which is being computed (expected no change until it is live)"));
    } else if (newest != null && freezes(kind, newest, trait)) {
      kind.setBySystem().forEach(name -> trait.set(name, newest.get(name)));
      live.put(key, trait);
    } else {
      int version = history.getOrDefault(key, List.of()).size() + 1;
      long created = newest == null ? now : newest.path("created_at").asLong(now);
      trait.put("slot", (long) nextSlot++).put("version", (long) version);
      trait.put("created_at", created);
      SpaceEntry.remember(history, key, trait);
      // A space that is new has no histories: there is nothing to wait for.
      (current == null ? live : staged).put(key, trait);
    }
    if (seen != null) {
      live.putIfAbsent(key, seen);
    }
  }

  /** True if nothing changes but that the value is to stay as it is from now on. */
  static boolean freezes(Kind<?> kind, ObjectNode before, ObjectNode after) {
    ObjectNode asBefore = after.deepCopy();
    asBefore.set("enabled", before.get("enabled"));
    if (!before.has("enabled")) {
      asBefore.remove("enabled");
    }
    return !after.path("enabled").asBoolean(true)
        && decisive(kind, before).equals(decisive(kind, asBefore));
  }

  /** The members that decide; the same before and after means nothing to compute. */
  static JsonNode decisive(Kind<?> kind, JsonNode object) {
    ObjectNode copy = object.deepCopy();
    List<String> names = new ArrayList<>();
    copy.fieldNames().forEachRemaining(names::add);
    names.removeIf(kind::decides);
    return copy.remove(names);
  }
}
