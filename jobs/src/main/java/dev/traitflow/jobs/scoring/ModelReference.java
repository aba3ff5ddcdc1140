package dev.traitflow.jobs.scoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.codec.ByteWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A record of the topic {@code models}: which bundle is in force for a prediction.
 *
 * @param space id of the space
 * @param prediction key of the prediction
 * @param version version of the bundle
 * @param path where the bundle lies, readable by every scorer
 */
public record ModelReference(String space, String prediction, String version, String path) {
  private static final JsonMapper JSON = new JsonMapper();

  /** The topic's key: of one prediction the newest record is in force. */
  public byte[] topicKey() {
    return new ByteWriter().writeByte(1).writeString(space).writeString(prediction).toBytes();
  }

  /** The record as JSON. */
  public byte[] toJson() {
    return JSON.createObjectNode()
        .put("space", space)
        .put("prediction", prediction)
        .put("version", version)
        .put("path", path)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Reads {@link #toJson()}. */
  public static ModelReference fromJson(byte[] json) throws IOException {
    JsonNode node = JSON.readTree(json);
    return new ModelReference(
        node.path("space").asText(),
        node.path("prediction").asText(),
        node.path("version").asText(),
        node.path("path").asText());
  }
}
