package dev.traitflow.server.debugger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.log.ExactJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call as it is shown: parsed as the job parses it, completed as the server completes it.
 *
 * <p>The write key that many clients put into the body is the one thing that is not shown: whoever
 * looks over a shoulder could send with it.
 */
final class ShownCall {
  private static final String HIDDEN = "(hidden)";
  private static final String SENT_AT = "sentAt";
  private static final List<String> TIMES = List.of("timestamp", "originalTimestamp", SENT_AT);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Arrival arrival;
  private final JsonNode raw;
  private final @Nullable Refusal refusal;
  private final @Nullable Event event;
  private final ArrayNode warnings = NODES.arrayNode();

  private ShownCall(Arrival arrival, JsonNode raw, Parsed parsed) {
    this.arrival = arrival;
    this.raw = raw;
    this.event = parsed instanceof Parsed.Accepted accepted ? accepted.event() : null;
    this.refusal =
        parsed instanceof Parsed.Rejected rejected && arrival.refusal() == null
            ? new Refusal(rejected.reason(), rejected.message())
            : arrival.refusal();
    if (raw instanceof ObjectNode object) {
      complete(object);
    }
    if (refusal != null && refusal.reason().isPartial()) {
      write(refusal, warnings.addObject());
    }
  }

  /** Parses a call. */
  static ShownCall of(Arrival arrival, EventParser parser) {
    LogRecord call = arrival.call();
    return new ShownCall(arrival, read(call.body()), parser.parse(call));
  }

  /** Its type; null if it names none. */
  @Nullable String type() {
    return text("type");
  }

  /** What it is called: a track call's event, the name of a page or screen; null without one. */
  @Nullable String name() {
    return EventType.TRACK.wireName().equals(type()) ? text("event") : text("name");
  }

  CallStatus status() {
    if (refusal == null || refusal.reason().isPartial()) {
      return CallStatus.ACCEPTED;
    }
    return refusal.reason() == DiscardReason.DUPLICATE ? CallStatus.DUPLICATE : CallStatus.REJECTED;
  }

  /** True if somebody who searches wants it. */
  boolean matches(CallSearch search) {
    return search.matches(type(), name(), status(), rawText());
  }

  /** The raw call as compact JSON, or as it came if it is none. */
  private String rawText() {
    return raw.isTextual()
        ? raw.textValue()
        : new String(ExactJson.write(raw), StandardCharsets.UTF_8);
  }

  /** Everything that is shown of it. */
  ObjectNode json() {
    ObjectNode json = NODES.objectNode();
    long received = event == null ? arrival.call().at() : event.receivedAt();
    json.put("cursor", Long.toString(arrival.place()))
        .put("received_at", IsoTime.format(received))
        .put("type", type())
        .put("name", name())
        .put("message_id", text("messageId"));
    writeOutcome(json);
    json.put("pretty", raw instanceof ObjectNode object ? PrettyCall.of(type(), object) : null);
    json.set("raw", raw);
    return json;
  }

  /** What became of it, and nothing else. */
  ObjectNode outcome() {
    ObjectNode json = NODES.objectNode().put("cursor", Long.toString(arrival.place()));
    writeOutcome(json);
    return json;
  }

  private void writeOutcome(ObjectNode json) {
    json.put("status", status().wireName());
    if (refusal != null && !refusal.reason().isPartial()) {
      write(refusal, json);
    }
    if (!warnings.isEmpty()) {
      json.set("warnings", warnings);
    }
  }

  private static void write(Refusal refusal, ObjectNode json) {
    json.put("code", refusal.reason().code()).put("message", refusal.message());
    json.put("field", refusal.field().isEmpty() ? null : refusal.field());
  }

  /** Adds what the server adds, and says which times it could not read. */
  private void complete(ObjectNode object) {
    LogRecord call = arrival.call();
    if (object.has("writeKey")) {
      object.put("writeKey", HIDDEN);
    }
    if (!call.type().isEmpty()) {
      object.put("type", call.type());
    }
    TIMES.forEach(name -> warn(name, object.get(name)));
    if (event == null) {
      object.put("receivedAt", IsoTime.format(call.at()));
      if (!object.hasNonNull("messageId") && !call.messageId().isEmpty()) {
        object.put("messageId", call.messageId());
      }
      return;
    }
    long original = time(object, "timestamp");
    original = original == IsoTime.ABSENT ? time(object, "originalTimestamp") : original;
    object.remove("originalTimestamp");
    if (original != IsoTime.ABSENT) {
      object.put("originalTimestamp", IsoTime.format(original));
    }
    object.put("timestamp", IsoTime.format(event.timestamp()));
    object.put("receivedAt", IsoTime.format(event.receivedAt()));
    object.put("messageId", event.messageId());
    if (!object.hasNonNull("version")) {
      object.put("version", 1);
    }
  }

  private void warn(String name, @Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return;
    }
    long time = IsoTime.parse(value.textValue());
    if (time == IsoTime.ABSENT) {
      warn("invalid_timestamp", name, value, "an ISO 8601 text");
    } else if (name.equals(SENT_AT) && !EventParser.isSet(time)) {
      warn("invalid_sent_at", name, value, "1970 or later");
    }
  }

  private void warn(String code, String name, JsonNode value, String expected) {
    warnings
        .addObject()
        .put("code", code)
        .put("field", name)
        .put("message", name + ": got " + value + " (expected " + expected + "; left out)");
  }

  private static long time(ObjectNode object, String name) {
    return IsoTime.parse(object.path(name).textValue());
  }

  private @Nullable String text(String name) {
    return raw.path(name).textValue();
  }

  private static JsonNode read(byte[] body) {
    return ExactJson.readForeign(body)
        .filter(json -> !json.isMissingNode())
        .orElseGet(() -> TextNode.valueOf(withoutKey(new String(body, StandardCharsets.UTF_8))));
  }

  private static String withoutKey(String text) {
    return text.replaceAll("(\"writeKey\"\\s*:\\s*\")[^\"]*", "$1" + HIDDEN);
  }
}
