package dev.traitflow.launcher.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed between two halves of what a client sends, the second half is handed to the
 * client while nobody listens, and the server comes back: every event is on its profile, once.
 */
class RestartITCase {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final int EVENTS = 200;
  private static final String USER = "ada";
  private static final String SPACE =
      """
      id: spa_restart
      name: Restart
      environment: dev
      sources:
        - {name: Web, slug: web, write_key: wk-restart}
      tokens:
        - {name: tests, token: tk-restart}
      traits:
        - {key: steps, type: event_counter, event: Step}
      """;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void aClientOutlivesTheServer(@TempDir Path directory) throws Exception {
    Path space = directory.resolve("space.yaml");
    Files.writeString(space, SPACE);
    int port = freePort();
    ObjectNode told =
        JsonNodeFactory.instance
            .objectNode()
            .put("base", "http://127.0.0.1:" + port)
            .put("writeKey", "wk-restart")
            .put("user", USER)
            .put("events", EVENTS);
    JsonNode outcome;
    try (ProcessRunner first = start(directory, port, space);
        NodeClients.Running client = NodeClients.start("burst.mjs", told)) {
      assertThat(client.next().path("half").asBoolean()).isTrue();
      first.kill();
      client.goOn();
      assertThat(client.next().path("sent").asBoolean()).isTrue();
      try (ProcessRunner second = start(directory, port, space)) {
        outcome = client.last();
        assertThat(outcome.path("errors")).isEmpty();
        String token = Files.readString(directory.resolve("data/admin-token")).strip();
        ask("POST", port, "/admin/flush", "Bearer " + token);
        everyStepIsThereOnce(port);
        second.kill();
      }
    }
  }

  private void everyStepIsThereOnce(int port) throws IOException, InterruptedException {
    String profile = "/v1/spaces/spa_restart/collections/users/profiles/user_id:" + USER;
    String pair =
        "Basic "
            + Base64.getEncoder().encodeToString("tk-restart:".getBytes(StandardCharsets.UTF_8));
    JsonNode traits = ask("GET", port, profile + "/traits", pair);
    assertThat(traits.at("/traits/steps").asInt()).isEqualTo(EVENTS);
    Set<Integer> numbers = new HashSet<>();
    int shown = 0;
    String next = "";
    do {
      JsonNode page = ask("GET", port, profile + "/events?limit=100" + next, pair);
      for (JsonNode event : page.path("data")) {
        numbers.add(event.at("/properties/number").asInt());
        shown++;
      }
      next =
          page.at("/cursor/has_more").asBoolean()
              ? "&next=" + page.at("/cursor/next").asText().replace("=", "%3D").replace("+", "%2B")
              : "";
    } while (!next.isEmpty());
    assertThat(shown).isEqualTo(EVENTS);
    assertThat(numbers).hasSize(EVENTS);
  }

  private JsonNode ask(String method, int port, String path, String authorization)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", authorization)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static ProcessRunner start(Path directory, int port, Path space) throws IOException {
    ProcessRunner process =
        ProcessRunner.start(
            directory,
            "up",
            "--port",
            Integer.toString(port),
            "--data",
            directory.resolve("data").toString(),
            "--space",
            space.toString());
    process.awaitOut(line -> line.startsWith("ready "), START_TIMEOUT);
    return process;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
