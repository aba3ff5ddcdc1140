package dev.traitflow.launcher.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of tracking calls the slow way: each line on its own, into a tree, by the rules of
 * the tracking API and in the order in which they stand there.
 *
 * <p>The first line of a messageId wins; a line that is refused does not occupy its messageId.
 */
final class NaiveCalls {
  private static final int LINE_BYTES_MAX = 32_768;
  private static final int MESSAGE_ID_CHARS_MAX = 100;
  private static final int GROUP_ID_CHARS_MAX = 500;
  private static final int PROPERTIES_MAX = 300;
  private static final int IDENTIFY_TRAITS_MAX = 299;
  private static final Set<String> TYPES =
      Set.of("identify", "track", "page", "screen", "group", "alias");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final List<NaiveCall> accepted = new ArrayList<>();
  private final Set<String> messageIds = new HashSet<>();
  private long read;
  private long duplicate;
  private long rejected;
  private long now = Long.MIN_VALUE;

  /**
   * What a file held.
   *
   * @param accepted calls in the order of the file
   * @param read lines that are not blank; the sum of the accepted, duplicate and rejected
   * @param now greatest timestamp of an accepted call that is not to come, epoch milliseconds
   */
  record Reading(List<NaiveCall> accepted, long read, long duplicate, long rejected, long now) {

    /** The line that a replay must print. */
    String totals() {
      return String.format(
          "read %d accepted %d duplicate %d rejected %d",
          read, accepted.size(), duplicate, rejected);
    }
  }

  /** Why a line is refused; carries no more than the sentence. */
  private static final class Refused extends Exception {
    Refused(String reason) {
      super(reason, null, false, false);
    }
  }

  private NaiveCalls() {}

  /** Reads a whole file, compressed by gzip if its name ends in {@code .gz}. */
  static Reading read(Path file) throws IOException {
    NaiveCalls calls = new NaiveCalls();
    try (InputStream raw = Files.newInputStream(file);
        InputStream input =
            new BufferedInputStream(
                file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw, 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long number = 0;
      for (int next = input.read(); next >= 0; next = input.read()) {
        if (next == '\n') {
          calls.line(++number, line.toByteArray());
          line.reset();
        } else {
          line.write(next);
        }
      }
      calls.line(++number, line.toByteArray());
    }
    return new Reading(
        List.copyOf(calls.accepted), calls.read, calls.duplicate, calls.rejected, calls.now);
  }

  private void line(long number, byte[] bytes) {
    if (new String(bytes, StandardCharsets.ISO_8859_1).isBlank()) {
      return;
    }
    read++;
    try {
      NaiveCall call = call(number, bytes);
      if (messageIds.add(call.messageId())) {
        accepted.add(call);
        if (call.timestamp() <= System.currentTimeMillis()) {
          now = Math.max(now, call.timestamp());
        }
      } else {
        duplicate++;
      }
    } catch (Refused refused) {
      rejected++;
    }
  }

  private NaiveCall call(long number, byte[] bytes) throws Refused {
    refuseIf(bytes.length > LINE_BYTES_MAX, "event_too_large");
    JsonNode root = parse(bytes);
    String type = text(root, "type");
    if (type == null || !TYPES.contains(type)) {
      throw new Refused("type");
    }
    JsonNode id = root.path("messageId");
    String messageId = id.isNumber() ? id.asText() : id.textValue();
    refuseIf(
        messageId != null && messageId.codePointCount(0, messageId.length()) > MESSAGE_ID_CHARS_MAX,
        "message_id_too_long");
    String userId = strictText(root, "userId");
    String anonymousId = strictText(root, "anonymousId");
    refuseIf(userId == null && anonymousId == null, "no_user_anon_id");
    String event = event(type, root);
    ObjectNode properties = object(root, "properties");
    ObjectNode context =
        root.path("context").isObject() ? object(root, "context") : JSON.createObjectNode();
    ObjectNode traits = object(root, "traits");
    if (type.equals("identify") && !root.path("traits").isObject()) {
      traits = context.path("traits").isObject() ? object(context, "traits") : traits;
    }
    refuseIf(properties.size() > PROPERTIES_MAX, "too_many_properties");
    refuseIf(traits.size() > PROPERTIES_MAX, "too_many_properties");
    refuseIf(type.equals("identify") && traits.size() > IDENTIFY_TRAITS_MAX, "too_many_traits");
    String contextGroup = text(context, "groupId");
    refuseIf(
        type.equals("track") && contextGroup != null && contextGroup.isEmpty(), "group_id_missing");
    String groupId = type.equals("group") ? groupId(root) : null;
    addAliases(type, event, root, properties);
    long timestamp = timestamp(root);
    refuseIf(timestamp < 0, "timestamp_out_of_range");
    return new NaiveCall(
        number,
        type,
        messageId == null || messageId.isEmpty() ? "line " + number : messageId,
        timestamp,
        event,
        userId,
        anonymousId,
        groupId,
        properties,
        traits,
        context);
  }

  private static JsonNode parse(byte[] bytes) throws Refused {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      JsonNode root = JSON.readTree(text);
      refuseIf(!root.isObject(), "not an object");
      return root;
    } catch (CharacterCodingException | JsonProcessingException e) {
      throw new Refused("not JSON in UTF-8");
    }
  }

  /** The name in the history: pages and screens are events too, but not identify and group. */
  private static @Nullable String event(String type, JsonNode root) throws Refused {
    if (type.equals("track")) {
      String event = strictText(root, "event");
      refuseIf(event == null, "event_not_defined");
      return event;
    }
    if (type.equals("page") || type.equals("screen")) {
      strictText(root, "name");
      strictText(root, "category");
      return type.equals("page") ? "Page Viewed" : "Screen Viewed";
    }
    return null;
  }

  private static String groupId(JsonNode root) throws Refused {
    String groupId = strictText(root, "groupId");
    if (groupId == null || groupId.codePointCount(0, groupId.length()) > GROUP_ID_CHARS_MAX) {
      throw new Refused("group_id_missing");
    }
    return groupId;
  }

  /** Names of pages are readable as properties, and the contact centre's two spellings as one. */
  private static void addAliases(
      String type, @Nullable String event, JsonNode root, ObjectNode properties) {
    if (type.equals("page") || type.equals("screen")) {
      copyIfAbsent(root, "name", properties, type + "_name");
      copyIfAbsent(root, "category", properties, type + "_category");
    }
    if (type.equals("track") && event != null && event.startsWith("Flex - ")) {
      copyIfAbsent(properties, "Direction", properties, "direction");
      copyIfAbsent(properties, "Duration", properties, "duration");
    }
  }

  private static void copyIfAbsent(JsonNode from, String name, ObjectNode to, String alias) {
    if (from.hasNonNull(name) && !to.has(alias)) {
      to.set(alias, from.get(name));
    }
  }

  /** The sender's time, corrected by the clock skew only if the line says when it was received. */
  private long timestamp(JsonNode root) throws Refused {
    Long received = clockTime(root, "receivedAt");
    Long original = time(text(root, "timestamp"));
    if (original == null) {
      original = time(text(root, "originalTimestamp"));
    }
    if (original == null) {
      original = received == null ? Long.valueOf(now) : received;
      if (original == Long.MIN_VALUE) {
        throw new Refused("a first line without any time would depend on the machine's clock");
      }
      return original;
    }
    Long sent = clockTime(root, "sentAt");
    return received == null || sent == null ? original : received - (sent - original);
  }

  /** A time that a clock showed; one before 1970 is that of a clock that was never set. */
  private static @Nullable Long clockTime(JsonNode root, String name) {
    Long time = time(text(root, name));
    return time == null || time < 0 ? null : time;
  }

  /** Epoch milliseconds; null for what is no time. A time without a zone is in UTC. */
  private static @Nullable Long time(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return instant(text).toEpochMilli();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Instant instant(String text) {
    if (text.length() == 10) {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    boolean zoned = text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)");
    return zoned
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }

  private static ObjectNode object(JsonNode parent, String name) throws Refused {
    JsonNode value = parent.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return JSON.createObjectNode();
    }
    refuseIf(!value.isObject(), name + "_not_object");
    return PlainNumbers.in((ObjectNode) value);
  }

  /** A text that must not be empty, or null if it is missing or null. */
  private static @Nullable String strictText(JsonNode parent, String name) throws Refused {
    JsonNode value = parent.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    refuseIf(!value.isTextual() || value.textValue().isEmpty(), name);
    return value.textValue();
  }

  private static @Nullable String text(JsonNode parent, String name) {
    return parent.path(name).textValue();
  }

  private static void refuseIf(boolean condition, String reason) throws Refused {
    if (condition) {
      throw new Refused(reason);
    }
  }
}
