package dev.traitflow.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process that sends requests over kept connections and says what came back.
 *
 * <p>It reads one run a line as JSON on stdin ({@code port, connections, rate, seconds} and what
 * {@link Requests} takes) and answers each with a line on stdout. With {@code rate} 0 every
 * connection sends its next request when it has its answer. With a rate requests fall due at even
 * intervals whatever the server does, and latency counts from the instant a request was due, so
 * that a server that stalls is charged for all who had to wait. One thread: its own cost stays
 * small and is reported.
 */
public final class LoadGenerator {
  private static final JsonMapper JSON = new JsonMapper();

  private final Requests requests;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private final double rate;
  private final long began = System.nanoTime();
  private final long end;
  private int[] micros = new int[1 << 16];
  private int answers;
  private long sent;

  private LoadGenerator(JsonNode run) {
    requests = Requests.of(run);
    rate = run.path("rate").asDouble();
    end = began + (long) (run.path("seconds").asDouble() * 1e9);
  }

  /** Runs what stdin says until it ends. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode run = JSON.readTree(line);
      ObjectNode answer =
          run.path("kind").asText().equals("probe")
              ? Probe.run(run)
              : new LoadGenerator(run).run(run);
      System.out.println(answer);
    }
  }

  private ObjectNode run(JsonNode run) throws IOException {
    long cpuBefore = cpuNanos();
    InetSocketAddress server =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), run.path("port").asInt());
    List<Connection> connections = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < run.path("connections").asInt(); i++) {
        connections.add(Connection.open(server, selector));
      }
      idle.addAll(connections);
      while (System.nanoTime() < end) {
        sendDue();
        select(selector, pauseMillis());
      }
      while (idle.size() < connections.size() && System.nanoTime() < end + 10_000_000_000L) {
        select(selector, 100);
      }
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
    return summary(System.nanoTime() - began, cpuNanos() - cpuBefore);
  }

  /** Sends on idle connections what is due. */
  private void sendDue() throws IOException {
    long now = System.nanoTime();
    while (!idle.isEmpty() && due(sent) <= now) {
      Connection connection = idle.poll();
      connection.send(requests.request(sent), rate > 0 ? due(sent) : now);
      sent++;
    }
  }

  private long due(long number) {
    return rate > 0 ? began + (long) (number * 1e9 / rate) : began;
  }

  /** How long nothing is due, in whole milliseconds; 0 for not at all. */
  private long pauseMillis() {
    if (rate == 0 || idle.isEmpty()) {
      return 100;
    }
    return Math.max(0, (due(sent) - System.nanoTime()) / 1_000_000);
  }

  private void select(Selector selector, long pauseMillis) throws IOException {
    if (pauseMillis == 0) {
      selector.selectNow();
    } else {
      selector.select(pauseMillis);
    }
    for (SelectionKey key : selector.selectedKeys()) {
      Connection connection = (Connection) key.attachment();
      if (connection.advance(key)) {
        record(connection);
        idle.add(connection);
      }
    }
    selector.selectedKeys().clear();
    if (rate == 0 && System.nanoTime() < end) {
      sendDue();
    }
  }

  private void record(Connection connection) {
    statuses.merge(connection.status(), 1L, Long::sum);
    if (answers == micros.length) {
      micros = Arrays.copyOf(micros, answers * 2);
    }
    micros[answers++] = (int) ((System.nanoTime() - connection.since()) / 1_000);
  }

  private ObjectNode summary(long nanos, long cpuNanos) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("sent", sent).put("answered", answers).put("seconds", nanos / 1e9);
    ObjectNode byStatus = answer.putObject("statuses");
    statuses.forEach((status, count) -> byStatus.put(Integer.toString(status), count));
    int[] sorted = Arrays.copyOf(micros, answers);
    Arrays.sort(sorted);
    for (double share : new double[] {0.5, 0.9, 0.99, 0.999, 1}) {
      int place = (int) Math.min(answers - 1.0, Math.ceil(answers * share));
      answer.put("p" + share * 100, answers == 0 ? 0 : sorted[Math.max(0, place)] / 1e3);
    }
    return answer.put("cpu_seconds", cpuNanos / 1e9);
  }

  /** Processor time of this process. */
  static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  /** A request as bytes. */
  static ByteBuffer http(String method, String path, String user, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String pair = Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8));
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic "
            + pair
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    byte[] first = head.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(first.length + bytes.length).put(first).put(bytes).flip();
  }
}
