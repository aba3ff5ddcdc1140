package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.story.TestInstance.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A space of its own on the shared instance, and the verbs stories are told in. JSON is written
 * with single quotes.
 */
public final class Story {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger STORIES = new AtomicInteger();

  private final TestInstance instance;
  private final String space = "spa_story_" + STORIES.incrementAndGet();
  private final String writeKey = "wk-" + space;
  private final String token = "tk-" + space;
  private final Instant start;
  private int messages;

  /** Begins a story in a space without traits. */
  public Story() {
    this("{}");
  }

  /** Begins a story in a space with these members of a space file besides name and secrets. */
  public Story(String members) {
    this(TestInstance.shared(), members);
  }

  /** The same on another instance. */
  public Story(TestInstance instance, String members) {
    this.instance = instance;
    ObjectNode definition = (ObjectNode) json(members);
    definition.put("id", space).put("name", space.replace('_', ' ')).put("environment", "dev");
    ObjectNode source = definition.putArray("sources").addObject();
    source.put("name", "Web").put("slug", "web").put("write_key", writeKey);
    definition.putArray("tokens").addObject().put("name", "tests").put("token", token);
    instance.admin("POST", "/admin/spaces", definition).expect(200);
    start = instance.now();
  }

  /** The space's id. */
  public String space() {
    return space;
  }

  /** The write key of the space's source. */
  public String writeKey() {
    return writeKey;
  }

  /** The instance. */
  public TestInstance instance() {
    return instance;
  }

  /** What the clock showed when the story began. */
  public Instant start() {
    return start;
  }

  /** So long after the story's start. */
  public Instant after(Duration duration) {
    return start.plus(duration);
  }

  /** Creates a trait through the control API and waits until it is live. */
  public void trait(String definition) {
    config("POST", "/traits", definition).expect(201);
    instance.flush();
  }

  /** A request to the control API below this space. */
  public Answer config(String method, String path, @Nullable String body) {
    JsonNode json = body == null ? null : json(body);
    return instance.admin(method, "/config/spaces/" + space + path, json);
  }

  /**
   * Deletes the space's predictions and audiences. Stories behind this one move the clock, and with
   * each month every model would be trained again that is still defined.
   */
  public void endPredictions() {
    // What uses others goes before them: so many rounds as there are floors.
    for (int left = Integer.MAX_VALUE; left > 0; ) {
      int before = left;
      left = 0;
      for (String list : List.of("/audiences", "/predictions")) {
        for (JsonNode each : config("GET", list, null).expect(200).path("data")) {
          String path = list + "/" + each.path("key").asText();
          left += config("DELETE", path, null).status() == 200 ? 0 : 1;
        }
      }
      assertThat(left).as("predictions and audiences that stay").isLessThan(before);
    }
  }

  /** Sends a track call at the story's start. */
  public void track(String userId, String event, String properties) {
    track(userId, event, properties, start);
  }

  /** Sends a track call with a timestamp. */
  public void track(String userId, String event, String properties, Instant timestamp) {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("userId", userId).put("event", event).set("properties", json(properties));
    send("track", call, timestamp);
  }

  /** Sends an identify call at the story's start. */
  public void identify(String userId, String traits) {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("userId", userId).set("traits", json(traits));
    send("identify", call, start);
  }

  /** Sends any call; one without messageId gets one. Returns its messageId. */
  public String send(String type, JsonNode call, Instant timestamp) {
    ObjectNode body = call.deepCopy();
    if (!body.has("messageId")) {
      body.put("messageId", space + "-" + ++messages);
    }
    body.put("timestamp", timestamp.toString()).put("sentAt", instance.now().toString());
    instance.basic("POST", "/v1/" + type, writeKey, body.toString()).expect(200);
    return body.path("messageId").asText();
  }

  /** Sends any call with a messageId; returns the token to read it by. */
  public String sendForToken(String type, JsonNode call, Instant timestamp) {
    ObjectNode body = call.deepCopy();
    body.put("timestamp", timestamp.toString()).put("sentAt", instance.now().toString());
    Answer answer = instance.basic("POST", "/v1/" + type, writeKey, body.toString());
    answer.expect(200);
    return answer.header("X-Traitflow-Token");
  }

  /** Sends many calls at once; each has its type. */
  public void batch(ArrayNode calls) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("batch", calls);
    body.put("sentAt", instance.now().toString());
    instance.basic("POST", "/v1/batch", writeKey, body.toString()).expect(200);
  }

  /** Waits until everything sent is reflected. */
  public void flush() {
    instance.flush();
  }

  /** Moves the clock so long after the story's start, and waits until that is reflected. */
  public void moveTo(Duration afterStart) {
    instance.moveTo(start.plus(afterStart));
  }

  /** A request to the Profile API of a user: {@code leaf} may carry a query. */
  public Answer profile(String identifier, String leaf) {
    return read("users", identifier, leaf);
  }

  /** A request to the Profile API. */
  public Answer read(String collection, String identifier, String leaf) {
    String id = URLEncoder.encode(identifier, StandardCharsets.UTF_8).replace("+", "%20");
    String path =
        "/v1/spaces/" + space + "/collections/" + collection + "/profiles/" + id + "/" + leaf;
    return instance.basic("GET", path, token, "");
  }

  /** A request to the Profile API that changes a user. */
  public Answer post(String identifier, String leaf, String body) {
    String id = URLEncoder.encode(identifier, StandardCharsets.UTF_8).replace("+", "%20");
    String path = "/v1/spaces/" + space + "/collections/users/profiles/" + id + "/" + leaf;
    return instance.basic("POST", path, token, json(body).toString());
  }

  /** A request to any address with the space's token; a body is written with single quotes. */
  public Answer basic(String method, String path, String body) {
    return instance.basic(method, path, token, body.replace('\'', '"'));
  }

  /** A read whose address goes out as it is, each character a byte. */
  public Answer raw(String path) {
    return instance.raw("GET", path, token);
  }

  /** The same read of a user many times at once. */
  public List<Answer> profilesAtOnce(String identifier, String leaf, int times) {
    return instance.basicAtOnce(
        "/v1/spaces/" + space + "/collections/users/profiles/" + identifier + "/" + leaf,
        token,
        times);
  }

  /** All traits of a user, as JSON. */
  public JsonNode traits(String userId) {
    return profile("user_id:" + userId, "traits?limit=200").expect(200).path("traits");
  }

  /** A trait of a user as compact JSON, null if absent. */
  public @Nullable String value(String userId, String key) {
    JsonNode value = traits(userId).get(key);
    return value == null ? null : value.toString();
  }

  /** JSON written with single quotes. */
  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException("test: not JSON: " + text, e);
    }
  }
}
