package dev.traitflow.server.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.tracking.CallScan.Call;
import dev.traitflow.server.tracking.CallScan.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes into calls what their request says of all of them: the envelope's {@code context}, {@code
 * integrations} and {@code sentAt}, and the address a browser called from. The call's own word
 * wins, member by member in {@code context}.
 *
 * <p>Bytes stay bytes: a call gets the shared ones spliced in. Only where call and envelope both
 * have a {@code context} (or both {@code integrations}) are those two read and made one.
 */
public final class CallMerge {
  private final byte[] body;
  private final Call envelope;
  private final boolean fromBrowser;
  private final String address;
  private final byte @Nullable [] context;
  private final byte @Nullable [] integrations;
  private final byte @Nullable [] sentAt;

  private record Edit(int from, int to, byte[] bytes) {}

  /** Which merge a member gets. */
  private enum Depth {
    ONE_LEVEL,
    DEEP
  }

  private CallMerge(byte[] body, Call envelope, boolean shares, boolean fromBrowser, String ip) {
    this.body = body;
    this.envelope = envelope;
    this.fromBrowser = fromBrowser;
    this.address = ip;
    this.context = shares && envelope.context.isObject() ? slice(envelope.context) : null;
    this.integrations =
        shares && envelope.integrations.isObject() ? slice(envelope.integrations) : null;
    this.sentAt = shares && isPresent(envelope.sentAt) ? slice(envelope.sentAt) : null;
  }

  /**
   * Merges the envelope of a batch into its items.
   *
   * @param fromBrowser true if every item's {@code context.ip} is that of the connection
   * @param ip the connection's address
   */
  static CallMerge batch(byte[] body, CallScan scan, boolean fromBrowser, String ip) {
    return new CallMerge(body, scan.whole(), true, fromBrowser, ip);
  }

  /** Completes a call that came alone. */
  static CallMerge single(byte[] body, CallScan scan, boolean fromBrowser, String ip) {
    return new CallMerge(body, scan.whole(), false, fromBrowser, ip);
  }

  /** How many bytes every call may grow by. */
  int sharedBytes() {
    return (context == null ? 0 : context.length)
        + (integrations == null ? 0 : integrations.length)
        + (sentAt == null ? 0 : sentAt.length);
  }

  /** The bytes of one call with all it shares; one that is no object stays as it is. */
  byte[] call(Call call) {
    List<Edit> edits = new ArrayList<>(3);
    List<byte[]> added = new ArrayList<>(3);
    if (call.isObject()) {
      if (sentAt != null && !isPresent(call.sentAt)) {
        put(call.sentAt, "sentAt", sentAt, edits, added);
      }
      if (integrations != null) {
        share(call.integrations, "integrations", integrations, Depth.ONE_LEVEL, edits, added);
      }
      context(call, edits, added);
    }
    if (edits.isEmpty() && added.isEmpty()) {
      return call.bytes() == body.length ? body : Arrays.copyOfRange(body, call.from(), call.to());
    }
    return spliced(call, edits, added);
  }

  private void context(Call call, List<Edit> edits, List<byte[]> added) {
    boolean direct = fromBrowser || call.isDirect() || (context != null && envelope.isDirect());
    boolean known = call.hasIp() || (context != null && envelope.hasIp());
    String ip = direct && !known ? "\"ip\":\"" + address + "\"" : "";
    if (context != null) {
      share(call.context, "context", withMember(context, ip, envelope), Depth.DEEP, edits, added);
    } else if (ip.isEmpty()) {
      return;
    } else if (call.context.isObject()) {
      int behindBrace = call.context.from() + 1;
      String member = call.contextIsEmpty() ? ip : ip + ",";
      edits.add(new Edit(behindBrace, behindBrace, utf8(member)));
    } else if (!isPresent(call.context)) {
      put(call.context, "context", utf8("{" + ip + "}"), edits, added);
    }
  }

  private static byte[] withMember(byte[] object, String member, Call owner) {
    if (member.isEmpty()) {
      return object;
    }
    String text = "{" + member + (owner.contextIsEmpty() ? "" : ",");
    byte[] head = utf8(text);
    byte[] result = Arrays.copyOf(head, head.length + object.length - 1);
    System.arraycopy(object, 1, result, head.length, object.length - 1);
    return result;
  }

  private void share(
      Member own, String name, byte[] shared, Depth depth, List<Edit> edits, List<byte[]> added) {
    if (!isPresent(own)) {
      put(own, name, shared, edits, added);
    } else if (own.isObject()) {
      byte[] merged = merged(slice(own), shared, depth);
      if (merged != null) {
        edits.add(new Edit(own.from(), own.to(), merged));
      }
    }
  }

  private static void put(
      Member own, String name, byte[] value, List<Edit> edits, List<byte[]> added) {
    if (own.isMissing()) {
      byte[] key = utf8("\"" + name + "\":");
      byte[] member = Arrays.copyOf(key, key.length + value.length);
      System.arraycopy(value, 0, member, key.length, value.length);
      added.add(member);
    } else {
      edits.add(new Edit(own.from(), own.to(), value));
    }
  }

  /** Null if one of the two cannot be held as a tree: the job will refuse such a call. */
  private static byte @Nullable [] merged(byte[] own, byte[] shared, Depth depth) {
    try {
      JsonNode mine = ExactJson.readCall(own);
      JsonNode theirs = ExactJson.readCall(shared);
      merge((ObjectNode) mine, (ObjectNode) theirs, depth);
      return ExactJson.write(mine);
    } catch (IOException tooDeep) {
      return null;
    }
  }

  private static void merge(ObjectNode own, ObjectNode shared, Depth depth) {
    shared
        .properties()
        .forEach(
            member -> {
              JsonNode mine = own.get(member.getKey());
              if (mine == null) {
                own.set(member.getKey(), member.getValue());
              } else if (depth == Depth.DEEP
                  && mine instanceof ObjectNode mineObject
                  && member.getValue() instanceof ObjectNode sharedObject) {
                merge(mineObject, sharedObject, Depth.DEEP);
              }
            });
  }

  private byte[] spliced(Call call, List<Edit> edits, List<byte[]> added) {
    edits.sort(Comparator.comparingInt(Edit::from));
    ByteArrayOutputStream out = new ByteArrayOutputStream(call.bytes() + sharedBytes() + 128);
    int position = call.from();
    for (Edit edit : edits) {
      out.write(body, position, edit.from() - position);
      out.writeBytes(edit.bytes());
      position = edit.to();
    }
    int brace = call.to() - 1;
    out.write(body, position, brace - position);
    boolean comma = !call.isEmpty();
    for (byte[] member : added) {
      if (comma) {
        out.write(',');
      }
      out.writeBytes(member);
      comma = true;
    }
    out.write('}');
    return out.toByteArray();
  }

  private byte[] slice(Member member) {
    return Arrays.copyOfRange(body, member.from(), member.to());
  }

  private static boolean isPresent(Member member) {
    return !member.isMissing() && !member.isNull();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
