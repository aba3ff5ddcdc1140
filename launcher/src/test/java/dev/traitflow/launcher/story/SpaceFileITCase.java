package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance that is started again with the space file it was started with before. */
class SpaceFileITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String FILE =
      """
      id: spa
      name: Shop
      sources: [{name: Web, slug: web, write_key: key-of-the-file}]
      tokens: [{name: reader, token: token-of-the-file}]
      traits:
        - {key: orders, type: event_counter, event: Order}
        - {key: pages, type: event_counter, event: Page}
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final Path data;
  private final Path file;
  private String url = "";

  SpaceFileITCase(@TempDir Path directory) throws Exception {
    this.directory = directory;
    data = directory.resolve("data");
    file = directory.resolve("shop.yaml");
    Files.writeString(file, FILE);
  }

  @Test
  void aStartWithTheSameFileChangesNothingAndBringsBackWhatTheFileNames() throws Exception {
    JsonNode made;
    try (ProcessRunner process = up()) {
      config("POST", "/traits", "{'key':'made','type':'event_counter','event':'Page'}", 201);
      config(
          "POST",
          "/audiences",
          "{'key':'vip','root':{'all':[{'trait':'made','op':'exists'}]}}",
          201);
      call("{'userId':'u1','event':'Order'}");
      call("{'userId':'u1','event':'Page'}");
      admin("POST", "/admin/flush", "", 200);
      config("DELETE", "/traits/orders", "", 200);
      config("POST", "/traits", "{'key':'orders','type':'event_counter','event':'Order'}", 409);
      admin("POST", "/admin/flush", "", 200);
      made = config("GET", "/traits/made", "", 200);
      assertThat(traits()).isEqualTo("{\"made\":1,\"orders\":1,\"pages\":1,\"vip\":true}");
      process.kill();
    }
    try (ProcessRunner process = up()) {
      call("{'userId':'u1','event':'Order'}");
      admin("POST", "/admin/flush", "", 200);

      assertThat(config("GET", "/traits/made", "", 200).path("created_at"))
          .isEqualTo(made.path("created_at"));
      assertThat(config("GET", "/traits/made", "", 200).path("version").asInt()).isEqualTo(1);
      assertThat(config("GET", "/audiences/vip", "", 200).path("version").asInt()).isEqualTo(1);
      assertThat(config("GET", "/traits/pages", "", 200).path("version").asInt()).isEqualTo(1);
      assertThat(config("GET", "/traits/orders", "", 200).path("version").asInt()).isEqualTo(2);
      assertThat(traits()).isEqualTo("{\"made\":1,\"orders\":2,\"pages\":1,\"vip\":true}");
      process.kill();
    }
  }

  private ProcessRunner up() throws Exception {
    ProcessRunner process =
        ProcessRunner.start(
            directory, "up", "--port", "0", "--data", data.toString(), "--space", file.toString());
    String ready = process.awaitOut(line -> line.startsWith("ready "), PATIENCE);
    url = ready.substring("ready ".length()).strip();
    return process;
  }

  private String traits() throws Exception {
    return send(
            "GET",
            "/v1/spaces/spa/collections/users/profiles/user_id:u1/traits",
            basic("token-of-the-file"),
            "",
            200)
        .path("traits")
        .toString();
  }

  private void call(String body) throws Exception {
    send("POST", "/v1/track", basic("key-of-the-file"), body, 200);
  }

  private JsonNode config(String method, String path, String body, int status) throws Exception {
    return admin(method, "/config/spaces/spa" + path, body, status);
  }

  private JsonNode admin(String method, String path, String body, int status) throws Exception {
    String token = Files.readString(data.resolve("admin-token")).strip();
    return send(method, path, "Bearer " + token, body, status);
  }

  private static String basic(String user) {
    byte[] pair = (user + ":").getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private JsonNode send(String method, String path, String authorization, String body, int status)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", authorization)
            .method(method, BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(status);
    return new ObjectMapper().readTree(answer.body());
  }
}
