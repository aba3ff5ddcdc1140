package dev.traitflow.launcher.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where the instance that holds a data directory can be reached: {@code DIR/instance.json}.
 *
 * <p>A killed instance leaves the file behind, so it is believed only while the {@link DataLock} is
 * held.
 *
 * @param pid its process
 * @param url base address of its HTTP server
 * @param bootstrap address of its Kafka broker
 * @param startedAt when it became ready, ISO 8601 in UTC
 */
public record InstanceFile(long pid, String url, String bootstrap, String startedAt) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The file of the instance that runs on this directory now, or empty if none does. */
  public static Optional<InstanceFile> running(Path data) {
    Path file = file(data);
    if (!Files.exists(file) || !DataLock.isHeld(data)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      return Optional.of(
          new InstanceFile(
              json.path("pid").asLong(),
              json.path("url").asText(),
              json.path("bootstrap").asText(),
              json.path("startedAt").asText()));
    } catch (IOException e) {
      throw Failure.reading(file, e);
    }
  }

  /** Replaces the file in one step, so that a reader sees the old or the new one. */
  void write(Path data) {
    ObjectNode json = JSON.createObjectNode();
    json.put("pid", pid);
    json.put("url", url);
    json.put("bootstrap", bootstrap);
    json.put("startedAt", startedAt);
    try {
      Path next = data.resolve("instance.json.next");
      Files.write(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
      Files.move(next, file(data), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Failure(file(data) + ": cannot be written: " + e.getMessage(), e);
    }
  }

  static void delete(Path data) {
    try {
      Files.deleteIfExists(file(data));
    } catch (IOException e) {
      throw new Failure(file(data) + ": cannot be deleted: " + e.getMessage(), e);
    }
  }

  private static Path file(Path data) {
    return data.resolve("instance.json");
  }
}
