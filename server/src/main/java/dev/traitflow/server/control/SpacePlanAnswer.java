package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.config.FieldChange;
import dev.traitflow.server.config.ObjectChange;
import dev.traitflow.server.config.SpaceObject;
import dev.traitflow.server.config.SpacePlan;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.questions.TraitPlan;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How the plan of a whole space is written. */
public final class SpacePlanAnswer {
  private final TraitPlan.@Nullable Result result;

  private SpacePlanAnswer(TraitPlan.@Nullable Result result) {
    this.result = result;
  }

  /**
   * Writes a plan.
   *
   * @param file the file that was planned
   * @param result what was counted; null if nothing was
   * @param counts whether values were compared too
   */
  static ObjectNode of(
      SpaceDefinition file,
      SpacePlan plan,
      TraitPlan.@Nullable Result result,
      boolean counts,
      long now) {
    SpaceDefinition current = plan.current();
    ObjectNode answer = Answers.object();
    answer.put("space", current == null ? file.id() : current.id());
    answer.put("action", current == null ? "create" : "edit").put("as_of", IsoTime.format(now));
    answer.put("changed", current == null || !plan.changes().isEmpty());
    answer.put("destructive", plan.changes().isDestructive());
    new SpacePlanAnswer(result).write(answer, plan);
    return result == null || !counts ? answer : PlanAnswers.cost(answer, result);
  }

  private void write(ObjectNode answer, SpacePlan plan) {
    ArrayNode traits = answer.putArray("traits");
    ArrayNode objects = answer.putArray("objects");
    Set<String> others = new TreeSet<>();
    for (ObjectChange change : plan.changes().objects()) {
      if (change.kind() == Kinds.TRAITS) {
        writeTrait(traits.addObject(), change);
      } else if (change.isChange()) {
        write(objects.addObject().put("member", change.kind().path()), change);
        others.add(change.kind().member());
      }
    }
    ArrayNode members = answer.putArray("members");
    for (FieldChange change : plan.changes().members()) {
      write(members.addObject(), change);
      others.add(change.member());
    }
    others.forEach(answer.putArray("others")::add);
    ArrayNode unmanaged = answer.putArray("unmanaged");
    for (SpaceObject object : plan.unmanaged()) {
      unmanaged
          .addObject()
          .put("member", object.kind().path())
          .put("key", object.key())
          .put("listed", object.listed());
    }
  }

  private void writeTrait(ObjectNode node, ObjectChange change) {
    write(node, change);
    if (result == null) {
      return;
    }
    for (TraitPlan plan : result.plans()) {
      if (plan.key().equals(change.key())) {
        PlanAnswers.counts(node, plan);
      }
    }
    if (change.action() == ObjectChange.Action.DELETE) {
      node.put("kept_as_custom", result.kept().getOrDefault(change.key(), 0L));
    }
  }

  private void write(ObjectNode node, ObjectChange change) {
    node.put("key", change.key()).put("action", PlanAnswers.word(change.action()));
    if (change.version() > 0) {
      node.put("version", change.version());
    }
    if (change.restored()) {
      node.put("restored", true);
    }
    ArrayNode fields = node.putArray("fields");
    if (change.action() != ObjectChange.Action.CREATE) {
      change.fields().forEach(field -> write(fields.addObject(), field));
    }
    if (change.isDestructive()) {
      node.put("lost", lost(change));
    }
  }

  private static void write(ObjectNode node, FieldChange change) {
    node.put("field", change.field());
    if (change.isSecret()) {
      node.put("secret", true);
      return;
    }
    put(node, "before", change.before());
    put(node, "after", change.after());
  }

  private String lost(ObjectChange change) {
    boolean goes = change.action() == ObjectChange.Action.DELETE;
    return change.kind().loss(goes, profiles(change.key()), change.version());
  }

  private String profiles(String key) {
    Long kept = result == null ? null : result.kept().get(key);
    return kept == null ? "all profiles" : kept + (kept == 1 ? " profile" : " profiles");
  }

  private static void put(ObjectNode node, String name, @Nullable JsonNode value) {
    if (value == null) {
      node.putNull(name);
    } else {
      node.set(name, value);
    }
  }
}
