package dev.traitflow.launcher.replay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A server that keeps the lines it is sent, as the real one keeps them in its log. */
final class RecordingServer implements AutoCloseable {
  private final HttpServer server;
  private final List<String> lines = new ArrayList<>();
  private int answersToLose;
  private int requestsToRefuse;

  RecordingServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The next chunks are kept, but the sender is told that the gateway failed. */
  synchronized void loseAnswers(int count) {
    answersToLose = count;
  }

  /** The next chunks are not kept: the server says that it has no room. */
  synchronized void refuse(int count) {
    requestsToRefuse = count;
  }

  /** As if these lines had been sent before. */
  synchronized void has(List<String> before) {
    lines.addAll(before);
  }

  /** All lines in the order they came, blank ones included. */
  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String target = exchange.getRequestURI().toString();
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (target.contains("/flush")) {
      long accepted = lines.stream().filter(line -> line.startsWith("{")).count();
      long rejected =
          lines.stream().filter(line -> !line.startsWith("{") && !line.isBlank()).count();
      String origin = target.replaceAll(".*origin=([^&]*).*", "$1");
      answer(
          exchange,
          200,
          ("{\"counts\":{\"accepted/spa_1/%1$s\":%2$d,\"accepted/spa_1/other\":7,"
                  + "\"accepted/spa_2/%1$s\":9,\"rejected.bad_json/spa_1/%1$s\":%3$d}}")
              .formatted(origin, accepted, rejected));
    } else if (exchange.getRequestMethod().equals("GET")) {
      answer(exchange, 200, "{\"last\":" + lines.size() + ",\"space\":\"spa_1\"}");
    } else if (requestsToRefuse > 0) {
      requestsToRefuse--;
      exchange.getResponseHeaders().add("Retry-After", "0");
      answer(exchange, 503, "no room");
    } else {
      String text = new String(body, StandardCharsets.UTF_8);
      String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
      lines.addAll(List.of(whole.split("\n", -1)));
      boolean lost = answersToLose-- > 0;
      answer(exchange, lost ? 502 : 200, lost ? "bad gateway" : "{}");
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
