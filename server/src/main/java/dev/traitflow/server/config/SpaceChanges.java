package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.codec.Fields;
import dev.traitflow.core.codec.Problem;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.log.ExactJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a wanted definition of a space differs from what the space is now. It judges by the rule by
 * which a definition that is applied gets a new version, so that what is planned is what is done.
 *
 * @param traits every trait that is wanted, and those that would be deleted, by key
 * @param others members besides traits whose content would change, such as {@code identity};
 *     secrets are not compared
 */
public record SpaceChanges(List<TraitChange> traits, List<String> others) {
  private static final List<String> COMPARED =
      List.of("name", "limits", "identity", "predictions", "sources");

  /** What becomes of a trait. */
  public enum Action {
    CREATE,
    EDIT,
    DELETE,
    /** It is not computed any more from then on: values stay as they are. */
    FREEZE,
    /** Only words about it change, or nothing at all: values stay. */
    KEEP
  }

  /**
   * What becomes of one trait.
   *
   * @param key its key
   * @param action what becomes of it
   * @param computed what would be computed, without a slot; null if nothing would
   */
  public record TraitChange(String key, Action action, @Nullable TraitDefinition computed) {}

  public SpaceChanges {
    traits = List.copyOf(traits);
    others = List.copyOf(others);
  }

  /**
   * Compares two definitions.
   *
   * @param current what the space is now; null if there is no such space yet
   * @param now when new and edited traits would be created, epoch milliseconds
   */
  public static SpaceChanges of(
      @Nullable SpaceDefinition current, SpaceDefinition wanted, long now) {
    JsonNode json = exact(wanted.json());
    Map<String, ObjectNode> before = newest(current);
    Map<String, TraitChange> changes = new TreeMap<>();
    SpaceEntry.byKey(wanted.traits(), json.path("traits"))
        .forEach((key, trait) -> changes.put(key, change(key, before.get(key), trait, now)));
    for (String key : before.keySet()) {
      changes.putIfAbsent(key, new TraitChange(key, Action.DELETE, null));
    }
    List<String> others = new ArrayList<>();
    for (String member : COMPARED) {
      JsonNode old = current == null ? null : content(exact(current.json()), member);
      if (!Objects.equals(old, content(json, member))) {
        others.add(member);
      }
    }
    return new SpaceChanges(new ArrayList<>(changes.values()), others);
  }

  /**
   * The change that one definition alone would be.
   *
   * @param written the definition; without problems
   */
  public static TraitChange of(
      SpaceDefinition current, TraitDefinition wanted, JsonNode written, long now) {
    ObjectNode json = (ObjectNode) exact(written);
    return change(wanted.key(), newest(current).get(wanted.key()), json, now);
  }

  private static TraitChange change(
      String key, @Nullable ObjectNode before, ObjectNode written, long now) {
    if (before == null) {
      return new TraitChange(key, Action.CREATE, asCreated(written, now));
    }
    if (SpaceRevision.calculation(before).equals(SpaceRevision.calculation(written))) {
      return new TraitChange(key, Action.KEEP, null);
    }
    if (SpaceRevision.freezes(before, written)) {
      return new TraitChange(key, Action.FREEZE, null);
    }
    // An edit does not change when the trait was created.
    long created = before.path("created_at").asLong(now);
    return new TraitChange(key, Action.EDIT, asCreated(written, created));
  }

  /** The newest version of each trait, seen already or not. */
  private static Map<String, ObjectNode> newest(@Nullable SpaceDefinition space) {
    Map<String, ObjectNode> newest = new TreeMap<>();
    if (space != null) {
      JsonNode json = exact(space.json());
      newest.putAll(SpaceEntry.byKey(space.traits(), json.path("traits")));
      newest.putAll(SpaceEntry.byKey(space.staged(), json.path("staged")));
    }
    return newest;
  }

  /** Reads a definition that has no problems as it would be computed if created then. */
  public static TraitDefinition asCreated(JsonNode written, long createdAt) {
    ObjectNode json = written.deepCopy();
    json.remove(List.of("slot", "version", "enabled"));
    json.put("created_at", createdAt);
    List<Problem> problems = new ArrayList<>();
    TraitDefinition definition = TraitDefinition.parse(new Fields(json, "", problems));
    if (!problems.isEmpty()) {
      throw new IllegalStateException("trait: got " + problems + " (expected no problems)");
    }
    return definition;
  }

  /** An empty list says what a missing one says. */
  private static @Nullable JsonNode content(JsonNode space, String member) {
    JsonNode value = space.get(member);
    boolean isNothing = value == null || (value.isContainerNode() && value.isEmpty());
    return isNothing ? null : value;
  }

  /** Through bytes and back: numbers of a file and of the topic must compare equal. */
  private static JsonNode exact(JsonNode json) {
    return ExactJson.readOwn(ExactJson.write(json));
  }
}
