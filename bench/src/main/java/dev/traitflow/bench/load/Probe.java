package dev.traitflow.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long an accepted event takes to be seen: sends one, and from its 200 on reads the
 * counter of its profile until it has gone up. One event after the other, with a pause that keeps
 * it from falling in step with anything.
 */
final class Probe {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long POLL_NANOS = 1_000_000;
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final JsonNode run;
  private final Selector selector;
  private final Connection connection;

  private Probe(JsonNode run, Selector selector) throws IOException {
    this.run = run;
    this.selector = selector;
    this.connection =
        Connection.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), run.path("port").asInt()),
            selector);
  }

  /**
   * Probes for {@code seconds}; takes {@code writeKey, space, token} and a {@code prefix} that
   * makes the profile a new one. The answer has a number of milliseconds for each event, -1 for one
   * that was not seen within 30 s.
   */
  static ObjectNode run(JsonNode run) throws IOException {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode millis = answer.putArray("millis");
    long cpuBefore = LoadGenerator.cpuNanos();
    long end = System.nanoTime() + (long) (run.path("seconds").asDouble() * 1e9);
    try (Selector selector = Selector.open()) {
      Probe probe = new Probe(run, selector);
      for (int number = 1; System.nanoTime() < end; number++) {
        millis.add(probe.measure(number));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(number * 37L % 101));
      }
      probe.connection.close();
    }
    return answer.put("cpu_seconds", (LoadGenerator.cpuNanos() - cpuBefore) / 1e9);
  }

  private double measure(int number) throws IOException {
    String user = "probe-" + run.path("prefix").asText();
    String event =
        "{\"userId\":\"%s\",\"event\":\"Probe\",\"messageId\":\"%s-%d\"}"
            .formatted(user, user, number);
    exchange("POST", "/v1/track", run.path("writeKey").asText(), event);
    long accepted = System.nanoTime();
    String path =
        "/v1/spaces/%s/collections/users/profiles/user_id:%s/traits?include=probes"
            .formatted(run.path("space").asText(), user);
    while (System.nanoTime() - accepted < PATIENCE_NANOS) {
      exchange("GET", path, run.path("token").asText(), "");
      boolean found = connection.status() == 200;
      if (found && JSON.readTree(connection.body()).at("/traits/probes").asInt() >= number) {
        return (System.nanoTime() - accepted) / 1e6;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return -1;
  }

  private void exchange(String method, String path, String user, String body) throws IOException {
    connection.send(LoadGenerator.http(method, path, user, body), System.nanoTime());
    while (true) {
      selector.select(1_000);
      for (SelectionKey key : selector.selectedKeys()) {
        if (connection.advance(key)) {
          selector.selectedKeys().clear();
          return;
        }
      }
      selector.selectedKeys().clear();
    }
  }
}
