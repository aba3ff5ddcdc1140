package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.space.SpaceSpec;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.config.ObjectChange.Action;
import dev.traitflow.server.log.ExactJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a wanted definition of a space differs from what the space is now. It judges by the rule by
 * which a definition that is applied gets a new version, so that what is planned is what is done.
 *
 * @param objects every object that is wanted, and those that would be deleted, by list and key
 * @param members other members whose value would change, such as {@code name}; those of {@code
 *     identity} with its name before them
 */
public record SpaceChanges(List<ObjectChange> objects, List<FieldChange> members) {
  private static final String IDENTITY = "identity";

  public SpaceChanges {
    objects = List.copyOf(objects);
    members = List.copyOf(members);
  }

  /**
   * Compares a space with what it would become.
   *
   * @param current what the space is now; null if there is no such space yet
   * @param wanted the definition as written
   * @param next what the space would be
   * @param now when new and edited traits would be created, epoch milliseconds
   */
  static SpaceChanges of(
      @Nullable SpaceEntry current, SpaceDefinition wanted, SpaceEntry next, long now) {
    ObjectNode json = (ObjectNode) exact(wanted.json());
    ObjectNode before = current == null ? json.objectNode() : current.wanted();
    List<ObjectChange> objects = new ArrayList<>();
    for (Kind<?> kind : Kinds.ALL) {
      Map<String, ObjectNode> old =
          kind == Kinds.TRAITS && current != null ? current.newest() : kind.byKey(before);
      Map<String, ObjectChange> changes = new TreeMap<>();
      kind.byKey(json)
          .forEach((key, each) -> changes.put(key, change(kind, key, old.get(key), each, now)));
      old.forEach(
          (key, gone) ->
              changes.putIfAbsent(key, change(kind, key, Action.DELETE, gone, null, null)));
      changes.values().forEach(each -> objects.add(versioned(each, current, next)));
    }
    return new SpaceChanges(objects, members(before, json));
  }

  /** The objects of one kind. */
  public List<ObjectChange> of(Kind<?> kind) {
    return objects.stream().filter(change -> change.kind() == kind).toList();
  }

  /** True if nothing would change. */
  public boolean isEmpty() {
    return members.isEmpty() && objects.stream().noneMatch(ObjectChange::isChange);
  }

  /** True if something would be lost. */
  public boolean isDestructive() {
    return objects.stream().anyMatch(ObjectChange::isDestructive);
  }

  /**
   * The change that the definition of one trait alone would be.
   *
   * @param written the definition; without problems
   */
  public static ObjectChange of(
      SpaceDefinition current, TraitDefinition wanted, JsonNode written, long now) {
    ObjectNode before = Kinds.TRAITS.byKey(current.json()).get(wanted.key());
    for (int i = 0; i < current.staged().size(); i++) {
      if (current.staged().get(i).key().equals(wanted.key())) {
        before = (ObjectNode) current.json().path("staged").path(i);
      }
    }
    return change(Kinds.TRAITS, wanted.key(), before, (ObjectNode) exact(written), now);
  }

  private static ObjectChange change(
      Kind<?> kind, String key, @Nullable ObjectNode before, ObjectNode written, long now) {
    boolean isTrait = kind == Kinds.TRAITS;
    if (before == null) {
      TraitDefinition computed = isTrait ? asCreated(written, now) : null;
      return change(kind, key, Action.CREATE, null, written, computed);
    }
    if (!isTrait) {
      ObjectChange edit = change(kind, key, Action.EDIT, before, written, null);
      return edit.fields().isEmpty() ? change(kind, key, Action.KEEP, before, written, null) : edit;
    }
    if (SpaceRevision.decisive(kind, before).equals(SpaceRevision.decisive(kind, written))) {
      return change(kind, key, Action.KEEP, before, written, null);
    }
    if (SpaceRevision.freezes(kind, before, written)) {
      return change(kind, key, Action.FREEZE, before, written, null);
    }
    // An edit does not change when the trait was created.
    long created = before.path("created_at").asLong(now);
    return change(kind, key, Action.EDIT, before, written, asCreated(written, created));
  }

  private static ObjectChange change(
      Kind<?> kind,
      String key,
      Action action,
      @Nullable ObjectNode before,
      @Nullable ObjectNode after,
      @Nullable TraitDefinition computed) {
    return new ObjectChange(
        kind, key, action, FieldChange.between(kind.spec(), before, after), 0, false, computed);
  }

  private static ObjectChange versioned(
      ObjectChange change, @Nullable SpaceEntry current, SpaceEntry next) {
    List<JsonNode> versions = next.history().get(change.key());
    boolean hasVersions = change.kind().versions() != Kind.Versions.NONE;
    if (versions == null || !hasVersions || change.action() == Action.DELETE) {
      return change;
    }
    boolean restored =
        change.action() == Action.CREATE
            && current != null
            && current.history().containsKey(change.key());
    return new ObjectChange(
        change.kind(),
        change.key(),
        change.action(),
        change.fields(),
        versions.size(),
        restored,
        change.computed());
  }

  private static List<FieldChange> members(ObjectNode before, ObjectNode after) {
    List<FieldChange> changes =
        new ArrayList<>(
            FieldChange.between(SpaceSpec.SPEC, withoutLists(before), withoutLists(after)));
    ObjectNode none = before.objectNode();
    for (FieldChange each :
        FieldChange.between(
            SpaceSpec.SPEC,
            before.path(IDENTITY) instanceof ObjectNode old ? withoutLists(old) : none,
            after.path(IDENTITY) instanceof ObjectNode wanted ? withoutLists(wanted) : none)) {
      changes.add(each.in(IDENTITY));
    }
    return changes;
  }

  private static ObjectNode withoutLists(ObjectNode definition) {
    ObjectNode rest = definition.deepCopy();
    definition
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (Kinds.isList(name) || name.equals(IDENTITY)) {
                rest.remove(name);
              }
            });
    return rest;
  }

  /** Reads a definition that has no problems as it would be computed if created then. */
  public static TraitDefinition asCreated(JsonNode written, long createdAt) {
    ObjectNode json = written.deepCopy();
    json.remove(Kinds.TRAITS.setBySystem());
    json.remove("enabled");
    json.put("created_at", createdAt);
    List<Problem> problems = new ArrayList<>();
    TraitDefinition definition = TraitDefinition.parse(new Fields(json, "", problems));
    if (!problems.isEmpty()) {
      throw new IllegalStateException("trait: got " + problems + " (expected no problems)");
    }
    return definition;
  }

  /** Through bytes and back: numbers of a file and of the topic must compare equal. */
  private static JsonNode exact(JsonNode json) {
    return ExactJson.readOwn(ExactJson.write(json));
  }
}
