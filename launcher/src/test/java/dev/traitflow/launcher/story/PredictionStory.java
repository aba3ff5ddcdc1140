package dev.traitflow.launcher.story;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** What stories about predictions say: create, wait for the training, read everybody's scores. */
final class PredictionStory {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TRAINING_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Story story;

  PredictionStory(Story story) {
    this.story = story;
  }

  /** Creates a prediction; answers as soon as the server does. */
  JsonNode create(String definition) {
    return story.config("POST", "/predictions", definition).expect(201);
  }

  /** The prediction as it stands. */
  JsonNode show(String key) {
    return get(key, "");
  }

  /** A report of a prediction. */
  JsonNode get(String key, String leaf) {
    return story.config("GET", "/predictions/" + key + leaf, null).expect(200);
  }

  /** The prediction once it is no longer in progress. */
  JsonNode trained(String key) {
    return awaited(key, "", "In Progress");
  }

  /** The prediction once it has another version in force than that. */
  JsonNode newer(String key, String version) {
    return awaited(key, version, "");
  }

  private JsonNode awaited(String key, String notVersion, String notState) {
    long deadline = System.nanoTime() + TRAINING_TIMEOUT.toNanos();
    while (true) {
      JsonNode shown = show(key);
      if (!shown.path("state").asText().equals(notState)
          && !shown.path("version").asText().equals(notVersion)) {
        return shown;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(key + ": still " + shown);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** All traits of every profile: by user id, or by anonymous id of somebody unknown. */
  SortedMap<String, JsonNode> profiles() {
    SortedMap<String, JsonNode> profiles = new TreeMap<>();
    String lines =
        story.instance().admin("GET", "/admin/export?space=" + story.space(), null).text();
    for (String line : lines.split("\n")) {
      try {
        JsonNode profile = JSON.readTree(line);
        JsonNode ids = profile.path("external_ids");
        String type = ids.has("user_id") ? "user_id" : "anonymous_id";
        profiles.put(ids.path(type).path(0).asText(), profile.path("traits"));
      } catch (IOException e) {
        throw new UncheckedIOException("export: no JSON: " + line, e);
      }
    }
    return profiles;
  }

  /** A numeric trait of everybody who has it. */
  static SortedMap<String, Double> numbers(Map<String, JsonNode> profiles, String trait) {
    SortedMap<String, Double> numbers = new TreeMap<>();
    profiles.forEach(
        (user, traits) -> {
          if (traits.path(trait).isNumber()) {
            numbers.put(user, traits.path(trait).asDouble());
          }
        });
    return numbers;
  }
}
