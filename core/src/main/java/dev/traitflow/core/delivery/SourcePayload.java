package dev.traitflow.core.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.text.IsoTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An event of a source as the call a destination gets: what the sender said, its objects byte for
 * byte, with the messageId and the times the server decided on.
 */
public final class SourcePayload {
  private static final JsonFactory FACTORY = new JsonFactory();

  private SourcePayload() {}

  /** The call as JSON in UTF-8. */
  public static byte[] call(Event event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      text(json, "type", event.type().wireName());
      text(json, "messageId", event.messageId());
      text(json, "userId", event.userId());
      text(json, "anonymousId", event.anonymousId());
      text(json, "groupId", event.groupId());
      text(json, "previousId", event.previousId());
      text(json, "event", event.type() == EventType.TRACK ? event.name() : null);
      text(json, "name", event.title());
      text(json, "category", event.category());
      object(json, "properties", event.properties());
      object(json, "traits", event.traits());
      object(json, "context", event.context());
      object(json, "integrations", event.integrations());
      text(json, "timestamp", IsoTime.format(event.timestamp()));
      text(json, "receivedAt", IsoTime.format(event.receivedAt()));
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array of bytes took no JSON", impossible);
    }
    return bytes.toByteArray();
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  private static void object(JsonGenerator json, String name, byte[] value) throws IOException {
    if (value.length > 0) {
      json.writeFieldName(name);
      json.writeRawValue(new String(value, StandardCharsets.UTF_8));
    }
  }
}
