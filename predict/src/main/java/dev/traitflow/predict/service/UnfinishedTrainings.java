package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The predictions that wait for their training or are in it, in a small file. */
final class UnfinishedTrainings {
  private static final Logger LOG = LoggerFactory.getLogger(UnfinishedTrainings.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;

  /** Remembers in a directory, which is made when it is needed. */
  UnfinishedTrainings(Path directory) {
    file = directory.resolve("unfinished.json");
  }

  /** Keys of predictions by space. */
  Map<String, Set<String>> load() {
    Map<String, Set<String>> all = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return all;
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      json.properties()
          .forEach(
              space -> {
                Set<String> keys = new LinkedHashSet<>();
                space.getValue().forEach(key -> keys.add(key.asText()));
                all.put(space.getKey(), keys);
              });
    } catch (IOException unreadable) {
      // The file is written whole or not at all; nothing but scheduled trainings hangs on it.
      LOG.warn("{} cannot be read: trainings that were interrupted wait for their day", file);
    }
    return all;
  }

  /** Replaces what is remembered; a crash leaves the old or the new. */
  void store(Map<String, Set<String>> all) {
    ObjectNode json = JSON.createObjectNode();
    all.forEach((space, keys) -> keys.forEach(json.putArray(space)::add));
    try {
      Files.createDirectories(file.getParent());
      Path next = file.resolveSibling("unfinished.json.next");
      Files.write(next, JSON.writeValueAsBytes(json));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new UncheckedIOException(file + ": cannot be written", failure);
    }
  }
}
