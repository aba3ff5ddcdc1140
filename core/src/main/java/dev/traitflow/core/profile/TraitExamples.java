package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.json.JsonTree;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.trait.TraitDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the examples of a definition: each says which value some events give at an instant. They go
 * through the parser and the engine that real calls go through, so that an example that holds here
 * holds in the job.
 */
public final class TraitExamples {
  private static final List<String> EVENT_MEMBERS =
      List.of(
          "type",
          "event",
          "name",
          "category",
          "timestamp",
          "receivedAt",
          "messageId",
          "userId",
          "anonymousId",
          "properties",
          "context");

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private TraitExamples() {}

  /**
   * Returns what is wrong with the examples, or untrue of them; empty if all hold. Each problem
   * says what was expected and what the events give.
   *
   * @param trait a definition without problems
   * @param pointer JSON pointer of the definition
   */
  public static List<Problem> check(TraitDefinition trait, String pointer) {
    List<Problem> problems = new ArrayList<>();
    EventParser parser = new EventParser();
    int index = 0;
    for (JsonNode example : trait.examples()) {
      Fields fields = new Fields(example, pointer + "/examples/" + index++, problems);
      int before = problems.size();
      HeapProfileStore history = history(fields, parser);
      long at = instant(fields);
      if (!example.has("value")) {
        fields.problem("value", "is missing (expected the value, or null for none)");
      }
      JsonNode value = fields.get("value");
      fields.end();
      if (problems.size() == before) {
        compare(fields, value == null ? NODES.nullNode() : value, value(trait, history, at), at);
      }
    }
    return problems;
  }

  private static HeapProfileStore history(Fields example, EventParser parser) {
    HeapProfileStore history = new HeapProfileStore();
    if (!example.has("events")) {
      example.problem("events", "is missing (expected a list of events)");
    }
    List<Fields> events = example.objects("events", event -> event);
    for (int i = 0; i < events.size(); i++) {
      JsonNode call = events.get(i).whole();
      if (call.isObject()) {
        append(events.get(i), call.deepCopy(), "example-" + i, parser, history);
      }
    }
    return history;
  }

  private static void append(
      Fields fields, ObjectNode call, String id, EventParser parser, HeapProfileStore history) {
    EVENT_MEMBERS.forEach(fields::get);
    fields.end();
    if (IsoTime.parse(fields.optionalText("timestamp").orElse(null)) == IsoTime.ABSENT) {
      fields.problem(
          "timestamp", "is missing or no instant (expected such as 2025-01-31T10:00:00Z)");
      return;
    }
    if (!call.has("userId") && !call.has("anonymousId")) {
      call.put("userId", "example");
    }
    String type = call.path("type").asText("track");
    // An event that says nothing of it was received when it happened.
    call.putIfAbsent("receivedAt", call.get("timestamp"));
    byte[] body = ValueText.json(call).getBytes(StandardCharsets.UTF_8);
    Parsed parsed = parser.parse(body, type, id, "example", 0, true);
    if (parsed instanceof Parsed.Accepted accepted) {
      history.append(accepted.event());
    } else if (parsed instanceof Parsed.Rejected rejected) {
      fields.problem("", "would be refused: " + rejected.message());
    }
  }

  private static long instant(Fields example) {
    long at = IsoTime.parse(example.optionalText("at").orElse(null));
    if (at == IsoTime.ABSENT) {
      example.problem("at", "is missing or no instant (expected such as 2025-01-31T10:00:00Z)");
    }
    return at;
  }

  /** The trait's value as a tree; a null node if it has none. */
  private static JsonNode value(TraitDefinition trait, HeapProfileStore history, long at) {
    ProfileEngine engine = new ProfileEngine(ProfilePlan.of(List.of(trait)));
    for (TraitValue value : engine.values(engine.fold(history, at))) {
      byte[] json = value.json();
      if (value.key().equals(trait.key()) && json != null) {
        return JsonTree.parse(json);
      }
    }
    return NODES.nullNode();
  }

  private static void compare(Fields example, JsonNode expected, JsonNode got, long at) {
    // 12.50 in a file is the 12.5 that comes out.
    if (!ValueText.json(expected).equals(ValueText.json(got))) {
      example.problem(
          "value",
          "the events give "
              + ValueText.json(got)
              + " at "
              + IsoTime.format(at)
              + " (expected "
              + ValueText.json(expected)
              + ", as the example says)");
    }
  }
}
