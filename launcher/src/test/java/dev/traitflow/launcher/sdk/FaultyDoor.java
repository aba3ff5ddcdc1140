package dev.traitflow.launcher.sdk;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A door in front of the server behind which things go wrong, once each, in a given order: what
 * proxies and networks between a client and us do. Requests other than POST go through.
 */
final class FaultyDoor implements AutoCloseable {
  /** Headers a client may not set itself, and the one whose value is ours. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");

  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final URI server;
  private final HttpServer door;
  private final Queue<Fault> faults;
  private final List<String> seen = new ArrayList<>();

  /** What goes wrong with a call. */
  enum Fault {
    /** Nobody is behind the door: 503. */
    UNAVAILABLE,
    /** Too much at once: 429, and when to come again. */
    TOO_MANY,
    /** The server takes the call and the connection breaks before its answer arrives. */
    LOST_ANSWER
  }

  /** Opens a door to the server behind which these things go wrong with the first calls. */
  FaultyDoor(String server, List<Fault> faults) throws IOException {
    this.server = URI.create(server);
    this.faults = new ArrayDeque<>(faults);
    door = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    door.createContext("/", this::handle);
    door.setExecutor(threads);
    door.start();
  }

  /** Its address. */
  String url() {
    return "http://127.0.0.1:" + door.getAddress().getPort();
  }

  /** Of each POST so far its path and what happened to it, in order. */
  synchronized List<String> seen() {
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    door.stop(0);
    threads.shutdownNow();
  }

  private synchronized @Nullable Fault next(HttpExchange exchange) {
    if (!exchange.getRequestMethod().equals("POST")) {
      return null;
    }
    Fault fault = faults.poll();
    seen.add(exchange.getRequestURI().getPath() + " " + (fault == null ? "passed" : fault));
    return fault;
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Fault fault = next(exchange);
      if (fault == Fault.UNAVAILABLE || fault == Fault.TOO_MANY) {
        refuse(exchange, fault);
        return;
      }
      HttpResponse<byte[]> answer = passOn(exchange, body);
      if (fault == null) {
        answer.headers().map().forEach((name, values) -> copy(name, values, exchange));
        boolean empty = answer.body().length == 0;
        exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
      }
      // A lost answer: closing without one cuts the connection.
    } catch (IOException e) {
      throw new UncheckedIOException(exchange.getRequestURI() + ": not passed on", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> passOn(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    Headers headers = exchange.getRequestHeaders();
    headers.forEach(
        (name, values) -> {
          if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void copy(String name, List<String> values, HttpExchange exchange) {
    if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
      exchange.getResponseHeaders().put(name, values);
    }
  }

  /** A proxy's words, which no page may read unless they say so. */
  private static void refuse(HttpExchange exchange, Fault fault) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Access-Control-Allow-Origin", "*");
    headers.set("Access-Control-Expose-Headers", "Retry-After");
    if (fault == Fault.TOO_MANY) {
      headers.set("Retry-After", "1");
    }
    byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(fault == Fault.TOO_MANY ? 429 : 503, answer.length);
    exchange.getResponseBody().write(answer);
  }
}
