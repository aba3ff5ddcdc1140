package dev.traitflow.core.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.traitflow.core.event.CallFields.Part;
import dev.traitflow.core.event.CallFields.Text;
import dev.traitflow.core.event.Parsed.Accepted;
import dev.traitflow.core.event.Parsed.Rejected;
import dev.traitflow.core.json.CallJson;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.text.Utf8;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a tracking call into an event, or says why it is none.
 *
 * <p>One streaming pass finds the envelope; {@code properties}, {@code traits}, {@code context} and
 * {@code integrations} stay the bytes they came as. Bad input is an answer, never an exception.
 * Stateless and safe to share between threads.
 */
public final class EventParser {
  /** A call of more bytes, as its sender sent it, is refused. */
  public static final int BODY_BYTES_MAX = 32_768;

  /** A live call of more bytes is refused once its batch's envelope is written into it. */
  public static final int MERGED_BYTES_MAX = 65_536;

  /** A messageId of more characters is refused. */
  public static final int MESSAGE_ID_CHARS_MAX = 100;

  /** A group id of more characters is refused. */
  public static final int GROUP_ID_CHARS_MAX = 500;

  /** An identify with more traits is refused. */
  public static final int IDENTIFY_TRAITS_MAX = 299;

  /** Any other call with more traits, and any call with more properties, is refused. */
  public static final int PROPERTIES_MAX = 300;

  private static final int ECHO_CHARS_MAX = 40;
  private static final int DETAIL_CHARS_MAX = 160;

  private final CallRules rules;

  /** Takes calls as every sender may send them. */
  public EventParser() {
    this(new CallRules(false));
  }

  private EventParser(CallRules rules) {
    this.rules = rules;
  }

  /**
   * For a caller who wants mistakes refused where others have them passed over: a text of only
   * white space counts as empty wherever an empty one is refused.
   */
  public static EventParser strict() {
    return new EventParser(new CallRules(true));
  }

  /** Parses a record of kind {@link LogRecord.Kind#CALL}. */
  public Parsed parse(LogRecord call) {
    if (call.kind() != LogRecord.Kind.CALL) {
      throw new IllegalArgumentException("record: got " + call.kind() + " (expected CALL)");
    }
    return call.refusal() != null
        ? call.refusal()
        : parse(
            call.body(),
            call.type(),
            call.messageId(),
            call.source(),
            call.at(),
            call.isReplayed(),
            call.asNamed());
  }

  /**
   * Parses one call.
   *
   * @param body its JSON in UTF-8
   * @param typeFromPath the wire name of its type, or empty if the body decides
   * @param fallbackMessageId the messageId if the body has none
   * @param source slug of its source
   * @param receivedAt when it came in, epoch milliseconds
   * @param replayed true if the body's own {@code receivedAt} is to be believed, and the clock skew
   *     to be corrected only if it has one
   */
  public Parsed parse(
      byte[] body,
      String typeFromPath,
      String fallbackMessageId,
      String source,
      long receivedAt,
      boolean replayed) {
    return parse(body, typeFromPath, fallbackMessageId, source, receivedAt, replayed, false);
  }

  private Parsed parse(
      byte[] body,
      String typeFromPath,
      String fallbackMessageId,
      String source,
      long receivedAt,
      boolean replayed,
      boolean asNamed) {
    int bytesMax = replayed ? BODY_BYTES_MAX : MERGED_BYTES_MAX;
    if (body.length > bytesMax) {
      return new Rejected(
          DiscardReason.EVENT_TOO_LARGE,
          "body: got " + body.length + " bytes (expected at most " + bytesMax + ")");
    }
    Rejected badBytes = checkEncoding(body);
    if (badBytes != null) {
      return badBytes;
    }
    int start = hasByteOrderMark(body) ? 3 : 0;
    CallFields fields = new CallFields(body, start);
    try (JsonParser json = CallJson.FACTORY.createParser(body, start, body.length - start)) {
      fields.read(json);
    } catch (IOException e) {
      return new Rejected(DiscardReason.BAD_REQUEST, syntaxMessage(e));
    }
    String wireName = typeFromPath.isEmpty() ? fields.text(Text.TYPE) : typeFromPath;
    EventType type = wireName == null ? null : EventType.ofCall(wireName);
    if (type == null) {
      return new Rejected(
          DiscardReason.BAD_REQUEST,
          "type: got "
              + (wireName == null ? "no text" : "'" + shorten(wireName, ECHO_CHARS_MAX) + "'")
              + " (expected identify, track, page, screen, group or alias)");
    }
    Rejected refusal = rules.check(type, fields);
    if (refusal != null) {
      return refusal;
    }
    return event(type, fields, fallbackMessageId, source, receivedAt, replayed, asNamed);
  }

  private Parsed event(
      EventType type,
      CallFields fields,
      String fallbackMessageId,
      String source,
      long receivedAt,
      boolean replayed,
      boolean asNamed) {
    long ownReceivedAt = replayed ? IsoTime.parse(fields.text(Text.RECEIVED_AT)) : IsoTime.ABSENT;
    boolean hasOwn = isSet(ownReceivedAt);
    long received = hasOwn ? ownReceivedAt : receivedAt;
    long timestamp = timestamp(fields, received, hasOwn || !replayed);
    if (timestamp < 0) {
      return new Rejected(
          DiscardReason.TIMESTAMP_OUT_OF_RANGE,
          "timestamp: got " + IsoTime.format(timestamp) + " (expected 1970 or later)");
    }
    String messageId = fields.text(Text.MESSAGE_ID);
    String name = name(type, fields);
    boolean titled = type == EventType.PAGE || type == EventType.SCREEN;
    byte[] properties = fields.slice(Part.PROPERTIES);
    if (!asNamed && type == EventType.TRACK && FlexAlias.appliesTo(name)) {
      properties = FlexAlias.apply(properties);
    }
    return new Accepted(
        new Event(
            type,
            messageId == null || messageId.isEmpty() ? fallbackMessageId : messageId,
            timestamp,
            received,
            source,
            name,
            fields.text(Text.USER_ID),
            fields.text(Text.ANONYMOUS_ID),
            CallRules.groupId(fields),
            type == EventType.ALIAS ? fields.text(Text.PREVIOUS_ID) : null,
            titled ? fields.text(Text.NAME) : null,
            titled ? fields.text(Text.CATEGORY) : null,
            properties,
            fields.slice(CallRules.traitsOf(type, fields)),
            fields.slice(Part.CONTEXT),
            fields.slice(Part.INTEGRATIONS)));
  }

  /** False for no time, and for one before 1970: the clock that showed it was never set. */
  public static boolean isSet(long clockTime) {
    return clockTime >= 0;
  }

  /** The sender's clock is corrected by how far its sending time lies from the receiving time. */
  private static long timestamp(CallFields fields, long receivedAt, boolean correctSkew) {
    long original = IsoTime.parse(fields.text(Text.TIMESTAMP));
    if (original == IsoTime.ABSENT) {
      original = IsoTime.parse(fields.text(Text.ORIGINAL_TIMESTAMP));
    }
    if (original == IsoTime.ABSENT) {
      return receivedAt;
    }
    long sentAt = correctSkew ? IsoTime.parse(fields.text(Text.SENT_AT)) : IsoTime.ABSENT;
    return isSet(sentAt) ? receivedAt - (sentAt - original) : original;
  }

  private static String name(EventType type, CallFields fields) {
    String event = fields.text(Text.EVENT);
    return switch (type) {
      case TRACK -> event == null ? "" : event;
      case PAGE -> "Page Viewed";
      case SCREEN -> "Screen Viewed";
      case IDENTIFY, GROUP, ALIAS, WRITE -> "";
    };
  }

  /** The reader of JSON would take bytes with zeros at the start for UTF-16 or UTF-32. */
  private static @Nullable Rejected checkEncoding(byte[] body) {
    int invalid = Utf8.firstInvalid(body);
    for (int i = 0; i < Math.min(4, body.length) && invalid < 0; i++) {
      invalid = body[i] == 0 ? i : -1;
    }
    return invalid < 0
        ? null
        : new Rejected(
            DiscardReason.BAD_REQUEST, "body: byte " + invalid + " is not JSON text in UTF-8");
  }

  private static boolean hasByteOrderMark(byte[] body) {
    return body.length >= 3
        && body[0] == (byte) 0xEF
        && body[1] == (byte) 0xBB
        && body[2] == (byte) 0xBF;
  }

  private static String syntaxMessage(IOException problem) {
    if (problem instanceof JsonProcessingException json && json.getLocation() != null) {
      return "body: not one JSON object, at byte "
          + json.getLocation().getByteOffset()
          + " (line "
          + json.getLocation().getLineNr()
          + ", column "
          + json.getLocation().getColumnNr()
          + "): "
          + detail(json.getOriginalMessage());
    }
    return "body: not one JSON object: " + detail(String.valueOf(problem.getMessage()));
  }

  /** The reader's explanation without its note on where a container began. */
  private static String detail(String message) {
    int note = message.indexOf(" (start marker");
    int end = note < 0 ? message.length() : note;
    return shorten(message.substring(0, end).replace('\n', ' '), DETAIL_CHARS_MAX);
  }

  private static String shorten(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max) + "...";
  }
}
