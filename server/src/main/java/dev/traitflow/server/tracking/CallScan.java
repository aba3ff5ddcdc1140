package dev.traitflow.server.tracking;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.traitflow.core.text.Utf8;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.RequestBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the server must know of a body before it can keep it: that it is one JSON object, whose it
 * is, and where its calls and the members that a batch shares lie. One streaming pass, no tree; the
 * rest of a call is the job's to judge.
 */
public final class CallScan {
  /** Events of a batch that are looked at; of the others only the number counts. */
  static final int ITEMS_MAX = 2_500;

  /**
   * Wider than what an event may have, so that one odd item is refused by the job and its batch is
   * not.
   */
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder().maxNestingDepth(2_000).maxNumberLength(1 << 20).build();

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(CONSTRAINTS)
          .errorReportConfiguration(
              ErrorReportConfiguration.builder().maxErrorTokenLength(40).build())
          .build();

  /** A member of a call: where its value lies. Missing until seen. */
  static final class Member {
    private int from = -1;
    private int to = -1;
    private JsonToken token = JsonToken.NOT_AVAILABLE;

    boolean isMissing() {
      return from < 0;
    }

    boolean isNull() {
      return token == JsonToken.VALUE_NULL;
    }

    boolean isObject() {
      return token == JsonToken.START_OBJECT;
    }

    int from() {
      return from;
    }

    int to() {
      return to;
    }
  }

  /** One call, or what shares its members with the calls of a batch. */
  static final class Call {
    final Member sentAt = new Member();
    final Member context = new Member();
    final Member integrations = new Member();
    private int from;
    private int to;
    private boolean isObject;
    private boolean isEmpty = true;
    private boolean hasMessageId;
    private boolean hasIp;
    private boolean isDirect;
    private boolean contextIsEmpty;

    int from() {
      return from;
    }

    int to() {
      return to;
    }

    int bytes() {
      return to - from;
    }

    boolean isObject() {
      return isObject;
    }

    /** True if the object has no members. */
    boolean isEmpty() {
      return isEmpty;
    }

    /** True if it brings a messageId that can be one. */
    boolean hasMessageId() {
      return hasMessageId;
    }

    /** True if {@code context.ip} is there. */
    boolean hasIp() {
      return hasIp;
    }

    /** True if {@code context.direct} is true: the sender is the user's own device. */
    boolean isDirect() {
      return isDirect;
    }

    /** True if {@code context} is an object without members. */
    boolean contextIsEmpty() {
      return contextIsEmpty;
    }
  }

  private final Call whole = new Call();
  private final List<Call> items = new ArrayList<>();
  private String writeKey = "";
  private boolean hasBatch;
  private int size;

  /** First byte of the first item beyond {@link #ITEMS_MAX}, and the end of that item. */
  private int[] firstBeyond = {0, 0};

  private CallScan() {}

  /**
   * Reads a body.
   *
   * @throws HttpProblem 400 if it is not one JSON object in UTF-8
   */
  static CallScan of(byte[] body) {
    int invalid = Utf8.firstInvalid(body);
    for (int i = 0; i < Math.min(4, body.length) && invalid < 0; i++) {
      // The reader would take zeros at the start for another encoding.
      invalid = body[i] == 0 ? i : -1;
    }
    if (invalid >= 0) {
      throw RequestBody.badRequest("The body is not UTF-8, at byte " + invalid + ".");
    }
    CallScan scan = new CallScan();
    try (JsonParser json = FACTORY.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw RequestBody.badRequest("The body is not a JSON object.");
      }
      scan.object(json, scan.whole, true);
      if (json.nextToken() != null) {
        throw RequestBody.badRequest("The body goes on behind its JSON object.");
      }
    } catch (JsonProcessingException notJson) {
      throw RequestBody.notJson(notJson);
    } catch (IOException impossible) {
      throw new IllegalStateException("body: cannot be read from memory", impossible);
    }
    return scan;
  }

  /** The body as one call, or the envelope of a batch. */
  Call whole() {
    return whole;
  }

  /** {@code writeKey} at the top, empty if there is none. */
  String writeKey() {
    return writeKey;
  }

  /** True if there is a list {@code batch}. */
  boolean hasBatch() {
    return hasBatch;
  }

  /** The first {@link #ITEMS_MAX} items of {@code batch}. */
  List<Call> items() {
    return items;
  }

  /** How many items {@code batch} has. */
  int size() {
    return size;
  }

  /** The bytes of the first item that is beyond the limit; empty if none is. */
  byte[] beyond(byte[] body) {
    return Arrays.copyOfRange(body, firstBeyond[0], firstBeyond[1]);
  }

  private void object(JsonParser json, Call call, boolean isTop) throws IOException {
    call.isObject = true;
    call.from = start(json);
    String name;
    while ((name = json.nextFieldName()) != null) {
      call.isEmpty = false;
      JsonToken value = json.nextToken();
      switch (name) {
        case "sentAt" -> member(json, call.sentAt);
        case "integrations" -> member(json, call.integrations);
        case "context" -> context(json, call);
        case "messageId" -> {
          call.hasMessageId =
              value.isNumeric() || (value == JsonToken.VALUE_STRING && !json.getText().isEmpty());
          skip(json);
        }
        case "writeKey" -> {
          if (isTop) {
            writeKey = value == JsonToken.VALUE_STRING ? json.getText() : "";
          }
          skip(json);
        }
        case "batch" -> {
          if (isTop) {
            batch(json);
          } else {
            skip(json);
          }
        }
        default -> skip(json);
      }
    }
    call.to = end(json);
  }

  private void batch(JsonParser json) throws IOException {
    items.clear();
    size = 0;
    hasBatch = json.currentToken() == JsonToken.START_ARRAY;
    if (!hasBatch) {
      skip(json);
      return;
    }
    JsonToken token;
    while ((token = json.nextToken()) != JsonToken.END_ARRAY) {
      if (token == null) {
        throw RequestBody.badRequest("The body ends within its list `batch`.");
      }
      size++;
      if (size > ITEMS_MAX) {
        int from = start(json);
        skip(json);
        firstBeyond = size == ITEMS_MAX + 1 ? new int[] {from, end(json)} : firstBeyond;
        continue;
      }
      Call item = new Call();
      if (token == JsonToken.START_OBJECT) {
        object(json, item, false);
      } else {
        item.from = start(json);
        skip(json);
        item.to = end(json);
      }
      items.add(item);
    }
  }

  private static void member(JsonParser json, Member member) throws IOException {
    member.token = json.currentToken();
    member.from = start(json);
    skip(json);
    member.to = end(json);
  }

  private static void context(JsonParser json, Call call) throws IOException {
    call.hasIp = false;
    call.isDirect = false;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      member(json, call.context);
      return;
    }
    call.context.token = JsonToken.START_OBJECT;
    call.context.from = start(json);
    call.contextIsEmpty = true;
    String name;
    while ((name = json.nextFieldName()) != null) {
      call.contextIsEmpty = false;
      JsonToken value = json.nextToken();
      call.hasIp |= name.equals("ip");
      call.isDirect |= name.equals("direct") && value == JsonToken.VALUE_TRUE;
      skip(json);
    }
    call.context.to = end(json);
  }

  /** Passes over the current value, to its last byte. */
  private static void skip(JsonParser json) throws IOException {
    json.skipChildren();
    json.finishToken();
  }

  private static int start(JsonParser json) {
    return (int) json.currentTokenLocation().getByteOffset();
  }

  private static int end(JsonParser json) {
    return (int) json.currentLocation().getByteOffset();
  }
}
