package dev.traitflow.server.debugger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.delivery.RetryRules;
import dev.traitflow.server.log.ExactJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A call that a space sent to a destination, as it is shown.
 *
 * @param number its place among all calls
 * @param destination name of the destination
 * @param received what the destination keeps of it: the call and what was answered
 */
public record EmittedCall(long number, String destination, JsonNode received) {

  /** True if somebody who searches wants it. */
  public boolean matches(CallSearch search) {
    String raw = new String(ExactJson.write(payload()), StandardCharsets.UTF_8);
    return search.matches(text("type"), name(), null, raw);
  }

  /** Everything that is shown of it. */
  public ObjectNode json() {
    JsonNode payload = payload();
    int status = received.path("status").asInt();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("cursor", Long.toString(number))
        .put("received_at", received.path("at").asText())
        .put("type", text("type"))
        .put("name", name())
        .put("message_id", text("messageId"))
        .put("destination", destination)
        .put("status", RetryRules.isDelivered(status) ? "delivered" : "refused")
        .put("answer", status)
        .put("attempt", received.path("attempt").asInt())
        .put(
            "pretty",
            payload instanceof ObjectNode call ? PrettyCall.of(text("type"), call) : null);
    json.set("raw", payload);
    return json;
  }

  private @Nullable String name() {
    String event = text("event");
    return event == null ? text("name") : event;
  }

  private JsonNode payload() {
    return received.path("payload");
  }

  private @Nullable String text(String name) {
    return payload().path(name).textValue();
  }
}
