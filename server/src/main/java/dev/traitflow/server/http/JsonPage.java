package dev.traitflow.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Writes one page of an answer of the Profile API: its content and the cursor behind it. What is
 * JSON already is copied, so that numbers leave as they came.
 */
public final class JsonPage {
  private static final JsonFactory JSON = new JsonFactory();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
  private final JsonGenerator json;

  /** Begins the object of the answer. */
  public JsonPage() throws IOException {
    json = JSON.createGenerator(bytes);
    json.writeStartObject();
  }

  /** Where the content is written. */
  public JsonGenerator json() {
    return json;
  }

  /** Writes a member that is JSON already; an empty object if there are no bytes. */
  public void raw(String name, byte[] value) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(value.length == 0 ? "{}" : new String(value, StandardCharsets.UTF_8));
  }

  /** Ends the answer with a cursor; {@code next} is empty on the last page. */
  public byte[] end(String url, String next, int limit) throws IOException {
    json.writeObjectFieldStart("cursor");
    json.writeStringField("url", url);
    json.writeBooleanField("has_more", !next.isEmpty());
    json.writeStringField("next", next);
    json.writeNumberField("limit", limit);
    json.writeEndObject();
    return end();
  }

  /** Ends the answer. */
  public byte[] end() throws IOException {
    json.writeEndObject();
    json.close();
    return bytes.toByteArray();
  }

  /** An opaque cursor that stands behind a place in an order. */
  public static String cursor(long timestamp, String id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((timestamp + "::" + id).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A place that {@link #cursor} wrote.
   *
   * @param timestamp epoch milliseconds
   * @param id what orders within the same timestamp
   */
  public record Place(long timestamp, String id) {}

  /**
   * Reads the parameter {@code next}.
   *
   * @throws HttpProblem 400 if it is not a cursor of ours
   */
  public static Optional<Place> place(Query query) {
    return query.text("next").map(JsonPage::parse);
  }

  private static Place parse(String cursor) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      int separator = text.indexOf("::");
      if (separator > 0) {
        return new Place(
            Long.parseLong(text.substring(0, separator)), text.substring(separator + 2));
      }
    } catch (IllegalArgumentException notOurs) {
      // Refused below: NumberFormatException is one of these, too.
    }
    throw Query.invalid("next", "is not a cursor of a previous answer");
  }
}
