package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.runtime.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
  private final Optional<String> authorization;

  ServerClient(URI base, Optional<String> token) {
    this.base = base;
    this.authorization = token.map(secret -> "Bearer " + secret);
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
    authorization.ifPresent(value -> request.header("Authorization", value));
    try {
      return http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new Failure(
          base + ": cannot be reached (expected a running instance, see ./traitflow up)", e);
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
    String advice =
        status == 401 || status == 403
            ? "; set TRAITFLOW_ADMIN_TOKEN, or name the instance's directory with --data"
            : "";
    throw new Failure(
        method
            + " "
            + base
            + target
            + ": got HTTP "
            + status
            + " "
            + text(response.body()).strip()
            + " (expected 200"
            + advice
            + ")");
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
      return Answer.JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new Failure(base + target + ": got " + body + " (expected JSON)", e);
    }
  }
}
