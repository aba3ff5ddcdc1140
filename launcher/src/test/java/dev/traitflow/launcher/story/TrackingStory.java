package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.RawCalls.basic;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** A story whose calls are written by hand. Calls are in single quotes where that is said. */
final class TrackingStory {
  final Story story;
  final RawCalls raw;
  final String key;

  /** Begins a story in a space that counts the events {@code E} as {@code n}. */
  TrackingStory() {
    story = new Story("{'traits':[{'key':'n','type':'event_counter','event':'E'}]}");
    raw = new RawCalls(story.instance().url());
    key = "wk-" + story.space();
  }

  HttpResponse<String> call(String route, String body) {
    return raw.post("/v1/" + route, body, "Authorization", basic(key + ":"));
  }

  int status(String route, String body) {
    return call(route, body).statusCode();
  }

  String send(String route, String body) {
    HttpResponse<String> answer = call(route, quoted(body));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  HttpResponse<String> gzipped(String path, String body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(body.getBytes(StandardCharsets.UTF_8));
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    return raw.send(
        "POST",
        path,
        bytes.toByteArray(),
        "Authorization",
        basic(key + ":"),
        "Content-Encoding",
        "gzip");
  }

  JsonNode event(String user) {
    return story.profile("user_id:" + user, "events").expect(200).path("data").path(0);
  }

  Instant time(String user) {
    return Instant.parse(event(user).path("timestamp").asText());
  }

  List<JsonNode> rejected() {
    List<JsonNode> all = new ArrayList<>();
    story
        .instance()
        .admin("GET", "/admin/rejected?space=" + story.space(), null)
        .expect(200)
        .path("data")
        .forEach(all::add);
    return all;
  }

  List<String> codes() {
    return rejected().stream().map(each -> each.path("code").asText()).toList();
  }

  /** The JSON with its empty text {@code pad} filled, to so many bytes. */
  static String padded(String json, int bytes) {
    String fill = "p".repeat(bytes - json.length());
    return json.replace("\"pad\":\"\"", "\"pad\":\"" + fill + "\"");
  }

  static String quoted(String json) {
    return json.replace('\'', '"');
  }
}
