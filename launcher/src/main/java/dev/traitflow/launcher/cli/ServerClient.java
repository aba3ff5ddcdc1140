package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.launcher.runtime.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The control and profile interfaces of a running server, asked with the administrator's token. */
final class ServerClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Training reads all histories. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofHours(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final URI base;
  private final AdminAccess.Token token;

  ServerClient(URI base, AdminAccess.Token token) {
    this.base = base;
    this.token = token;
  }

  URI base() {
    return base;
  }

  /** The answer to a GET, or empty if it is 404. */
  Optional<JsonNode> get(String target) {
    HttpResponse<InputStream> response = send("GET", target);
    if (response.statusCode() == 404) {
      return Optional.empty();
    }
    return Optional.of(tree(target, text(expectSuccess("GET", target, response))));
  }

  /** The answer to a POST without a body. */
  JsonNode post(String target) {
    return tree(target, text(expectSuccess("POST", target, send("POST", target))));
  }

  /** The answer to a POST of a JSON document. */
  JsonNode post(String target, JsonNode body) {
    HttpResponse<InputStream> response =
        send("POST", target, BodyPublishers.ofString(body.toString()));
    return tree(target, text(expectSuccess("POST", target, response)));
  }

  /** Copies the lines of an answer as they come. */
  void copyLines(String target, PrintWriter out) {
    InputStream body = expectSuccess("GET", target, send("GET", target));
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.print(line);
        out.print('\n');
      }
    } catch (IOException e) {
      throw new Failure(base + target + ": the answer broke off: " + e.getMessage(), e);
    }
  }

  /** The lines of an answer. */
  List<String> lines(String target) {
    StringWriter text = new StringWriter();
    copyLines(target, new PrintWriter(text));
    return text.toString().lines().toList();
  }

  private HttpResponse<InputStream> send(String method, String target) {
    return send(method, target, BodyPublishers.noBody());
  }

  private HttpResponse<InputStream> send(String method, String target, BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(target)).method(method, body).timeout(REQUEST_TIMEOUT);
    token.secret().ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    try {
      return http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new Failure(
          base
              + ": no instance answers there"
              + because(e)
              + " (start one with ./traitflow up, or name a running one with --connect or --data)",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(base + ": interrupted during a request", e);
    }
  }

  private InputStream expectSuccess(
      String method, String target, HttpResponse<InputStream> response) {
    int status = response.statusCode();
    if (status < 300) {
      return response.body();
    }
    if (status == 401 || status == 403) {
      String found =
          token.secret().isPresent()
              ? ": refuses the administrator's token, which came from " + token.origin()
              : ": wants the administrator's token, and there is no " + token.origin();
      throw new Failure(
          base
              + found
              + " (set TRAITFLOW_ADMIN_TOKEN, or name the instance's own directory with --data)");
    }
    String body = text(response.body()).strip();
    JsonNode error = refusal(body).path("error");
    if (!error.path("message").isTextual()) {
      // No sentence: something else than an instance answered, or an instance that failed.
      throw new Failure(
          method + " " + base + target + ": got HTTP " + status + " " + body + " (expected 200)");
    }
    throw refusal(error);
  }

  private static Refusal refusal(JsonNode error) {
    List<Problem> problems = new ArrayList<>();
    for (JsonNode place : error.path("places")) {
      problems.add(new Problem(place.path("pointer").asText(), place.path("message").asText()));
    }
    StringBuilder message = new StringBuilder(error.path("message").asText());
    for (JsonNode each : error.path("problems")) {
      message.append(System.lineSeparator()).append("  ").append(each.asText());
    }
    return new Refusal(message.toString(), problems);
  }

  private static JsonNode refusal(String body) {
    try {
      return Answer.read(body);
    } catch (IOException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** What the network says, where that adds something. */
  private static String because(IOException failure) {
    String message = failure.getMessage();
    return message == null || failure instanceof ConnectException ? "" : ": " + message;
  }

  private String text(InputStream body) {
    try (body) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Failure(base + ": the answer broke off: " + e.getMessage(), e);
    }
  }

  private JsonNode tree(String target, String body) {
    try {
      return Answer.read(body);
    } catch (IOException e) {
      throw new Failure(base + target + ": got " + body + " (expected JSON)", e);
    }
  }
}
