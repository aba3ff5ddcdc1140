package dev.traitflow.server.questions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.Explanation;
import dev.traitflow.core.profile.Explanation.Counted;
import dev.traitflow.core.profile.Explanation.NotCounted;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.trait.TraitType;
import dev.traitflow.core.trait.Window;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an explanation of a value is written. Values are copied as they are, so exact. */
final class ExplanationJson {
  private ExplanationJson() {}

  /** An explanation of a computed trait. */
  static ObjectNode of(Explanation explanation, JsonNode definition) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("key", explanation.definition().key()).put("class", "computed");
    put(answer, "value", explanation.value());
    if (explanation.truncated()) {
      answer.put("truncated", true);
    }
    answer.put("state", state(explanation)).put("as_of", IsoTime.format(explanation.now()));
    answer.set("definition", definition);
    answer.set("window", window(explanation));
    Event decisive = explanation.decisive();
    if (decisive != null) {
      answer.set("decided_by", event(decisive));
    }
    ObjectNode counted = answer.putObject("counted").put("total", explanation.countedTotal());
    ArrayNode countedEvents = counted.putArray("events");
    boolean hasValues = explanation.definition().type() != TraitType.EVENT_COUNTER;
    for (Counted one : explanation.counted()) {
      ObjectNode event = event(one.event());
      if (hasValues) {
        ArrayNode values = event.putArray("values");
        one.values().forEach(value -> values.addRawValue(new RawValue(value.json())));
      }
      countedEvents.add(event);
    }
    long refused = explanation.notCountedTotals().values().stream().mapToLong(n -> n).sum();
    ObjectNode notCounted = answer.putObject("not_counted").put("total", refused);
    ObjectNode reasons = notCounted.putObject("reasons");
    explanation.notCountedTotals().forEach((why, count) -> reasons.put(why.wireName(), count));
    ArrayNode refusedEvents = notCounted.putArray("events");
    explanation.notCounted().forEach(one -> refusedEvents.add(refused(one, explanation)));
    return answer;
  }

  /** Says that the value was frozen: what it is stays beside what it would be by now. */
  static void freeze(ObjectNode answer, @Nullable TraitValue shown) {
    answer.set("value_if_enabled", answer.get("value"));
    put(answer, "value", shown == null ? null : shown.text());
    answer.put("state", "disabled");
  }

  /** An explanation of a trait that somebody set. */
  static ObjectNode ofWritten(TraitValue value, List<Event> writer, long now) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("key", value.key());
    answer.put("class", value.traitClass().name().toLowerCase(Locale.ROOT));
    put(answer, "value", value.text());
    answer.put("state", "present").put("as_of", IsoTime.format(now));
    for (Event event : writer) {
      answer.set("set_by", event(event).put("source_id", event.source()));
    }
    return answer;
  }

  private static String state(Explanation explanation) {
    if (explanation.value() != null) {
      return "present";
    }
    return explanation.matched() ? "unset" : "never_matched";
  }

  private static JsonNode window(Explanation explanation) {
    Window window = explanation.definition().window();
    if (window instanceof Window.Lifetime) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    boolean session = window instanceof Window.Session;
    node.put("kind", session ? "session" : window instanceof Window.Within ? "within" : "between");
    Long after = explanation.after();
    node.put("after", time(after)).put("until", time(explanation.until()));
    if (session) {
      Long closesAt = explanation.closesAt();
      node.put("closes_at", time(closesAt));
      node.put("open", closesAt != null && closesAt > explanation.now());
    }
    return node;
  }

  private static ObjectNode refused(NotCounted one, Explanation explanation) {
    ObjectNode node = event(one.event()).put("reason", one.reason().wireName());
    String pointer = one.condition();
    JsonNode conditions = explanation.definition().conditions();
    if (pointer != null && conditions != null) {
      node.put("pointer", pointer);
      node.set("condition", conditions.at(pointer.substring("/conditions".length())));
    }
    boolean aboutValues =
        pointer != null || one.reason().name().startsWith("PROPERTY") || !one.found().isEmpty();
    if (aboutValues) {
      ArrayNode found = node.putArray("found");
      one.found().forEach(json -> found.addRawValue(new RawValue(json)));
    }
    return node;
  }

  private static ObjectNode event(Event event) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    return node.put("timestamp", IsoTime.format(event.timestamp()))
        .put("message_id", event.messageId())
        .put("event", event.name());
  }

  private static void put(ObjectNode node, String name, @Nullable String json) {
    if (json == null) {
      node.putNull(name);
    } else {
      node.putRawValue(name, new RawValue(json));
    }
  }

  private static @Nullable String time(@Nullable Long instant) {
    return instant == null ? null : IsoTime.format(instant);
  }
}
