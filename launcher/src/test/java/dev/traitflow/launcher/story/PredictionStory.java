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
import java.util.function.Predicate;
import java.util.function.Supplier;

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
    return await(
        key + ": trained",
        () -> show(key),
        shown -> !shown.path("state").asText().equals("In Progress"));
  }

  /** The newest version of a prediction once it is not that one; in force or not. */
  JsonNode newestVersion(String key, String old) {
    return await(
        key + ": a newer version",
        () -> get(key, "/versions").at("/data/0"),
        newest -> !newest.path("version").asText().equals(old));
  }

  private static JsonNode await(
      String what, Supplier<JsonNode> question, Predicate<JsonNode> wanted) {
    long deadline = System.nanoTime() + TRAINING_TIMEOUT.toNanos();
    JsonNode answer = question.get();
    while (!wanted.test(answer)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(what + ": still " + answer);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      answer = question.get();
    }
    return answer;
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
