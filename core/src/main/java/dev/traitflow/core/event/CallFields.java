package dev.traitflow.core.event;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.traitflow.core.text.Utf8;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one streaming pass over a call's JSON finds: the texts of the envelope, and where its
 * objects begin and end. It judges syntax only; {@link EventParser} judges meaning, after the pass,
 * because members come in any order and the last of equal names wins.
 */
@SuppressWarnings("EnumOrdinal") // Places in arrays that one pass fills: nothing is stored.
final class CallFields {

  /** A member that should be a text. */
  enum Text {
    TYPE,
    MESSAGE_ID,
    USER_ID,
    ANONYMOUS_ID,
    GROUP_ID,
    PREVIOUS_ID,
    EVENT,
    NAME,
    CATEGORY,
    TIMESTAMP,
    ORIGINAL_TIMESTAMP,
    SENT_AT,
    RECEIVED_AT,
    CONTEXT_GROUP_ID
  }

  /** A member that should be an object. */
  enum Part {
    PROPERTIES,
    TRAITS,
    CONTEXT,
    CONTEXT_TRAITS,
    INTEGRATIONS
  }

  private static final int ABSENT = -1;
  private static final int WRONG_TYPE = -2;

  private final byte[] body;
  private final int start;
  private final @Nullable String[] texts = new String[Text.values().length];
  private final boolean[] wrongTypes = new boolean[Text.values().length];
  private final int[] from = new int[Part.values().length];
  private final int[] to = new int[Part.values().length];
  private final int[] members = new int[Part.values().length];

  /** Fields of {@code body}, whose JSON begins at {@code start}. */
  CallFields(byte[] body, int start) {
    this.body = body;
    this.start = start;
    Arrays.fill(from, ABSENT);
  }

  /** The text, or null if it is missing, null or of another type. */
  @Nullable String text(Text field) {
    return texts[field.ordinal()];
  }

  /** True if the member is there, is not null and is not a text. */
  boolean isWrongType(Text field) {
    return wrongTypes[field.ordinal()];
  }

  /** True if the member is there, is not null and is not an object. */
  boolean isWrongType(Part part) {
    return from[part.ordinal()] == WRONG_TYPE;
  }

  /** True if the member is an object. */
  boolean has(Part part) {
    return from[part.ordinal()] >= 0;
  }

  /** Number of members of the object, 0 if it is missing. */
  int members(Part part) {
    return has(part) ? members[part.ordinal()] : 0;
  }

  /** A copy of the object's bytes, empty if it is missing. */
  byte[] slice(Part part) {
    return has(part)
        ? Arrays.copyOfRange(body, start + from[part.ordinal()], start + to[part.ordinal()])
        : Event.NONE;
  }

  /**
   * Reads one object and the end of the input after it.
   *
   * @throws IOException if the input is anything else; its message says what and where
   */
  void read(JsonParser json) throws IOException {
    JsonToken first = json.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw new JsonParseException(json, "got " + describe(first) + " (expected a JSON object)");
    }
    String name;
    while ((name = json.nextFieldName()) != null) {
      json.nextToken();
      member(json, name);
    }
    if (json.nextToken() != null) {
      throw new JsonParseException(json, "got more after the object (expected the end)");
    }
  }

  private void member(JsonParser json, String name) throws IOException {
    switch (name) {
      case "type" -> text(json, Text.TYPE);
      case "messageId" -> messageId(json);
      case "userId" -> text(json, Text.USER_ID);
      case "anonymousId" -> text(json, Text.ANONYMOUS_ID);
      case "groupId" -> text(json, Text.GROUP_ID);
      case "previousId" -> text(json, Text.PREVIOUS_ID);
      case "event" -> text(json, Text.EVENT);
      case "name" -> text(json, Text.NAME);
      case "category" -> text(json, Text.CATEGORY);
      case "timestamp" -> text(json, Text.TIMESTAMP);
      case "originalTimestamp" -> text(json, Text.ORIGINAL_TIMESTAMP);
      case "sentAt" -> text(json, Text.SENT_AT);
      case "receivedAt" -> text(json, Text.RECEIVED_AT);
      case "properties" -> part(json, Part.PROPERTIES);
      case "traits" -> part(json, Part.TRAITS);
      case "integrations" -> part(json, Part.INTEGRATIONS);
      case "context" -> {
        clear(Text.CONTEXT_GROUP_ID);
        from[Part.CONTEXT_TRAITS.ordinal()] = ABSENT;
        part(json, Part.CONTEXT);
      }
      default -> skip(json);
    }
  }

  private void text(JsonParser json, Text field) throws IOException {
    clear(field);
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_STRING) {
      texts[field.ordinal()] = Utf8.wellFormed(json.getText());
    } else if (token != JsonToken.VALUE_NULL) {
      wrongTypes[field.ordinal()] = true;
      skip(json);
    }
  }

  /** A number is its literal, so that a retry is one event. */
  private void messageId(JsonParser json) throws IOException {
    text(json, Text.MESSAGE_ID);
    if (json.currentToken().isNumeric()) {
      texts[Text.MESSAGE_ID.ordinal()] = json.getText();
      wrongTypes[Text.MESSAGE_ID.ordinal()] = false;
    }
  }

  private void clear(Text field) {
    texts[field.ordinal()] = null;
    wrongTypes[field.ordinal()] = false;
  }

  private void part(JsonParser json, Part part) throws IOException {
    JsonToken token = json.currentToken();
    if (token != JsonToken.START_OBJECT) {
      from[part.ordinal()] = token == JsonToken.VALUE_NULL ? ABSENT : WRONG_TYPE;
      skip(json);
      return;
    }
    int begin = (int) json.currentTokenLocation().getByteOffset();
    int count = 0;
    String name;
    while ((name = json.nextFieldName()) != null) {
      count++;
      json.nextToken();
      if (part == Part.CONTEXT && name.equals("traits")) {
        part(json, Part.CONTEXT_TRAITS);
      } else if (part == Part.CONTEXT && name.equals("groupId")) {
        text(json, Text.CONTEXT_GROUP_ID);
      } else {
        skip(json);
      }
    }
    from[part.ordinal()] = begin;
    to[part.ordinal()] = (int) json.currentLocation().getByteOffset();
    members[part.ordinal()] = count;
  }

  /** Passes over the current value. */
  private static void skip(JsonParser json) throws IOException {
    json.skipChildren();
  }

  private static String describe(@Nullable JsonToken token) {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_NULL -> "null";
      default -> "true or false";
    };
  }
}
