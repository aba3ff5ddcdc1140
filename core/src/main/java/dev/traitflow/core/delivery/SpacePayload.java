package dev.traitflow.core.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.json.JsonTree;
import dev.traitflow.core.text.IsoTime;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The calls a space produces: the value of a trait or the membership of an audience, as identify or
 * as track, in the form the field's receivers know.
 *
 * @param space id of the space
 * @param key key of the trait or audience
 * @param audience true if it is an audience
 * @param action as what it is sent
 * @param destination name of the destination
 */
public record SpacePayload(
    String space, String key, boolean audience, Action action, String destination) {
  private static final int ID_BYTES = 16;

  /**
   * The call about one recipient.
   *
   * @param json the value as compact JSON; null for its removal
   * @param messageId the same for each attempt
   * @param timestamp when it was decided, epoch milliseconds
   */
  public ObjectNode call(
      Recipient recipient, @Nullable String json, String messageId, long timestamp) {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("type", action.wireName()).put("messageId", messageId);
    call.put("timestamp", IsoTime.format(timestamp));
    if (!recipient.userId().isEmpty()) {
      call.put("userId", recipient.userId());
    }
    if (!recipient.anonymousId().isEmpty()) {
      call.put("anonymousId", recipient.anonymousId());
    }
    JsonNode value =
        json == null
            ? NullNode.getInstance()
            : JsonTree.parse(json.getBytes(StandardCharsets.UTF_8));
    ObjectNode context = JsonNodeFactory.instance.objectNode();
    if (action == Action.TRACK) {
      call.put("event", event(value));
      ObjectNode properties = call.putObject("properties");
      properties.put(audience ? "audience_key" : "trait_key", key).set(key, value);
      if (!recipient.email().isEmpty()) {
        context.putObject("traits").put("email", recipient.email());
      }
    } else {
      ObjectNode traits = call.putObject("traits");
      if (!recipient.email().isEmpty()) {
        traits.put("email", recipient.email());
      }
      traits.set(key, value);
    }
    context
        .putObject("personas")
        .put("computation_class", audience ? "audience" : "trait")
        .put("computation_id", (audience ? "aud_" : "tra_") + key)
        .put("computation_key", key)
        .put("namespace", space)
        .put("space_id", space);
    call.set("context", context);
    call.putObject("integrations").put("All", false).put(destination, true);
    return call;
  }

  /**
   * The id of a message: the same for the same sending, whoever computes it.
   *
   * @param profile the canonical id of the profile
   * @param destinationId id of the destination
   * @param send number of the sending of this value of this profile to this destination
   */
  public String messageId(String profile, String destinationId, Recipient recipient, long send) {
    String text =
        String.join(
            "\n",
            space,
            destinationId,
            profile,
            key,
            recipient.userId(),
            recipient.email(),
            recipient.anonymousId(),
            Long.toString(send));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "dlv_" + HexFormat.of().formatHex(digest, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("SHA-256 is part of every Java", impossible);
    }
  }

  private String event(JsonNode value) {
    if (!audience) {
      return "Trait Computed";
    }
    return value.equals(BooleanNode.TRUE) ? "Audience Entered" : "Audience Exited";
  }
}
