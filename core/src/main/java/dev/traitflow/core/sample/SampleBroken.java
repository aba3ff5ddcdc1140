package dev.traitflow.core.sample;

import dev.traitflow.core.event.DiscardReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A way in which a line of the sample is broken, with the reason for which it must be refused. Real
 * senders do each of these; a pipeline that loses a line, or stops at one, has a bug.
 */
enum SampleBroken {
  /** The line ends in the middle of a member. */
  TRUNCATED(DiscardReason.BAD_REQUEST),
  /** A byte that no UTF-8 text has. */
  NOT_UTF_8(DiscardReason.BAD_REQUEST),
  /** A text, not an object. */
  NO_OBJECT(DiscardReason.BAD_REQUEST),
  /** A type that does not exist. */
  UNKNOWN_TYPE(DiscardReason.BAD_REQUEST),
  /** Neither a user id nor an anonymous id. */
  NO_IDS(DiscardReason.NO_USER_ANON_ID),
  /** A user id that is a number. */
  ID_IS_NUMBER(DiscardReason.ID_NOT_STRING),
  /** A track call without an event. */
  NO_EVENT(DiscardReason.EVENT_NOT_DEFINED),
  /** An event's name that is a number. */
  EVENT_IS_NUMBER(DiscardReason.EVENT_NOT_STRING),
  /** Properties that are a text. */
  PROPERTIES_ARE_TEXT(DiscardReason.PROPERTIES_NOT_OBJECT),
  /** Traits that are a list. */
  TRAITS_ARE_LIST(DiscardReason.TRAITS_NOT_OBJECT),
  /** An event of more than 32 KB. */
  TOO_LARGE(DiscardReason.EVENT_TOO_LARGE);

  private static final int BYTES_MAX = 32_768;

  private final DiscardReason reason;

  SampleBroken(DiscardReason reason) {
    this.reason = reason;
  }

  /** Why the line must be refused. */
  DiscardReason reason() {
    return reason;
  }

  /** A line broken in this way, without the line break; the id and the user id need no escapes. */
  byte[] line(String messageId, String userId, String timestamp) {
    String end = "\"messageId\":\"" + messageId + "\",\"timestamp\":\"" + timestamp + "\"}";
    String start = "{\"type\":\"track\",\"userId\":\"" + userId + "\",";
    String name = "\"event\":\"Product Viewed\",";
    return switch (this) {
      case TRUNCATED -> utf8(start + name + "\"properties\":{\"product_id\":\"p-0");
      case NOT_UTF_8 -> notUtf8(start + name + "\"properties\":{\"name\":\"Oak ? Box\"}," + end);
      case NO_OBJECT -> utf8("\"Product Viewed " + messageId + "\"");
      case UNKNOWN_TYPE ->
          utf8("{\"type\":\"tracked\",\"userId\":\"" + userId + "\"," + name + end);
      case NO_IDS -> utf8("{\"type\":\"track\"," + name + end);
      case ID_IS_NUMBER -> utf8("{\"type\":\"track\",\"userId\":4711," + name + end);
      case NO_EVENT -> utf8(start + "\"properties\":{\"product_id\":\"p-001\"}," + end);
      case EVENT_IS_NUMBER -> utf8(start + "\"event\":42," + end);
      case PROPERTIES_ARE_TEXT -> utf8(start + name + "\"properties\":\"p-001\"," + end);
      case TRAITS_ARE_LIST ->
          utf8("{\"type\":\"identify\",\"userId\":\"" + userId + "\",\"traits\":[\"plus\"]," + end);
      case TOO_LARGE ->
          utf8(start + name + "\"properties\":{\"note\":\"" + "x".repeat(BYTES_MAX) + "\"}," + end);
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Puts a byte that never occurs in UTF-8 in place of the question mark. */
  private static byte[] notUtf8(String text) {
    byte[] bytes = Arrays.copyOf(utf8(text), text.length());
    bytes[text.indexOf('?')] = (byte) 0xff;
    return bytes;
  }
}
