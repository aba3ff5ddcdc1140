package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.log.ExactJson;
import org.jspecify.annotations.Nullable;

/**
 * Makes single calls of the items of a batch: what the envelope says of all is written into each,
 * and the item's own word wins.
 */
final class BatchCalls {
  private BatchCalls() {}

  /** The bytes of one item as a call. An item that is no object is left for the job to refuse. */
  static byte[] call(JsonNode item, ObjectNode envelope) {
    if (item instanceof ObjectNode call) {
      inherit(call, envelope, "context", true);
      inherit(call, envelope, "integrations", false);
      if (isAbsent(call.get("sentAt")) && !isAbsent(envelope.get("sentAt"))) {
        call.set("sentAt", envelope.get("sentAt"));
      }
    }
    return ExactJson.write(item);
  }

  private static void inherit(ObjectNode call, ObjectNode envelope, String name, boolean deep) {
    if (!(envelope.get(name) instanceof ObjectNode shared)) {
      return;
    }
    JsonNode own = call.get(name);
    if (isAbsent(own)) {
      call.set(name, shared.deepCopy());
    } else if (own instanceof ObjectNode object) {
      merge(object, shared, deep);
    }
  }

  private static void merge(ObjectNode own, ObjectNode shared, boolean deep) {
    shared
        .properties()
        .forEach(
            member -> {
              JsonNode mine = own.get(member.getKey());
              if (mine == null) {
                own.set(member.getKey(), member.getValue().deepCopy());
              } else if (deep
                  && mine instanceof ObjectNode mineObject
                  && member.getValue() instanceof ObjectNode sharedObject) {
                merge(mineObject, sharedObject, true);
              }
            });
  }

  private static boolean isAbsent(@Nullable JsonNode node) {
    return node == null || node.isNull();
  }
}
