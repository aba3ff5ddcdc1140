package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.config.ObjectChange.Action;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.questions.TraitPlan;
import dev.traitflow.server.questions.TraitPlan.Difference;
import dev.traitflow.server.questions.TraitPreview;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How previews and plans are written. Values are copied as they are, so exact. */
public final class PlanAnswers {
  private static final long MILLIS_PER_SECOND = 1_000;

  private PlanAnswers() {}

  /** A preview, with a warning if nobody would have a value. */
  static ObjectNode preview(TraitPreview preview, TraitDefinition trait, long now) {
    ObjectNode answer = Answers.object();
    answer.put("total", preview.total()).put("as_of", IsoTime.format(now));
    answer.put("profiles", preview.profiles()).put("events", preview.events());
    ArrayNode sample = answer.putArray("sample");
    for (TraitPreview.Member member : preview.sample()) {
      ObjectNode node = sample.addObject().put("segment_id", ProfileIds.shown(member.profile()));
      ObjectNode identifiers = node.putObject("external_ids");
      for (StoredIdentifier stored : member.identifiers()) {
        identifiers.withArrayProperty(stored.identifier().type()).add(stored.identifier().value());
      }
      put(node, "value", member.json());
    }
    if (preview.total() == 0) {
      answer.put("warning", warning(preview, trait));
    }
    return answer;
  }

  /** The plan of one definition. */
  static ObjectNode plan(Action action, TraitPlan plan, TraitPlan.Result result, long now) {
    ObjectNode answer = Answers.object();
    answer.put("key", plan.key()).put("action", word(action)).put("as_of", IsoTime.format(now));
    counts(answer, plan);
    return cost(answer, result);
  }

  /** What a plan does to values. */
  static void counts(ObjectNode node, TraitPlan plan) {
    node.put("added", plan.added())
        .put("changed", plan.changed())
        .put("removed", plan.removed())
        .put("unchanged", plan.unchanged());
    ArrayNode sample = node.putArray("sample");
    for (Difference difference : plan.sample()) {
      ObjectNode one = sample.addObject().put("segment_id", ProfileIds.shown(difference.profile()));
      put(one, "before", difference.before());
      put(one, "after", difference.after());
    }
  }

  /** What carrying a plan out costs. */
  static ObjectNode cost(ObjectNode node, TraitPlan.Result result) {
    // The job reads the same events on the same machine, so about as long.
    long seconds = (result.millis() + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND;
    return node.put("profiles", result.profiles())
        .put("events_to_read", result.events())
        .put("estimated_seconds", seconds);
  }

  private static String warning(TraitPreview preview, TraitDefinition trait) {
    if (!trait.backfill()) {
      return "No profile has a value yet: without backfill only events received from now on count.";
    }
    return preview.named() == 0
        ? "No profile would have a value: no stored event is called '" + trait.event() + "'."
        : "No profile would have a value: of "
            + preview.named()
            + " events called '"
            + trait.event()
            + "' none passes conditions and property.";
  }

  /** What becomes of an object, as a word. */
  static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  private static void put(ObjectNode node, String name, @Nullable String json) {
    if (json == null) {
      node.putNull(name);
    } else {
      node.putRawValue(name, new RawValue(json));
    }
  }
}
